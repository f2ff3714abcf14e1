"""How a recording is lived through at a terminal, in a pipe and under signals."""

import gc
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from braindump_cli.commands.answers import rest_may_wait, show_entry, show_recovery_code_once, show_sealed
from braindump_cli.commands.asking import tell, watched
from braindump_cli.commands.sources import Wish, opened_source
from braindump_cli.commands.stopping import Stops, watched_signals
from braindump_cli.domain.job import ANALYSE, KEEP, TRANSCRIBE
from braindump_cli.errors import StoppedError
from braindump_cli.rendering import dates
from braindump_cli.services import speech

if TYPE_CHECKING:
    from braindump_cli.domain.new_entry import NewEntry
    from braindump_cli.rendering.keyboard import Keyboard
    from braindump_cli.rendering.recording import Meter
    from braindump_cli.rendering.todos import News
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.capture import Capture, Captured
    from braindump_cli.services.ladder import Ladder
    from braindump_cli.services.speech import Session, Studio

_FRAME_S = 1 / 15  # a screen is drawn, and keys are read, that often
_LONG_S = 300  # from this length on sealing takes long enough to be told


def record_and_show(runtime: "Runtime", wish: Wish) -> None:
    """Record, keep and show.

    Raises StoppedError after a second signal, with the rest left to the queue, and what ended the recording early.
    """
    gc.enable()  # this one may run for hours
    studio = runtime.studio
    with watched_signals() as stops, opened_source(runtime, wish, stops) as (new, source):
        if studio.desk:
            runtime.adopt()
        session = speech.begin(new, source, _plan(runtime, wish, new), studio=studio)
        if studio.desk:
            _tell_silence(runtime, new)
        try:
            captured = _listen(runtime, wish, session, stops)
            _must_be_whole(session, captured, studio, stops)
            speech.need_sound(session, captured, studio=studio)
            stops.settle()
            _tell_trouble(runtime, session, captured)
            _finish(runtime, session, captured, stops)
        finally:
            session.leave()


def _plan(runtime: "Runtime", wish: Wish, new: "NewEntry") -> speech.Plan:
    from braindump_cli.services.capture import Limits

    limits = Limits(
        longest_s=wish.longest.total_seconds() if wish.longest else None,
        silence_s=wish.silence.total_seconds(),
    )
    voice = None
    if wish.silence:
        from braindump_cli.transcription.pocketsphinx import VoiceDetector

        voice = VoiceDetector()
    return speech.Plan(wish.form, limits, None if runtime.is_locked else _ears(runtime, wish, new), voice)


def _ears(runtime: "Runtime", wish: Wish, new: "NewEntry") -> "Ladder | None":
    """Return the engines that hear it live.

    A file is not sent as it is read: an engine elsewhere gets it whole, afterwards.
    """
    from braindump_cli.domain.leaving import HERE
    from braindump_cli.ports import Speech
    from braindump_cli.services.ladder import Ladder

    able = runtime.listeners.able(new).engines
    live = [engine for engine in able if engine.is_live and (wish.source is None or engine.place == HERE)]
    if not live or (wish.source is not None and not able[0].is_draft):
        return None
    words = runtime.vocabulary.all()
    nothing = Speech(new.language, 0.0, lambda: iter(()), bytes, entry_id=new.id, vocabulary=words)
    return Ladder(live, nothing)


def _load_meanwhile(runtime: "Runtime", new: "NewEntry") -> None:
    """Load what models are asked with in a thread, while somebody speaks."""
    from threading import Thread

    if runtime.is_locked:
        return
    for analyst in runtime.readers.able(new).engines:
        Thread(target=analyst.load, name="load", daemon=True).start()


def _tell_silence(runtime: "Runtime", new: "NewEntry") -> None:
    from braindump_cli.services.recordings import why_silent

    able = runtime.listeners.able(new)
    if not able.engines:
        runtime.out.warn("no_engine", f"{why_silent(able)}: the recording is kept and waits.")


def _listen(runtime: "Runtime", wish: Wish, session: "Session", stops: Stops) -> "Captured":
    """Let it run until somebody or something ends it."""
    from braindump_cli.rendering.keyboard import Keyboard
    from braindump_cli.rendering.recording import meter, undisturbed

    is_file = wish.source is not None
    total_s = getattr(session.source, "duration_s", None)
    if not is_file:
        _await_sound(session.capture, stops)
        if not stops.wants_end:
            _announce(runtime, wish)
        _load_meanwhile(runtime, session.new)
    can_type = runtime.out.can_ask and not is_file
    with undisturbed(runtime.out):
        with (
            Keyboard.of_terminal(wanted=can_type) as keyboard,
            meter(runtime.out, total_s=total_s, can_type=can_type) as screen,
        ):
            if wish.source is None:
                _follow(session.capture, keyboard, screen, stops)
            else:
                _take_in(session, screen, stops)
        return session.capture.stop()


def _take_in(session: "Session", screen: "Meter", stops: Stops) -> None:
    """Draw until a file is in the spool. A copy of a pipe is taken in whole: the first signal ended the pipe."""
    is_copy = session.new.source == speech.STDIN
    while not (stops.wants_out if is_copy else stops.wants_end):
        is_over = session.capture.wait(_FRAME_S)
        screen.show(session.capture.status())
        if is_over:
            return


def _await_sound(capture: "Capture", stops: Stops) -> None:
    """Wait for the first block: a sound server may take more than a second, and what is said before is lost."""
    while not (stops.wants_end or capture.wait_for_sound(_FRAME_S) or capture.wait(0)):
        pass


