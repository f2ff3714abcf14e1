from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from braindump_cli.domain.insight import Findings, FoundTodo
from braindump_cli.domain.leaving import ELSEWHERE, LOOPBACK
from braindump_cli.domain.transcript import Segment, Transcript
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError, RateLimitedError
from braindump_cli.services.engines import Panel
from braindump_cli.services.insights import Reading, analyse, edit_insights, understand, zone_of
from braindump_cli.services.leaving import Permission
from braindump_cli.services.work import NotYetError
from tests.fakes import MONDAY_MORNING, FakeAnalyst
from tests.journals import heard, spoken, todo, typed

FOUND = Findings(title="Teeth", todos=(FoundTodo(quote="call Ann", text="Call Ann"),))
OTHER = Findings(title="Other")


@pytest.fixture
def entry(mind):
    return mind.entries.add(typed("I must call Ann.", zone="Asia/Tokyo"))


CONSENT = Permission("cloud", consent=True, since=MONDAY_MORNING - timedelta(days=1))


def read_by(*analysts, permission=CONSENT, told=None):
    panel = Panel(analysts, lambda: permission)
    return Reading(panel, told) if told else Reading(panel)


def read(entry, mind, *analysts, **how):
    return understand(entry, reading=read_by(*analysts, **how), mind=mind).version


def analysed(entry, mind, jobs, *analysts, **how):
    jobs.add(entry.id, "analyse")
    (job,) = jobs.of_entry(entry.id)
    return analyse(job, reading=read_by(*analysts, **how), mind=mind, jobs=jobs)


def test_a_reading_becomes_insights_title_and_to_dos(entry, mind):
    version = read(entry, mind, FakeAnalyst(FOUND))

    assert mind.insights.current(entry.id) == version
    assert (version.engine, version.model, version.is_edited) == ("fake", "m", False)
    assert mind.entries.get(entry.id).title == "Teeth"
    assert [each.text for each in mind.todos.of_entry(entry.id)] == ["Call Ann"]


def test_an_analyst_is_told_the_time_where_it_was_said(entry, mind):
    analyst = FakeAnalyst()

    read(entry, mind, analyst)

    (subject,) = analyst.asked
    assert (subject.text, subject.entry_id) == (entry.text, entry.id)
    assert (subject.said_at.hour, subject.said_at.utcoffset()) == (18, timedelta(hours=9))


def test_a_model_is_told_where_the_speaker_paused_unless_the_text_was_changed(mind, jobs):
    said = (("Hello.", 0, 1), ("I slept.", 1.3, 2), ("I must call Ann.", 4, 6))
    segments = tuple(Segment(text=text, start_s=start, end_s=end) for text, start, end in said)
    entry = mind.entries.add(spoken(), duration_s=6.0)
    transcript = Transcript(provider="fake", model="m", language="en", segments=segments)
    mind.entries.attach(entry.id, transcript, reply="1", at=MONDAY_MORNING)
    other = replace(transcript, segments=segments[1:])
    analyst = model()

    read(mind.entries.get(entry.id), mind, analyst)
    read(replace(mind.entries.get(entry.id), text="I must call Ann."), mind, analyst)

    told, changed = analyst.asked
    assert told.pauses == (len("Hello. I slept."),)
    assert told.text[told.pauses[0] :] == " I must call Ann."
    assert (changed.pauses, other.pauses) == ((), (len("I slept."),))


def test_a_zone_that_this_machine_does_not_know_is_utc(mind):
    entry = mind.entries.add(typed("Hello.", zone="Mars/Olympus"))

    assert datetime(2026, 7, 1, tzinfo=zone_of(entry)) == datetime(2026, 7, 1, tzinfo=UTC)


def test_the_first_analyst_that_answers_is_taken(entry, mind):
    down, up = FakeAnalyst(failure=ProviderError("down"), name="a"), FakeAnalyst(FOUND, name="b")

    assert read(entry, mind, down, up).engine == "b"


def test_when_none_answers_all_refusals_are_told(entry, mind):
    analysts = [FakeAnalyst(failure=ProviderError(f"{name} is down"), name=name) for name in "ab"]

    with pytest.raises(ProviderError, match=r"a: a is down; b: b is down"):
        read(entry, mind, *analysts)
    with pytest.raises(ProviderError, match="no engine"):
        read(entry, mind)


def test_the_same_reading_twice_is_one_version(entry, mind, clock):
    first = read(entry, mind, FakeAnalyst(FOUND))
    clock.advance(timedelta(hours=1))

    again = read(entry, mind, FakeAnalyst(FOUND))

    assert again.id == first.id
    assert mind.insights.current(entry.id) == again


