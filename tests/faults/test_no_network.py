"""Who is signed in, with a token that has ended, still opens no way to the network for what is local."""

import subprocess
from datetime import timedelta

import pytest

from tests.accounts import WallClock
from tests.cli.signing_in import LOCAL, be_signed_in
from tests.loopback.serving import closed_port
from tests.parts import need_program
from tests.shell import BRAINDUMP, LONGEST_S


@pytest.fixture
def signed_in(cli, home):
    """Be signed in since yesterday, at a port nobody listens on."""
    need_program("strace")
    url = f"http://127.0.0.1:{closed_port()}"
    be_signed_in(cli, home, url=url, clock=WallClock(-timedelta(days=1)))


def sockets(cli, tmp_path, *words):
    """Run a command under strace; return its status and the sockets of the internet that it opened."""
    log = tmp_path / "sockets"
    ran = subprocess.run(
        ["strace", "-f", "-qq", "-o", log, "-e", "trace=socket", *BRAINDUMP, *words],
        env=cli.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
    )
    return ran.returncode, [line for line in log.read_text().splitlines() if "AF_INET" in line]


@pytest.mark.slow
@pytest.mark.parametrize("words", LOCAL)
def test_what_is_local_opens_no_socket_of_the_internet(signed_in, cli, tmp_path, words):
    assert sockets(cli, tmp_path, *words.split(), "--no-input") == (0, [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "status"),
    [("login --check", 1), ("sync", 75), ("process", 0), ("cloud status", 69), ("cloud export there", 69)],
)
def test_what_speaks_to_the_project_does(signed_in, cli, tmp_path, words, status):
    """Else the test above would prove nothing."""
    ended, opened = sockets(cli, tmp_path, *words.split(), "--no-input")

    assert (ended, bool(opened)) == (status, True)
