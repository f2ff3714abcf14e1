import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braindump_cli.errors import BadDataError
from braindump_cli.storage import cipher

KEY = bytes(range(32))


@pytest.fixture(autouse=True, scope="module")
def _small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cipher, "CHUNK_BYTES", 8)
        yield


def sealed(blocks):
    return b"".join(cipher.seal(blocks, KEY, about="a"))


def opened(text):
    return b"".join(cipher.open_sealed(io.BytesIO(text), KEY, about="a"))


@given(st.lists(st.binary(max_size=30)))
def test_blocks_of_any_size_come_back(blocks):
    assert opened(sealed(blocks)) == b"".join(blocks)


@given(st.binary(max_size=60), st.data())
def test_no_part_of_a_file_opens_and_nothing_may_be_added(plain, data):
    text = sealed([plain])
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    more = data.draw(st.binary(min_size=1, max_size=30))

    for changed in (text[:begin] + text[end:], text + more, text[:begin] + more + text[begin:]):
        if changed != text:
            with pytest.raises(BadDataError):
                opened(changed)
