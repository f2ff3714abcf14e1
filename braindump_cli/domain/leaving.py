"""What leaves this machine: where engines stand, and what a request carries."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from braindump_cli.errors import BraindumpError

# Where an engine stands: in this process, behind a loopback address of this machine, or elsewhere.
HERE, LOOPBACK, ELSEWHERE = "here", "loopback", "elsewhere"

# What a request is for.
LISTEN, TRANSCRIBE, INSIGHTS, ASK, REVIEW, TEST = "listen", "transcribe", "insights", "ask", "review", "test"
SYNC = "sync"

# What became of a request. SENT: nobody has seen the end of it, so its answer counts as lost. UNREACHED: nothing left.
SENT, ANSWERED, REFUSED, LOST, UNREACHED = "sent", "answered", "refused", "lost", "unreached"

MOST_REQUESTS = 4  # that are made for one answer, whatever goes wrong


class Outgoing(NamedTuple):
    """One request that is about to leave, whole enough to be shown instead of sent."""

    provider: str  # deepgram, openai
    purpose: str
    model: str
    address: str  # where it goes
    headers: Mapping[str, str]  # without the key
    body: object  # what a JSON document can hold; sound as {"bytes": 123, "sha256": "..."}
    size_bytes: int
    cost_usd: float  # estimated
    entry_id: str | None = None
    key: str = ""  # names the request: a reply received under it is not paid for again; "" = never the same


class HeldBackError(BraindumpError):
    """A dry run has come to where a request would leave."""


class Sent(NamedTuple):
    """One line of the list of what left."""

    number: int
    sent_at: datetime
    provider: str
    purpose: str
    model: str
    address: str
    size_bytes: int
    cost_usd: float
    entry_id: str | None
    outcome: str
    ended_at: datetime | None


class Outage(NamedTuple):
    """How a provider has been doing; shared by all processes through the journal."""

    failures: int = 0  # in a row
    closed_until: datetime | None = None  # nothing is asked before
    is_told: bool = False  # somebody was told about it
