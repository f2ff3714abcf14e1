"""What providers ask, as far as it is known."""

import pytest

from braindump_cli.prices import speech_cost_usd, text_cost_usd
from braindump_cli.settings import Settings


def test_an_entry_of_three_minutes_costs_a_fraction_of_a_cent_with_the_usual_models():
    settings = Settings({})

    reading = text_cost_usd(settings.insights_openai_model, 5_400, 1_350)  # 1,800 tokens in, 450 out

    assert reading == pytest.approx(0.000405)
    assert speech_cost_usd(settings.transcription_openai_model, 180) == pytest.approx(0.0135)
    assert speech_cost_usd(settings.transcription_deepgram_model, 180) == pytest.approx(0.0231)


def test_a_model_that_nobody_knows_counts_as_the_dearest():
    known = ("gpt-6-luna", "gpt-6-sol", "gpt-4o", "gpt-4o-mini")

    assert text_cost_usd("unknown", 1000, 1000) >= max(text_cost_usd(name, 1000, 1000) for name in known)
    assert speech_cost_usd("unknown", 60) >= speech_cost_usd("nova-3", 60)


def test_a_dated_name_costs_what_its_model_costs():
    assert text_cost_usd("gpt-4o-2024-08-06", 300, 300) == text_cost_usd("gpt-4o", 300, 300)
    assert text_cost_usd("gpt-4o-mini-2024-07-18", 300, 300) == text_cost_usd("gpt-4o-mini", 300, 300)


def test_nothing_costs_nothing():
    assert (text_cost_usd("gpt-4o", 0, 0), speech_cost_usd("nova-3", 0)) == (0, 0)
