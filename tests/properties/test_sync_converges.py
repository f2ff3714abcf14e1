"""Three devices, cut off, with wrong clocks, killed anywhere: in the end all agree and nothing is lost."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.recording import KEPT, Recording
from braindump_cli.domain.sync import ENTRIES, RECORDINGS
from braindump_cli.errors import LostAnswerError, UnreachableError
from tests.devices import Device
from tests.fakes import FakeClock
from tests.fakes_cloud import FakeAccount
from tests.journals import todo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NAMES = ("ann", "ben", "cleo")
SKEWS = st.integers(-86_400, 86_400).map(lambda seconds: timedelta(seconds=seconds))
DEVICES = st.integers(0, 2)
PLACES = st.integers(0, 1)
COUNTS = st.integers(1, 3)
MOMENTS = st.sampled_from(("before", "after"))
CHANGES = st.sampled_from(("trash", "restore", "hide", "show", "hide", "show", "purge"))
CALLS = st.sampled_from(("open_account", "push", "pull", "kept_bodies", "put_object", "remove_objects"))
STEPS = st.sampled_from(
    ("prepare", "take_answers", "restamp", "apply", "upload_begun", "uploaded", "keep_lost")
)
TODOS = """
  SELECT t.id, t.text, t.is_edited FROM todos t JOIN entries e ON e.id = t.entry_id
  WHERE t.purged = 0 AND e.purged = 0 AND e.is_private = 0 ORDER BY t.id
