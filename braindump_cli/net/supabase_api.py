"""The door to Supabase: its client, made so that it neither waits, retries nor renews tokens by itself."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpx import Client as HttpClient
    from supabase import Client


def client(url: str, key: str, http: "HttpClient", *, token: str | None = None) -> "Client":
    """Return a client for the project at `url` on one shared HTTP client.

    With a `token` it acts for that user; a new token means a new client.
    """
    from supabase import ClientOptions, create_client

    options = ClientOptions(
        headers={"Authorization": f"Bearer {token or key}"},  # given, so that no session is looked for
        auto_refresh_token=False,  # by a thread of its own, which nobody else would hear of
        persist_session=False,
        httpx_client=http,
        flow_type="pkce",
        postgrest_client_retry=False,  # it would sleep 7 s where there is no network
    )
    return create_client(url, key, options)
