"""Clerk by its own public OAuth client: PKCE without a secret, and tokens that are proven before they are kept.

Whatever speaks OpenID Connect works the same way: discovery (RFC 8414), authorization code with PKCE S256
(RFC 7636), `iss` in the answer (RFC 9207), refresh and revocation (RFC 7009).
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

from braindump_cli.auth.clerk_answers import Asking, Provider
from braindump_cli.auth.pkce import METHOD, challenge_of, new_verifier
from braindump_cli.domain.claims import ROLE, claims_of, role_in
from braindump_cli.errors import ForbiddenError, ProviderError
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud import CLERK, Session, SignedIn

NAME = "clerk"
_SCOPE = "openid email profile offline_access"
_USUAL_LIFE_S = 3600  # where an answer does not say how long a token lives
_OTHER_WAY = "Or sign in through the project itself: braindump login --provider custom:clerk"


class ClerkAuth:
    """Keeps ports.cloud.Issuer for one OAuth application; every call may take 15 s and raise ProviderError."""

    def __init__(self, issuer: str, client_id: str, *, project: tuple[str, str], clock: Clock) -> None:
        """Take the project, address and publishable key, that the tokens are for."""
        self.issuer = issuer.rstrip("/")
        self.client_id = client_id
        self._project = project
        self._clock = clock
        self._who = f"Clerk at {urlsplit(issuer).netloc}"
        self._verifier, self._nonce = new_verifier(), token_urlsafe(32)

    def address_for(self, state: str, *, back_to: str) -> str:
        """Return where the browser goes; it comes back to `back_to` with `state` and a code."""
        with self._asking() as asking:
            provider = asking.discover()
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": back_to,
            "scope": _SCOPE,
            "state": state,
            "nonce": self._nonce,
            "code_challenge": challenge_of(self._verifier),
            "code_challenge_method": METHOD,
        }
        return f"{provider.authorization_endpoint}?{urlencode(query)}"

    def with_answer(self, answer: Mapping[str, str], *, back_to: str) -> Session:
        """Return the session for what the browser brought, its `state` compared already.

        Raises ForbiddenError for an answer of another issuer, a token that proves nothing, or one without
        the role that a project lets in; what was issued is revoked then.
        """
        with self._asking() as asking:
            provider = asking.discover()
            self._must_be_from(provider, answer)
            given = asking.tokens(provider, {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": back_to,
                "client_id": self.client_id,
                "code_verifier": self._verifier,
            })  # fmt: skip
            try:
                return self._first_session(asking, provider, given)
            except ForbiddenError:
                with suppress(ProviderError):
                    self._revoke(asking, provider, given)
                raise

    def refreshed(self, session: Session) -> Session:
        """Return the session with the next tokens. Raises AuthRequiredError where it has ended."""
        with self._asking() as asking:
            provider = asking.discover()
            given = asking.tokens(provider, {
                "grant_type": "refresh_token",
                "refresh_token": session.refresh_token,
                "client_id": self.client_id,
            })  # fmt: skip
        role = role_in(claims_of(given["access_token"])) or ""
        who = session.who._replace(role=role, expires_at=self._ends_at(given))
        # An issuer that does not rotate gives no other.
        refresh = given.get("refresh_token") or session.refresh_token
        return Session(who, given["access_token"], refresh, self.issuer, self.client_id)

    def revoke(self, session: Session) -> None:
        """End the session there."""
        with self._asking() as asking:
            tokens = {"refresh_token": session.refresh_token, "access_token": session.access_token}
            self._revoke(asking, asking.discover(), tokens)

    def _revoke(self, asking: Asking, provider: Provider, tokens: Mapping[str, str]) -> None:
        kind = "refresh_token" if tokens.get("refresh_token") else "access_token"
        asking.revoke(provider, {"token": tokens[kind], "token_type_hint": kind, "client_id": self.client_id})

    def _must_be_from(self, provider: Provider, answer: Mapping[str, str]) -> None:
        """Refuse the answer of another issuer, which would be after our code (RFC 9207)."""
        said = answer.get("iss")
        if said is None and not provider.names_itself:
            return
        if said is None or said.rstrip("/") != self.issuer:
            raise ForbiddenError("The answer came from another issuer than the one that was asked.")

    def _first_session(self, asking: Asking, provider: Provider, given: Mapping[str, Any]) -> Session:
        keys = asking.keys(provider)
        identity = keys.proven(given.get("id_token", ""), issuer=provider.issuer, audience=self.client_id)
        if not compare_digest(str(identity.get("nonce")).encode(), self._nonce.encode()):
            raise ForbiddenError(f"{self._who} answered to another sign-in: the nonce differs.")
        token = given["access_token"]
        if claims_of(token) is None:
            hint = f"In Clerk: OAuth applications, your application, access tokens: JWT. {_OTHER_WAY}"
            raise ForbiddenError(
                f"{self._who} gives opaque access tokens, which a project cannot read.", hint=hint
            )
        claims = keys.proven(token, issuer=provider.issuer, audience=None)
        if claims["sub"] != identity["sub"]:
            raise ForbiddenError(f"{self._who} gave two tokens of different people.")
        self._must_be_let_in(claims)
        if not given.get("refresh_token"):
            hint = "In Clerk: OAuth applications, your application, scopes: offline_access."
            raise ForbiddenError(
                f"{self._who} gives no refresh token, so you would sign in every day.", hint=hint
            )
        who = SignedIn(
            *self._project,
            user_id=claims["sub"],
            email=identity.get("email") or claims.get("email"),
            provider=NAME,
            kind=CLERK,
            role=ROLE,
            expires_at=self._ends_at(given),
        )
        return Session(who, token, given["refresh_token"], self.issuer, self.client_id)

    def _must_be_let_in(self, claims: Mapping[str, Any]) -> None:
        role = claims.get("role")
        if role == ROLE:
            return
        said = f"the role {role!r}" if role else "no role"
        raise ForbiddenError(
            f"The access token of {self._who} has {said}: a project would show you nothing.",
            hint=f'In Clerk, add the claim "role": "{ROLE}" to the access tokens of your application, and in'
            f" Supabase add Clerk under Authentication, Third-party auth. {_OTHER_WAY}",
        )

    def _ends_at(self, given: Mapping[str, Any]) -> datetime:
        life_s = given.get("expires_in")
        if not isinstance(life_s, int | float) or isinstance(life_s, bool):
            life_s = _USUAL_LIFE_S
        return self._clock.now() + timedelta(seconds=life_s)

    def _asking(self) -> AbstractContextManager[Asking]:
        return Asking.open(self.issuer, self._who, self._clock)
