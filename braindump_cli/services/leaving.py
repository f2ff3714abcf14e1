"""Who may be given what: private entries, consent, and `ai.mode`, judged in one place."""

from datetime import datetime
from typing import NamedTuple, Protocol

from braindump_cli.domain.ids import time_of
from braindump_cli.domain.leaving import HERE, LOOPBACK

NO_CONSENT = "no_consent"


class Recorded(Protocol):
    """An entry, or one on its way in."""

    @property
    def id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def language(self) -> str: ...
    @property
    def is_private(self) -> bool: ...


class Refusal(NamedTuple):
    """Why an engine is not asked; the code is one for warnings."""

    code: str
    message: str
    hint: str | None = None


class Permission(NamedTuple):
    """What the user allows."""

    mode: str  # ai.mode: cloud, local, off
    consent: bool | None  # ai.consent; None: never asked
    since: datetime | None  # consent covers what is recorded from then on


def refused(place: str, permission: Permission) -> Refusal | None:
    """Return why engines at `place` are asked nothing at all, None if they are."""
    if place == HERE:
        return None
    if permission.mode == "off":
        return Refusal("ai_mode", "ai.mode is off: no model is asked.", "braindump config set ai.mode cloud")
    if permission.mode == "local" and place != LOOPBACK:
        hint = "braindump config set ai.mode cloud"
        return Refusal("ai_mode", "ai.mode is local: only engines on this machine are asked.", hint)
    if permission.consent is None:
        message = "Nothing is sent before you allow it: braindump config set ai.consent true (or false)."
        return Refusal(NO_CONSENT, message, "braindump config set ai.consent true")
    if not permission.consent:
        hint = "braindump config set ai.consent true"
        return Refusal("consent_refused", "Nothing is sent: ai.consent is false.", hint)
    return None


def refused_for(
    entry: Recorded, place: str, permission: Permission, *, is_asked_for: bool = False
) -> Refusal | None:
    """Return why engines at `place` are not given this entry; `is_asked_for`: the user named entry and act."""
    if place == HERE:
        return None
    if entry.is_private:
        return Refusal("private", "The entry is private: nothing of it leaves this machine.")
    if refusal := refused(place, permission):
        return refusal
    recorded_at = time_of(entry.id) or entry.created_at
    if not is_asked_for and (permission.since is None or recorded_at < permission.since):
        return Refusal("before_consent", "The entry is older than your consent.")
    return None
