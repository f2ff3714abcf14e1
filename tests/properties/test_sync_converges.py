"""Three devices, cut off, with wrong clocks, killed anywhere: in the end all agree and nothing is lost."""

import shutil
import tempfile
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

NAMES = ("ann", "ben", "cleo")
SKEWS = st.integers(-86_400, 86_400).map(lambda seconds: timedelta(seconds=seconds))
DEVICES = st.integers(0, 2)
PLACES = st.integers(0, 3)
CALLS = ("open_account", "push", "pull", "kept_bodies", "put_object", "remove_objects")
MOMENTS = st.sampled_from(("before", "after"))
COUNTS = st.integers(1, 3)
STEPS = ("prepare", "leaving", "take_answers", "restamp", "apply", "upload_begun", "uploaded", "keep_lost")
FRESH = dict[str, Path]()


class Killed(BaseException):
    """The process is gone, in the middle of whatever it did."""


def template():
    """Return a folder with three fresh journals, made once: making a key costs more than a history."""
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
    """Three machines of one person."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FakeClock()
        self.account = FakeAccount()
        self.devices = []
        self.texts = set()  # every text that was ever kept anywhere
        self.ids = []
        self.count = 0

    @initialize(skews=st.tuples(SKEWS, SKEWS, SKEWS), page_rows=st.integers(1, 3))
    def begin(self, skews, page_rows):
        shutil.copytree(template(), self.folder, dirs_exist_ok=True)
        for name, skew in zip(NAMES, skews, strict=True):
            device = Device(self.folder / name, self.account, self.clock, skew)
            device.cloud.page_rows = page_rows
            device.db.execute("PRAGMA synchronous = OFF")
            self.devices.append(device)

    def text(self):
        """Return words that nobody has said before."""
        self.count += 1
        self.texts.add(f"text {self.count}")
        return f"text {self.count}"

    def pick(self, device, place):
        """Return an entry that the device has; None if it has none there."""
        ids = [entry_id for entry_id in self.ids if device.mind.entries.has(entry_id)]
        return ids[place % len(ids)] if ids else None

    @rule(which=DEVICES)
    def write(self, which):
        if len(self.ids) < 4:
            self.ids.append(self.devices[which].write(self.text()).id)

    @rule(which=DEVICES, place=PLACES)
    def edit(self, which, place):
        device = self.devices[which]
        if (entry_id := self.pick(device, place)) and not self.is_purged(device, entry_id):
            device.change(entry_id, text=self.text(), is_text_edited=1)

    @rule(which=DEVICES, place=PLACES)
    def trash(self, which, place):
        device = self.devices[which]
        if (entry_id := self.pick(device, place)) and not self.is_purged(device, entry_id):
            device.mind.entries.trash(entry_id, device.clock.now())

    @rule(which=DEVICES, place=PLACES)
    def restore(self, which, place):
        device = self.devices[which]
        if (entry_id := self.pick(device, place)) and not self.is_purged(device, entry_id):
            device.mind.entries.trash(entry_id, None)

    @rule(which=DEVICES, place=PLACES)
    def purge(self, which, place):
        device = self.devices[which]
        if (entry_id := self.pick(device, place)) and not self.is_purged(device, entry_id):
            text = device.mind.entries.get(entry_id).text
            device.purge(entry_id)
            self.texts.discard(
                text
            )  # deleted for good by its owner: it may go where no other change saved it

    def is_purged(self, device, entry_id):
        row = device.db.execute("SELECT purged FROM entries WHERE id = ?", (entry_id,)).fetchone()
        return bool(row[0])

    @rule(which=DEVICES, place=PLACES, is_private=st.booleans())
    def flip(self, which, place, is_private):
        device = self.devices[which]
        entry_id = self.pick(device, place)
        if entry_id and not self.is_purged(device, entry_id):
            device.change(entry_id, is_private=int(is_private))

    @rule(which=DEVICES, place=PLACES)
    def add_sound(self, which, place):
        device = self.devices[which]
        entry_id = self.pick(device, place)
        if entry_id is None or device.mind.entries.recording(entry_id) or self.is_purged(device, entry_id):
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
        self.devices[which].sync()

    @rule(
        which=DEVICES,
        call=st.sampled_from(CALLS),
        moment=st.sampled_from(("before", "after")),
        nth=st.integers(1, 3),
    )
    def cut_short(self, which, call, moment, nth):
        """Lose an answer, or be cut off, at one request of a sync."""
        self.break_at(
            which, call, moment, nth=nth, failure=LostAnswerError if moment == "after" else UnreachableError
        )

    @rule(
        which=DEVICES,
        call=st.sampled_from(CALLS),
        moment=st.sampled_from(("before", "after")),
        nth=st.integers(1, 3),
    )
    def kill(self, which, call, moment, nth):
        """Die at one request, and begin as a new process."""
        self.break_at(which, call, moment, nth=nth, failure=Killed)
        self.reopen(which)

    @rule(
        which=DEVICES,
        step=st.sampled_from(
            (
                "leaving",
                "take_answers",
                "apply",
                "upload_begun",
                "uploaded",
                "keep_lost",
                "prepare",
                "restamp",
            )
        ),
        nth=st.integers(1, 3),
        is_done=st.booleans(),
    )
    def kill_between(self, which, step, nth, is_done):
        """Die just before or after one transaction."""
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
        try:
            self.devices[which].sync()
        except Killed:
            pass
        finally:
            delattr(store, step)
        self.reopen(which)

    def break_at(self, which, call, moment, *, nth, failure):
        left = [nth]

        def fails(name, when):
            if (name, when) == (call, moment):
                left[0] -= 1
                if left[0] == 0:
                    raise failure("cut off")

        cloud = self.devices[which].cloud
        cloud.fails = fails
        try:
            self.devices[which].sync()
        except (Killed, LostAnswerError, UnreachableError):
            pass
        finally:
            cloud.fails = lambda *_: None

    def reopen(self, which):
        old = self.devices[which]
        old.close()
        new = Device(old.folder, self.account, self.clock, old.clock.skew)
        new.cloud.page_rows = old.cloud.page_rows
        new.db.execute("PRAGMA synchronous = OFF")
        self.devices[which] = new

    @invariant()
    def no_row_without_its_object(self):
        for row in self.account.rows.values():
            if row.table == RECORDINGS and row.body:
                assert row.body["object"] in self.account.objects

    def teardown(self):
        if self.devices:
            for _ in range(3):
                for device in self.devices:
                    device.sync()
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
        kept = set()
        for device in self.devices:
            kept |= device.all_texts()
        for revisions in self.account.revisions.values():
            kept |= {each.body["text"] for each in revisions if each.body and "text" in each.body}
        assert self.texts <= kept

    def check_private_ones_are_not_there(self):
        for device in self.devices:
            for (entry_id,) in device.db.execute("SELECT id FROM entries WHERE is_private = 1"):
                for row in self.account.rows.values():
                    assert entry_id not in (row.id, (row.body or {}).get("entry_id")) or row.body is None
                assert (ENTRIES, entry_id) not in self.account.revisions
        named = {
            row.body["object"] for row in self.account.rows.values() if row.table == "recordings" and row.body
        }
        assert set(self.account.objects) == named


ThreeDevices.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
test_three_devices_agree_and_nothing_is_lost = ThreeDevices.TestCase
