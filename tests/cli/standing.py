"""The real command line with a clock that stands still: $STANDING_AT is its instant.

It is what `python -m braindump_cli` runs, with the stand-in for the clock's port put into the composition root; no
helper is started, for its clock would go on.
"""

import os
from datetime import datetime

from braindump_cli.main import run
from braindump_cli.runtime import focus_process, foundation
from tests.fakes import FakeClock


class StandingClock(FakeClock):
    """A clock that stands where the environment says."""

    def __init__(self) -> None:
        super().__init__(datetime.fromisoformat(os.environ["STANDING_AT"]))


if __name__ == "__main__":
    vars(foundation)["SystemClock"] = StandingClock
    vars(focus_process)["_start"] = lambda: None
    run()