"""
FRESH = dict[str, Path]()


class Killed(BaseException):
    """The process is gone, in the middle of whatever it did."""


def fresh_journals():
    """Return a folder with three journals, made once: making a key costs more than a history."""
    if not FRESH:
        folder = Path(tempfile.mkdtemp())
        for name in NAMES:
            Device(folder / name, FakeAccount(), FakeClock()).close()
        FRESH["folder"] = folder
    return FRESH["folder"]


@pytest.fixture(autouse=True, scope="module")
def _tidy():
    yield
    if FRESH:
        shutil.rmtree(FRESH.pop("folder"))


class ThreeDevices(RuleBasedStateMachine):
    """Three machines of one person, and what they ever said."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FakeClock()
        self.account = FakeAccount()
        self.devices = []
        # (entry, text) of all that a device ever showed
        self.held: dict[str, set[tuple[str, str]]] = {name: set() for name in NAMES}
        self.purged: set[str] = set()  # entries that somebody deleted for good
        self.words = 0

    @initialize(skews=st.tuples(SKEWS, SKEWS, SKEWS), page_rows=COUNTS, are_known=st.booleans())
    def begin(self, skews, page_rows, are_known):
        shutil.copytree(fresh_journals(), self.folder, dirs_exist_ok=True)
        for name, skew in zip(NAMES, skews, strict=True):
            self.devices.append(self.opened(self.folder / name, skew, page_rows))
        self.devices[0].write("one")
        self.devices[1].write("two")
        if are_known:
            self.sync_all(2)

    def opened(self, folder, skew, page_rows):
        device = Device(folder, self.account, self.clock, skew)
        device.db.execute("PRAGMA synchronous = OFF")
        device.cloud.page_rows = page_rows
        return device

    def new_words(self):
        self.words += 1
        return f"text {self.words}"

    def pick(self, device, place):
        """Return an entry that is here and not deleted for good; None if there is none."""
        ids = [row[0] for row in device.db.execute("SELECT id FROM entries WHERE purged = 0 ORDER BY id")]
        return ids[place % len(ids)] if ids else None

    @rule(which=DEVICES, place=PLACES)
    def edit(self, which, place):
        device = self.devices[which]
        if entry_id := self.pick(device, place):
            words = self.new_words()
            device.change(entry_id, text=words, is_text_edited=1)
            self.held[device.folder.name].add((entry_id, words))

    @rule(which=DEVICES, place=PLACES, what=CHANGES)
    def change(self, which, place, what):
        device = self.devices[which]
        entry_id = self.pick(device, place)
        if entry_id is None:
            return
        if what == "purge":
            device.purge(entry_id)
            self.purged.add(entry_id)
        elif what in {"trash", "restore"}:
            device.mind.entries.trash(entry_id, device.clock.now() if what == "trash" else None)
        else:
            device.change(entry_id, is_private=int(what == "hide"))

    @rule(which=DEVICES, place=PLACES)
    def change_todo(self, which, place):
        """Add an entry's to-do, or word it anew."""
        device = self.devices[which]
        if not (entry_id := self.pick(device, place)):
            return
        there = device.mind.todos.of_entry(entry_id)
        if there:
            device.mind.todos.save(replace(there[0], text=self.new_words(), is_edited=True))
        else:
            device.mind.todos.add(todo(self.new_words(), entry_id=entry_id))

    @rule(which=DEVICES, place=PLACES)
    def add_sound(self, which, place):
        device = self.devices[which]
        entry_id = self.pick(device, place)
        if entry_id is None or device.mind.entries.recording(entry_id):
            return
        sealed = device.audio.seal_blocks([entry_id.encode()], entry_id)
        row = Recording(id=derived_id("recording", entry_id, "1"), entry_id=entry_id, state=KEPT)
        measures = {"size_bytes": sealed.size_bytes, "sha256": sealed.sha256}
        device.mind.entries.save_recording(replace(row, duration_s=1.0, **measures))

    @rule(seconds=st.integers(1, 100_000))
    def wait(self, seconds):
        self.clock.advance(timedelta(seconds=seconds))

    @rule(which=DEVICES)
    def sync(self, which):
        self.clock.advance(timedelta(seconds=1))
        self.devices[which].sync()

    @rule(which=DEVICES, call=CALLS, moment=MOMENTS, nth=COUNTS, is_killed=st.booleans())
    def cut_short(self, which, call, moment, nth, is_killed):
        """Be cut off, lose an answer, or die, at one request of a sync."""
        failure = Killed if is_killed else LostAnswerError if moment == "after" else UnreachableError

        def fail():
            raise failure("cut off")

        self.sync_until(which, call, moment, nth=nth, then=fail)
        if is_killed:
            self.reopen(which)

    @rule(which=DEVICES, place=PLACES, call=st.sampled_from(("push", "pull")), moment=MOMENTS)
    def type_meanwhile(self, which, place, call, moment):
        """Edit an entry while a request is under way."""
        self.sync_until(which, call, moment, nth=1, then=lambda: self.edit(which, place))

    @rule(which=DEVICES, step=STEPS, nth=COUNTS, is_done=st.booleans())
    def kill_between(self, which, step, nth, is_done):
        """Die just before or after one transaction of a sync."""
        store = self.devices[which].store
        real, left = getattr(store, step), [nth]

        def dying(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0 and not is_done:
                raise Killed
            answer = real(*args, **kwargs)
            if left[0] == 0:
                raise Killed
            return answer

        setattr(store, step, dying)
        with suppress(Killed):
            self.devices[which].sync()
        delattr(store, step)
        self.reopen(which)

    def sync_until(self, which, call, moment, *, nth, then):
        left = [nth]

        def watch(name, when):
            if (name, when) == (call, moment):
                left[0] -= 1
                if left[0] == 0:
                    then()

        cloud = self.devices[which].cloud
        cloud.fails = watch
        with suppress(Killed, LostAnswerError, UnreachableError):
            self.devices[which].sync()
        cloud.fails = lambda *_: None

    def reopen(self, which):
        old = self.devices[which]
        old.close()
        self.devices[which] = self.opened(old.folder, old.clock.skew, old.cloud.page_rows)

    def sync_all(self, rounds):
        for _ in range(rounds):
            for device in self.devices:
                device.sync()

    @invariant()
    def note_what_is_shown(self):
        for device in self.devices:
            shown = device.db.execute("SELECT id, text FROM entries WHERE purged = 0")
            self.held[device.folder.name] |= set(shown)

    @invariant()
    def no_row_is_there_without_its_object(self):
        for row in self.account.rows.values():
            if row.table == RECORDINGS and row.body:
                assert row.body["object"] in self.account.objects

    def teardown(self):
        self.sync_all(3)
        self.check_equal()
        self.check_nothing_lost()
        self.check_private_ones_are_not_there()
        for device in self.devices:
            device.close()
        shutil.rmtree(self.folder)

    def check_equal(self):
        there = {
            row.id: (row.body["text"], row.body["deleted_at"])
            for row in self.account.rows.values()
            if row.table == ENTRIES and row.body
        }
        for device in self.devices:
            rows = device.db.execute(
                "SELECT id, text, deleted_at, dirty FROM entries WHERE purged = 0 AND is_private = 0"
            ).fetchall()
            assert {row[0]: (row[1], row[2]) for row in rows} == there, device.folder.name
            assert not any(row[3] for row in rows), device.folder.name
            self.check_found(device)
        todos = [device.db.execute(TODOS).fetchall() for device in self.devices]
        assert todos[0] == todos[1] == todos[2]

    def check_found(self, device):
        """Look for every text through the index of words, and count."""
        rows = device.db.execute(
            "SELECT id, text FROM entries WHERE purged = 0 AND deleted_at IS NULL"
        ).fetchall()
        assert device.mind.entries.count() == len(rows)
        for entry_id, text in rows:
            hits = device.mind.entries.search(f'"{text}"', EntryFilter(), by_time=True)
            assert entry_id in [hit.entry.id for hit in hits]

    def check_nothing_lost(self):
        """Look for every text on the machine that showed it, except those of entries deleted for good."""
        for device in self.devices:
            held = {text for entry_id, text in self.held[device.folder.name] if entry_id not in self.purged}
            assert held <= device.all_texts(), device.folder.name

    def check_private_ones_are_not_there(self):
        for device in self.devices:
            for (entry_id,) in device.db.execute("SELECT id FROM entries WHERE is_private = 1"):
                for row in self.account.rows.values():
                    assert entry_id not in {row.id, (row.body or {}).get("entry_id")} or row.body is None
                assert (ENTRIES, entry_id) not in self.account.revisions
        rows = self.account.rows.values()
        named = {row.body["object"] for row in rows if row.table == RECORDINGS and row.body}
        assert set(self.account.objects) == named


ThreeDevices.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
test_three_devices_agree_and_nothing_is_lost = ThreeDevices.TestCase
