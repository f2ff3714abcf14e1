"""Laying a project out: in pieces, again, twice at once, by the other tool, and not over a newer one."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from braindump_cli.errors import (
    ConfigError,
    ConflictError,
    ForbiddenError,
    ProviderError,
    UnreachableError,
    UsageError,
)
from braindump_cli.storage.cloud_schema import Migration, apply, find_migrations, script
from tests.cloud.accounts import Account, row
from tests.cloud.cluster import API

ALL = find_migrations()
LATEST = ALL[-1].version


def _shape(database):
    with database.connect() as db:
        return db.execute(
            "SELECT array_agg(one ORDER BY one) FROM ("
            "SELECT oid::regprocedure::text || md5(prosrc) AS one FROM pg_proc"
            " WHERE pronamespace IN ('public'::regnamespace, 'private'::regnamespace)"
            " UNION SELECT attrelid::regclass || '.' || attname || format_type(atttypid, atttypmod)"
            " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace IN ('public'::regnamespace, 'private'::regnamespace)"
            " UNION SELECT polrelid::regclass || polname FROM pg_policy) AS shape"
        ).fetchone()


def _ledger(database) -> list[tuple[str, str]]:
    with database.connect() as db:
        rows: list[tuple[str, str]] = db.execute(
            "SELECT version, name FROM supabase_migrations.schema_migrations ORDER BY version"
        ).fetchall()
    return rows


def _works(database) -> bool:
    with Account(database) as alice:
        return alice.push_one(row(1))["status"] in {"applied", "same"}


def test_the_files_are_named_as_the_supabase_cli_wants_them_and_tell_their_version():
    assert len(ALL) >= 5
    assert all(re.fullmatch(r"[0-9]{14}", one.version) and one.name.startswith("braindump_") for one in ALL)
    assert [one.version for one in ALL] == sorted({one.version for one in ALL})
    assert f"SELECT '{LATEST}'" in ALL[-1].sql


def test_a_new_project_gets_all_and_a_laid_one_nothing(bare):
    first, again = apply(bare.dsn()), apply(bare.dsn())

    assert first.applied == [one.name for one in ALL]
    assert (again.applied, again.version) == ([], LATEST)
    assert _ledger(bare) == [(one.version, one.name) for one in ALL]
    assert _works(bare)


def test_a_call_that_broke_off_is_made_again_and_goes_on(bare):
    broken = Migration(ALL[2].version, ALL[2].name, ALL[2].sql + "\nSELECT 1/0;")
    with pytest.raises(ProviderError, match=f"{broken.version}_{broken.name}: division by zero"):
        apply(bare.dsn(), migrations=[*ALL[:2], broken, *ALL[3:]])
    assert len(_ledger(bare)) == 2

    assert apply(bare.dsn()).applied == [one.name for one in ALL[2:]]
    assert _works(bare)


def test_two_calls_at_once_take_turns(bare):
    with ThreadPoolExecutor(4) as pool:
        laid = list(pool.map(apply, [bare.dsn()] * 4))

    assert sorted(name for one in laid for name in one.applied) == sorted(one.name for one in ALL)


def test_every_file_can_be_run_twice_and_keeps_what_rests_there(bare):
    for _ in range(2):
        with bare.connect() as owner:
            for one in ALL:
                owner.execute(one.sql.encode())
        assert _works(bare)

    with Account(bare) as alice:
        assert len(alice.pull_all()) == 1


def test_the_script_lays_out_the_same_and_the_ledger_knows(cluster, bare):
    with cluster.temporary("bare") as by_hand:
        for _ in range(2):
            with by_hand.connect() as owner:
                owner.execute(script().encode())
        apply(bare.dsn())

        assert _shape(by_hand) == _shape(bare)
        assert apply(by_hand.dsn()).applied == []
        assert _works(by_hand)


def test_what_the_supabase_cli_has_applied_is_not_applied_again(bare):
    with bare.connect() as owner:
        owner.execute("CREATE SCHEMA supabase_migrations")
        owner.execute("CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY)")
        owner.execute(ALL[0].sql.encode())
        owner.execute("INSERT INTO supabase_migrations.schema_migrations VALUES (%s)", (ALL[0].version,))

    assert apply(bare.dsn()).applied == [one.name for one in ALL[1:]]


@pytest.mark.parametrize("sign", ["function", "ledger"])
def test_a_newer_schema_is_refused_and_left_as_it_is(bare, sign):
    newer = Migration("20991231000000", "braindump_tomorrow", ALL[-1].sql.replace(LATEST, "20991231000000"))
    apply(bare.dsn(), migrations=[*ALL, newer])
    with bare.connect() as owner:
        if sign == "function":
            owner.execute("DROP SCHEMA supabase_migrations CASCADE")
        else:
            owner.execute("DROP FUNCTION public.schema_version()")
    before = _shape(bare)

    with pytest.raises(ConflictError, match="newer braindump"):
        apply(bare.dsn())

    assert _shape(bare) == before


def test_the_script_refuses_a_newer_schema_too(bare):
    newer = Migration("20991231000000", "braindump_tomorrow", ALL[-1].sql.replace(LATEST, "20991231000000"))
    apply(bare.dsn(), migrations=[*ALL, newer])

    with bare.connect() as owner, pytest.raises(psycopg.errors.RaiseException, match="newer braindump"):
        owner.execute(script().encode())


def test_migrations_of_the_users_own_are_none_of_ours(bare):
    apply(bare.dsn())
    with bare.connect() as owner:
        owner.execute(
            "INSERT INTO supabase_migrations.schema_migrations VALUES ('20991231000000', '{}', 'theirs')"
        )

    assert apply(bare.dsn()).applied == []


def test_a_database_that_is_no_project_is_refused(cluster):
    with cluster.temporary("template0") as plain, pytest.raises(ConfigError, match="no Supabase project"):
        apply(plain.dsn())


def test_a_user_without_the_rights_is_told_so(bare):
    with pytest.raises(ForbiddenError):
        apply(bare.dsn(API))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("nonsense secret-word", UsageError),
        ("postgresql://me:secret-word@db.example.org/postgres?sslmode=disable", UsageError),
        ("postgresql://me:secret-word@127.0.0.1:1/postgres", UnreachableError),
        ("postgresql://me:secret-word@localhost:bad/postgres", UnreachableError),
    ],
)
def test_an_address_that_leads_nowhere_is_explained_without_its_password(address, kind):
    with pytest.raises(kind) as failed:
        apply(address)

    assert "secret-word" not in f"{failed.value} {failed.value.hint}"


def test_without_psycopg_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigError) as failed:
        apply("postgresql://me@localhost/postgres")

    assert "psycopg[binary]" in (failed.value.hint or "")
    assert "--print" in (failed.value.hint or "")
