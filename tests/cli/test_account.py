"""whoami, login --check, logout: what is told of an account, and what is left after it."""

import json
from contextlib import closing
from datetime import UTC, datetime

import jwt
import pytest

from braindump_cli.ports.cloud import Session
from tests.accounts import ADA, PASSWORD, account_of, kept_in, session_of, signed_in
from tests.cli.signing_in import at, noted, project_for, sign_in
from tests.cli.test_golden import STANDING, TUESDAY, compare, normalised, standing_run
from tests.cloud.auth import PREFIX
from tests.cloud.oidc import CLIENT_ID, PERSON, own_issuer
from tests.desktop import desktop
from tests.fakes import FakeClock
from tests.journals import open_in
from tests.loopback import serving
from tests.parts import ROOT
from tests.terminal import Terminal

PAGES = {"whoami": "whoami", "login-check": "login --check"}
CLAIMS = {
    "iss": "https://abcd.supabase.co/auth/v1",
    "sub": "user-1",
    "aud": "authenticated",
    "exp": int(datetime(2026, 3, 3, 9, tzinfo=UTC).timestamp()),
}


@pytest.fixture
def server(cli):
    with project_for(cli) as served:
        yield served


def test_nobody_signed_in_is_77_and_makes_no_journal(cli, home):
    for words in (("whoami",), ("login", "--check"), ("logout",)):
        told = cli.run(*words, "--json")

        assert (told.status, told.json()["error"]["code"]) == (77, "auth_required"), words
        assert told.json()["error"]["hint"] == "braindump login"
    assert not (home / "journal.db").exists()


def test_whoami_asks_nobody(cli, server):
    sign_in(cli, server)
    server.keep_failing(serving.hang)
    before = len(server.requests)

    told = cli.run("whoami", "--json")

    assert (told.status, len(server.requests)) == (0, before)
    assert told.json()["data"]["project"] == server.url.removeprefix("http://")


def test_status_tells_the_account_and_null_where_there_is_none_or_none_can_be_known(cli, server, home):
    before = cli.run("status", "--json").json()["data"]["account"]
    account = sign_in(cli, server, "--json").json()["data"]
    told, shown = cli.run("status", "--json"), cli.run("status")
    (home / "key").unlink()
    locked = cli.run("status", "--json")

    assert (before, locked.json()["data"]["account"]) == (None, None)
    assert told.json()["data"]["account"] == account
    assert f"{ADA} at {server.url}" in shown.out


def test_settings_that_name_another_project_are_told(cli, server):
    sign_in(cli, server)
    cli.run("config", "set", "cloud.url", "https://other.supabase.co")

    (warning,) = cli.run("whoami", "--json").json()["warnings"]

    assert warning["code"] == "config"
    assert "another project" in warning["message"]


def test_a_token_that_loses_its_role_is_told_with_the_way_on(cli, server):
    server.auth.lifetime_s = 30
    sign_in(cli, server)
    server.auth.role = None

    told, shown = cli.run("login", "--check", "--json"), cli.run("login", "--check")

    assert (told.status, shown.status) == (1, 1)
    missing = [found for found in told.json()["data"]["findings"] if not found["is_ok"]]
    assert [found["name"] for found in missing] == ["role"]
    assert '"role": "authenticated"' in missing[0]["hint"]
    assert "you would see none" in shown.out


def test_without_a_server_what_rests_here_is_looked_at(cli, server):
    server.auth.lifetime_s = 30
    sign_in(cli, server)
    server.keep_failing(serving.page(502))

    told = cli.run("login", "--check", "--json")

    assert [warning["code"] for warning in told.json()["warnings"]] == ["provider"]
    assert told.json()["data"]["is_ok"] is True


def test_logout_ends_the_session_there_and_forgets_it_here(cli, server):
    cli.run("add", "A plum.")
    sign_in(cli, server)

    out = cli.run("logout", "--json")

    assert (out.status, out.json()["data"], out.json()["warnings"]) == (0, None, [])
    assert server.auth.families == []
    assert server.sent_to(f"{PREFIX}/logout")[0].url.endswith("?scope=local")
    assert cli.run("whoami").status == 77
    assert "A plum" in cli.run("list").out
    assert cli.run("config", "get", "cloud.url").out == f"{server.url}\n"


def test_logout_forget_takes_the_settings_of_the_cloud_too_and_no_others(cli, server, home):
    sign_in(cli, server)
    cli.run("config", "set", "cloud.clerk.issuer", "https://clerk.example.org")
    cli.run("config", "set", "record.max", "1h")

    first, second = cli.run("logout", "--forget"), cli.run("logout", "--forget")

    assert (first.status, second.status) == (0, 0)
    kept = (home / "config.toml").read_text()
    assert "1h" in kept
    assert not [word for word in ("http", "sb_publishable", "clerk.example") if word in kept]


@pytest.mark.parametrize("fault", [serving.page(502), serving.status(500)])
def test_without_a_server_the_tokens_go_all_the_same(cli, server, fault):
    sign_in(cli, server)
    server.keep_failing(fault)

    out = cli.run("logout", "--json")

    assert out.status == 0
    assert [warning["code"] for warning in out.json()["warnings"]] == ["not_revoked"]
    assert cli.run("whoami").status == 77


