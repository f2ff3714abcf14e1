"""An account on a page and as a document; no token is in either."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from braindump_cli.domain.claims import Finding
from braindump_cli.domain.stamps import to_stamp
from braindump_cli.ports.cloud import CLERK, SignedIn
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.page import ALERT, BODY, FAINT, Cell, Column, Page, Rows, cell, line, say

_HOSTED = ".supabase.co"
_PLACES = {"keyring": "in the system keyring", "journal": "in the encrypted journal"}


def account_document(who: SignedIn, place: str | None) -> dict[str, Any]:
    """Return what `braindump.account/1` holds."""
    return {
        "user_id": who.user_id,
        "email": who.email,
        "provider": who.provider,
        "kind": who.kind,
        "role": who.role,
        "expires_at": to_stamp(who.expires_at),
        "project": project_name(who.url),
        "url": who.url,
        "stored_in": place,
    }


def project_name(url: str) -> str:
    """Return the reference of a hosted project, the host of any other."""
    netloc = urlsplit(url).netloc
    return netloc.removesuffix(_HOSTED)


def account_page(who: SignedIn, place: str | None, *, here: Here, headline: str = "") -> Page:
    """Lay out who is signed in."""
    local = here.local(who.expires_at)
    day = "" if local.date() == here.today else f"{local.day} {local:%b}, "
    rows = (
        ("Account", who.email or who.user_id),
        ("Provider", "Clerk" if who.kind == CLERK else f"{who.provider}, by Supabase Auth"),
        ("Role", who.role or "none: braindump login --check"),
        ("Project", who.url),
        ("Token", f"good until {day}{dates.time(local)}, then renewed; {_PLACES.get(place or '', place)}"),
    )
    laid = Rows(
        (Column(), Column(is_wrapped=True)),
        tuple((cell(name, FAINT), Cell((say(value),))) for name, value in rows),
    )
    return [line(headline), laid] if headline else [laid]


def check_page(findings: Sequence[Finding]) -> Page:
    """Lay out what a token was looked at for."""
    rows = tuple(
        (
            cell(found.name),
            cell("ok") if found.is_ok else cell("missing", ALERT),
            cell(
                found.message if found.is_ok else f"{found.message} {found.hint or ''}".rstrip(),
                FAINT if found.is_ok else BODY,
            ),
        )
        for found in findings
    )
    return [Rows((Column(), Column(), Column(is_wrapped=True)), rows)]