def test_a_step_that_is_done_is_forgotten_with_its_result(entry, mind, jobs):
    analysed(entry, mind, jobs, FakeAnalyst(FOUND))

    assert jobs.of_entry(entry.id) == []
    assert mind.insights.current(entry.id) is not None


def test_an_edit_stays_when_the_step_comes_again(entry, mind, jobs):
    read(entry, mind, FakeAnalyst(FOUND))
    edit = edit_insights(entry, OTHER, mind=mind)

    analysed(entry, mind, jobs, FakeAnalyst(FOUND))

    assert mind.insights.current(entry.id) == edit
    assert jobs.of_entry(entry.id) == []


def test_an_entry_without_words_needs_no_reading(mind, jobs):
    analyst = FakeAnalyst(FOUND)
    silent = mind.entries.add(typed(" \n"))

    analysed(silent, mind, jobs, analyst)

    assert analyst.asked == []
    assert jobs.of_entry(silent.id) == []


def test_a_language_that_nobody_knows_waits(entry, mind, jobs):
    with pytest.raises(NotYetError, match="no insights for en"):
        analysed(entry, mind, jobs, FakeAnalyst(FOUND, languages=["de"]))

    assert [job.kind for job in jobs.of_entry(entry.id)] == ["analyse"]


def test_an_edit_keeps_who_read_it_first_and_changes_the_to_dos(entry, mind):
    read(entry, mind, FakeAnalyst(FOUND))

    edit = edit_insights(entry, OTHER, mind=mind)

    assert (edit.engine, edit.is_edited, edit.findings) == ("fake", True, OTHER)
    assert mind.insights.current(entry.id) == edit
    assert mind.todos.of_entry(entry.id) == []


def test_there_is_nothing_to_edit_before_the_first_reading(entry, mind):
    with pytest.raises(NotFoundError) as caught:
        edit_insights(entry, FOUND, mind=mind)

    assert caught.value.hint == "braindump insights redo 1"


def test_an_edit_cannot_make_a_to_do_without_words(entry, mind):
    read(entry, mind, FakeAnalyst(FOUND))
    wordless = Findings(title="", todos=(FoundTodo(quote="call Ann", text=" "),))

    with pytest.raises(BadDataError, match=r"todos\[0\]\.text"):
        edit_insights(entry, wordless, mind=mind)

    assert [each.text for each in mind.todos.of_entry(entry.id)] == ["Call Ann"]


def model(findings=OTHER, **how):
    return FakeAnalyst(findings, name="model", place=ELSEWHERE, **how)


def rules(findings=FOUND):
    return FakeAnalyst(findings, name="rules")


def test_what_is_known_is_told_while_another_model_thinks(entry, mind):
    told = []
    read(entry, mind, rules())

    read(entry, mind, model(), told=lambda _, engine, found: told.append((engine, found)))

    assert told[0] == ("m", FOUND)


def test_what_the_rules_find_is_kept_and_told_before_a_model_answers(entry, mind, jobs):
    told = []

    analysed(entry, mind, jobs, model(), rules(), told=lambda *what: told.append(what))

    assert [(engine, findings) for _, engine, findings in told] == [("rules", FOUND), ("m", OTHER)]
    assert mind.insights.current(entry.id).engine == "model"
    assert jobs.of_entry(entry.id) == []


def test_where_every_model_fails_the_rules_stand_and_the_step_waits(entry, mind, jobs):
    with pytest.raises(ProviderError, match="model: down"):
        analysed(entry, mind, jobs, model(failure=ProviderError("down")), rules())

    assert mind.insights.current(entry.id).engine == "rules"
    assert [each.text for each in mind.todos.of_entry(entry.id)] == ["Call Ann"]
    assert [job.kind for job in jobs.of_entry(entry.id)] == ["analyse"]


def test_a_second_model_answers_for_the_first_and_that_is_told(entry, mind, jobs):
    warnings = analysed(entry, mind, jobs, model(failure=RateLimitedError("busy")), model(FOUND), rules())

    assert warnings == (("rate_limited", "model: busy"),)
    assert mind.insights.current(entry.id).findings == FOUND


@pytest.mark.parametrize(
    ("permission", "private", "warned"),
    [
        (Permission("cloud", consent=None, since=None), False, ["no_consent"]),
        (Permission("cloud", consent=False, since=None), False, []),
        (Permission("off", consent=True, since=MONDAY_MORNING - timedelta(days=1)), False, []),
        (Permission("local", consent=True, since=MONDAY_MORNING - timedelta(days=1)), False, []),
        (Permission("cloud", consent=True, since=MONDAY_MORNING + timedelta(days=1)), False, []),
        (CONSENT, True, []),
    ],
)
def test_a_model_is_asked_only_with_consent_and_never_about_private_words(
    mind, jobs, permission, private, warned
):
    asked = model()
    entry = mind.entries.add(typed("I must call Ann.", is_private=private))

    warnings = analysed(entry, mind, jobs, asked, rules(), permission=permission)

    assert asked.asked == []
    assert [code for code, _ in warnings] == warned
    assert mind.insights.current(entry.id).engine == "rules"


