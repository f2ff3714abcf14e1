"""What ports.EntryRepository promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.recording import KEPT, RECORDING, Recording
from braindump_cli.domain.selector import Selector
from braindump_cli.errors import NotFoundError
from tests.fakes import MONDAY_MORNING
from tests.journals import heard, spoken, typed

HOUR = timedelta(hours=1)
ALL = EntryFilter(limit=None)


@pytest.fixture
def entries(mind):
    return mind.entries


def texts(found):
    return [entry.text for entry in found]


def test_an_entry_comes_back_as_it_was_given(entries):
    new = typed("Hello, \x1b[31m“Wörld”\n\tღ 🦕", title="Given", tags=("work", "leeds"), is_private=True)

    kept = entries.add(new)

    assert kept == entries.get(new.id)
    assert (kept.id, kept.kind, kept.text, kept.title) == (new.id, "text", new.text, "Given")
    assert (kept.created_at, kept.zone, kept.language) == (MONDAY_MORNING, "Europe/London", "en")
    assert (kept.tags, kept.is_private, kept.is_starred) == (("leeds", "work"), True, False)
    assert (kept.duration_s, kept.engine, kept.recordings, kept.deleted_at) == (None, None, (), None)


def test_the_same_id_a_second_time_changes_nothing(entries):
    new = typed("First", tags=("work",))
    kept = entries.add(new)

    again = entries.add(replace(new, text="Second", tags=("home",)))

    assert again == kept
    assert entries.count() == 1


def test_numbers_count_up_and_are_not_used_again(entries):
    first, second = entries.add(typed("a")), entries.add(typed("b"))
    entries.trash(second.id, MONDAY_MORNING)

    third = entries.add(typed("c"))

    assert (first.number, second.number, third.number) == (1, 2, 3)


def test_an_entry_that_is_not_there_is_not_found(entries):
    assert not entries.has("nothing")
    with pytest.raises(NotFoundError):
        entries.get("nothing")


def test_entries_are_found_by_time_the_newest_first(entries):
    for hour, text in ((1, "b"), (0, "a"), (2, "c")):
        entries.add(typed(text, at=MONDAY_MORNING + hour * HOUR))

    assert texts(entries.find(ALL)) == ["c", "b", "a"]
    assert texts(entries.find(EntryFilter(newest_first=False, limit=2))) == ["a", "b"]


def test_of_one_instant_the_higher_number_is_the_newer(entries):
    for text in "abc":
        entries.add(typed(text))

    assert texts(entries.find(ALL)) == ["c", "b", "a"]


def test_a_span_begins_with_its_first_instant_and_ends_before_its_last(entries):
    for hour, text in enumerate("abcd"):
        entries.add(typed(text, at=MONDAY_MORNING + hour * HOUR))
    wanted = EntryFilter(since=MONDAY_MORNING + HOUR, until=MONDAY_MORNING + 3 * HOUR, newest_first=False)

    assert texts(entries.find(wanted)) == ["b", "c"]


def test_entries_are_found_by_kind_and_by_all_of_their_tags(entries):
    entries.add(typed("a", tags=("work",)))
    entries.add(typed("b", tags=("work", "leeds")))
    entries.add(spoken(tags=("leeds",)), duration_s=2.5)

    assert texts(entries.find(EntryFilter(tags=("work",)))) == ["b", "a"]
    assert texts(entries.find(EntryFilter(tags=("work", "leeds")))) == ["b"]
    assert texts(entries.find(EntryFilter(tags=("nothing",)))) == []
    assert [entry.duration_s for entry in entries.find(EntryFilter(kind="voice"))] == [2.5]
    assert texts(entries.find(EntryFilter(starred_only=True))) == []


def test_the_trash_is_a_place_of_its_own(entries):
    gone, here = entries.add(typed("gone")), entries.add(typed("here"))

    entries.trash(gone.id, MONDAY_MORNING + HOUR)

    assert texts(entries.find(ALL)) == [here.text]
    assert texts(entries.find(EntryFilter(in_trash=True))) == ["gone"]
    assert entries.get(gone.id).deleted_at == MONDAY_MORNING + HOUR
    assert entries.has(gone.id)
    assert entries.count() == 1


def test_what_is_taken_out_of_the_trash_is_as_it_was(entries):
    kept = entries.add(typed("gone for an hour"))
    entries.trash(kept.id, MONDAY_MORNING)

    entries.trash(kept.id, None)

    assert entries.get(kept.id) == kept
    assert entries.count() == 1
    assert [hit.entry for hit in entries.search("hour", ALL, by_time=False)] == [kept]


def test_an_entry_is_selected_by_number_by_the_end_of_its_id_and_by_its_place(entries):
    first, second = entries.add(typed("a")), entries.add(typed("b"))

    assert entries.select(Selector(number=1)) == [first]
    assert entries.select(Selector(id_ending=second.id[-6:])) == [second]
    assert entries.select(Selector(back=0)) == [second]
    assert entries.select(Selector(back=1)) == [first]
    assert entries.select(Selector(back=2)) == []
    assert entries.select(Selector(number=9)) == []


def test_the_last_entry_is_never_one_in_the_trash_but_its_number_still_names_it(entries):
    first, second = entries.add(typed("a")), entries.add(typed("b"))
    entries.trash(second.id, MONDAY_MORNING)

    assert entries.select(Selector(back=0)) == [first]
    assert [entry.text for entry in entries.select(Selector(number=2))] == ["b"]


def test_an_ending_of_several_ids_selects_them_all(entries):
    for start in "12":
        entries.add(replace(typed(start), id=f"0000000{start}-0000-7000-8000-00000abcdef0"))

    assert texts(entries.select(Selector(id_ending="abcdef0"))) == ["1", "2"]


def test_a_search_wants_all_words_in_any_order_and_accents_do_not_matter(entries):
    entries.add(typed("The café by the canal"))
    entries.add(typed("The canal alone"))

    assert texts(hit.entry for hit in entries.search("canal CAFE", ALL, by_time=False)) == [
        "The café by the canal"
    ]


def test_a_search_finds_a_phrase_and_the_beginning_of_the_last_word_alone(entries):
    entries.add(typed("walking by the canal"))
    entries.add(typed("the walk was by a canal"))

    def found(query):
        return sorted(texts(hit.entry for hit in entries.search(query, ALL, by_time=False)))

    assert found('"by the canal"') == ["walking by the canal"]
    assert found("canal walk") == ["the walk was by a canal", "walking by the canal"]
    assert found("walk canal") == ["the walk was by a canal"]
    assert found('"walk"') == ["the walk was by a canal"]


def test_a_search_tells_score_and_words_around_and_the_best_comes_first(entries):
    entries.add(typed("plum and a great many other words that say nothing at all of it"))
    entries.add(typed("plum plum plum"))

    best, other = entries.search("plum", ALL, by_time=False)

    assert best.entry.text == "plum plum plum"
    assert best.score > other.score
    assert best.snippet == "\x02plum\x03 \x02plum\x03 \x02plum\x03"


def test_a_search_by_time_and_with_filters_keeps_to_them(entries):
    for hour, tags in enumerate([(), ("work",), ("work",)]):
        entries.add(typed(f"plum {hour}", at=MONDAY_MORNING + hour * HOUR, tags=tags))
    entries.trash(entries.add(typed("plum gone", tags=("work",))).id, MONDAY_MORNING)

    def found(wanted, *, by_time):
        return texts(hit.entry for hit in entries.search("plum", wanted, by_time=by_time))

    assert found(EntryFilter(newest_first=False), by_time=True) == ["plum 0", "plum 1", "plum 2"]
    assert found(EntryFilter(limit=2), by_time=True) == ["plum 2", "plum 1"]
    assert sorted(found(EntryFilter(tags=("work",)), by_time=False)) == ["plum 1", "plum 2"]
    assert len(found(EntryFilter(limit=1), by_time=False)) == 1
    assert found(EntryFilter(until=MONDAY_MORNING + HOUR), by_time=False) == ["plum 0"]


def test_a_search_without_words_finds_nothing(entries):
    entries.add(typed("anything"))

    assert list(entries.search('* "" -', ALL, by_time=False)) == []


def test_a_transcript_becomes_the_text_and_is_found_by_it(entries):
    kept = entries.add(spoken(), duration_s=2.0)

    entries.attach(kept.id, heard("One plum.", "Two."), reply="raw", at=MONDAY_MORNING)

    found = entries.get(kept.id)
    assert (found.text, found.engine, found.is_draft) == ("One plum. Two.", "fake", False)
    assert entries.transcript(kept.id) == heard("One plum.", "Two.")
    assert [hit.entry.id for hit in entries.search("plum", ALL, by_time=False)] == [kept.id]


def test_a_draft_is_replaced_by_a_later_draft_and_by_a_final_text_but_never_comes_back(entries):
    kept = entries.add(spoken())
    seen = []
    for words, is_draft in (("first", True), ("second", True), ("final", False), ("late draft", True)):
        entries.attach(kept.id, heard(words, is_draft=is_draft), reply=words, at=MONDAY_MORNING)
        seen.append((entries.get(kept.id).text, entries.transcript(kept.id)))

    assert [text for text, _ in seen] == ["first", "second", "final", "final"]
    assert [transcript.text for _, transcript in seen] == [text for text, _ in seen]


def test_the_same_reply_attached_twice_is_one_version(entries):
    kept = entries.add(spoken())
    for _ in range(2):
        entries.attach(kept.id, heard("words"), reply="raw", at=MONDAY_MORNING)

    assert entries.get(kept.id).text == "words"
    assert entries.transcript(kept.id) == heard("words")


def test_an_entry_without_a_transcript_has_none(entries):
    assert entries.transcript(entries.add(typed("a")).id) is None


def test_a_title_found_in_the_text_gives_way_to_one_given_by_hand(entries):
    named, nameless = entries.add(typed("a", title="Mine")), entries.add(typed("b"))
    for entry in (named, nameless):
        entries.set_title(entry.id, "Found")

    assert entries.get(named.id).title == "Mine"
    assert entries.get(nameless.id).title == "Found"


def test_a_recording_is_known_before_its_entry_and_changes_with_its_state(entries):
    new = spoken()
    row = Recording(id="r", entry_id=new.id, state=RECORDING)
    entries.save_recording(row)
    before = (entries.recording(new.id), entries.has(new.id), list(entries.unfinished()))

    kept = replace(row, state=KEPT, duration_s=2.5, size_bytes=100, sha256="ab", gaps_s=0.5, format="flac")
    entries.add(new, duration_s=2.5)
    entries.save_recording(kept)

    assert before == (row, False, [new.id])
    assert entries.get(new.id).recordings == (kept,)
    assert list(entries.unfinished()) == []


def test_only_a_recording_that_never_ended_is_forgotten(entries):
    for name, state in (("a", RECORDING), ("b", KEPT)):
        entries.save_recording(Recording(id=name, entry_id=name, state=state))
        entries.forget_recording(name)

    assert entries.recording("a") is None
    assert entries.recording("b") is not None


def test_it_knows_whether_an_entry_is_to_be_understood(entries):
    wanted, unwanted = typed("a"), typed("b", wants_insights=False)
    for new in (wanted, unwanted):
        entries.add(new)

    assert entries.wants_insights(wanted.id)
    assert not entries.wants_insights(unwanted.id)
    assert not entries.wants_insights("nothing")


def test_an_entry_tells_which_steps_wait_for_it(entries, jobs):
    kept = entries.add(typed("a"))
    jobs.add(kept.id, "analyse", "keep")

    assert set(entries.get(kept.id).pending) == {"analyse", "keep"}
