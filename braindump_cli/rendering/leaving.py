"""Keys, and what left this machine, on a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from braindump_cli.domain.leaving import ANSWERED, LOST, REFUSED, SENT, UNREACHED, Sent
from braindump_cli.domain.stamps import from_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.page import (
    ACCENT,
    ALERT,
    BODY,
    FAINT,
    Block,
    Cell,
    Column,
    Page,
    Rows,
    cell,
    line,
)

_OUTCOMES = {
    ANSWERED: "answered",
    REFUSED: "refused",
    LOST: "lost",
    SENT: "unknown",  # nobody saw its end
    UNREACHED: "not reached",
}
_FREE = (REFUSED, UNREACHED)
_UNIT = 1000.0
_CENT = 0.01


def keys_page(documents: Sequence[Mapping[str, Any]], *, consent: bool | None, here: Here) -> Page:
    """Lay out keys one a row, without the keys."""
    if not documents:
        return [
            line("There are no keys; everything works without."),
            line("braindump keys set deepgram", weight=FAINT),
        ]
    rows = tuple(_key_row(document, here) for document in documents)
    page: list[Block] = [Rows((Column(), Column(), Column(), Column()), rows)]
    if consent is not None:  # else a warning says so
        said = (
            "What you record is sent; private entries are not."
            if consent
            else "ai.consent is false: nothing is sent."
        )
        page.append(line(said, weight=FAINT))
    return page


def _key_row(document: Mapping[str, Any], here: Here) -> tuple[Cell, ...]:
    used = document["last_used_at"]
    when = _moment(from_stamp(used), here) if used else "never used"
    ending = f"…{document['ending']}" if document["ending"] else ""
    return cell(document["provider"], ACCENT), cell(ending), cell(document["place"]), cell(when, FAINT)


def tested_page(documents: Sequence[Mapping[str, Any]]) -> Page:
    """Lay out what providers said about their keys."""
    columns = (Column(), Column(), Column(is_wrapped=True))
    return [Rows(columns, tuple(_tested_row(document) for document in documents))]


def _tested_row(document: Mapping[str, Any]) -> tuple[Cell, ...]:
    word = cell("ok") if document["is_ok"] else cell("failed", ALERT)
    said = document["message"] or document["address"]
    return cell(document["provider"], ACCENT), word, cell(said, FAINT if document["is_ok"] else BODY)


def sent_page(found: Sequence[Sent], numbers: Mapping[str, int], *, most: int | None, here: Here) -> Page:
    """Lay out requests one a row, at most `most` of them, and sum up all of them."""
    if not found:
        return [line("Nothing left this machine.")]
    columns = (
        Column(), Column(), Column(is_extra=True), Column(is_flexible=True), Column(is_right=True),
        Column(is_right=True), Column(is_right=True, is_extra=True), Column(),
    )  # fmt: skip
    rows = tuple(_sent_row(sent, numbers, here) for sent in found[:most])
    return [Rows(columns, rows), line(_sum(found), weight=FAINT)]


def _sent_row(sent: Sent, numbers: Mapping[str, int], here: Here) -> tuple[Cell, ...]:
    number = numbers.get(sent.entry_id or "")
    return (
        cell(_moment(sent.sent_at, here), FAINT),
        cell(sent.provider),
        cell(sent.purpose),
        cell(sent.model),
        cell(str(number) if number else "", ACCENT),
        cell(_size(sent.size_bytes)),
        cell(_cost(sent.cost_usd if sent.outcome not in _FREE else 0.0)),
        cell(_OUTCOMES.get(sent.outcome, sent.outcome), BODY if sent.outcome == ANSWERED else ALERT),
    )


def _sum(found: Sequence[Sent]) -> str:
    size = sum(sent.size_bytes for sent in found)
    cost = sum(sent.cost_usd for sent in found if sent.outcome not in _FREE)
    lost = sum(sent.outcome in (LOST, SENT) for sent in found)
    count = f"{len(found):,} request{'' if len(found) == 1 else 's'}"
    said = f"{count}, {_size(size)}, about {_cost(cost) or '$0'}"
    return f"{said}; the answer to {lost} was lost" if lost else said


def _moment(at: datetime, here: Here) -> str:
    local = here.local(at)
    if local.date() == here.today:
        return dates.time(local)
    year = "" if local.year == here.today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {dates.time(local)}"


def _size(size_bytes: int) -> str:
    """Return `812 B`, `12.3 kB`, `1.2 MB`."""
    size = float(size_bytes)
    if size < _UNIT:
        return f"{size_bytes} B"
    return f"{size / _UNIT:.1f} kB" if size < _UNIT**2 else f"{size / _UNIT**2:.1f} MB"


def _cost(cost_usd: float) -> str:
    """Return an estimate in US dollars, with cents' parts where it is small; nothing for what costs nothing."""
    if cost_usd == 0:
        return ""
    return f"${cost_usd:.2f}" if cost_usd >= _CENT else f"${cost_usd:.4f}"
