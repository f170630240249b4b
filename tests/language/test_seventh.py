"""Which seventh language, where that is sure enough."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.actions.seventh_languages import load_seventh_languages
from language.identification import identify
from language.languages import LANGUAGES

_MESSAGES: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("seventh_languages.yml").read_text(encoding="utf-8")
)
# Of the three messages, where it is not all: too few letters that tell it from its neighbours.
_FOUND = {"ru": 2, "sr": 0, "uk": 2}


@pytest.mark.parametrize("language", sorted(_MESSAGES))
def test_a_seventh_language_is_named_or_left_open_but_never_mistaken(language: str) -> None:
    found = [identify(message, "en") for message in _MESSAGES[language]]
    assert all(one.foreign for one in found)
    named = [one.seventh for one in found if one.seventh is not None]
    assert named == [language] * _FOUND.get(language, 3)


@pytest.mark.parametrize("language", sorted(load_seventh_languages()))
def test_what_is_said_in_a_language_is_in_that_language(language: str) -> None:
    found = identify(load_seventh_languages()[language])
    assert found.foreign
    # Serbs and Croats read each other's language in Latin letters.
    assert found.seventh in {language, "hr" if language == "sr" else language}


def test_there_is_a_sentence_for_each_of_the_languages_that_messages_are_in() -> None:
    assert set(_MESSAGES) == set(load_seventh_languages())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Где ждать ответ на её заявление?", "ru"),
        ("Де чекати відповідь?", "uk"),
        (
            "\u0422\u0440\u0435\u0431\u0430 \u043b\u0438 \u043c\u0438 \u043a\u0443\u045b\u0438?",
            "sr",
        ),
        ("Здраво", None),
        ("Салам", None),
        ("يمكن", None),
        ("Қалайсыз, жұмыс іздеймін", None),
        ("मला कर कार्ड पाहिजे", None),
        ("მინდა საგადასახადო ბარათი", None),
    ],
)
def test_by_letters(text: str, language: str | None) -> None:
    found = identify(text)
    assert (found.foreign, found.seventh) == (True, language)


def test_none_of_the_six_is_a_seventh() -> None:
    assert not set(LANGUAGES) & set(load_seventh_languages())
