"""Renewing tokens: by many processes at once, killed anywhere, and with an old token replayed by somebody else."""

import os
import signal
from pathlib import Path

import pytest

from braindump_cli.auth.supabase import SupabaseAuth
from braindump_cli.errors import AuthRequiredError
from tests.accounts import ADA, PASSWORD, WallClock, account_of, kept_in
from tests.cloud.auth import PUBLISHABLE, AuthServer, auth_server
from tests.faults.cut_short import kill_everywhere
from tests.loopback.serving import Line, Reply
from tests.parts import run_together
from tests.shell import Cli

# Two hours on, each process finds the token old, and the next one good.
RENEW = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.accounts import WallClock, account_of, kept_in
clock = WallClock(timedelta(hours=2))
with kept_in(Path(sys.argv[1]) / "home", clock) as store:
    if sys.argv[2:] == ["together"]:
        sys.stdin.readline()
    else:
        print("begin", flush=True)
    token = account_of(store, clock).token()
    print(token if sys.argv[2:] else "end")
"""


@pytest.fixture
def server():
    with auth_server() as served:
        served.auth.add(ADA, PASSWORD)
        yield served


def sign_in(server: AuthServer, folder: Path) -> None:
    """Make a journal and sign in."""
    clock = WallClock()
    with kept_in(folder / "home", clock) as store:
        session = SupabaseAuth(server.url, PUBLISHABLE, clock).with_password(ADA, PASSWORD)
        account_of(store, clock).sign_in(session)


@pytest.mark.parametrize("count", [2, 6])
def test_of_processes_at_once_one_renews_and_all_have_the_token(server, tmp_path, count):
    """A server that forgives nothing: a second use of a refresh token would end the session."""
    server.auth.forgives_parent = False
    sign_in(server, tmp_path)

    said = run_together(count, RENEW, tmp_path, "together")

    assert server.auth.refreshes == 1, said
    assert len(set(said)) == 1
    assert said[0].count(".") == 2, said
    assert len(server.auth.families) == 1


def test_commands_at_once_whose_tokens_always_look_old_end_no_session(server, cli: Cli):
    server.auth.forgives_parent = False
    server.auth.lifetime_s = 30  # under the minute that is asked for
    words = ("login", "--email", ADA, "--password-stdin", "--url", server.url, "--key", PUBLISHABLE)
    assert cli.run(*words, input=PASSWORD).status == 0

    running = [cli.start("login", "--check", "--json") for _ in range(5)]
    told = [process.communicate() for process in running]

    assert [process.returncode for process in running] == [0] * 5, told
    assert 1 <= server.auth.refreshes <= 5
    assert len(server.auth.families) == 1
    assert cli.run("whoami").status == 0


@pytest.mark.parametrize("is_forgiving", [True, False])
def test_killed_between_the_answer_and_the_disk(server, cli: Cli, is_forgiving):
    """The tokens are renewed there and lost here: Supabase gives them again; who does not, asks for a new sign-in."""
    server.auth.forgives_parent = is_forgiving
    server.auth.lifetime_s = 30
    assert cli.run("add", "A plum.").status == 0
    words = ("login", "--email", ADA, "--password-stdin", "--url", server.url, "--key", PUBLISHABLE)
    assert cli.run(*words, input=PASSWORD).status == 0
    asking: list[int] = []

    def kill(line: Line, reply: Reply) -> None:
        os.kill(asking[0], signal.SIGKILL)

    server.fail(kill)
    with cli.start("login", "--check") as process:
        asking.append(process.pid)
        process.communicate()
    first, second = cli.run("login", "--check", "--json"), cli.run("whoami", "--json")

    assert process.returncode == -signal.SIGKILL
    assert (first.status, second.status) == ((0, 0) if is_forgiving else (77, 77))
    assert "A plum" in cli.run("list").out
    if not is_forgiving:
        error = first.json()["error"]
        assert (error["code"], "stays as it is" in error["message"]) == ("auth_required", True)
        assert "braindump login" in error["hint"]
        assert cli.run(*words, input=PASSWORD).status == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_anywhere_the_account_lives_on(server, tmp_path):
    clock = WallClock()
    for killed in kill_everywhere(RENEW, tmp_path, most=15, prepare=lambda folder: sign_in(server, folder)):
        with kept_in(killed.folder / "home", clock) as store:
            account = account_of(store, clock)

            assert account.token(is_renewed=True), killed.point
            assert account.signed_in(), killed.point


def test_an_old_refresh_token_replayed_by_a_thief_ends_it_for_both(server, tmp_path):
    sign_in(server, tmp_path)
    clock = WallClock()
    with kept_in(tmp_path / "home", clock) as store:
        account = account_of(store, clock)
        stolen = store.session()
        assert stolen
        account.token()
        for _ in range(2):
            account.token(is_renewed=True)

        with pytest.raises(AuthRequiredError):
            SupabaseAuth(server.url, PUBLISHABLE, clock).refreshed(stolen)
        with pytest.raises(AuthRequiredError, match="stays as it is"):
            account.token(is_renewed=True)
        assert store.signed_in() is None
