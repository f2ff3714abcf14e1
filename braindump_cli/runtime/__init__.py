"""The composition root: chooses adapters from settings and builds each when it is first asked for.

`foundation` holds what rests on this machine, `timing` what focus sessions need, `cloud` who is signed in,
`syncing` the way to the server; here stands who is asked about it all, and the work that waits.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from braindump_cli.errors import ConfigError, ProviderError, StoreError, UsageError
from braindump_cli.runtime.syncing import Syncing
from braindump_cli.runtime.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.insight import Findings
    from braindump_cli.domain.job import Job
    from braindump_cli.ports import Analyst, Transcriber, Wire, Writer
    from braindump_cli.registry import Means
    from braindump_cli.services.dry_run import DryWire
    from braindump_cli.services.engines import Panel, Warnings
    from braindump_cli.services.insights import Reading
    from braindump_cli.services.leaving import Permission
    from braindump_cli.services.recordings import Hearing
    from braindump_cli.services.work import Processed, Step
    from braindump_cli.storage.engine import Connection
    from braindump_cli.storage.keys.api_keys import ApiKeys
    from braindump_cli.storage.sqlite.ledger import SqliteLedger
    from braindump_cli.storage.sqlite.vocabulary import SqliteVocabulary


class Runtime(Timing, Syncing):
    """All that a command may ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.watcher: Callable[[Entry, str, Findings], object] | None = None

    @cached_property
    def ledger(self) -> "SqliteLedger":
        """What left and what was answered; may be used from any thread once the journal is open."""
        from braindump_cli.storage.engine import open_engine
        from braindump_cli.storage.sqlite.ledger import SqliteLedger

        def opened() -> "Connection":
            _ = self.journal  # its tables must be there
            return open_engine(self.paths.journal, self.vault.reach())

        return SqliteLedger(opened, self.clock)

    @cached_property
    def wire(self) -> "Wire":
        """The one way out."""
        from braindump_cli.services.wire import Limits, OpenWire

        limits = Limits(self.settings.limits_cost_per_day, self.settings.limits_cost_per_month, self.zone)
        return OpenWire(self.ledger, clock=self.clock, wait=time.sleep, limits=limits)

    @cached_property
    def api_keys(self) -> "ApiKeys":
        """The keys of providers; while the journal is missing or locked only those of the environment."""
        from braindump_cli.storage.keys.api_keys import ApiKeys
        from braindump_cli.storage.keys.bundle import KEYRING

        return ApiKeys(
            self.journal_that_opens,
            lambda: self.vault.bundle.journal_id,
            prefers_keyring=self.settings.keys_store == KEYRING,
        )

    @cached_property
    def vocabulary(self) -> "SqliteVocabulary":
        """Words that engines shall understand."""
        from braindump_cli.storage.sqlite.vocabulary import SqliteVocabulary

        return SqliteVocabulary(self.journal)

    def take_consent(self) -> None:
        """Let a change of `ai.consent` count from this moment on.

        Where the journal cannot be opened, or the environment has another word, that is left to `permission`.
        """
        from braindump_cli.domain.stamps import to_stamp

        for name in ("settings", "permission"):  # read anew when they are asked for
            self.__dict__.pop(name, None)
        with suppress(StoreError):
            journal = self.journal_that_opens()
            if journal is None or "BRAINDUMP_AI_CONSENT" in os.environ:
                return
            consent = bool(self.settings.ai_consent)
            if consent != (journal.fact("consent_at") is not None):
                journal.set_fact("consent_at", to_stamp(self.clock.now()) if consent else None)

    @cached_property
    def permission(self) -> "Permission":
        """What the user allows to leave this machine; consent not taken yet counts from this command on."""
        from braindump_cli.domain.stamps import from_stamp, to_stamp
        from braindump_cli.services.leaving import Permission

        consent, since = self.settings.ai_consent, self.journal.fact("consent_at")
        is_passing = "BRAINDUMP_AI_CONSENT" in os.environ and not consent  # for this command alone
        if bool(consent) != (since is not None) and not is_passing:
            since = to_stamp(self.started_at) if consent else None
            self.journal.set_fact("consent_at", since)
        return Permission(self.settings.ai_mode, consent, from_stamp(since) if since else None)

    @cached_property
    def means(self) -> "Means":
        """What engines are made with."""
        from braindump_cli.registry import Means

        keys = self.api_keys
        keys.has("openai")  # reads all there are, here, in the thread that the journal belongs to
        return Means(self.settings, keys.has, keys.key, self.wire, self.clock)

    @cached_property
    def transcribers(self) -> "Sequence[Transcriber]":
        """The engines for speech, in the order they are asked; those that cannot be loaded are named in a warning."""
        return self._engines("transcribers", "transcription.order", self.settings.transcription_order)

    @cached_property
    def analysts(self) -> "Sequence[Analyst]":
        """The engines for insights, in the order they are asked."""
        return self._engines("analysts", "insights.order", self.settings.insights_order)

    def engine(self, group: str, name: str, *, model: str | None = None) -> Any:
        """Return one engine that the user named, with a model for this once. Raises UsageError, ProviderError."""
        from braindump_cli.registry import load

        try:
            return load(group, name)(self.means._replace(model=model))
        except ConfigError as error:
            raise UsageError(error.message, hint=error.hint) from error

    @cached_property
    def writer(self) -> "Writer | None":
        """The first engine for insights that also writes, if it may be asked."""
        from braindump_cli.registry import WRITERS, is_ours
        from braindump_cli.services.leaving import refused

        written = [name for name in self.settings.insights_order if is_ours(WRITERS, name)]
        found: list[Writer] = self._engines(WRITERS, "insights.order", written[:1])
        able = (each for each in found if each.unavailable(self.language) is None)
        return next((each for each in able if refused(each.place, self.permission) is None), None)

    @cached_property
    def listeners(self) -> "Panel[Transcriber]":
        """Engines for speech and who may be given what."""
        from braindump_cli.services.engines import Panel

        return Panel(self.transcribers, lambda: self.permission, self._forget_replies)

    @cached_property
    def readers(self) -> "Panel[Analyst]":
        """Engines for insights and who may be given what."""
        from braindump_cli.services.engines import Panel

        return Panel(self.analysts, lambda: self.permission, self._forget_replies)

    def go_dry(self) -> "DryWire":
        """Let nothing out from now on: what would leave is held in what is returned.

        Who has not consented sees what would leave if they had.
        """
        from braindump_cli.services.dry_run import DryWire
        from braindump_cli.services.leaving import Permission

        before = self.permission
        made = ("means", "transcribers", "analysts", "listeners", "readers", "writer")
        for name in made:
            self.__dict__.pop(name, None)
        self.__dict__["wire"] = dry = DryWire()
        always = datetime.fromtimestamp(0, UTC)
        self.__dict__["permission"] = (
            before if before.consent else Permission(before.mode, consent=True, since=always)
        )
        return dry

    def _forget_replies(self, prefix: str) -> None:
        self.ledger.forget_replies(prefix)

    @property
    def hearing(self) -> "Hearing":
        """How recordings are heard."""
        from braindump_cli.services.recordings import Hearing

        return Hearing(self.listeners, self.vocabulary.all(), self.desk)

    @property
    def reading(self) -> "Reading":
        """How entries are read; `watcher` is told as a reading grows."""
        from braindump_cli.services.insights import Reading

        return Reading(self.readers, self.watcher) if self.watcher else Reading(self.readers)

    def _engines(self, group: str, key: str, order: Sequence[str]) -> list[Any]:
        from braindump_cli.registry import made

        found: list[Any] = []
        for name in order:
            try:
                engine = made(group, name, self.means)
                found.append(engine)
                if self.api_keys.has(name) and (reason := engine.unavailable(self.language)):
                    self.out.warn(
                        "config", f"{name}: {reason}."
                    )  # a key is there, and still it cannot be asked
            except (ConfigError, ProviderError) as error:
                self.out.warn(error.code, f"{key}: {error.message} {error.hint or ''}")
        return found

    @cached_property
    def steps(self) -> "Mapping[str, Step]":
        """How each kind of waiting work is done."""
        from braindump_cli.domain import job
        from braindump_cli.services import insights, recordings

        def transcribe(step: "Job") -> "Warnings":
            return recordings.transcribe(step, hearing=self.hearing)

        def analyse(step: "Job") -> "Warnings":
            return insights.analyse(step, reading=self.reading, mind=self.mind, jobs=self.jobs)

        def keep(step: "Job") -> "Warnings":
            return recordings.keep(step, desk=self.desk)

        return {job.TRANSCRIBE: transcribe, job.ANALYSE: analyse, job.KEEP: keep}

    def work(self, entry_id: str | None = None, *, kinds: Sequence[str] | None = None) -> "Processed":
        """Do what waits, of one entry or of all. Raises StoreError."""
        from braindump_cli.services.work import work

        _ = self.permission  # consent counts from here on, whether or not anybody is asked
        steps = {kind: step for kind, step in self.steps.items() if kinds is None or kind in kinds}
        return work(self.jobs, steps, clock=self.clock, entry_id=entry_id, told=self._tell_step)

    def _tell_step(self, step: "Job") -> None:
        self.out.detail(f"{step.kind} …")
