"""What is told when one period is over and another begins."""

import pytest

from braindump_cli.domain.todo import Todo
from braindump_cli.ports.focus import Notice
from braindump_cli.rendering.turns import turn_notice
from tests.fakes import MONDAY_MORNING

WORK_1 = "1\twork\t1000\t1\t4\tbreak"
BREAK_1 = "1\tbreak\t1300\t1\t4\twork"
WORK_2 = "1\twork\t2800\t2\t4\tlong_break"
LONG_BREAK_2 = "1\tlong_break\t3700\t2\t4\twork\twith words of the user's"
DONE = "1\tdone\t0\t4\t4\tnone"


@pytest.mark.parametrize(
    ("ended", "begun", "notice"),
    [
        (WORK_1, BREAK_1, Notice("Time for a break", "5 minutes, round 1 of 4 is done.")),
        (BREAK_1, WORK_2, Notice("Back to work", "Round 2 of 4, 25 minutes.")),
        (WORK_2, LONG_BREAK_2, Notice("Time for a long break", "15 minutes, round 2 of 4 is done.")),
        (WORK_2, DONE, Notice("Done", "All 4 rounds are over.")),
        ("1\twork\t1000\t1\t1\tdone", "1\tdone\t0\t1\t1\tnone", Notice("Done", "The round is over.")),
        (WORK_1, "", Notice("Time for a break", "Round 1 of 4.")),
        ("", "", Notice("The period is over", "")),
    ],
)
def test_a_turn_is_told_in_two_sentences(ended, begun, notice):
    told = turn_notice(ended, begun)

    assert told.title == notice.title
    assert told.body == notice.body or not ended


def test_it_names_what_to_work_on_and_at_a_break_what_there_is_to_do():
    todos = [
        Todo(id=text, number=1, text=text, created_at=MONDAY_MORNING)
        for text in ("Call\nthe dentist", "Rest")
    ]

    assert (
        turn_notice(BREAK_1, WORK_2, work_on="\033[2JPlants").body == "Round 2 of 4, 25 minutes, ␛[2JPlants."
    )
    assert turn_notice(WORK_1, BREAK_1, offers=todos).body == (
        "5 minutes, round 1 of 4 is done. Today: Call the dentist; Rest"
    )
