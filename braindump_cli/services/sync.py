"""One sync: push what changed here, pull what changed elsewhere, until neither is left.

Push first: of two versions the server keeps the words that lose, and its answer says which one won. Every step is
durable before the next and may be done again, so a sync that is cut short anywhere is gone on with by the next one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from braindump_cli.domain.sync import (
    ACCOUNT_RING,
    CLOCK_AHEAD,
    ENTRIES,
    ROW_VERSION,
    TRANSCRIPTS,
    Answer,
    Page,
    Row,
)
from braindump_cli.domain.sync_report import SyncReport
from braindump_cli.domain.wire_rows import MOST_BYTES, MOST_ROWS, batches, size_of
from braindump_cli.errors import BadDataError
from braindump_cli.ports.cloud_sync import (
    KeptBody,
    Owed,
    Taken,
)
from braindump_cli.services.account_key import Door, open_account, turn_end_to_end
from braindump_cli.services.sync_clock import timed
from braindump_cli.services.sync_run import Parts, Run, Wishes
from braindump_cli.services.sync_sound import Freight, fetch_all, remove_unwanted, upload_all

_ROUNDS = 5  # of pushing and pulling; more are needed only while somebody types all the time
_FRAME_BYTES = 2  # the brackets around the rows of a push


def sync(parts: Parts, wishes: Wishes, *, told: Callable[[SyncReport], object] = id) -> SyncReport:
    """Bring this journal and the account's rows on the server to the same state.

    One at a time, which is the caller's to see to. Nothing is ever deleted here for want of an answer: only a
    tombstone does that. `told` hears how far it is. Raises CodeNeededError, StoreError and as `Cloud`; what was
    done until then stays done.
    """
    begun_s = parts.clock.monotonic()
    is_moved = parts.store.begin(wishes.account)
    door = Door(parts.cloud, parts.store, parts.cipher, parts.clock)
    key = open_account(door, device_name=wishes.device_name, codes=wishes.codes)
    ends_at_s = None if wishes.within_s is None else begun_s + wishes.within_s
    run = Run(parts, wishes, key, ends_at_s, told)
    if is_moved:
        run.warn("account", "This journal belonged to another account before; all of it goes to this one.")
    _settle(run)
    if wishes.seals_with and not run.stops():
        run.key = turn_end_to_end(door, key, code=wishes.seals_with)
        if run.key is not key:
            _settle(run)
    if run.report.is_complete:
        parts.store.finished(parts.clock.now())
    return run.report


def freight_of(parts: Parts, wishes: Wishes) -> Freight:
    """Return what fetching a recording needs; opens the account if this machine does not know its key yet."""
    ring = parts.store.fact(ACCOUNT_RING)
    if ring is None:
        door = Door(parts.cloud, parts.store, parts.cipher, parts.clock)
        ring = open_account(door, device_name=wishes.device_name, codes=wishes.codes).ring
    return Freight(parts.cloud, parts.store, parts.files, ring, wishes.user_id)


def _settle(run: Run) -> None:
    """Push and pull until nothing is left, sound after the words."""
    freight = Freight(run.parts.cloud, run.parts.store, run.parts.files, run.key.ring, run.wishes.user_id)
    for _ in range(_ROUNDS):
        _push(run)
        _pull(run)
        up = upload_all(freight, is_over=run.stops)
        run.moved(up.recordings, 0, up.warnings)
        if not _is_left(run) or run.stops():
            break
    _fetch_lost(run)
    if run.parts.store.unwanted_objects() and not run.stops():
        remove_unwanted(freight)
    if run.wishes.fetches_sound:
        down = fetch_all(freight, is_over=run.stops)
        run.moved(0, down.recordings, down.warnings)
    for reason in dict.fromkeys(run.refused.values()):
        run.warn("refused", f"The server does not take a change: {reason}. It stays here.")


def _is_left(run: Run) -> bool:
    run.parts.store.prepare()
    return any(row.key not in run.refused for row in run.parts.store.outgoing())


def _push(run: Run) -> None:
    run.parts.store.prepare()
    for batch in batches(_sendable(run)):
        if run.stops():
            return
        pushed = timed(partial(run.parts.cloud.push, batch), clock=run.parts.clock, store=run.parts.store)
        answers = [_opened(run, answer) for answer in pushed.answers]
        run.add(run.parts.store.take_answers(batch, answers))
        withdrawn = {row.key for row in batch if row.withdrawn and row.table == ENTRIES}
        agreed = {(answer.table, answer.id) for answer in answers if answer.is_agreed}
        run.report = replace(
            run.report,
            pushed=run.report.pushed + len(agreed),
            withdrawn=run.report.withdrawn + len(agreed & withdrawn),
        )
        _set_clocks_right(run, answers, pushed.now)
        run.told(run.report)


def _sendable(run: Run) -> Iterator[Row]:
    """Yield rows as they leave; one that no push can hold stays here."""
    for row in run.parts.store.outgoing():
        if row.key in run.refused:
            continue
        ready = row if size_of(row) + _FRAME_BYTES <= MOST_BYTES else _lightened(row)
        if run.key.is_end_to_end and row.body is not None:
            ready = run.parts.cipher.seal_body(ready, run.key.ring)
        if size_of(ready) + _FRAME_BYTES > MOST_BYTES:
            run.refused[row.key] = "it is larger than 1 MB"
            continue
        yield ready


def _lightened(row: Row) -> Row:
    """Return a transcript without the engine's raw reply, which is worth nothing elsewhere; other rows as they are."""
    if row.table != TRANSCRIPTS or row.body is None:
        return row
    return replace(row, body={**row.body, "reply": ""})


