"""What is remembered of a person: shown and forgotten."""

from __future__ import annotations

import pytest

from bot.actions.phrases import Phrases
from knowledge.situation_words import name
from language.languages import LANGUAGES, NAMES, Language
from tests.bot.actions.conftest import Actions

_KNOWN = {
    "citizenship_group": "third_country",
    "stay": "over_6_months",
    "occupation": "jobseeker",
    "address": "danish_address",
    "municipality": "Hjørring",
    "topic": "tax-card",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_was_told_is_shown(actions: Actions, language: Language) -> None:
    understood = {"intent": {"name": "show_memory"}, "language": language}
    (message,) = actions.run("action_memory", "…", understood, slots=_KNOWN).said
    for word in ("third_country", "over_6_months", "jobseeker", "danish_address"):
        assert name(word, language) in message["text"]
    assert "Hjørring" in message["text"]
    assert NAMES[language] in message["text"]
    assert "skattekort" in message["text"]
    assert [button["payload"] for button in message["buttons"]] == ["/forget_memory"]


def test_the_days_told_to_a_guide_are_shown_too(actions: Actions) -> None:
    understood = {"intent": {"name": "show_memory"}, "language": "en"}
    slots = {"pd_u2_date": "2026-12-01", "pd_u2_last_day": "not_known"}
    (message,) = actions.run("action_memory", "…", understood, slots=slots).said
    assert "1 December 2026" in message["text"]
    assert "not_known" not in message["text"]


def test_where_nothing_was_told_that_is_said(actions: Actions, phrases: Phrases) -> None:
    understood = {"intent": {"name": "show_memory"}, "language": "de"}
    (message,) = actions.run("action_memory", "…", understood, slots={"language": "de"}).said
    assert message["text"] == phrases.text("de", "memory_nothing")
    assert message["buttons"] == []


@pytest.mark.parametrize("text", ["vergiss das", "/forget_memory"])
def test_all_but_the_language_is_forgotten(actions: Actions, phrases: Phrases, text: str) -> None:
    understood = {"intent": {"name": "forget_memory"}, "language": "de"}
    done = actions.run("action_memory", text, understood, slots={**_KNOWN, "language": "de"})
    assert [m["text"] for m in done.said] == [phrases.text("de", "memory_forgotten")]
    assert done.events[0]["event"] == "restart"
    assert done.slots == {
        "language": "de",
        "language_chosen": False,
        "language_asked": False,
    }
