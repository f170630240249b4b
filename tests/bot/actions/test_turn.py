"""What the actions read from a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from bot.actions.turn import Turn, plain, read_turn


def _turn(message: dict[str, Any], **slots: Any) -> Turn:
    return read_turn(
        Tracker("someone", slots, message, [{"event": "user"}], False, None, {}, "action_listen")
    )


@pytest.mark.parametrize(
    ("said", "page", "remembered", "chosen", "expected"),
    [
        ("pl", "da", None, None, "pl"),  # the text decides
        ("pl", "da", "lt", None, "pl"),
        ("pl", "da", "lt", True, "lt"),  # unless the person asked for another one
        (None, "da", "lt", None, "lt"),  # a button, a seventh language: the conversation's
        (None, "da", None, None, "da"),  # before the first turn: the page's
        (None, None, None, None, "en"),
        (None, "klingon", None, None, "en"),
    ],
)
def test_language(
    said: str | None, page: str | None, remembered: str | None, chosen: bool | None, expected: str
) -> None:
    message = {"text": "/human_handover", "language": said, "metadata": {"language": page}}
    assert _turn(message, language=remembered, language_chosen=chosen).language == expected


@pytest.mark.parametrize("chosen", [True, None])
def test_whoever_turns_the_page_chooses_its_language(chosen: bool | None) -> None:
    metadata = {"language": "de", "page_turned": True}
    for said in ("de", None):
        message = {"text": "ok", "language": said, "metadata": metadata}
        assert _turn(message, language="pl", language_chosen=chosen).language == "de"


def test_a_text_in_doubt_keeps_the_language() -> None:
    doubtful = {"text": "karta", "language": "pl", "doubtful_language": True}
    turn = _turn(doubtful, language="en")
    assert (turn.language, turn.perhaps) == ("en", "pl")
    asked = _turn(doubtful, language="en", language_asked=True)
    assert (asked.language, asked.perhaps) == ("en", None)
    chosen = _turn(doubtful, language="en", language_chosen=True)
    assert (chosen.language, chosen.perhaps) == ("en", None)


def test_a_button_has_no_text_and_nothing_to_be_sure_of() -> None:
    turn = _turn({"text": '/faq{"topic": "tax-card"}', "band": "answer", "confidence": 1.0})
    assert (turn.button, turn.text, turn.band, turn.confidence) == (True, "", None, None)


def test_a_command_that_no_button_sends_is_a_text() -> None:
    turn = _turn({"text": '/faq{"topic": "x", "own_group": "nordic"}', "topic": "tax-card"})
    assert not turn.button
    assert turn.topic == "tax-card"


def test_metadata_and_entities_may_be_missing() -> None:
    turn = _turn({"text": "hej", "metadata": None, "entities": None, "ranking": None})
    assert turn.ranking == ()
    assert turn.situation == {}


def test_an_unknown_citizenship_is_none() -> None:
    assert _turn({"text": "hej"}, citizenship_group="martian").situation == {}


def test_foreign_is_a_text_with_letters_in_none_of_the_six() -> None:
    assert _turn({"text": "привет", "language": None}).foreign
    assert not _turn({"text": "???", "language": None}).foreign
    assert not _turn({"text": "hej", "language": "da"}).foreign
    assert not _turn({"text": "/none_of_these"}).foreign


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("Et andet land", "third"),
        ("andet land", "third"),
        ("ET ANDET LAND!", "third"),
        ("et andt land", "third"),
        ("Et andet EU/EØS-land eller Schweiz", "eu"),
        ("et andet eu eos land eller schweiz", "eu"),
        ("et land", None),
        ("", None),
    ],
)
def test_closest_label(typed: str, meaning: str | None) -> None:
    labels = {"Et andet land": "third", "Et andet EU/EØS-land eller Schweiz": "eu"}
    assert _turn({"text": typed}).closest(labels) == meaning


def test_plain() -> None:
    assert plain("  Łódź, „Kopenhagą”?! ") == "lodz kopenhaga"


@pytest.mark.parametrize(
    ("text", "expected"), [("[CPR]", True), ("mit er 010190-1234", True), ("blanket 04.063", False)]
)
def test_personal_number(text: str, expected: bool) -> None:
    assert _turn({"text": text}).has_personal_number is expected
