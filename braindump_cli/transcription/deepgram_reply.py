"""Reads what Deepgram heard: one answer to a recording, or the final results of live lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from braindump_cli.domain.transcript import Segment

_ENDS = re.compile(r"[.?!…。？！][\"'”’)\]]*$")  # noqa: RUF001 - sentences end so in Chinese and Japanese
_GOES_ON = re.compile(r"^(?:\w|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e)\.$")
_PAUSE_S = 2.0  # ends a sentence that nothing else ends


class Spoken(NamedTuple):
    """A word, in seconds of the recording."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None
    speaker: int | None


def recorded(answer: Mapping[str, Any]) -> tuple[Segment, ...]:
    """Return the sentences of an answer to a recording. Raises ValueError, TypeError, KeyError and their kin."""
    channels = answer["results"]["channels"]
    best = channels[0]["alternatives"][0] if channels and channels[0]["alternatives"] else {}
    words = [_word(word, 0.0) for word in best.get("words") or ()]
    paragraphs = (best.get("paragraphs") or {}).get("paragraphs") or ()
    said = [
        (
            _segment(sentence["text"], sentence["start"], sentence["end"], words=words),
            paragraph.get("speaker"),
        )
        for paragraph in paragraphs
        for sentence in paragraph["sentences"]
    ]
    if not said:
        said = list(_sentences(words))
    if not said and (text := best.get("transcript", "").strip()):
        said = [(_segment(text, 0.0, answer["metadata"]["duration"], words=words), None)]
    return _labelled(said)


def live(finals: Iterable[Mapping[str, Any]]) -> tuple[Segment, ...]:
    """Return the sentences of final results, each with its place in the recording. Raises as `recorded`."""
    words: list[Spoken] = []
    for final in finals:
        words += _of_final(final)
    return _labelled(list(_sentences(words)))


def detected(answer: Mapping[str, Any]) -> str | None:
    """Return the language that Deepgram found in a recording, where it was asked to."""
    channels = answer["results"]["channels"]
    language: str | None = channels[0].get("detected_language") if channels else None
    return language


def _of_final(final: Mapping[str, Any]) -> list[Spoken]:
    """Return the words of a final result; where its text is written otherwise, the text as one word."""
    offset_s = float(final["offset_s"])
    words = [_word(word, offset_s) for word in final["words"]]
    text = final["transcript"]
    if text is None or " ".join(word.text for word in words) == " ".join(text.split()):
        return words
    start_s = offset_s + float(final["start"])
    end_s = start_s + float(final["duration"])
    speaker = words[0].speaker if words else None
    return [Spoken(text, start_s, end_s, final["confidence"], speaker)]


def _word(word: Mapping[str, Any], offset_s: float) -> Spoken:
    start_s = offset_s + float(word["start"])
    end_s = max(start_s, offset_s + float(word["end"]))
    text = str(word.get("punctuated_word") or word["word"])
    return Spoken(text, start_s, end_s, word.get("confidence"), word.get("speaker"))


def _sentences(words: Iterable[Spoken]) -> Iterator[tuple[Segment, int | None]]:
    """Yield sentences with their speakers: they end where the service set a stop, or somebody else speaks."""
    said = list(words)
    sentence: list[Spoken] = []
    for word, following in zip_longest(said, said[1:]):
        sentence.append(word)
        if following is None or _parts(word, following):
            text = " ".join(each.text for each in sentence)
            yield _segment(text, sentence[0].start_s, word.end_s, words=sentence), word.speaker
            sentence = []


def _parts(word: Spoken, following: Spoken) -> bool:
    is_stop = bool(_ENDS.search(word.text)) and not _GOES_ON.match(word.text)
    return is_stop or word.speaker != following.speaker or following.start_s - word.end_s > _PAUSE_S


def _segment(text: str, start_s: float, end_s: float, *, words: Iterable[Spoken]) -> Segment:
    """Return a sentence; it is as sure as its words are on the average."""
    start_s = max(0.0, float(start_s))
    end_s = max(start_s, float(end_s))
    sure = [
        word.confidence
        for word in words
        if word.confidence is not None and start_s <= (word.start_s + word.end_s) / 2 <= end_s
    ]
    confidence = round(min(1.0, max(0.0, sum(sure) / len(sure))), 3) if sure else None
    return Segment(
        text=" ".join(str(text).split()),
        start_s=round(start_s, 3),
        end_s=round(end_s, 3),
        confidence=confidence,
    )


def _labelled(said: list[tuple[Segment, int | None]]) -> tuple[Segment, ...]:
    """Return the sentences; where several people speak, each turn begins with who does."""
    speakers = {speaker for _, speaker in said if speaker is not None}
    if len(speakers) < 2:
        return tuple(segment for segment, _ in said)
    found, last = [], None
    for segment, speaker in said:
        label = f"Speaker {speaker + 1}: " if speaker is not None and speaker != last else ""
        found.append(
            Segment(
                text=label + segment.text,
                start_s=segment.start_s,
                end_s=segment.end_s,
                confidence=segment.confidence,
            )
        )
        last = speaker
    return tuple(found)