def _set_clocks_right(run: Run, answers: Sequence[Answer], now: datetime) -> None:
    ahead = [(answer.table, answer.id) for answer in answers if answer.status == CLOCK_AHEAD]
    if ahead:
        run.parts.store.restamp(ahead, ahead_of=now)


def _pull(run: Run) -> None:
    store = run.parts.store
    is_more = True
    while is_more and not run.stops():
        after = store.cursor()
        page = timed(
            partial(run.parts.cloud.pull, after, limit=MOST_ROWS), clock=run.parts.clock, store=store
        )
        if page.head < after:
            run.warn("behind", "The server knows less than it did; everything is offered to it again.")
            store.offer_all_again(is_fresh=False)
            return
        run.add(store.apply(_page_opened(run, page), after=after, refused=run.refused))
        _seal_what_was_read(run, page)
        run.told(run.report)
        is_more = page.more and page.cursor > after


def _seal_what_was_read(run: Run, page: Page) -> None:
    """Offer again, sealed, what the server can still read of an account that is end-to-end encrypted by now."""
    readable = [row.key for row in page.rows if row.body is not None and row.row_version <= ROW_VERSION]
    if run.key.is_end_to_end and readable:
        run.parts.store.restamp(readable, ahead_of=page.now)


def _page_opened(run: Run, page: Page) -> Page:
    return page._replace(rows=tuple(_row_opened(run, row) for row in page.rows))


def _opened(run: Run, answer: Answer) -> Answer:
    return answer._replace(winner=_row_opened(run, answer.winner)) if answer.winner else answer


def _row_opened(run: Run, row: Row) -> Row:
    """Return the row with its body open; one that no key opens is set aside as it came."""
    try:
        return run.parts.cipher.open_body(row, run.key.ring)
    except BadDataError as error:
        run.warn(error.code, error.message)
        return row


def _fetch_lost(run: Run) -> None:
    """Bring the words here that lost to ours, which so far only the server has."""
    for owed in run.parts.store.owed():
        if run.stops():
            return
        lost = run.parts.cloud.kept_bodies(owed.table, owed.id)
        bodies = [_kept(run, owed, kept) for kept in lost]
        conflicts = run.parts.store.keep_lost(owed, bodies)
        run.add(Taken(conflicts=tuple(conflicts)))


def _kept(run: Run, owed: Owed, kept: KeptBody) -> KeptBody:
    row = _row_opened(
        run, Row(table=owed.table, id=owed.id, hlc=kept.hlc, body=kept.body, sealed=kept.sealed)
    )
    return kept._replace(body=row.body)
