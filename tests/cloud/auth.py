"""A stand-in for Supabase Auth on this machine: the wire of the real one, with accounts, codes and sessions of its own.

From the published server (github.com/supabase/auth): flows of PKCE, rotation of refresh tokens, and what an error
looks like with and without `X-Supabase-Api-Version`. It is a handler, so that a gateway may put it beside others.
"""

import ipaddress
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import randbelow, token_urlsafe
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import jwt

from tests.cloud.federation import Federated
from tests.cloud.pkce import challenge_of
from tests.loopback.serving import LoopbackServer, Received, Reply, as_json, serving

PUBLISHABLE = "sb_publishable_made-up-for-tests-1234"
SECRET = "jwt-secret-of-a-test-that-is-long-enough"
VERSION = "2024-01-01"
PREFIX = "/auth/v1"
_SITE = "http://site.invalid/"


@dataclass
class User:
    """One account."""

    email: str
    password: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    providers: list[str] = field(default_factory=lambda: ["email"])


@dataclass
class Family:
    """One session: refresh tokens, of which the last one counts."""

    user: User
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    tokens: list[str] = field(default_factory=list)


class RefusedError(Exception):
    """An answer of the server that is no success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class AuthStandIn:
    """Accounts and sessions; `answer` is what it says to a request for `/auth/v1/…`."""

    def __init__(
        self, *, key: str = PUBLISHABLE, secret: str = SECRET, providers: tuple[str, ...] = ("google",)
    ):
        self.url = ""  # of the project, once it is served
        self.key = key
        self.secret = secret
        self.providers = providers
        self.issuers: dict[str, tuple[str, str]] = {}  # issuer and client id, by provider
        self.role: str | None = "authenticated"
        self.lifetime_s = 3600
        self.forgives_parent = True  # the one before the last: the answer may have been lost
        self.consent = "ada@example.org"  # who says yes in the browser; "" says no
        self.users: dict[str, User] = {}
        self.families: list[Family] = []
        self.codes: dict[str, str] = {}  # sent by e-mail, by address
        self.refreshes = 0  # that gave new tokens
        self.issued: set[str] = set()  # every token there ever was
        self._flows: dict[str, dict[str, str]] = {}  # by what the provider is told
        self._federated: dict[str, Federated] = {}  # flows that went on to an issuer
        self._auth_codes: dict[str, tuple[str, User]] = {}  # challenge and user, by code
        self._lock = Lock()

    def add(self, email: str, password: str | None = None) -> User:
        """Make an account."""
        return self.users.setdefault(email, User(email, password))

    def answer(self, request: Received) -> Reply:
        """Answer one request, as one step."""
        query = dict(parse_qsl(urlsplit(request.url).query))
        route = (request.method, request.path.removeprefix(PREFIX))
        try:
            with self._lock:
                if route in (("GET", "/authorize"), ("GET", "/provider"), ("GET", "/callback")):
                    return self._browsed(route[1], query)
                self._must_have_key(request)
                return self._called(route, query, request)
        except RefusedError as refused:
            return _refusal(refused, has_version=request.headers.get("x-supabase-api-version") == VERSION)

    def _must_have_key(self, request: Received) -> None:
        """Say what the gateway in front says."""
        if (given := request.headers.get("apikey")) != self.key:
            said = "Invalid API key" if given else "No API key found in request"
            raise RefusedError(401, "", said)

    def _called(self, route: tuple[str, str], query: Mapping[str, str], request: Received) -> Reply:
        routes: dict[tuple[str, str], Callable[[], Reply]] = {
            ("POST", "/token"): lambda: self._token(query.get("grant_type", ""), request.document),
            ("POST", "/otp"): lambda: self._otp(request.document),
            ("POST", "/verify"): lambda: self._verify(request.document),
            ("GET", "/user"): lambda: as_json(self._user_document(self._bearer(request).user)),
            ("POST", "/logout"): lambda: self._logout(query.get("scope", "global"), request),
        }
        if route not in routes:
            raise RefusedError(404, "not_found", "404: not found")
        return routes[route]()

    # In the browser: to the provider, back to us, on to the program on this machine.

    def _browsed(self, path: str, query: Mapping[str, str]) -> Reply:
        if path == "/authorize":
            if query.get("provider") not in self.providers:
                raise RefusedError(400, "validation_failed", "Unsupported provider: provider is not enabled")
            state = token_urlsafe(16)
            self._flows[state] = dict(query)
            if found := self.issuers.get(query["provider"]):
                back_to = f"{self.url}{PREFIX}/callback"
                self._federated[state] = Federated.begun(*found, back_to=back_to)
                return _moved(self._federated[state].address(state))
            return _moved(f"{self.url}{PREFIX}/provider?state={state}")
        if path == "/provider":
            said = {"code": "of-the-provider"} if self.consent else {"error": "access_denied"}
            return _moved(f"{self.url}{PREFIX}/callback?{urlencode({'state': query['state'], **said})}")
        flow = self._flows.pop(query.get("state", ""), None)
        if flow is None:
            raise RefusedError(400, "bad_oauth_state", "OAuth state not found or expired")
        back_to = flow["redirect_to"] if _is_allowed(flow.get("redirect_to", "")) else _SITE
        if "error" in query:
            told = {
                "error": "access_denied",
                "error_code": "provider",
                "error_description": "The user said no.",
            }
            return _moved(_with(back_to, told))
        federated = self._federated.pop(query["state"], None)
        user = self.add(federated.email(query["code"]) if federated else self.consent)
        if flow["provider"] not in user.providers:
            user.providers.insert(0, flow["provider"])
        code = str(uuid.uuid4())
        assert flow["code_challenge_method"].lower() == "s256"
        self._auth_codes[code] = (flow["code_challenge"], user)
        return _moved(_with(back_to, {"code": code}))

    # Called by the program.

    def _token(self, grant: str, given: Mapping[str, Any]) -> Reply:
        if grant == "pkce":
            challenge, user = self._auth_codes.get(given["auth_code"], ("", None))
            if user is None:
                raise RefusedError(
                    404, "flow_state_not_found", "invalid flow state, no valid flow state found"
                )
            if challenge_of(given["code_verifier"]) != challenge:
                raise RefusedError(
                    400, "bad_code_verifier", "code challenge does not match previously saved code verifier"
                )
            del self._auth_codes[given["auth_code"]]
            return self._begun(user)
        if grant == "password":
            user = self.users.get(given["email"])
            if user is None or user.password is None or user.password != given["password"]:
                raise RefusedError(400, "invalid_credentials", "Invalid login credentials")
            return self._begun(user)
        if grant == "refresh_token":
            return self._refreshed(given["refresh_token"])
        raise RefusedError(400, "validation_failed", "unsupported_grant_type")

    def _refreshed(self, token: str) -> Reply:
        family = next((family for family in self.families if token in family.tokens), None)
        if family is None:
            raise RefusedError(
                400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found"
            )
        place = family.tokens.index(token)
        if self.forgives_parent and place == len(family.tokens) - 2:
            return self._session(family)
        if place != len(family.tokens) - 1:
            self.families.remove(family)
            raise RefusedError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        self.refreshes += 1
        family.tokens.append(token_urlsafe(9))
        return self._session(family)

    def _otp(self, given: Mapping[str, Any]) -> Reply:
        if given["email"] not in self.users and not given["create_user"]:
            raise RefusedError(422, "otp_disabled", "Signups not allowed for otp")
        self.add(given["email"])
        self.codes[given["email"]] = f"{randbelow(1_000_000):06}"
        return as_json({})

    def _verify(self, given: Mapping[str, Any]) -> Reply:
        if given["type"] != "email" or self.codes.get(given["email"]) != given["token"]:
            raise RefusedError(403, "otp_expired", "Token has expired or is invalid")
        del self.codes[given["email"]]
        return self._begun(self.users[given["email"]])

    def _logout(self, scope: str, request: Received) -> Reply:
        ours = self._bearer(request)
        for family in list(self.families):
            is_ours = family is ours
            if family.user is ours.user and (scope == "global" or is_ours == (scope == "local")):
                self.families.remove(family)
        return Reply(status=204)

    def _bearer(self, request: Received) -> Family:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, self.secret, ["HS256"], audience="authenticated")
        except jwt.PyJWTError as error:
            raise RefusedError(403, "bad_jwt", f"invalid JWT: {error}") from error
        found = next((family for family in self.families if family.id == claims["session_id"]), None)
        if found is None:
            raise RefusedError(
                403, "session_not_found", "Session from session_id claim in JWT does not exist"
            )
        return found

    def _begun(self, user: User) -> Reply:
        family = Family(user, tokens=[token_urlsafe(9)])
        self.families.append(family)
        return self._session(family)

    def _session(self, family: Family) -> Reply:
        now = int(time.time())
        user = family.user
        claims = {
            "iss": f"{self.url}{PREFIX}", "sub": user.id, "aud": "authenticated", "exp": now + self.lifetime_s,
            "iat": now, "email": user.email, "phone": "", "app_metadata": self._app_metadata(user),
            "user_metadata": {}, "role": self.role, "aal": "aal1", "session_id": family.id, "is_anonymous": False,
            "jti": token_urlsafe(6),
        }  # fmt: skip
        access = jwt.encode(claims, self.secret, "HS256")
        self.issued |= {access, family.tokens[-1]}
        return as_json(
            {
                "access_token": access,
                "token_type": "bearer",
                "expires_in": self.lifetime_s,
                "expires_at": now + self.lifetime_s,
                "refresh_token": family.tokens[-1],
                "user": self._user_document(user),
            }
        )

    def _user_document(self, user: User) -> dict[str, Any]:
        return {
            "id": user.id,
            "aud": "authenticated",
            "role": "authenticated",
            "email": user.email,
            "created_at": "2026-03-02T09:14:00Z",
            "app_metadata": self._app_metadata(user),
            "user_metadata": {},
        }

    def _app_metadata(self, user: User) -> dict[str, Any]:
        return {"provider": user.providers[0], "providers": user.providers}


def _refusal(refused: RefusedError, *, has_version: bool) -> Reply:
    if not refused.code:  # of the gateway
        return as_json({"message": refused.message, "hint": "Double check your API key."}, refused.status)
    if has_version:
        told = {"code": refused.code, "message": refused.message}
        return as_json(told, refused.status, {"X-Supabase-Api-Version": VERSION})
    told = {"code": str(refused.status), "error_code": refused.code, "msg": refused.message}
    return as_json(told, refused.status)


def _moved(address: str) -> Reply:
    return Reply(status=302, headers={"Location": address})


def _with(address: str, told: Mapping[str, str]) -> str:
    """Return the address with more in its query; what was there stays, as in the real one."""
    parts = urlsplit(address)
    query = {**{name: values[0] for name, values in parse_qs(parts.query).items()}, **told}
    return parts._replace(query=urlencode(query, quote_via=quote)).geturl()


def _is_allowed(address: str) -> bool:
    """Any loopback address may be gone back to; the name localhost may not."""
    try:
        return ipaddress.ip_address(urlsplit(address).hostname or "").is_loopback
    except ValueError:
        return False


class AuthServer(LoopbackServer):
    """The stand-in alone on a port."""

    def __init__(self, **options: Any) -> None:
        self.auth = AuthStandIn(**options)
        super().__init__(self.auth.answer)
        self.auth.url = self.url = f"http://127.0.0.1:{self.port}"

    def sent(self, path: str) -> list[Any]:
        """Return the documents that were sent to a path of the server."""
        return [json.loads(request.body) for request in self.sent_to(f"{PREFIX}{path}")]


@contextmanager
def auth_server(**options: Any) -> Iterator[AuthServer]:
    """Serve the stand-in."""
    server = AuthServer(**options)
    with serving(server):
        yield server
