"""Ledgers over journals in throw-away folders, and requests to write down in them."""

from pathlib import Path
from typing import Any

from braindump_cli.domain.leaving import INSIGHTS, Outgoing
from braindump_cli.ports import Clock
from braindump_cli.storage.engine import open_engine
from braindump_cli.storage.sqlite.ledger import SqliteLedger
from tests.vaults import paths_in, vault_in


def ledger_in(folder: Path, clock: Clock) -> SqliteLedger:
    """Return the ledger of the journal in `folder`, which was made before."""
    key = vault_in(folder).reach()
    return SqliteLedger(lambda: open_engine(paths_in(folder).journal, key), clock)


def outgoing(**fields: Any) -> Outgoing:
    """Return a request for insights, for one US cent."""
    usual: dict[str, Any] = {
        "provider": "openai", "purpose": INSIGHTS, "model": "gpt-6-luna", "address": "https://api.openai.com/v1",
        "headers": {}, "body": {"text": "Canary words."}, "size_bytes": 100, "cost_usd": 0.01, "key": "reading 1",
    }  # fmt: skip
    if fields.get("provider") == "deepgram":
        usual["address"] = "https://api.deepgram.com/v1/listen"
    return Outgoing(**(usual | fields))
