"""What is true of the offline engine whatever somebody says."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from braindump_cli.domain.due import find_due, parse_due
from braindump_cli.domain.insight import MOST_TODOS, Findings, Subject
from braindump_cli.insights.offline.engine import RuleAnalyst
from braindump_cli.insights.offline.gist import LONGEST_TITLE

_WORDS = st.sampled_from(
    "i need to have must should we call mum the dentist on friday next week tomorrow at five every monday buy milk , ."
    " and then it her them by before so no wait remind me don't forget if said she he'll Anna Leeds ? : \n um 12/24 the"
    " first of december in two weeks days from now my list urgent no rush happy feel not worried about i'm i'll haven't"
    " booked somebody has that's me ' ’ — 24.12. 31st february a week a couple of end month skip that or who where"
    " move to Thursday's seminar 5pm half past three until nine owe doing 9999999999999 ß İ".split(" ")
)
_SPEECH = st.lists(_WORDS, max_size=60).map(" ".join)
_TEXTS = st.one_of(_SPEECH, st.text(max_size=300))
_DAYS = st.dates(date(1990, 1, 1), date(2190, 1, 1))
_MOMENTS = _DAYS.map(lambda day: datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def quotes_of(findings: Findings) -> list[str]:
    remarks = [item.quote for item in findings.done] + [item.quote for item in findings.decisions]
    mentions = [item.quote for item in (*findings.people, *findings.places, *findings.topics)]
    duties = [todo.quote for todo in findings.todos] + [item.quote for item in findings.waiting_for]
    phrases = [todo.due_phrase for todo in findings.todos if todo.due_phrase]
    moods = [mood.quote for mood in findings.moods] + [mood.about for mood in findings.moods if mood.about]
    return [
        *remarks,
        *mentions,
        *duties,
        *phrases,
        *moods,
        *([findings.question] if findings.question else []),
    ]


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS, said_at=_MOMENTS)
def test_every_finding_can_be_shown_in_the_text_and_keeps_its_bounds(text, said_at):
    findings = RuleAnalyst().analyse(Subject(text=text, said_at=said_at))

    assert [quote for quote in quotes_of(findings) if not quote or quote not in text] == []
    assert len(findings.title) <= LONGEST_TITLE
    assert len(findings.todos) <= MOST_TODOS
    assert all(0 <= todo.confidence <= 1 and todo.text for todo in findings.todos)
    assert all(todo.due_phrase for todo in findings.todos if todo.due_on or todo.recurrence)
    assert all(todo.due_at.tzinfo is UTC for todo in findings.todos if todo.due_at)
    assert findings == RuleAnalyst().analyse(Subject(text=text, said_at=said_at))


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS, today=st.dates())
def test_dates_stand_where_they_say_and_none_is_past(text, today):
    found = find_due(text, today)

    assert all(text[due.start : due.end] == due.phrase for due in found)
    assert all(due.on is None or due.on >= today for due in found)
    assert list(found) == sorted(found, key=lambda due: due.start)


@given(
    day=st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
    today=st.dates(date(1999, 1, 1), date(1999, 12, 31)),
)
def test_every_day_written_out_with_its_year_is_read_back(day, today):
    for written in (
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year}",
        f"the {day.day}th of {day:%B} {day.year}",
        f"{day.day} {day:%b} {day.year}",
    ):
        due = parse_due(written, today)

        assert due is not None, written
        assert due.on == day, written
