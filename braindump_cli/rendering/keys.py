"""The recovery code on a page: the one thing to be written down."""

from braindump_cli.rendering.page import BLANK, FAINT, Line, Page, line, prose, say


def recovery_page(code: str) -> Page:
    """Lay out the code with what it is for."""
    return [
        Line((say("Your recovery code", "strong"),)),
        BLANK,
        Line((say(code, "accent"),)),
        BLANK,
        prose(
            "Your journal is encrypted. If this machine loses the key, this code and a copy of the journal are all"
            " that opens it again. Write it on paper."
        ),
        line("Again: braindump lock recovery.  Done: braindump lock recovery --written-down", weight=FAINT),
        BLANK,
    ]
