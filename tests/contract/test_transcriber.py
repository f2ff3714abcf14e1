"""What every transcriber promises."""

from collections.abc import Callable

import pytest

from braindump_cli import registry
from braindump_cli.errors import BadDataError
from braindump_cli.ports import Transcriber
from tests.unit.transcription.speech import blocks, said, silence, spoken

MAKERS: dict[str, Callable[[], Transcriber]] = {
    "pocketsphinx": registry.load(registry.TRANSCRIBERS, "pocketsphinx"),
}
TEXT = "Please buy milk and bread and some apples on the way home"


@pytest.fixture(scope="module", params=MAKERS)
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    return MAKERS[request.param]()


def test_its_name_is_the_one_it_is_found_by(request, transcriber):
    assert transcriber.name == request.node.callspec.params["transcriber"]


def test_it_can_hear_english_here(transcriber):
    assert transcriber.unavailable("en") is None


def test_recorded_and_live_sound_give_the_same_text(transcriber):
    sound = blocks(said(TEXT) + silence(0.5))
    listener = transcriber.listen(spoken())
    for block in sound:
        listener.feed(block)

    live, recorded = listener.finish(), transcriber.hear(spoken(sound))

    assert transcriber.interpret(live) == transcriber.interpret(recorded)


def test_a_text_tells_who_heard_it_and_when_each_sentence_was_said(transcriber):
    heard = transcriber.interpret(transcriber.hear(spoken(blocks(said(TEXT)))))

    assert heard.provider == transcriber.name
    assert heard.model
    assert "milk" in heard.text
    assert all(0 <= segment.start_s < segment.end_s for segment in heard.segments)
    assert all(0 <= (segment.confidence or 0) <= 1 for segment in heard.segments)


def test_silence_is_no_text(transcriber):
    assert transcriber.interpret(transcriber.hear(spoken(blocks(silence(3))))).text == ""


def test_no_sound_at_all_is_no_text(transcriber):
    assert transcriber.interpret(transcriber.listen(spoken()).finish()).segments == ()


def test_a_reply_may_be_interpreted_again(transcriber):
    reply = transcriber.hear(spoken(blocks(said(TEXT))))

    assert transcriber.interpret(reply) == transcriber.interpret(reply)


def test_the_caption_is_empty_before_the_first_word(transcriber):
    assert transcriber.listen(spoken()).caption() == ""


def test_a_foreign_reply_is_bad_data(transcriber):
    with pytest.raises(BadDataError):
        transcriber.interpret("<html>502</html>")
