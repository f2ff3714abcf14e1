"""A session's work by quarters of an hour: the grain of all reports, for zones are whole quarters apart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from braindump_cli.domain.focus.session import WORK, Session
from braindump_cli.domain.focus.standing import lived_spans

QUARTER_S = 900
_QUARTER = timedelta(seconds=QUARTER_S)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def quarter_of(at: datetime) -> int:
    """Return the number of the quarter of an hour since 1970 that an instant lies in."""
    return (at - _EPOCH) // _QUARTER


def worked_quarters(session: Session, until: datetime) -> dict[int, float]:
    """Return the seconds worked before `until` in each quarter that has any."""
    found: dict[int, float] = {}
    for span, ended in lived_spans(session, until):
        if span.kind == WORK:
            for quarter, seconds in _cut(span.started_at, ended):
                found[quarter] = found.get(quarter, 0.0) + seconds
    return found


def _cut(begun: datetime, ended: datetime) -> Iterator[tuple[int, float]]:
    while begun < ended:
        quarter = quarter_of(begun)
        until = min(_EPOCH + (quarter + 1) * _QUARTER, ended)
        yield quarter, (until - begun).total_seconds()
        begun = until
