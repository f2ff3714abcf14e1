"""How Supabase Auth signs somebody in at an OpenID issuer of the project's own: as a client of it, with PKCE."""

from secrets import token_urlsafe
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import jwt

from tests.cloud.pkce import challenge_of

_WELL_KNOWN = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")


class Federated(NamedTuple):
    """A sign-in that has begun at an issuer."""

    about: dict[str, Any]  # what the issuer says of itself
    client_id: str
    back_to: str
    verifier: str
    nonce: str

    @classmethod
    def begun(cls, issuer: str, client_id: str, *, back_to: str) -> "Federated":
        """Ask the issuer who it is."""
        answers = (httpx.get(f"{issuer}{path}") for path in _WELL_KNOWN)
        about = next(answer.json() for answer in answers if answer.is_success)
        return cls(about, client_id, back_to, token_urlsafe(48), token_urlsafe(16))

    def address(self, state: str) -> str:
        """Return where the browser goes."""
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.back_to,
            "scope": "openid email",
            "state": state,
            "nonce": self.nonce,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.about['authorization_endpoint']}?{urlencode(query)}"

    def email(self, code: str) -> str:
        """Return whose code it is, as the issuer signed it."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back_to,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
        }
        token = httpx.post(self.about["token_endpoint"], data=form).raise_for_status().json()["id_token"]
        keys = jwt.PyJWKSet.from_dict(httpx.get(self.about["jwks_uri"]).json())
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(token, key, ["RS256"], audience=self.client_id, issuer=self.about["issuer"])
        assert claims["nonce"] == self.nonce
        email: str = claims["email"]
        return email