def test_a_model_on_this_machine_is_asked_in_local_mode(entry, mind, jobs):
    here = FakeAnalyst(OTHER, name="model", place=LOOPBACK)

    analysed(entry, mind, jobs, here, rules(), permission=CONSENT._replace(mode="local"))

    assert mind.insights.current(entry.id).engine == "model"


def test_a_model_learns_of_open_to_dos_that_it_may_know(mind, jobs, clock):
    older, private, known = (
        mind.entries.add(typed("Call.", at=MONDAY_MORNING - timedelta(days=days), is_private=is_private))
        for days, is_private in ((3, False), (0, True), (0, False))
    )
    for place, owner in enumerate((older, private, known)):
        mind.todos.add(todo(f"Call {place}", entry_id=owner.id))
    asked = model()

    analysed(mind.entries.add(typed("More.")), mind, jobs, asked, rules())

    assert [each.text for each in asked.asked[0].open_todos] == ["Call 2"]


def test_a_draft_that_waits_for_a_better_text_is_read_by_the_rules_alone(mind, jobs):
    entry = mind.entries.add(typed("I must call Ann."))
    jobs.add(entry.id, "transcribe", "analyse")
    asked = model()

    analyse(jobs.of_entry(entry.id)[1], reading=read_by(asked, rules()), mind=mind, jobs=jobs)

    assert asked.asked == []
    assert mind.insights.current(entry.id).engine == "rules"


def test_whoever_names_an_older_entry_wants_it_read(mind):
    entry = mind.entries.add(typed("I must call Ann.", at=MONDAY_MORNING - timedelta(days=30)))

    understood = understand(entry, reading=read_by(model(), rules()), mind=mind, is_asked_for=True)

    assert understood.version.engine == "model"


def test_a_failed_reading_leaves_the_to_dos_of_the_one_before(entry, mind):
    first = read(entry, mind, model(FOUND), rules(OTHER))
    failing = read_by(model(failure=ProviderError("down")), rules(OTHER))

    understood = understand(entry, reading=failing, mind=mind)

    assert (understood.is_less, understood.version) == (True, first)
    assert [each.text for each in mind.todos.of_entry(entry.id)] == ["Call Ann"]


class Meddler(FakeAnalyst):
    """Answers, and does something to the journal while it is asked."""

    def __init__(self, meddle):
        super().__init__(OTHER, name="model", place=ELSEWHERE)
        self.meddle = meddle

    def analyse(self, subject, *, told=id):
        self.meddle()
        return super().analyse(subject, told=told)


def test_an_edit_made_while_a_model_was_asked_stays(entry, mind, jobs):
    edited = replace(FOUND, title="By hand")
    meddler = Meddler(lambda: edit_insights(entry, edited, mind=mind))

    analysed(entry, mind, jobs, meddler, rules())

    assert mind.insights.current(entry.id).findings == edited
    assert jobs.of_entry(entry.id) == []


def test_an_answer_about_words_that_changed_meanwhile_is_not_kept(mind, jobs):
    entry = mind.entries.add(spoken(), duration_s=1.0)
    mind.entries.attach(entry.id, heard("I must call Ann.", is_draft=True), reply="1", at=MONDAY_MORNING)
    meddler = Meddler(
        lambda: mind.entries.attach(entry.id, heard("I must call Bob."), reply="2", at=MONDAY_MORNING)
    )

    with pytest.raises(NotYetError, match="changed"):
        analysed(entry, mind, jobs, meddler, rules())

    assert mind.insights.current(entry.id).engine == "rules"
    assert [job.kind for job in jobs.of_entry(entry.id)] == ["analyse"]


def test_what_a_model_answered_is_forgotten_only_once_it_is_kept(entry, mind, jobs):
    forgotten: list[str] = []
    jobs.add(entry.id, "analyse")
    (job,) = jobs.of_entry(entry.id)

    def analyse_by(*analysts):
        panel = Panel(analysts, lambda: CONSENT, forgotten.append)
        analyse(job, reading=Reading(panel), mind=mind, jobs=jobs)

    with pytest.raises(ProviderError):
        analyse_by(model(failure=ProviderError("down")), rules())
    assert forgotten == []

    asked = model()
    analyse_by(asked, rules())
    assert forgotten == [asked.asked[0].key]
