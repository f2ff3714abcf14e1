"""Whatever stands in a token, a key, or an address that was pasted, it is read calmly."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from braindump_cli.auth.loopback import answer_in
from braindump_cli.domain.claims import claims_of, look_at, why_no_key
from braindump_cli.errors import BraindumpError

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
NAMES = ["form", "role", "aud", "exp", "iss", "sub"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.text())
def test_any_text_is_a_token_or_is_none(text):
    assert claims_of(text) is None or isinstance(claims_of(text), dict)
    assert [found.name for found in look_at(text, issuer=None, audience=None, now=NOW)] in (["form"], NAMES)


@given(st.dictionaries(st.sampled_from(["role", "aud", "exp", "iss", "sub", "x"]), VALUES))
def test_any_claims_are_looked_at_one_by_one(claims):
    token = f"h.{urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.s"

    findings = list(look_at(token, issuer="https://i", audience="authenticated", now=NOW))

    assert [found.name for found in findings] == NAMES
    assert all(found.is_ok or found.hint for found in findings)
    assert why_no_key(f"eyJ{token}")


@given(st.text(), st.text(min_size=1))
def test_any_pasted_words_are_an_answer_to_this_sign_in_or_are_refused_in_words(pasted, state):
    for address in (pasted, f"http://127.0.0.1/callback?{pasted}"):
        with suppress(BraindumpError):
            assert answer_in(address, state)["state"] == state
