import io

import pytest

from braindump_cli.errors import BadDataError
from braindump_cli.storage import cipher
from braindump_cli.storage.cipher import (
    CHUNK_BYTES,
    open_box,
    open_sealed,
    public_half,
    seal,
    seal_box,
    unwrap,
    wrap,
)

KEY = bytes(range(32))
TAG_BYTES = 16
HEADER_BYTES = 40


@pytest.fixture
def three_chunks():
    """Return a sealed text of two whole chunks and a short one."""
    return b"".join(seal([bytes(2 * CHUNK_BYTES + 5)], KEY, about="recording a"))


def opened(sealed, key=KEY, about="recording a"):
    return b"".join(open_sealed(io.BytesIO(sealed), key, about=about))


def chunk(sealed, number):
    size = CHUNK_BYTES + TAG_BYTES
    return sealed[HEADER_BYTES + number * size : HEADER_BYTES + (number + 1) * size]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_is_sealed_comes_back(size):
    plain = (b"0123456789abcdef" * (size // 16 + 1))[:size]

    sealed = b"".join(seal([plain[:7], plain[7:]], KEY, about="recording a"))

    assert opened(sealed) == plain
    assert len(sealed) == HEADER_BYTES + size + TAG_BYTES * max(1, -(-size // CHUNK_BYTES))


def test_the_same_text_is_never_sealed_the_same():
    assert b"".join(seal([b"a"], KEY, about="")) != b"".join(seal([b"a"], KEY, about=""))


@pytest.mark.parametrize(
    "damage",
    [
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[: -5 - TAG_BYTES],
        lambda sealed: sealed[: HEADER_BYTES + CHUNK_BYTES + TAG_BYTES],
        lambda sealed: sealed[:HEADER_BYTES],
        lambda sealed: sealed[:20],
        lambda _: b"",
        lambda sealed: sealed + b"\0",
        lambda sealed: sealed + chunk(sealed, 0),
        lambda sealed: sealed[:HEADER_BYTES] + chunk(sealed, 1) + chunk(sealed, 0) + chunk(sealed, 2),
        lambda sealed: sealed[:HEADER_BYTES] + chunk(sealed, 0) + chunk(sealed, 0) + chunk(sealed, 2),
        lambda sealed: sealed[:HEADER_BYTES] + chunk(sealed, 0) + chunk(sealed, 2),
        lambda sealed: b"BDSEAL2\n" + sealed[8:],
        lambda sealed: sealed[:8] + bytes(32) + sealed[40:],
    ],
    ids="cut last_gone two_gone header_only stub empty longer again swapped doubled hole newer salt".split(),
)
def test_a_changed_file_does_not_open(three_chunks, damage):
    with pytest.raises(BadDataError, match="damaged"):
        opened(damage(three_chunks))


def test_every_flipped_bit_is_noticed():
    sealed = b"".join(seal([b"hello"], KEY, about="recording a"))

    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadDataError):
            opened(bytes(changed))


def test_another_key_or_owner_does_not_open(three_chunks):
    for key, about in ((bytes(32), "recording a"), (KEY, "recording b")):
        with pytest.raises(BadDataError):
            opened(three_chunks, key, about)


def test_a_box_is_sealed_with_the_public_half_and_opened_with_the_key():
    sealed = b"".join(seal_box([b"words"], public_half(KEY), about="inbox a"))

    assert b"".join(open_box(io.BytesIO(sealed), KEY, about="inbox a")) == b"words"
    for key, about in ((bytes(32), "inbox a"), (KEY, "inbox b")):
        with pytest.raises(BadDataError):
            b"".join(open_box(io.BytesIO(sealed), key, about=about))


def test_a_box_with_a_worthless_pair_is_damaged():
    with pytest.raises(BadDataError, match="no key"):
        b"".join(open_box(io.BytesIO(b"BDSEAL1\n" + bytes(32) + bytes(16)), KEY, about="inbox a"))


def test_a_wrapped_key_comes_back_only_to_its_owner():
    wrapped = wrap(b"secret", KEY, about="journal a")

    assert unwrap(wrapped, KEY, about="journal a") == b"secret"
    assert unwrap(wrapped, bytes(32), about="journal a") is None
    assert unwrap(wrapped, KEY, about="journal b") is None
    assert unwrap(wrapped[:-1], KEY, about="journal a") is None
    assert unwrap(b"", KEY, about="journal a") is None


def test_the_format_stays_what_it_is():
    """Files sealed by version 1, made once; they must open for ever."""
    sealed = bytes.fromhex(SEALED)
    boxed = bytes.fromhex(BOXED)

    assert opened(sealed, KEY, "recording 1") == b"the walk by the canal was good"
    assert b"".join(open_box(io.BytesIO(boxed), KEY, about="inbox 1.entry")) == b"buy milk"
    assert public_half(KEY).hex() == PUBLIC
    assert cipher.derive(KEY, cipher.RECORDINGS).hex() == RECORDINGS


SEALED = (
    "42445345414c310a9180219b18e284065f5124df8138e405c3a59b849aefe1efd11aefeb74c61bc70a467c0ea7111416"
    "8e7af61eb113a63051d0925a6a99539ae97cc1c10f63a68dd69b4a04b23c182dfdd85b515af9"
)
BOXED = (
    "42445345414c310ac49192d42cd67ba27545da3a766371cf754b90ce6e47adf5c54a580376cdff731a75c30db713a0e2"
    "0260579b2a1283446d0cb89d112eb059"
)
PUBLIC = "47884d12b5757290c63d4e74ccc58035a7621525050f6825bfcf42779e6d5433"
RECORDINGS = "a0c9b3f58ef019040dd08ae3dd551cb6dbb9379eda9a4c0ba46f3514fe46d5a0"
