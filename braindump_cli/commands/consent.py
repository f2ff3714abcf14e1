"""The one question about what may leave this machine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime

NO_CONSENT = "no_consent"
_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


def ask_consent(runtime: "Runtime") -> bool | None:
    """Ask whether engines may be given what is recorded from now on; keep the answer, and return what counts.

    Asked once: an answer stands in ai.consent. None and a warning where nobody can be asked or nobody answers.
    """
    if runtime.settings.ai_consent is not None:
        return runtime.settings.ai_consent
    answer = _answer(runtime) if runtime.out.can_ask else None
    if answer is None:
        message = "Nothing is sent before you allow it: braindump config set ai.consent true (or false)."
        runtime.out.warn(NO_CONSENT, message)
        return None
    from braindump_cli.storage.settings_file import change_setting

    change_setting(runtime.paths, "ai.consent", answer)
    runtime.take_consent()
    runtime.out.talk(
        "What you record from now on is sent; private entries are not. braindump privacy log lists it."
        if answer
        else "Nothing is sent. To change that: braindump config set ai.consent true"
    )
    return answer


def _answer(runtime: "Runtime") -> bool | None:
    runtime.out.talk(
        "From now on the sound you record goes to the engines for speech that you have set up, and texts with open"
        " to-dos to those for insights. Private entries never leave; older ones only when you ask for it."
    )
    return _ANSWERS.get(runtime.out.ask("Send it? y or n").lower())