def _announce(runtime: "Runtime", wish: Wish) -> None:
    from braindump_cli.settings import write_duration

    until = f"It stops by itself after {write_duration(wish.longest)}." if wish.longest else ""
    runtime.out.talk(f"Speak now. {until}".strip())


def _follow(capture: "Capture", keyboard: "Keyboard", screen: "Meter", stops: Stops) -> None:
    """Draw and obey keys until the recording ends."""
    while not stops.wants_end:
        is_over = capture.wait(_FRAME_S)
        screen.show(capture.status())
        if is_over:
            return
        for key in keyboard.pressed():
            if key in "\r\n":
                return
            if key == " ":
                (capture.resume if capture.status().phase == "paused" else capture.pause)()


def _must_be_whole(session: "Session", captured: "Captured", studio: "Studio", stops: Stops) -> None:
    """Keep nothing of a file whose reading was stopped: it is still there to be read whole. Raises StoppedError."""
    is_spoken = session.new.source == speech.MICROPHONE
    if captured.ended_by != "user" or (is_spoken and (captured.duration_s or not stops.wants_end)):
        return
    speech.discard(session, studio=studio)
    if session.new.source == speech.STDIN:
        hint = "braindump process makes the entry."
        raise StoppedError("Stopped; what came is kept.", hint=hint, exit_code=stops.exit_status)
    what = (
        "Nothing was said"
        if is_spoken
        else f"Nothing was kept of {getattr(session.source, 'name', 'the file')}"
    )
    raise StoppedError(f"Stopped. {what}.", exit_code=stops.exit_status)


def _tell_trouble(runtime: "Runtime", session: "Session", captured: "Captured") -> None:
    if captured.ended_by == "max" and session.new.source != speech.MICROPHONE:
        runtime.out.warn(
            "cut", f"Only the first {dates.length(captured.duration_s)} was kept: --max ends there."
        )
    for message in captured.warnings:
        runtime.out.warn("source", message)
    if captured.gaps:
        places = ", ".join(dates.length(gap.at_s) for gap in captured.gaps[:5])
        runtime.out.warn("gap", f"{captured.gaps_s:.1f} s of sound did not arrive, at {places}.")


def _finish(runtime: "Runtime", session: "Session", captured: "Captured", stops: Stops) -> None:
    """Entry first, then text and meaning, shown; the sealed file last."""
    desk = runtime.studio.desk
    if desk is None:
        speech.keep_sealed(session, captured, studio=runtime.studio)
        show_sealed(runtime, session.new, duration_s=captured.duration_s)
    else:
        speech.keep(session, captured, desk=desk, studio=runtime.studio)
        warnings: list[tuple[str, str]] = []
        with watched(runtime) as watch, rest_may_wait(runtime):
            warnings = _understand(runtime, session, captured, stops)
        told = tell(runtime, warnings, runtime.entries.get(session.new.id))
        _show(runtime, session, stops, partial(watch.news, session.new.id, aside=told.word))
        with rest_may_wait(runtime):
            _seal(runtime, session, captured, stops)
        if not stops.wants_out:
            told.ask(runtime)
    if stops.wants_out:
        hint = "braindump process does the rest."
        raise StoppedError("Stopped; it is kept.", hint=hint, exit_code=stops.exit_status)
    if captured.failure:
        raise captured.failure


def _understand(
    runtime: "Runtime", session: "Session", captured: "Captured", stops: Stops
) -> list[tuple[str, str]]:
    """Text, to-dos and insights, each durable as soon as it is there; return what was less than wanted."""
    from braindump_cli.rendering.recording import hearing

    with hearing(runtime.out, total_s=captured.duration_s) as screen:
        patience = stops.has_patience
        failure = speech.hear_out(session, desk=runtime.desk, patience=patience, told=screen.show)
    warnings: list[tuple[str, str]] = []
    if session.ears:
        warnings += session.ears.refusals.warnings
        if failure:
            warnings.append((failure.code, f"{session.ears.engine.name}: {failure.whole}"))
    if not stops.wants_out:
        with suppress(KeyboardInterrupt), stops.raising():
            if _is_asked_again(runtime, session, failure):
                speech.release(session)
            warnings += runtime.work(session.new.id, kinds=(TRANSCRIBE, ANALYSE)).warnings
    return warnings


def _is_asked_again(runtime: "Runtime", session: "Session", failure: object) -> bool:
    """Tell whether an engine is to hear what is in the spool, because nobody gave a final text live."""
    if session.ears is None or failure:
        return True
    able = runtime.listeners.able(session.new).engines
    return session.ears.engine.is_draft and not all(engine.is_draft for engine in able)


def _show(runtime: "Runtime", session: "Session", stops: Stops, news: "Callable[[], News]") -> None:
    if not stops.is_hangup:
        show_entry(runtime, runtime.entries.get(session.new.id), word="Kept as", news=news)
        show_recovery_code_once(runtime)


def _seal(runtime: "Runtime", session: "Session", captured: "Captured", stops: Stops) -> None:
    """Make the sealed file; a signal leaves that to the queue."""
    if stops.wants_out:
        return
    if captured.duration_s > _LONG_S:
        runtime.out.talk("Sealing the recording. Ctrl-C leaves it to braindump process.")
    with suppress(KeyboardInterrupt), stops.raising():
        session.capture.kept(None)
        session.spool.close()
        runtime.work(session.new.id, kinds=(KEEP,))  # what failed before it is for another time
