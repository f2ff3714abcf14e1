import pytest

BEES = "Both colonies are alive. The hive by the hedge needs sugar before Easter."


@pytest.fixture
def journal(cli):
    """Return the command line of a journal of three entries."""
    cli.run("add", BEES, "--tag", "garden", "--at", "2026-03-01 09:00")
    cli.run("add", "The train was late. Read about trains instead.")
    cli.run("add", "The queen bee has a name, it is Mabel.", "--private")
    return cli


def test_a_question_is_answered_with_the_words_and_where_they_stand(journal):
    answered = journal.run("ask", "when does the hive need sugar?")

    assert answered.status == 0
    assert "“Both colonies are alive. The hive by the hedge needs sugar before Easter.”" in answered.out
    assert "1  " in answered.out
    assert "1 March" in answered.out
    assert answered.err == ""


def test_a_program_gets_one_document(journal):
    document = journal.run("ask", "when", "does", "the", "hive", "need", "sugar?", "--json").json()

    data = document["data"]
    assert document["schema"] == "braindump.answer/1"
    assert data.keys() == {"question", "answer", "engine", "model", "has_evidence", "quotes"}
    assert (data["question"], data["answer"]) == ("when does the hive need sugar?", None)
    assert (data["engine"], data["model"], data["has_evidence"]) == ("offline", None, True)
    (quote,) = data["quotes"]
    assert quote.keys() == {"entry_id", "number", "created_at", "quote", "score", "is_cited"}
    assert quote["quote"] in BEES
    assert (quote["number"], quote["is_cited"]) == (1, False)


@pytest.mark.parametrize(
    "question", ["what is the capital of Peru?", "what is the name of the queen?", "why?"]
)
def test_where_the_journal_does_not_know_it_says_so_calmly(journal, question):
    shown = journal.run("ask", question)
    data = journal.run("ask", question, "--json").json()["data"]

    assert (shown.status, shown.err) == (0, "")
    assert "Nothing in your journal answers that." in shown.out
    assert (data["has_evidence"], data["quotes"], data["answer"]) == (False, [], None)


def test_days_and_tags_narrow_the_choice(journal):
    def numbers(*words):
        data = journal.run("ask", "what about the hive and the train?", *words, "--json").json()["data"]
        return [quote["number"] for quote in data["quotes"]]

    assert set(numbers()) == {1, 2}
    assert set(numbers("--limit", "1")) < {1, 2}
    assert numbers("--tag", "garden", "--on", "2026-03-01") == [1]
    assert numbers("--to", "2026-02-28") == []


def test_a_question_without_words_is_refused(journal):
    for words in (("ask", ""), ("ask", "  "), ("ask",)):
        assert journal.run(*words).status == 2


def test_a_dry_run_without_a_model_says_that_nothing_would_leave(journal):
    told = journal.run("ask", "when does the hive need sugar?", "--dry-run")

    assert told.status == 0
    assert "Nothing would leave this machine." in told.out
    assert "hive" not in told.out


def test_words_that_could_repaint_a_screen_are_shown_and_not_obeyed(journal):
    journal.run("add", "The zebra \x1b]52;c;aGk=\x07 is [red]striped[/red].")

    shown = journal.run("ask", "how is the \x1b[2J zebra?").out

    assert "\x1b" not in shown
    assert "[red]striped[/red]" in shown