def test_clerk_signs_in_by_its_own_client(cli, server):
    with own_issuer() as issuer:
        cli.run("config", "set", "cloud.clerk.issuer", issuer.issuer)
        missing = cli.run("login", "--clerk", *at(server))
        cli.run("config", "set", "cloud.clerk.client_id", CLIENT_ID)
        signed = cli.run("login", "--clerk", *at(server), "--json")
        checked = cli.run("login", "--check", "--json")
        out = cli.run("logout")

        assert (missing.status, signed.status, checked.status, out.status) == (78, 0, 0, 0), signed
        assert "cloud.clerk.client_id" in missing.err
        account = signed.json()["data"]
        assert (account["user_id"], account["kind"], account["url"]) == (PERSON, "clerk", server.url)
        assert issuer.families == {}
        assert server.requests == []
    assert "You may close this tab" in noted(cli)["page"]


def test_clerk_without_the_role_signs_nobody_in_and_says_what_to_configure(cli, server):
    with own_issuer(role="") as issuer:
        cli.environment |= {
            "BRAINDUMP_CLOUD_CLERK_ISSUER": issuer.issuer,
            "BRAINDUMP_CLOUD_CLERK_CLIENT_ID": CLIENT_ID,
        }
        refused = cli.run("login", "--clerk", *at(server))

    assert refused.status == 77
    assert "has no role" in refused.err
    assert "Third-party auth" in refused.err
    assert cli.run("whoami").status == 77


def test_on_a_desktop_the_tokens_rest_in_the_keyring_and_in_no_file(cli, server, home, tmp_path):
    with desktop(tmp_path) as session:
        cli.environment = {
            name: value for name, value in {**cli.environment, **session}.items() if value is not None
        }
        cli.environment.pop("BRAINDUMP_KEYS_STORE", None)
        signed = sign_in(cli, server, "--json")
        whole = json.loads(_held(cli, home))
        server.auth.lifetime_s = 30
        checked = cli.run("login", "--check")
        out = cli.run("logout")
        left = _held(cli, home)

    assert (signed.status, checked.status, out.status) == (0, 0, 0), signed
    assert signed.json()["data"]["stored_in"] == "keyring"
    (issued,) = {request.headers["authorization"] for request in server.sent_to(f"{PREFIX}/logout")}
    assert issued == f"Bearer {whole['tokens']['access']}"
    assert left == ""
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert whole["tokens"]["access"].encode() not in content, path
            assert whole["tokens"]["refresh"].encode() not in content, path


def _held(cli, home):
    """Return what another program finds in the keyring."""
    import subprocess

    journal_id = json.loads((home / "journal.keys").read_bytes())["journal_id"]
    words = ["secret-tool", "lookup", "service", f"braindump/{journal_id}", "username", "account tokens"]
    return subprocess.run(
        words, env=cli.environment, capture_output=True, text=True, check=False
    ).stdout.strip()


@pytest.fixture
def environment(cli, home):
    """Return the environment of a journal that Ada signed in to, read on a Tuesday."""
    clock = FakeClock(datetime.fromisoformat(TUESDAY))
    with closing(open_in(home)):
        pass
    with kept_in(home, clock) as store:
        token = jwt.encode(CLAIMS, "a-secret-that-is-long-enough-for-hs256", "HS256")
        session = session_of(signed_in(at=clock.now()))
        store.keep(Session(session.who, token, session.refresh_token))
        assert account_of(store, clock).token() == token
    return {**cli.environment, "PYTHONPATH": str(ROOT), "STANDING_AT": TUESDAY}


@pytest.mark.parametrize(("name", "words"), [("account", "whoami"), ("account_check", "login --check")])
def test_a_document_is_what_was_promised(environment, home, name, words):
    document = json.loads(standing_run(environment, *words.split(), "--json"))

    compare(f"{name}.json", json.dumps(normalised(document, home, {}), indent=2) + "\n")


def test_the_document_of_a_code_is_what_was_promised(cli, server):
    sent = cli.run("login", "--email", ADA, "--send-code", *at(server), "--json")

    shown = json.dumps(sent.json(), indent=2).replace(server.url, "<url>")
    compare("login_code.json", shown + "\n")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_was_promised(environment, name):
    compare(f"{name}.txt", standing_run(environment, *PAGES[name].split()))
    for columns in (80, 60):
        terminal = Terminal({**environment, "NO_COLOR": "1"}, ROOT, columns=columns, command=STANDING)
        _, shown = terminal.run(*PAGES[name].split())
        lines = _without_weight(shown).splitlines()
        compare(f"{name}-{columns}.txt", "".join(f"{line.rstrip()}\n" for line in lines))


def _without_weight(shown):
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def test_passwords_are_no_setting_and_no_document(cli, server):
    signed = sign_in(cli, server, "--json", "--verbose")

    assert PASSWORD not in signed.out + signed.err + cli.run("config", "list").out
