"""Fixtures for every test that wants a project: a cluster a worker, a database a test, servers in front of it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from tests.parts import need

if TYPE_CHECKING:
    from tests.cloud.cluster import Cluster, Database
    from tests.cloud.project import Project


@pytest.fixture(scope="session")
def cluster() -> Iterator["Cluster"]:
    """Run a PostgreSQL with the databases `bare` (as a new project is) and `laid` (with our tables)."""
    from braindump_cli.storage.cloud_schema import find_migrations
    from tests.cloud.cluster import Cluster, find_programs

    programs = find_programs()
    need(programs, "PostgreSQL is not installed")
    assert programs
    with Cluster(programs) as running:
        with running.create("bare", "laid").connect() as owner:
            for one in find_migrations():
                owner.execute(one.sql.encode())
        yield running


@pytest.fixture
def bare(cluster: "Cluster") -> Iterator["Database"]:
    """Return a project's database before anything of ours."""
    with cluster.temporary("bare") as made:
        yield made


@pytest.fixture(scope="session")
def _lent(cluster: "Cluster") -> "Database":
    return cluster.create("laid")


@pytest.fixture
def database(_lent: "Database") -> Iterator["Database"]:
    """Return a project's database with our tables, empty; who changes their shape makes one of the template `laid`."""
    yield _lent
    _lent.empty()


@pytest.fixture
def project(database: "Database") -> Iterator["Project"]:
    """Return a running project: what `braindump login` is pointed at."""
    from tests.cloud.project import Project

    with ExitStack() as stack:
        running = stack.enter_context(closing(Project(database)))
        stack.enter_context(running.gateway)
        yield running
    assert not running.gateway.wrong, "\n".join(running.gateway.wrong)
