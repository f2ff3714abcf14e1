import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from braindump_cli.errors import UsageError
from braindump_cli.storage.keys.recovery_code import new_code, read_code, write_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
secrets = st.binary(min_size=16, max_size=16)


@given(secrets)
@example(bytes(16))
@example(b"\xff" * 16)
def test_a_code_gives_its_bytes_back(secret):
    code = write_code(secret)

    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{6}}[{ALPHABET}]{{4}}", code)
    assert read_code(code) == secret


@given(secrets, st.randoms(use_true_random=False))
def test_case_blanks_dashes_and_symbols_that_look_alike_do_not_matter(secret, random):
    typed = "".join(
        random.choice({"0": "0Oo", "1": "1IiLl"}.get(symbol, symbol + symbol.lower()))
        + random.choice(["", " ", "-"])
        for symbol in write_code(secret).replace("-", "")
    )

    assert read_code(f" {typed}\n") == secret


@given(secrets, st.integers(0, 27), st.integers(1, 31))
def test_every_wrong_symbol_is_noticed(secret, place, by):
    symbols = list(write_code(secret).replace("-", ""))
    symbols[place] = ALPHABET[(ALPHABET.index(symbols[place]) + by) % 32]

    with pytest.raises(UsageError, match="typing mistake"):
        read_code("".join(symbols))


@given(secrets, st.integers(0, 26))
def test_swapped_neighbours_are_noticed(secret, place):
    symbols = list(write_code(secret).replace("-", ""))
    symbols[place : place + 2] = reversed(symbols[place : place + 2])
    typed = "".join(symbols)

    if typed == write_code(secret).replace("-", ""):
        assert read_code(typed) == secret
    else:
        with pytest.raises(UsageError):
            read_code(typed)


@given(st.text())
def test_whatever_is_typed_is_read_or_refused_and_never_repeated(text):
    try:
        said = read_code(text).hex()
    except UsageError as error:
        said = error.message

    assert len(text) < 10 or text not in said


def test_new_codes_differ():
    assert len({new_code() for _ in range(100)}) == 100
