"""What every test may ask for; and under CI=true a skipped test is a failed one."""

import os
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from braindump_cli.services.insights import Mind
from braindump_cli.storage.sqlite.jobs import SqliteJobs
from tests.fakes import FakeClock
from tests.journals import jobs_of, mind_of, open_in
from tests.shell import Cli

pytest_plugins = ["tests.cloud.fixtures"]

IN_CI = os.environ.get("CI") == "true"
KEPT = {
    "PATH",
    "LD_LIBRARY_PATH",
    "CI",
    "BRAINDUMP_SPECS",
    "PYTEST_XDIST_WORKER",
    "PYTEST_XDIST_WORKER_COUNT",
}

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "dev")


@pytest.fixture(scope="session", autouse=True)
def _nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Be a user without a home, a desktop, keys or habits, in London."""
    folder = tmp_path_factory.mktemp("nobody")
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - KEPT:
            patch.delenv(name)
        patch.setenv("HOME", str(folder))
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("TZ", "Europe/London")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a fresh $BRAINDUMP_HOME; the key rests in a file, and the kernel remembers nothing.

    One in which a focus session was left running is removed, and so its helper goes.
    """
    folder = tmp_path / "home"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BRAINDUMP_HOME", str(folder))
    monkeypatch.setenv("BRAINDUMP_KEYS_STORE", "file")
    monkeypatch.setenv("BRAINDUMP_KEYS_CACHE", "0")
    monkeypatch.setenv("BRAINDUMP_JOURNAL_LANGUAGE", "en")
    yield folder
    if is_running(folder):
        shutil.rmtree(folder, ignore_errors=True)


def is_running(folder: Path) -> bool:
    """Tell whether a focus session runs in a home."""
    state = folder / "focus.state"
    return state.exists() and state.read_text().split("\t")[1] not in ("none", "done")


@pytest.fixture
def cli(home: Path, tmp_path: Path) -> Cli:
    """Return a way to run the real command in `home`."""
    return Cli(dict(os.environ), tmp_path)


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock at a Monday morning, 2 March 2026, 9:14."""
    return FakeClock()


@pytest.fixture
def mind(tmp_path: Path, clock: FakeClock) -> Iterator[Mind]:
    """Return the repositories of a fresh journal: a real encrypted file."""
    with closing(open_in(tmp_path / "journal")) as db:
        yield mind_of(db, clock)


@pytest.fixture
def jobs(mind: Mind, tmp_path: Path) -> SqliteJobs:
    """Return the waiting work of that journal."""
    return jobs_of(mind, tmp_path / "journal")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give tests that share a resource to one worker.

    pytest-xdist tells such groups by what follows an @ in a test's id. It writes that where pytest 9.2 no longer
    reads it, and then spreads the tests over all workers without a word; so the id is written here.
    """
    for item in items:
        if marker := item.get_closest_marker("alone"):
            item.add_marker(pytest.mark.xdist_group(marker.args[0]))
        group = item.get_closest_marker("xdist_group")
        if group and getattr(config.option, "loadgroup", False) and hasattr(item, "_id"):
            from _pytest.nodeid import NodeId

            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is not here."""
    needed = (program for marker in item.iter_markers("needs") for program in marker.args)
    missing = sorted(program for program in needed if not shutil.which(program))
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true nothing may be left out."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """As above, for modules that skip themselves as a whole."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why; pytest keeps a skip as (file, line, reason)."""
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
