"""Issuers that are like Clerk: one of our own, and the real `oidc-provider` of npm where it is installed.

Ours speaks what Clerk documents for a public OAuth application: discovery (RFC 8414), PKCE, JWT access tokens
signed with RS256, rotating refresh tokens, revocation (RFC 7009), and its name in the answer (RFC 9207).
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.cloud.pkce import challenge_of
from tests.loopback.serving import LoopbackServer, Received, Reply, as_json, serving
from tests.parts import ROOT

CLIENT_ID = "braindump-cli"
PERSON = "user_2abcClerkLike"
_KEY_ID = "key-1"
_NPM = ROOT / ".venv" / "oidc"  # made by scripts/node_packages
_SCRIPT = Path(__file__).parent / "oidc_provider" / "provider.mjs"


class Issuing(Protocol):
    """An issuer that runs."""

    @property
    def issuer(self) -> str: ...


class Grant(NamedTuple):
    """What a code is good for."""

    challenge: str
    nonce: str
    redirect_uri: str


@cache
def _private_key(name: str) -> rsa.RSAPrivateKey:
    """Make a key once a process: it takes a while."""
    return rsa.generate_private_key(65537, 2048)


class Issuer(LoopbackServer):
    """A test issuer; what it is told to do wrong, it does."""

    def __init__(self) -> None:
        super().__init__(self._reply)
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.claims: dict[str, Any] = {}  # more claims of access tokens
        self.identity: dict[str, Any] = {}  # other claims of id tokens
        self.answers: dict[str, str] = {}  # other words brought back by the browser
        self.metadata: dict[str, Any] = {}  # other words about itself
        self.signs_with = "ours"
        self.is_opaque = False
        self.rotates = True
        self.lifetime_s = 86400
        self.families: dict[str, list[str]] = {}  # refresh tokens, the last one counts, by session
        self.refreshes = 0
        self._grants: dict[str, Grant] = {}

    def _reply(self, request: Received) -> Reply:
        query = dict(parse_qsl(urlsplit(request.url).query))
        form = dict(parse_qsl(request.body.decode()))
        if request.path == "/.well-known/oauth-authorization-server":
            return as_json(self._about() | self.metadata)
        if request.path == "/.well-known/jwks.json":
            return as_json({"keys": [self._public_key()]})
        if request.path == "/oauth/authorize":
            return self._authorize(query)
        if request.path == "/oauth/token":
            return self._token(form)
        if request.path == "/oauth/token/revoke":
            self._revoke(form["token"])
            return Reply()
        return as_json({"error": "not_found"}, 404)

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/oauth/authorize",
            "token_endpoint": f"{self.issuer}/oauth/token",
            "revocation_endpoint": f"{self.issuer}/oauth/token/revoke",
            "jwks_uri": f"{self.issuer}/.well-known/jwks.json",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _public_key(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(_private_key("ours").public_key(), as_dict=True)
        return {**public, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}

    def _authorize(self, query: Mapping[str, str]) -> Reply:
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        code = token_urlsafe(16)
        self._grants[code] = Grant(query["code_challenge"], query["nonce"], query["redirect_uri"])
        told = {"code": code, "state": query["state"], "iss": self.issuer} | self.answers
        told = {name: value for name, value in told.items() if value}
        return Reply(status=302, headers={"Location": f"{query['redirect_uri']}?{urlencode(told)}"})

    def _token(self, form: Mapping[str, str]) -> Reply:
        if form["client_id"] != CLIENT_ID:
            return as_json({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form["refresh_token"])
        grant = self._grants.pop(form["code"], None)
        is_right = grant and challenge_of(form["code_verifier"]) == grant.challenge
        if not grant or not is_right or form["redirect_uri"] != grant.redirect_uri:
            return as_json({"error": "invalid_grant"}, 400)
        session = token_urlsafe(6)
        self.families[session] = [token_urlsafe(16)]
        return self._tokens(session, grant.nonce)

    def _refreshed(self, token: str) -> Reply:
        session = next((name for name, tokens in self.families.items() if token in tokens), None)
        if session is None:
            return as_json({"error": "invalid_grant"}, 400)
        if token != self.families[session][-1]:
            del self.families[session]
            return as_json({"error": "invalid_grant"}, 400)
        self.refreshes += 1
        if self.rotates:
            self.families[session].append(token_urlsafe(16))
        return self._tokens(session, None)

    def _revoke(self, token: str) -> None:
        for name in [name for name, tokens in self.families.items() if token in tokens]:
            del self.families[name]

    def _tokens(self, session: str, nonce: str | None) -> Reply:
        now = int(time.time())
        usual = {"iss": self.issuer, "sub": PERSON, "iat": now, "exp": now + self.lifetime_s}
        access = usual | {"jti": token_urlsafe(6), "client_id": CLIENT_ID} | self.claims
        told = {
            "access_token": token_urlsafe(24) if self.is_opaque else self._signed(access, "at+jwt"),
            "token_type": "bearer",
            "expires_in": self.lifetime_s,
        }
        if self.rotates or nonce:
            told["refresh_token"] = self.families[session][-1]
        if nonce:
            identity = {"aud": CLIENT_ID, "nonce": nonce, "email": "ada@example.org"}
            told["id_token"] = self._signed(usual | identity | self.identity, "JWT")
        return as_json(told)

    def _signed(self, claims: Mapping[str, Any], kind: str) -> str:
        key = _private_key(self.signs_with)
        return jwt.encode(dict(claims), key, "RS256", headers={"kid": _KEY_ID, "typ": kind})


class NpmIssuer:
    """The real provider in a process of its own; on the way in it shows two forms, to sign in and to consent."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.issuer = json.loads(process.stdout.readline())["issuer"]


@contextmanager
def own_issuer(*, role: str = "authenticated") -> Iterator[Issuer]:
    """Run ours."""
    issuer = Issuer()
    issuer.claims = {"role": role} if role else {}
    with serving(issuer):
        yield issuer


@contextmanager
def npm_issuer(*, role: str = "authenticated") -> Iterator[NpmIssuer]:
    """Run the real one."""
    with subprocess.Popen(
        ["node", _SCRIPT, _NPM, CLIENT_ID, role],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield NpmIssuer(process)
        finally:
            process.terminate()


def has_npm_issuer() -> bool:
    """Tell whether Node and the package are here."""
    return bool(shutil.which("node")) and (_NPM / "node_modules" / "oidc-provider").is_dir()


ISSUERS: dict[str, Any] = {"own": own_issuer, **({"npm": npm_issuer} if has_npm_issuer() else {})}
