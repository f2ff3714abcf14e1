"""A request as it would leave, shown instead of sent."""

import json
from typing import TYPE_CHECKING

from braindump_cli.rendering.page import BLANK, FAINT, Column, Page, Rows, cell, line, prose

if TYPE_CHECKING:
    from braindump_cli.domain.leaving import Outgoing


def outgoing_page(out: "Outgoing") -> Page:
    """Lay out address, headers and body; nothing is left out but the key."""
    body = json.dumps(out.body, indent=2, ensure_ascii=False)
    cost = f"about {out.cost_usd:.4f} USD" if out.cost_usd else "no cost"
    headers = tuple((cell(f"{name}:", FAINT), cell(value)) for name, value in out.headers.items())
    return [
        BLANK,
        line(f"Would go to {out.address}", f"{out.size_bytes:,} bytes, {cost}"),
        line("Nothing was sent. The key, which goes along, is not shown.", weight=FAINT),
        BLANK,
        Rows((Column(), Column(is_wrapped=True)), headers),
        BLANK,
        prose(body),
        BLANK,
    ]
