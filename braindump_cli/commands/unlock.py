"""unlock: beside `lock`, which knows all about keys."""

from braindump_cli.commands.lock import unlock_app as app

__all__ = ["app"]
