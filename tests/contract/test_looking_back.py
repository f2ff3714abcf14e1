"""What `ask` and `review` need of the repositories."""

from datetime import timedelta

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.services.todos import finish_todo
from tests.fakes import MONDAY_MORNING
from tests.journals import todo, typed

ALL = EntryFilter()
TUESDAY = MONDAY_MORNING + timedelta(days=1)


def test_it_tells_for_each_word_which_entries_hold_it_newest_first(mind):
    for text in ("A plum.", "Plums and pears.", "A pear, a plumber."):
        mind.entries.add(typed(text))

    found = mind.entries.holders([("plum", "plums"), ("pea*",), ("quince",), ()], ALL)

    assert [list(numbers) for numbers in found] == [[2, 1], [3, 2], [], []]


def test_private_entries_and_the_trash_hold_no_words(mind, clock):
    mind.entries.add(typed("A plum.", is_private=True))
    gone = mind.entries.add(typed("A plum."))
    mind.entries.trash(gone.id, clock.now())

    assert [list(numbers) for numbers in mind.entries.holders([("plum",)], ALL)] == [[]]


def test_holders_keep_to_the_filter(mind):
    mind.entries.add(typed("A plum.", tags=("fruit",)))
    mind.entries.add(typed("A plum.", at=TUESDAY))

    def found(wanted):
        return [list(numbers) for numbers in mind.entries.holders([("plum",)], wanted)]

    assert found(ALL._replace(tags=("fruit",))) == [[1]]
    assert found(ALL._replace(since=TUESDAY)) == [[2]]
    assert found(ALL._replace(limit=0)) == [[2, 1]]  # the limit is of answers


def test_a_word_may_hold_any_character(mind):
    mind.entries.add(typed('A "plum" or NOT.'))

    found = mind.entries.holders([('pl"um',), ("NOT",), ("\0",), ("\ud800",), ("*",)], ALL)

    assert [list(numbers) for numbers in found] == [[], [1], [], [], []]


def test_to_dos_of_a_time_are_those_added_by_hand_and_those_done_then(mind, clock):
    early = mind.todos.add(todo("early"))
    mind.todos.add(todo("late", at=TUESDAY))
    clock.set_wall(TUESDAY)
    finish_todo(early, todos=mind.todos, clock=clock)

    def found(since, until):
        return [each.text for each in mind.todos.between(since, until)]

    assert found(None, None) == ["early", "late"]
    assert found(MONDAY_MORNING, TUESDAY) == ["early"]
    assert found(TUESDAY, None) == ["early", "late"]
    assert found(TUESDAY + timedelta(seconds=1), None) == []


def test_to_dos_of_private_entries_and_of_the_trash_are_left_out(mind, clock):
    hidden = mind.entries.add(typed("x", is_private=True))
    gone = mind.entries.add(typed("y"))
    for entry in (hidden, gone):
        mind.todos.add(todo("secret", entry_id=entry.id, status="done", done_at=clock.now()))
    mind.entries.trash(gone.id, clock.now())

    assert mind.todos.between(None, None) == []
