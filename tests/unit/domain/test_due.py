"""Due dates, family by family; the reference is a Wednesday."""

from datetime import date, time, timedelta

import pytest

from braindump_cli.domain.due import find_due, parse_due

TODAY = date(2026, 11, 25)


def on(phrase: str) -> str | None:
    due = parse_due(phrase, TODAY)
    return due.on.isoformat() if due and due.on else None


def test_a_bare_weekday_is_the_next_one_and_never_today():
    assert on("wednesday") == "2026-12-02"
    assert on("thursday") == "2026-11-26"


def test_next_weekday_lies_in_the_next_monday_to_sunday_week():
    assert on("next friday") == "2026-12-04"
    assert on("next monday") == "2026-11-30"


def test_before_a_day_is_the_day_before_but_before_the_end_of_a_month_is_that_end():
    assert on("before Friday") == "2026-11-26"
    assert on("before the end of the month") == "2026-11-30"


def test_after_a_day_is_no_date():
    assert on("after Friday") is None
    assert on("after the weekend") == "2026-11-30"


@pytest.mark.parametrize(
    ("phrase", "at"),
    [
        ("tomorrow at 5", time(17)),
        ("tomorrow at 9", time(9)),
        ("tonight at eight", time(20)),
        ("at half past three", time(15, 30)),
        ("friday at quarter to nine", time(8, 45)),
        ("on monday at seventeen hundred hours", time(17)),
        ("at 17:45", time(17, 45)),
        ("by noon tomorrow", time(12)),
        ("tomorrow morning at five", time(5)),
        ("at 9 p.m. on Thursday", time(21)),
        ("by midnight", time(23, 59)),
    ],
)
def test_a_spoken_time_of_day_is_kept(phrase, at):
    due = parse_due(phrase, TODAY)

    assert due is not None
    assert due.at == at


def test_a_time_alone_says_that_its_day_is_only_supposed():
    due = parse_due("at five", TODAY)

    assert due is not None
    assert (due.on, due.is_time_only) == (TODAY, True)


def test_minutes_and_hours_from_now_are_a_delay():
    due = parse_due("in an hour and a half", TODAY)

    assert due is not None
    assert (due.on, due.delay) == (TODAY, timedelta(minutes=90))


@pytest.mark.parametrize(
    ("phrase", "recurrence", "first"),
    [
        ("every Monday", "weekly", "2026-11-30"),
        ("every other Friday", "biweekly", "2026-11-27"),
        ("on Tuesdays and Thursdays", "weekly", "2026-11-26"),
        ("every weekday", "weekdays", "2026-11-25"),
        ("twice a day", "daily", "2026-11-25"),
        ("on the first of every month", "monthly", "2026-12-01"),
        ("the last Friday of each month", "monthly", "2026-11-27"),
        ("every year", "yearly", "2026-11-25"),
    ],
)
def test_what_recurs_has_its_first_occurrence(phrase, recurrence, first):
    due = parse_due(phrase, TODAY)

    assert due is not None
    assert due.on is not None
    assert (due.recurrence, due.on.isoformat()) == (recurrence, first)


@pytest.mark.parametrize(
    "text",
    [
        "last friday was fine", "since monday", "he sat in the sun", "you may go", "on the second floor", "march on",
        "two days ago", "at one point", "a sunday roast", "until friday it rains", "in a minute", "24/7", "05/06",
        "version 2.4", "for three weeks", "31 February 2027", "2026-11-24", "may the fourth be",
    ],
)  # fmt: skip
def test_what_could_be_something_else_is_no_date(text):
    assert [due.phrase for due in find_due(text, TODAY)] in ([], ["may the fourth"])


def test_dates_in_running_text_are_found_in_order_with_their_places():
    text = "call the vet on, um, Friday and post the parcels by the eleventh at the latest"

    found = find_due(text, TODAY)

    assert [due.phrase for due in found] == ["on, um, Friday", "by the eleventh at the latest"]
    assert [text[due.start : due.end] for due in found] == [due.phrase for due in found]


def test_a_possessive_day_is_a_date_without_its_s():
    found = find_due("the reading for Thursday's seminar", TODAY)

    assert [due.phrase for due in found] == ["for Thursday"]


def test_a_phrase_that_is_more_than_a_date_is_none():
    assert parse_due("friday or so I think", TODAY) is None
    assert parse_due("", TODAY) is None


def test_until_is_due_only_for_what_one_has_time_for():
    assert [due.phrase for due in find_due("I have until Friday to pay", TODAY)] == ["until Friday"]
    assert find_due("I'm away until Friday", TODAY) == ()


def test_easter_and_days_counted_from_it_are_reckoned():
    assert on("Easter") == "2027-03-28"
    assert on("Good Friday") == "2027-03-26"


def test_a_day_the_month_lacks_is_sought_in_the_next_month_that_has_it():
    assert on("the 31st") == "2026-12-31"


def test_the_end_of_the_calendar_is_no_failure():
    assert find_due("next year, in ten years, every monday, tomorrow", date.max) is not None
