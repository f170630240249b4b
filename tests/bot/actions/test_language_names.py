"""Which language is asked for, in all six."""

from __future__ import annotations

import pytest

from bot.actions.language_names import requested_language
from language.languages import NAMES, Language


@pytest.mark.parametrize(
    ("text", "current", "wanted"),
    [
        ("auf Deutsch bitte", "da", "de"),
        ("please in English", "da", "en"),
        ("po polsku proszę", "en", "pl"),
        ("ar galime lietuviškai?", "en", "lt"),
        ("lietuviskai", "en", "lt"),
        ("în română, vă rog", "en", "ro"),
        ("romaneste va rog", "da", "ro"),
        ("kan vi skrive dansk?", "en", "da"),
        ("czy może pan po niemiecku", "pl", "de"),
        ("vorbiți germana?", "ro", "de"),
        ("angliškai prašau", "lt", "en"),
        ("kalbate daniškai?", "lt", "da"),
        ("Können wir Polnisch schreiben", "de", "pl"),
        ("på litauisk, tak", "da", "lt"),
        ("pe lituaniana", "ro", "lt"),
        ("rumænsk", "da", "ro"),
        ("I don't understand Danish, English please", "da", "en"),
        ("English please, I do not read Danish", "da", "en"),
        ("nie rozumiem duńskiego, proszę po angielsku", "pl", "en"),
        ("dansk", "da", "da"),
    ],
)
def test_names_in_all_languages(text: str, current: Language, wanted: Language) -> None:
    assert requested_language(text, current) == wanted


@pytest.mark.parametrize("text", ["", "another language", "in French please", "da", "en", "???"])
def test_no_name(text: str) -> None:
    assert requested_language(text, "da") is None


def test_every_language_by_its_own_name() -> None:
    assert {code: requested_language(name, "da") for code, name in NAMES.items()} == {
        code: code for code in NAMES
    }
