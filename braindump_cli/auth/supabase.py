"""Supabase Auth: signing in by a browser, by a code from an e-mail or with a password; renewing and ending it."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

from braindump_cli.auth.pkce import METHOD, challenge_of, new_verifier
from braindump_cli.auth.supabase_failures import failure_of
from braindump_cli.domain.claims import ROLE, claims_of, role_in
from braindump_cli.errors import BraindumpError, ForbiddenError, UnreadableError
from braindump_cli.net.http import Exchange, exchange
from braindump_cli.net.supabase_api import client
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud import SUPABASE, Session, SignedIn

if TYPE_CHECKING:
    from httpx import Response
    from supabase import Client
    from supabase_auth.types import AuthResponse

T = TypeVar("T")

WITHIN_S = 15.0
EMAIL = "email"
_OVER = (401, 403, 404)  # of a session that is asked to end: it has ended


class SupabaseAuth:
    """Keeps ports.cloud.Issuer for one project; every call may take 15 s and raise ProviderError and its kin."""

    def __init__(self, url: str, key: str, clock: Clock) -> None:
        self.url = url
        self.key = key
        self._clock = clock
        self._who = f"Supabase at {urlsplit(url).netloc}"
        self._verifier = new_verifier()

    def address_for(self, provider: str, *, back_to: str) -> str:
        """Return where the browser goes to sign in at `provider`; it comes back to `back_to` with a code.

        The project is asked first whether it knows the provider: a browser would show its complaint to nobody.
        """
        query = {
            "provider": provider,
            "redirect_to": back_to,
            "code_challenge": challenge_of(self._verifier),
            "code_challenge_method": METHOD.lower(),
        }
        # Put together here: the client knows a closed list of providers, without those of one's own (custom:clerk).
        address = f"{self.url}/auth/v1/authorize?{urlencode(query)}"

        def ask(_: "Client", asked: Exchange) -> None:
            answer = asked.http.get(address)
            if answer.is_success:
                raise UnreadableError(
                    f"{self._who} sends no browser to {provider}.", hint="Is cloud.url the project's address?"
                )
            if not answer.is_redirect:
                raise _complaint(answer)

        self._ask(ask)
        return address

    def with_browser_code(self, code: str, *, provider: str) -> Session:
        """Return the session for the code that the browser brought; `address_for` was asked before."""
        given: Any = {"auth_code": code, "code_verifier": self._verifier}
        answer = self._ask(lambda there, _: there.auth.exchange_code_for_session(given))
        return self._let_in(answer, provider)

    def send_code(self, email: str) -> None:
        """Let the project send a code by e-mail; a new address becomes a new account."""
        given: Any = {"email": email, "options": {"should_create_user": True}}
        self._ask(lambda there, _: there.auth.sign_in_with_otp(given))

    def with_email_code(self, email: str, code: str) -> Session:
        """Return the session for the code out of the e-mail. Raises ForbiddenError for a wrong or old one."""
        given: Any = {"type": "email", "email": email, "token": code}
        return self._let_in(self._ask(lambda there, _: there.auth.verify_otp(given)), EMAIL)

    def with_password(self, email: str, password: str) -> Session:
        """Return the session of who knows the password. Raises ForbiddenError for others."""
        given: Any = {"email": email, "password": password}
        return self._let_in(self._ask(lambda there, _: there.auth.sign_in_with_password(given)), EMAIL)

    def refreshed(self, session: Session) -> Session:
        """Return the session with the next tokens. Raises AuthRequiredError where it has ended."""
        token = session.refresh_token
        answer = self._ask(lambda there, _: there.auth.refresh_session(token))
        return self._session(answer, session.who.provider)

    def revoke(self, session: Session) -> None:
        """End this session there, and no other of the user's."""
        from supabase_auth.errors import AuthApiError

        def ask(there: "Client", _: Exchange) -> None:
            try:
                there.auth.admin.sign_out(session.access_token, "local")
            except AuthApiError as error:
                if error.status not in _OVER:
                    raise

        self._ask(ask)

    def _ask(self, question: "Callable[[Client, Exchange], T]") -> T:
        from httpx import HTTPError, InvalidURL
        from supabase_auth.errors import AuthError

        failed: BraindumpError
        with exchange(self.url, within_s=WITHIN_S) as asked:
            try:
                return question(client(self.url, self.key, asked.http), asked)
            except (AuthError, HTTPError, InvalidURL, ValueError) as error:
                failed = failure_of(error, asked, who=self._who, now=self._clock.now())
        # Not raised among the handlers: as its context the client's error would bring tokens along.
        raise failed

    def _let_in(self, answer: "AuthResponse", provider: str) -> Session:
        """Return the session of who comes in. Raises ForbiddenError for a token that rows are not for."""
        session = self._session(answer, provider)
        if session.who.role != ROLE:
            raise ForbiddenError(
                f"The token has the role {session.who.role!r}, and rows are for {ROLE} alone.",
                hint="Does a hook of the project change the tokens?",
            )
        return session

    def _session(self, answer: "AuthResponse", provider: str) -> Session:
        found = answer.session
        if found is None:
            raise UnreadableError(
                f"{self._who} gave no session.", hint="Must your address be confirmed first?"
            )
        claims = claims_of(found.access_token)
        who = SignedIn(
            url=self.url,
            key=self.key,
            user_id=str((claims or {}).get("sub") or found.user.id),
            email=found.user.email,
            provider=provider,
            kind=SUPABASE,
            role=role_in(claims) or "",
            expires_at=self._clock.now() + timedelta(seconds=found.expires_in),
        )
        return Session(who, found.access_token, found.refresh_token)


def _complaint(answer: "Response") -> Exception:
    """Return what the client makes of an error, for a request that was not its own."""
    from httpx import HTTPStatusError
    from supabase_auth.helpers import handle_exception

    return handle_exception(HTTPStatusError("refused", request=answer.request, response=answer))
