"""What an OpenID Connect issuer answers: its description, tokens, and the keys that prove them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit

from braindump_cli.auth.pkce import METHOD
from braindump_cli.errors import (
    AuthRequiredError,
    BraindumpError,
    DeclinedError,
    ForbiddenError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
    UnreadableError,
)
from braindump_cli.net.http import Exchange, exchange
from braindump_cli.net.retry_after import retry_after_s
from braindump_cli.ports import Clock
from braindump_cli.settings import is_loopback

if TYPE_CHECKING:
    from httpx import Response

WITHIN_S = 15.0
_ALGORITHMS = ("RS256", "ES256", "EdDSA")  # asymmetric ones alone: who can verify cannot sign
_LEEWAY_S = 60
_TOO_FAST = 429
_CODE = re.compile(r"[a-z_]{1,40}")  # of an error; anything else might repeat what was sent


class Provider(NamedTuple):
    """What an issuer says about itself (RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str | None
    names_itself: bool  # in its answers: RFC 9207


class Keys:
    """The public keys of an issuer (RFC 7517)."""

    def __init__(self, document: Mapping[str, Any], who: str) -> None:
        self._document = document
        self._who = who

    def proven(self, token: str, *, issuer: str, audience: str | None) -> Mapping[str, Any]:
        """Return the claims of a token that this issuer signed and that counts now. Raises ForbiddenError."""
        import jwt

        try:
            key = self._key_for(jwt.get_unverified_header(token))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(_ALGORITHMS),
                audience=audience,
                issuer=issuer,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "sub"], "verify_aud": audience is not None},
            )
        except (jwt.PyJWTError, ValueError) as error:
            reason = str(error).rstrip(".")
        else:
            return claims
        raise ForbiddenError(f"{self._who} gave a token that proves nothing: {reason}.")

    def _key_for(self, header: Mapping[str, Any]) -> Any:
        import jwt

        for key in jwt.PyJWKSet.from_dict(dict(self._document)).keys:
            if key.key_id == header.get("kid") and key.public_key_use in {None, "sig"}:
                return key
        raise ValueError("its key is not among those of the issuer")


class Asking:
    """A few requests to one issuer; each may raise ProviderError and its kin."""

    def __init__(self, issuer: str, who: str, *, clock: Clock, asked: Exchange) -> None:
        self._issuer = issuer
        self._who = who
        self._clock = clock
        self._asked = asked

    @classmethod
    @contextmanager
    def open(cls, issuer: str, who: str, clock: Clock) -> Iterator[Self]:
        """Give a way to ask, for 15 s in all."""
        with exchange(issuer, within_s=WITHIN_S) as asked:
            yield cls(issuer, who, clock=clock, asked=asked)

    def discover(self) -> Provider:
        """Return what the issuer says about itself; it must be the one that was named, and its addresses safe."""
        parts = urlsplit(self._issuer)
        root = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}"
        answer = self._send("GET", root)
        if answer.status_code == 404:
            answer = self._send("GET", f"{self._issuer}/.well-known/openid-configuration")
        found = self._document(self._fine(answer))
        if str(found.get("issuer")).rstrip("/") != self._issuer:
            raise ForbiddenError(
                f"{self._who} calls itself {found.get('issuer')}.",
                hint="Mend cloud.clerk.issuer to be the same.",
            )
        methods = found.get("code_challenge_methods_supported")
        if methods is not None and METHOD not in methods:
            raise DeclinedError(f"{self._who} does not know PKCE with S256.")
        return Provider(
            issuer=found["issuer"],
            authorization_endpoint=self._endpoint(found, "authorization_endpoint"),
            token_endpoint=self._endpoint(found, "token_endpoint"),
            jwks_uri=self._endpoint(found, "jwks_uri"),
            revocation_endpoint=self._endpoint(found, "revocation_endpoint")
            if found.get("revocation_endpoint")
            else None,
            names_itself=bool(found.get("authorization_response_iss_parameter_supported")),
        )

    def tokens(self, provider: Provider, form: Mapping[str, str]) -> dict[str, Any]:
        """Return what the issuer gives for a code or a refresh token. Raises AuthRequiredError for a dead one."""
        given = self._document(self._fine(self._send("POST", provider.token_endpoint, form)))
        if not isinstance(given.get("access_token"), str):
            raise UnreadableError(f"{self._who} gave no access token.")
        return given

    def keys(self, provider: Provider) -> Keys:
        """Return the keys that the issuer signs with."""
        return Keys(self._document(self._fine(self._send("GET", provider.jwks_uri))), self._who)

    def revoke(self, provider: Provider, form: Mapping[str, str]) -> None:
        """Let the issuer forget a token, where it can."""
        if provider.revocation_endpoint:
            self._fine(self._send("POST", provider.revocation_endpoint, form))

    def _endpoint(self, found: Mapping[str, Any], name: str) -> str:
        address = found.get(name)
        if isinstance(address, str) and (address.startswith("https://") or is_loopback(address)):
            return address
        raise UnreadableError(f"{self._who} names no safe {name.replace('_', ' ')}.")

    def _send(self, method: str, address: str, form: Mapping[str, str] | None = None) -> "Response":
        from httpx import HTTPError, InvalidURL

        failed: ProviderError
        try:
            headers = {"Accept": "application/json"}
            return self._asked.http.request(
                method, address, headers=headers, data=dict(form) if form else None
            )
        except (HTTPError, InvalidURL, ValueError):
            failed = (
                LostAnswerError(f"{self._who} gave no whole answer.", hint="Try again.")
                if self._asked.is_sent
                else UnreachableError(f"{self._who} cannot be reached.", hint="Is this machine online?")
            )
        # Not raised among the handlers: as its context the client's error would bring the tokens along.
        raise failed

    def _fine(self, answer: "Response") -> "Response":
        if answer.is_success:
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: "Response") -> BraindumpError:
        status = answer.status_code
        if status == _TOO_FAST:
            wait_s = retry_after_s(answer.headers, self._clock.now())
            return RateLimitedError(
                f"{self._who} asks to wait.", hint="Try again later.", retry_after_s=wait_s
            )
        if status >= 500:
            return ProviderError(f"{self._who} is down ({status}).", hint="Try again later.")
        try:
            error = answer.json().get("error")
        except (ValueError, AttributeError):
            error = None
        if error == "invalid_grant":
            return AuthRequiredError("Your sign-in has ended.")
        if error in {"invalid_client", "unauthorized_client"}:
            return DeclinedError(
                f"{self._who} does not know this application.",
                hint="Is cloud.clerk.client_id that of a public one?",
            )
        told = f" {error}" if isinstance(error, str) and _CODE.fullmatch(error) else ""
        return DeclinedError(f"{self._who} refused with {status}{told}.", hint="Is cloud.clerk.issuer right?")

    def _document(self, answer: "Response") -> dict[str, Any]:
        try:
            document = answer.json()
        except ValueError:
            document = None
        if isinstance(document, dict):
            return document
        raise UnreadableError(f"{self._who} gave an answer that nobody can read.")
