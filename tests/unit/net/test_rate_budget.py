import pytest

from braindump_cli.net.rate_budget import pause_s


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("6m0s", 360), ("1s", 1), ("17ms", 0.017), ("1h2m3.5s", 3723.5), ("", 0), ("soon", 0)],
)
def test_an_empty_budget_is_full_again_after_what_the_service_says(said, seconds):
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": said}

    assert pause_s(headers) == pytest.approx(seconds)


def test_the_longer_of_two_counts():
    headers = {
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "20s",
    }

    assert pause_s(headers) == 20


@pytest.mark.parametrize("remaining", ["1", "59", "", "none"])
def test_while_something_remains_nobody_waits(remaining):
    assert pause_s({"x-ratelimit-remaining-tokens": remaining, "x-ratelimit-reset-tokens": "20s"}) == 0


def test_a_service_that_says_nothing_is_asked_on():
    assert pause_s({}) == 0
