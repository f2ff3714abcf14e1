"""Hearing live with several engines."""

import pytest

from braindump_cli.domain.leaving import HERE
from braindump_cli.domain.transcript import Transcript
from braindump_cli.errors import ProviderError
from braindump_cli.ports import Listener, Speech
from braindump_cli.services.ladder import Ladder

SPEECH = Speech("en", 0.0, lambda: iter(()), bytes)


class Ears:
    """A live engine that gives up after some bytes, and its own listener."""

    model = "m"
    place = HERE
    is_draft = False
    is_live = True

    def __init__(self, name: str, *, most: int | None = None, deaf: bool = False) -> None:
        self.name = name
        self.most = most
        self.deaf = deaf
        self.heard = b""
        self.is_closed = False

    def unavailable(self, language: str) -> str | None:
        return None

    def hear(self, speech: Speech) -> str:
        raise ProviderError("live alone")

    def interpret(self, reply: str) -> Transcript:
        raise ProviderError("not asked for")

    def listen(self, speech: Speech) -> Listener:
        if self.deaf:
            raise ProviderError(f"{self.name} refuses")
        return self

    def feed(self, sound: bytes) -> int | None:
        if self.most is not None and len(self.heard) + len(sound) > self.most:
            raise ProviderError(f"{self.name} is gone")
        self.heard += sound
        return None

    def caption(self) -> str:
        return self.name

    def finish(self) -> str:
        return f"{self.name}: {self.heard.decode()}"

    def close(self) -> None:
        self.is_closed = True


def followed(ladder, sound=b"abcdef"):
    """Feed it byte by byte, as whoever follows a spool does."""
    position = 0
    while position < len(sound):
        again = ladder.feed(sound[position : position + 1])
        position = position + 1 if again is None else again
    return ladder.finish()


def test_nothing_is_asked_before_the_first_sound():
    ladder = Ladder([Ears("first", deaf=True)], SPEECH)

    assert ladder.caption() == ""
    assert not ladder.refusals


def test_the_first_engine_hears_it_all_while_it_can():
    first, second = Ears("first"), Ears("second")

    assert followed(Ladder([first, second], SPEECH)) == "first: abcdef"
    assert second.heard == b""


@pytest.mark.parametrize("first", [Ears("first", most=3), Ears("first", most=0), Ears("first", deaf=True)])
def test_where_one_gives_up_the_next_hears_everything(first):
    ladder = Ladder([first, Ears("second")], SPEECH)

    assert followed(ladder) == "second: abcdef"
    assert ladder.engine.name == "second"
    assert [name for name, _ in ladder.refusals] == ["first"]
    assert first.is_closed or first.deaf


def test_the_last_one_to_give_up_says_why():
    ladder = Ladder([Ears("first", most=1), Ears("second", most=2)], SPEECH)

    with pytest.raises(ProviderError, match="second is gone"):
        followed(ladder)


def test_closing_lets_go_of_whoever_hears():
    ears = Ears("first")
    ladder = Ladder([ears], SPEECH)
    ladder.feed(b"a")

    ladder.close()

    assert ears.is_closed
