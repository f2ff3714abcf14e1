"""What would leave, held back."""

import pytest

from braindump_cli.domain.leaving import HeldBackError
from braindump_cli.services.dry_run import DryWire
from tests.ledgers import outgoing


def test_a_dry_run_holds_back_what_would_leave():
    wire = DryWire()

    with pytest.raises(HeldBackError):
        wire.exchange(outgoing(), lambda _: pytest.fail("it left"), within_s=30)
    with pytest.raises(HeldBackError):
        wire.begin(outgoing(key="2"))

    assert wire.held[0] == outgoing()
    assert [held.key for held in wire.held] == ["reading 1", "2"]
