"""The settings table: whatever stands in the file or the environment is a value or an explained mistake."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from braindump_cli.errors import ConfigError
from braindump_cli.settings import load_settings, read_duration, table, write_duration

ROWS = list(table())
WRITTEN = st.sampled_from(
    ["", "0", "1", "-1", "90s", "1h30m", ".", "1.5.2s", "1e999s", "9" * 400 + "d", "nan", "inf", "true", "True", "²s",
     "keyring", "file", ",", "a,,b", "opus", "monday", "Europe/London", "../../etc/passwd", "Europe", "\udcff", "a\nb"]
)  # fmt: skip
IN_TOML = st.recursive(
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(st.characters(codec="utf-8"))
    | st.dates()
    | st.times()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("settings") / "config.toml"


def _explains(error, place, row):
    assert str(place) in error.message
    assert row.key in error.message
    assert row.kind.allowed in str(error.hint)


@given(st.sampled_from(ROWS), WRITTEN | st.text(st.characters(exclude_characters="\0")))
def test_any_value_in_the_environment_is_taken_or_explained(file, row, value):
    try:
        taken = load_settings(file, {row.variable: value})
    except ConfigError as error:
        _explains(error, row.variable, row)
    else:
        str(taken.values[row.key]).encode()


@how(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ROWS), IN_TOML | WRITTEN.filter(lambda words: words != "\udcff"))
def test_any_value_in_the_file_is_taken_or_explained(file, row, value):
    import tomlkit

    file.write_text(tomlkit.dumps({row.key: value}), "utf-8")

    try:
        taken = load_settings(file, {})
    except ConfigError as error:
        _explains(error, file, row)
    else:
        assert row.key in taken.values
        assert taken.unknown == ()


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"a = " + b"[" * 2_000)
@example(b'record = 5\n"record.max" = "2h"')
def test_any_file_is_read_or_explained(file, content):
    file.write_bytes(content)

    failure = None
    try:
        load_settings(file, {})
    except ConfigError as error:
        failure = error

    assert failure is None or str(file) in failure.message


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10_000)))
@example(timedelta(0))
@example(timedelta(microseconds=1))
@example(timedelta(hours=1, seconds=0.5))
def test_a_duration_is_read_as_it_was_written(span):
    assert read_duration(write_duration(span)) == span


@given(st.text() | WRITTEN | st.from_regex(r"[0-9.]*[smhd ]?", fullmatch=True))
def test_any_text_is_a_span_that_can_be_written_or_a_mistake(words):
    try:
        span = read_duration(words)
    except (ValueError, OverflowError):
        return

    assert span >= timedelta(0)
    assert read_duration(write_duration(span)) == span
