import pytest

from braindump_cli.domain.selector import Selector, parse_selector
from braindump_cli.errors import UsageError


@pytest.mark.parametrize(
    ("words", "selector"),
    [
        ("12", Selector(number=12)),
        (" 007 ", Selector(number=7)),
        ("123456", Selector(number=123456)),
        ("last", Selector(back=0)),
        ("LAST~2", Selector(back=2)),
        ("a3e8f0", Selector(id_ending="a3e8f0")),
        ("9C5FDCA8A3E8", Selector(id_ending="9c5fdca8a3e8")),
        ("ada3-9c5fdca8a3e8", Selector(id_ending="ada3-9c5fdca8a3e8")),
    ],
)
def test_an_entry_is_named_by_its_number_its_id_or_its_place_from_the_end(words, selector):
    assert parse_selector(words) == selector


@pytest.mark.parametrize(
    "words",
    ["", " ", "a3e8f", "a-3-e-8-f", "first", "last~", "last~x", "last~-1", "last2", "-1", "1.5", "%%%%%%", "_" * 8,
     "٣", "9" * 19 + "x", "last~" + "9" * 10, "a3e8f0\0", "a3e8f0\udcff"],
)  # fmt: skip
def test_what_names_nothing_is_refused_with_the_ways_to_name_it(words):
    with pytest.raises(UsageError, match="names nothing") as caught:
        parse_selector(words)

    assert "last~2" in str(caught.value.hint)
