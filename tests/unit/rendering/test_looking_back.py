from datetime import UTC, date, timedelta

import pytest

from braindump_cli.domain.asking import Asked, Quoted
from braindump_cli.domain.entry import Entry
from braindump_cli.domain.moments import Span
from braindump_cli.domain.review import Asking, Digest, Review, SaidAndDone
from braindump_cli.domain.todo import Todo
from braindump_cli.rendering.asking import answer_document, answer_page
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.review import review_document, review_page
from braindump_cli.rendering.typeset import plain_page
from tests.fakes import MONDAY_MORNING

HERE = Here(date(2026, 3, 5), UTC)
BEES = Entry(id="b", number=7, kind="text", created_at=MONDAY_MORNING, zone="UTC", title="Bees")
OTHER = Entry(id="o", number=12, kind="text", created_at=MONDAY_MORNING, zone="UTC", title="Other")
QUOTES = (
    Quoted(BEES, "Both colonies are alive.", 1.2, is_cited=True),
    Quoted(OTHER, "No bees.", 0.7),
    Quoted(BEES, "They hum.", 0.6),
)
ASKED = Asked(
    "How are the bees?", QUOTES, has_evidence=True, engine="openai", model="m", answer="Alive \x1b[2J[7]."
)
EMPTY = Review(Span(date(2026, 3, 2), date(2026, 3, 9)), (), 0, SaidAndDone(), (), (), (), (), None)


def shown(page):
    return "\n".join(plain_page(page))


def test_an_answer_comes_first_then_what_it_rests_on_then_what_is_near():
    page = shown(answer_page(ASKED, here=HERE))

    parts = [
        "How are the bees?",
        "Alive ␛[2J[7].",
        "by m",
        "It rests on",
        "“Both",
        "Also near",
        "“No",
        "“They",
    ]
    assert sorted(parts, key=page.index) == parts
    assert "\x1b" not in page


def test_an_answer_that_rests_on_all_quotes_leaves_nothing_near():
    cited = tuple(each._replace(is_cited=True) for each in QUOTES)

    assert "Also near" not in shown(answer_page(ASKED._replace(quotes=cited), here=HERE))


def test_quotes_of_one_entry_stand_together_under_its_name():
    page = shown(answer_page(ASKED._replace(answer=None), here=HERE))

    assert page.count("Bees") == 1
    assert page.index("Bees") < page.index("“They hum.”") < page.index("Other")
    assert "It rests on" not in page


def test_a_model_that_found_no_evidence_is_told_apart_from_quotes_that_may_answer():
    page = shown(answer_page(ASKED._replace(answer=None, has_evidence=False), here=HERE))

    assert "Your journal does not say." in page
    assert "“No bees.”" in page


def test_the_document_of_an_answer_tells_what_was_cited():
    document = answer_document(ASKED)

    assert (document["answer"], document["model"]) == (ASKED.answer, "m")
    assert [quote["is_cited"] for quote in document["quotes"]] == [True, False, False]


@pytest.mark.parametrize(
    ("first", "after", "title"),
    [
        (date(2026, 3, 2), date(2026, 3, 9), "2 to 8 March"),
        (date(2026, 2, 23), date(2026, 3, 2), "23 February to 1 March"),
        (date(2026, 3, 1), date(2026, 4, 1), "March 2026"),
        (date(2026, 3, 4), date(2026, 3, 5), "Wed 4 March"),
        (date(2025, 12, 29), date(2026, 1, 5), "29 December 2025 to 4 January"),
        (date(2025, 12, 1), date(2025, 12, 8), "1 to 7 December 2025"),
    ],
)
def test_days_are_named_as_people_name_them(first, after, title):
    page = shown(review_page(EMPTY._replace(span=Span(first, after)), here=HERE))

    assert page.splitlines()[1].strip() == f"{title}  0 entries"


def test_a_digest_stands_above_the_facts_with_the_numbers_it_rests_on():
    digest = Digest("A week of \x1b[31mbees.", "openai", "m", (BEES, OTHER))
    found = EMPTY._replace(entries=(BEES, OTHER), days=1, question=Asking(BEES, "Why bees?"), digest=digest)

    page = shown(review_page(found, here=HERE))

    parts = [
        "2 entries, 1 day",
        "A week of ␛[31mbees.",
        "by m, from 7, 12",
        "Entries",
        "A question",
        "Why bees?",
    ]
    assert sorted(parts, key=page.index) == parts
    assert [each["number"] for each in review_document(found)["digest"]["cited"]] == [7, 12]


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (["open"], "1 to-do arose, still open."),
        (["done", "done"], "2 to-dos arose, all done."),
        (["done", "open", "dropped", "open"], "4 to-dos arose: 1 done, 1 dropped, 2 still open."),
    ],
)
def test_said_is_weighed_against_done_in_one_sentence(statuses, told):
    todos = tuple(
        Todo(id=f"t{i}", number=i, text="x", created_at=MONDAY_MORNING + timedelta(hours=i), status=status)
        for i, status in enumerate(statuses)
    )
    found = EMPTY._replace(todos=SaidAndDone(arose=todos))

    assert told in shown(review_page(found, here=HERE))
