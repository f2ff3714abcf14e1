"""The search query builder, asked of a real full-text table."""

from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.storage.sqlite.search import match_of
from tests.fakes import FakeClock
from tests.journals import mind_of, open_in, typed

ALL = EntryFilter(limit=None)
# Letters of many scripts, accents standing alone, marks, signs: what the engine's tables and Python's both know.
WRITTEN = st.text(
    st.characters(codec="utf-8", min_codepoint=1, max_codepoint=0x17F, exclude_categories=["Cc"])
    | st.sampled_from(
        "\u0301\u0308\u00ad\u200d\u0915\u093f\u05d0\u05b7\u0627\u064eд語カ한ß\"'*:-()^{}+,. \n\t"
    )
)
TYPED = st.text() | st.lists(
    st.sampled_from(['"', "*", "a:b", "-x", "AND", "OR", "NOT", "NEAR(", "(", ")", "^a", "{a}", "+", "a", '""', ","])
).map(" ".join)  # fmt: skip


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    with closing(open_in(tmp_path_factory.mktemp("search"))) as db:
        found = mind_of(db, FakeClock()).entries
        found.add(typed("a and b or near x"))
        yield found


@given(TYPED)
@example('"')
@example("'\"*:^-(){}NEAR/2")
@example("a\0b")
@example("\udcff")
@example('"a" ' * 1000)
@example("(" * 5000)
def test_any_query_is_answered(entries, query):
    for by_time in (False, True):
        found = list(entries.search(query, ALL, by_time=by_time))

        assert len(found) <= 1


@given(WRITTEN)
@example("e\u0301te\u0301")
@example("naïve don't e-mail")
def test_every_word_of_a_text_finds_it(entries, text):
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    new = typed(text)
    entries.add(new)

    for word in words:
        assert new.id in {hit.entry.id for hit in entries.search(word, ALL, by_time=False)}
    entries.trash(new.id, new.created_at)


@given(WRITTEN)
@example("one two three")
def test_all_of_a_text_is_a_phrase_that_finds_it(entries, text):
    new = typed(text)
    entries.add(new)

    phrase = f'"{text.replace(chr(34), " ")}"'
    found = {hit.entry.id for hit in entries.search(phrase, ALL, by_time=False)}
    entries.trash(new.id, new.created_at)

    assert (new.id in found) is bool(match_of(phrase))


@given(st.text(st.sampled_from("abc é"), min_size=1), st.integers(1, 5))
def test_the_beginning_of_the_last_word_is_enough(entries, text, length):
    new = typed(f"{text} zebra")
    entries.add(new)

    found = {hit.entry.id for hit in entries.search("zebra"[:length], ALL, by_time=True)}
    entries.trash(new.id, new.created_at)

    assert new.id in found
