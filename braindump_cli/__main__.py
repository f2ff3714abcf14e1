"""`python -m braindump_cli`."""

from braindump_cli.main import run

run()
