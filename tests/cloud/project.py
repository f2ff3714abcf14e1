"""A whole project: database, servers and front door, and the unmodified client to go in by."""

from typing import TYPE_CHECKING

import httpx

from tests.cloud.auth import AuthStandIn
from tests.cloud.cluster import Database
from tests.cloud.gateway import Gateway
from tests.cloud.postgrest import PostgREST
from tests.cloud.resumable import PATH as RESUMABLE
from tests.cloud.resumable import ResumableUploads
from tests.cloud.storage import Objects, Storage
from tests.cloud.tokens import KEY, SECRET, token_of

if TYPE_CHECKING:
    from supabase import Client


class Project:
    """`gateway.url` and `key` are what a user is told by the project's page."""

    key = KEY

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rest = PostgREST(database)
        self.objects = Objects(database)
        self.uploads = ResumableUploads(self.objects)
        self.gateway = Gateway(
            {"/rest/v1": self.rest, "/storage/v1": Storage(self.objects), RESUMABLE: self.uploads}
        )
        self.auth = AuthStandIn(key=KEY, secret=SECRET)
        self.auth.url = self.gateway.url
        self.gateway.mount("/auth/v1", self.auth.answer)
        # Nothing here speaks TLS, and making ready for it takes longer than a request.
        self.http = httpx.Client(base_url=self.gateway.url, verify=False, timeout=30)

    def close(self) -> None:
        """Let all connections go."""
        self.http.close()
        self.rest.close()
        self.objects.callers.close()

    def client(self, user: str | None = None, token: str = "") -> "Client":
        """Return supabase's own client, as the program makes it: one HTTP client, no retries, no timers."""
        from supabase import ClientOptions, create_client

        token = token or (token_of(user) if user else "")
        options = ClientOptions(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            auto_refresh_token=False,
            persist_session=False,
            postgrest_client_retry=False,
            httpx_client=httpx.Client(timeout=httpx.Timeout(10, connect=3), verify=False),
        )
        return create_client(self.gateway.url, self.key, options)
