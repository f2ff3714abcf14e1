"""login by a browser, a pasted address, a code or a password; what it refuses, and what is left afterwards."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.accounts import ADA, PASSWORD
from tests.cli.signing_in import at, noted, project_for, sign_in
from tests.cloud.auth import PREFIX, PUBLISHABLE
from tests.cloud.browser import Browser
from tests.cloud.oidc import CLIENT_ID, ISSUERS
from tests.loopback import serving
from tests.loopback.serving import closed_port
from tests.tmux import Tmux

SECRET_KEY = "sb_secret_canary-0123456789"


@pytest.fixture
def server(cli):
    with project_for(cli) as served:
        yield served


@pytest.mark.parametrize("provider", ["google", "custom:clerk"])
def test_the_browser_signs_in_and_the_project_is_kept(cli, server, provider):
    signed = cli.run("login", "--provider", provider, *at(server), "--json")

    assert signed.status == 0, signed
    account = signed.json()["data"]
    assert (account["email"], account["provider"], account["kind"]) == (ADA, provider, "supabase")
    assert (account["role"], account["url"], account["stored_in"]) == ("authenticated", server.url, "journal")
    assert cli.run("whoami", "--json").json() == signed.json()
    assert cli.run("config", "get", "cloud.url").out == f"{server.url}\n"
    assert cli.run("config", "get", "cloud.key").out == f"{PUBLISHABLE}\n"
    seen = noted(cli)
    assert seen["status"] == 200
    assert "You may close this tab" in seen["page"]


@pytest.mark.parametrize("name", ISSUERS)
def test_clerk_behind_supabase_is_a_provider_like_any_other(cli, server, name):
    """The project signs in at the issuer, as a client of its own, and its tokens come from that flow."""
    with ISSUERS[name]() as issuer:
        server.auth.issuers["custom:clerk"] = (issuer.issuer, CLIENT_ID)
        signed = cli.run("login", "--provider", "custom:clerk", *at(server), "--json")

        assert signed.status == 0, signed
        account = signed.json()["data"]
        assert (account["email"], account["provider"], account["kind"]) == (ADA, "custom:clerk", "supabase")
        assert any(address.startswith(issuer.issuer) for address in noted(cli)["seen"])


def test_it_says_before_the_browser_opens_what_the_server_will_see(cli, server):
    signed = cli.run("login", "--provider", "google", *at(server))

    told, shown = (
        signed.err.index("whoever runs that server can see your entries"),
        signed.err.index("/authorize?"),
    )
    assert told < shown
    assert server.url in signed.err
    sealed = cli.run("login", "--provider", "google", env={"BRAINDUMP_CLOUD_E2E": "true"})
    assert "can see sealed rows" in sealed.err


def test_a_second_login_needs_no_address(cli, server):
    sign_in(cli, server)
    cli.run("logout")

    assert cli.run("login", "--email", ADA, "--password-stdin", input=PASSWORD).status == 0


def test_who_says_no_in_the_browser_is_not_signed_in(cli, server):
    server.auth.consent = ""

    refused = cli.run("login", "--provider", "google", *at(server), "--json")

    assert (refused.status, refused.json()["error"]["code"]) == (77, "forbidden")
    assert "The user said no" in refused.json()["error"]["message"]
    assert "your terminal tells why" in noted(cli)["page"]
    assert cli.run("whoami").status == 77


def test_a_provider_that_is_not_there_is_told_and_no_browser_opens(cli, server):
    refused = cli.run("login", "--provider", "nope", *at(server))

    assert refused.status == 69
    assert "provider is not enabled" in refused.err
    assert not (cli.folder / "browser.json").exists()


def by_hand(cli, server, change=lambda address: address):
    """Sign in with a browser elsewhere; return how the command ended that was given the address it ended at."""
    with cli.start("login", "--provider", "google", "--no-browser", *at(server)) as process:
        lines = iter(process.stderr.readline, b"")
        address = next(line.decode().strip() for line in lines if b"/authorize?" in line)
        browser = Browser()
        with pytest.raises(ConnectionRefusedError):
            browser.visit(address)
        out, err = process.communicate(change(browser.seen[-1]).encode("utf-8", "surrogateescape") + b"\n")
    return process.returncode, (out + err).decode()


def test_without_a_browser_the_address_is_pasted_back(cli, server):
    status, said = by_hand(cli, server)

    assert status == 0, said
    assert cli.run("whoami", "--json").json()["data"]["email"] == ADA


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda address: re.sub(r"state=[^&]+", "state=another", address), 77),
        (lambda address: re.sub(r"state=[^&]+&", "", address), 2),
        (lambda address: re.sub(r"code=[^&]+", "code=guessed", address), 77),
        (lambda _: "", 2),
        (lambda _: "\x1b]0;x\x07", 2),
        (lambda _: "\udcff\udcfe", 2),
    ],
)
def test_another_address_signs_nobody_in(cli, server, change, status):
    ended, said = by_hand(cli, server, change)

    assert ended == status, said
    assert "Traceback" not in said
    assert cli.run("whoami").status == 77


def test_a_code_is_sent_in_one_call_and_given_in_another(cli, server):
    sent = cli.run("login", "--email", ADA, "--send-code", *at(server), "--json")
    code = server.auth.codes[ADA]

    wrong = cli.run("login", "--email", ADA, "--code", "000000x")
    signed = cli.run("login", "--email", ADA, "--code", code, "--json")

    assert (sent.status, wrong.status, signed.status) == (0, 77, 0)
    assert sent.json()["data"] == {"email": ADA, "url": server.url, "is_sent": True}
    assert signed.json()["data"]["provider"] == "email"
    assert code not in sent.out + sent.err


def test_a_password_comes_from_stdin_and_a_wrong_one_is_not_repeated(cli, server):
    wrong = cli.run("login", "--email", ADA, "--password-stdin", *at(server), input="canary-password")

    assert (wrong.status, sign_in(cli, server).status) == (77, 0)
    assert "canary-password" not in wrong.out + wrong.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--provider", "google", "--email", ADA),
        ("--provider", "google", "--clerk"),
        ("--provider", "google", "--code", "1"),
        ("--send-code",),
        ("--email", ADA, "--send-code", "--code", "1"),
        ("--email", ADA, "--password", "--password-stdin"),
        ("--email", ADA),
        ("--email", ADA, "--password"),
        ("--email", "nobody"),
        ("--email", "two words@example.org"),
        ("--email", ADA, "--password-stdin"),
        ("--check", "--provider", "google"),
        ("--no-browser", "--provider", "google", "--code", "1"),
    ],
)
def test_what_does_not_fit_together_is_a_wrong_call_and_asks_nobody(cli, server, words):
    refused = cli.run("login", *words, *at(server), "--json")

    assert (refused.status, refused.json()["error"]["code"]) == (2, "usage"), refused
    assert server.requests == []


@pytest.mark.parametrize(
    "words",
    [
        ("--url", "http://example.org", "--key", PUBLISHABLE),
        ("--url", "ftp://example.org", "--key", PUBLISHABLE),
        ("--url", "https://user:canary@example.org", "--key", PUBLISHABLE),
        ("--url", "https://example.org"),
        ("--key", PUBLISHABLE),
        ("--url", "https://example.org", "--key", "two words"),
        ("--url", "https://example.org", "--key", SECRET_KEY),
        (),
    ],
)
def test_without_a_safe_address_and_a_publishable_key_nobody_is_asked(cli, server, words):
    refused = cli.run("login", "--email", ADA, "--password-stdin", *words, input=PASSWORD)

    assert refused.status == 2, refused
    assert "canary" not in refused.out + refused.err


@pytest.mark.parametrize("key", [SECRET_KEY, "eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.canary"])
def test_a_secret_key_is_refused_with_the_reason_wherever_it_comes_from(cli, server, key):
    by_option = cli.run("login", "--provider", "google", "--url", server.url, "--key", key)
    by_config = cli.run("config", "set", "cloud.key", key)
    by_environment = cli.run("list", env={"BRAINDUMP_CLOUD_KEY": key})

    assert [ran.status for ran in (by_option, by_config, by_environment)] == [2, 78, 78]
    assert "opens everybody's rows" in by_option.err
    for ran in (by_option, by_config, by_environment):
        assert key not in ran.out + ran.err
    assert "secret or service-role" in by_config.err + by_environment.err
    assert server.requests == []


def test_the_project_of_another_program_is_never_used_unasked(cli, server):
    others = {"SUPABASE_URL": server.url, "SUPABASE_KEY": PUBLISHABLE}

    refused = cli.run("login", "--email", ADA, "--password-stdin", input=PASSWORD, env=others)

    assert refused.status == 2
    assert "--url URL --key KEY" in refused.err
    assert server.requests == []


def test_another_account_is_refused_while_one_is_signed_in(cli, server):
    server.auth.add("bo@example.org", PASSWORD)
    sign_in(cli, server)

    other = cli.run("login", "--email", "bo@example.org", "--password-stdin", input=PASSWORD)
    elsewhere = cli.run(
        "login", "--email", ADA, "--password-stdin", "--url", "https://other.invalid", "--key", PUBLISHABLE,
        input=PASSWORD,
    )  # fmt: skip

    assert (other.status, elsewhere.status) == (73, 73)
    assert "braindump logout" in other.err
    assert cli.run("whoami", "--json").json()["data"]["email"] == ADA
    assert [family.user.email for family in server.auth.families] == [ADA]


def test_a_locked_journal_is_told_before_anybody_is_asked(cli, server, home):
    cli.run("add", "A plum.")
    (home / "key").unlink()

    for words in (
        ("login", "--provider", "google", *at(server)),
        ("whoami",),
        ("logout",),
        ("login", "--check"),
    ):
        refused = cli.run(*words, "--json")
        assert (refused.status, refused.json()["error"]["code"]) == (77, "locked"), words
    assert server.requests == []


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (serving.page(502), 69),
        (serving.page(200), 69),
        (serving.garbled, 69),
        (serving.reset, 69),
        (serving.status(401, {"message": "Invalid API key"}), 69),
        (serving.status(429, {"code": 429, "error_code": "over_request_rate_limit", "msg": "slow"}), 75),
    ],
)
def test_a_server_that_fails_is_told_in_one_line(cli, server, fault, status):
    server.keep_failing(fault)

    for words in (("--email", ADA, "--send-code"), ("--provider", "google")):
        refused = cli.run("login", *words, *at(server))
        assert refused.status == status, refused
        assert "Traceback" not in refused.err
        assert refused.out == ""
    assert cli.run("whoami").status == 77


def test_where_nobody_listens_it_is_told_and_nothing_is_kept(cli):
    url = f"http://127.0.0.1:{closed_port()}"

    refused = cli.run("login", "--email", ADA, "--send-code", "--url", url, "--key", PUBLISHABLE)

    assert refused.status == 69
    assert "cannot be reached" in refused.err
    assert cli.run("config", "get", "cloud.url").out == "(not set)\n"


def test_an_attacker_with_another_state_ends_the_sign_in_and_gets_nothing(cli, server):
    """Whoever reaches the port before the browser does brings a code of theirs, and cannot know the state."""
    attack = {"BROWSER": "true"}  # opens nothing
    with cli.start("login", "--provider", "google", *at(server), "--json", env=attack) as process:
        address = (
            next(line for line in iter(process.stderr.readline, b"") if b"/authorize?" in line)
            .decode()
            .strip()
        )
        (back_to,) = parse_qs(urlsplit(address).query)["redirect_to"]
        theirs = Browser().visit(back_to.partition("?")[0] + "?code=of-the-attacker&state=guessed")
        out, _ = process.communicate()

    assert theirs[0] == 400
    assert (process.returncode, b'"forbidden"' in out) == (77, True)
    assert server.sent_to(f"{PREFIX}/token") == []


@pytest.mark.needs("tmux")
def test_on_a_terminal_the_code_is_asked_for_until_it_is_right(cli, server, tmp_path):
    words = ("login", "--email", ADA, *at(server))
    with Tmux.running(tmp_path / "shell", *words, environment=cli.environment) as terminal:
        terminal.wait_for("Code from the e-mail:")
        terminal.press("000000", "Enter")
        terminal.wait_for("Token has expired")
        code = server.auth.codes[ADA]
        terminal.press(code[:3], "Space", code[3:], "Enter")
        status, screen = terminal.status(), terminal.screen()

    assert status == 0, screen
    assert f"Signed in as {ADA}." in screen


@pytest.mark.needs("tmux")
def test_on_a_terminal_a_password_is_asked_for_without_echo(cli, server, tmp_path):
    words = ("login", "--email", ADA, "--password", *at(server))
    with Tmux.running(tmp_path / "shell", *words, environment=cli.environment) as terminal:
        terminal.wait_for(f"Password of {ADA}:")
        terminal.press(PASSWORD.replace(" ", "x"), "Enter")
        status, screen = terminal.status(), terminal.screen()

    assert status == 77
    assert "Invalid login credentials" in " ".join(screen.split())
    assert "battery" not in screen


@pytest.mark.needs("tmux")
@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_the_environments_project_is_shown_and_asked_about(cli, server, tmp_path, answer):
    others = {"SUPABASE_URL": server.url, "SUPABASE_KEY": PUBLISHABLE}
    with Tmux.running(tmp_path / "shell", "login", environment={**cli.environment, **others}) as terminal:
        asked = terminal.wait_for("y or n:")
        assert server.requests == []
        terminal.press(answer, "Enter")
        if answer == "n":
            terminal.wait_for("Address of your Supabase project:")
            terminal.press("C-c")
            assert terminal.status() == 130
            assert server.requests == []
            return
        terminal.wait_for("google, github, clerk")
        terminal.press("google", "Enter")
        status, screen = terminal.status(), terminal.screen()

    assert server.url in asked
    assert PUBLISHABLE not in asked
    assert status == 0, screen


@pytest.mark.needs("tmux")
def test_on_a_terminal_a_secret_key_of_the_environment_is_not_even_proposed(cli, server, tmp_path):
    others = {"SUPABASE_URL": server.url, "SUPABASE_KEY": SECRET_KEY}
    with Tmux.running(tmp_path / "shell", "login", environment={**cli.environment, **others}) as terminal:
        screen = terminal.wait_for("Address of your Supabase project:")
        terminal.press("C-c")
        terminal.status()

    assert "it is a secret key" in screen
    assert "canary" not in screen


@pytest.mark.needs("tmux")
def test_ctrl_c_while_the_browser_is_waited_for_ends_it_calmly(cli, server, tmp_path):
    words = ("login", "--provider", "google", *at(server))
    with Tmux.running(
        tmp_path / "shell", *words, environment={**cli.environment, "BROWSER": "true"}
    ) as terminal:
        terminal.wait_for("/authorize?")
        terminal.press("C-c")
        status, screen = terminal.status(), terminal.screen()

    assert status == 130
    assert "Traceback" not in screen
