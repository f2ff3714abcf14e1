"""The sanitiser: nothing that we did not write reaches a terminal as anything but text."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from braindump_cli.rendering.foreign import foreign, one_line, plain

CONTROLS = (
    "\x00\x07\x08\x0d\x1b\x7f\x80\x9b\x9d\u061c\u200e\u202e\u2066\u2069\u2028\u2029\ufeff\U000e0041\ud800"
)
WORDS = st.text(st.characters() | st.sampled_from(CONTROLS + "\u0301\u0489[]:\n\t"))
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(WORDS)
@example(CONTROLS)
@example("\x1b[31mred\x1b]52;c;aGk=\x07\x1b]8;;http://x\x1b\\link")
def test_nothing_is_left_but_printable_text_line_feeds_and_tabs(words):
    shown = plain(words)

    left = {char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}} - {"\n", "\t"}
    turned = {
        char for char in shown if unicodedata.bidirectional(char) in BIDI or char in "\u061c\u200e\u200f"
    }
    assert (left, turned) == (set(), set())
    shown.encode()


@given(WORDS)
def test_what_was_made_safe_stays_as_it_is(words):
    assert plain(plain(words)) == plain(words)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.sampled_from("\n\t")))
@example("[red][/b][link=file:///etc/passwd]:bomb:")
def test_plain_ascii_is_unchanged(words):
    assert plain(words) == words


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_the_words_of_any_script_are_unchanged(words):
    assert plain(words) == words


@given(WORDS)
@example("[/b] [red] :bomb:")
def test_brackets_stay_text_for_rich(words):
    assert foreign(words).plain == plain(words)
    assert foreign(words).spans == []


@given(WORDS)
@example("a" + "\u0301" * 50 + "\u0489" * 50)
def test_never_more_than_four_marks_smear_over_one_letter(words):
    marks = longest = 0
    for char in plain(words):
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        longest = max(longest, marks)

    assert longest <= 4


@given(WORDS)
def test_one_line_is_one_line_without_blanks_at_its_ends(words):
    shown = one_line(words)

    assert not set(shown) & set("\n\r\t\v\f\x85\u2028\u2029")
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize(
    ("given_words", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\x07", "a␀b␇"),
        ("one\r\ntwo\rthree", "one\ntwo␍three"),
        ("\x7f\x9b31m", "␡\ufffd31m"),
        ("abc\u202etxt.exe", "abc\ufffdtxt.exe"),
        ("\udcff", "\ufffd"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        ("👩\u200d👧 да עברית", "👩\u200d👧 да עברית"),
    ],
)
def test_a_control_is_shown_as_its_picture_or_as_a_mark_that_something_was_there(given_words, shown):
    assert plain(given_words) == shown
