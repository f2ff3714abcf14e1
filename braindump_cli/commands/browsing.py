"""Signing in in a browser: here, or on another machine with the address pasted back."""

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from braindump_cli.errors import UsageError
from braindump_cli.rendering.foreign import one_line
from braindump_cli.rendering.output import is_terminal

if TYPE_CHECKING:
    from braindump_cli.commands.project import Project
    from braindump_cli.ports.cloud import Session
    from braindump_cli.runtime import Runtime

_MOST_BYTES = 10_000

AddressFor = Callable[[str], str]
"""Takes where the browser comes back to; returns where it goes first."""


class Browsing:
    """One sign-in in a browser."""

    def __init__(self, runtime: "Runtime", *, is_by_hand: bool) -> None:
        from braindump_cli.auth.loopback import new_state

        self._runtime = runtime
        self._is_by_hand = is_by_hand
        self._state = new_state()

    def at_provider(self, project: "Project", provider: str) -> "Session":
        """Sign in at a provider of Supabase Auth, whose answers keep the query of our address: the state."""
        from braindump_cli.auth.loopback import code_in

        auth = self._runtime.supabase_auth(*project)
        answer, _ = self._brought(
            lambda back_to: auth.address_for(provider, back_to=f"{back_to}?state={self._state}"), ports=()
        )
        return auth.with_browser_code(code_in(answer), provider=provider)

    def at_clerk(self, project: "Project", issuer: str, client_id: str) -> "Session":
        """Sign in at an OAuth application of Clerk."""
        from braindump_cli.auth.loopback import FIXED_PORTS, code_in

        auth = self._runtime.clerk_auth(issuer, client_id, project=(project.url, project.key))
        answer, back_to = self._brought(
            lambda back_to: auth.address_for(self._state, back_to=back_to), ports=FIXED_PORTS
        )
        code_in(answer)
        return auth.with_answer(answer, back_to=back_to)

    def _brought(self, address_for: AddressFor, *, ports: tuple[int, ...]) -> tuple[Mapping[str, str], str]:
        """Return what the browser brought, and where to."""
        from braindump_cli.auth.loopback import Listener

        if self._is_by_hand:
            return self._pasted(address_for)
        from braindump_cli.auth.browser import open_browser

        with Listener(self._state, ports=ports) as listener:
            address = address_for(listener.address)
            self._show(address, "Your browser opens; if it does not, open this address in it:")
            open_browser(address)
            return listener.wait(), listener.address

    def _pasted(self, address_for: AddressFor) -> tuple[Mapping[str, str], str]:
        from braindump_cli.auth.loopback import FIXED_PORTS, HOST, PATH, answer_in

        if is_terminal(sys.stdin) and not self._runtime.out.can_ask:
            raise UsageError(
                "An address must be pasted, and nobody can be asked.", hint="Leave --no-browser out."
            )
        back_to = f"http://{HOST}:{FIXED_PORTS[0]}{PATH}"
        self._show(address_for(back_to), "Open this address in a browser, on any machine:")
        self._runtime.out.talk("At the end the browser shows an error. Paste the address of that page here:")
        pasted = sys.stdin.buffer.readline(_MOST_BYTES) if sys.stdin else b""
        return answer_in(pasted.decode("utf-8", "replace"), self._state), back_to

    def _show(self, address: str, words: str) -> None:
        """Show an address whole, for people on stderr, however quiet the command is: it is needed to go on."""
        self._runtime.out.talk(words)
        print(f"  {one_line(address)}", file=self._runtime.out.err, flush=True)
