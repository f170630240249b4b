"""Which language is asked for, in all six."""

from __future__ import annotations

import pytest

from bot.actions.language_names import is_request, requested_language
from language.languages import LANGUAGES, NAMES, Language
from language.normalisation import without_diacritics


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
        ("dansk forstår jeg ikke, engelsk tak", "en", "en"),
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


_REQUESTS: dict[Language, list[tuple[str, Language]]] = {
    "da": [
        ("snakker du polsk?", "pl"),
        ("kan vi skrive på tysk", "de"),
        ("engelsk tak", "en"),
        ("jeg vil gerne have svar på rumænsk", "ro"),
        ("kan du litauisk", "lt"),
        ("skift sprog til engelsk", "en"),
        ("jeg forstår ikke tysk, skriv dansk", "da"),
        ("hellere polsk", "pl"),
    ],
    "en": [
        ("do you speak Romanian", "ro"),
        ("english please", "en"),
        ("can we talk in polish?", "pl"),
        ("I don't understand Danish, English please", "en"),
        ("switch to lithaunian", "lt"),
        ("in german pls", "de"),
        ("could you answer in romenian", "ro"),
        ("change language to danish", "da"),
    ],
    "pl": [
        ("po polsku prosze", "pl"),
        ("czy mówisz po litewsku", "lt"),
        ("można po angielsku?", "en"),
        ("wolę po niemiecku", "de"),
        ("nie rozumiem po duńsku, proszę po polsku", "pl"),
        ("zmień język na rumuński", "ro"),
        ("proszę pisać po duńsku", "da"),
        ("przejdź na angielski", "en"),
    ],
    "lt": [
        ("galima lietuviskai?", "lt"),
        ("ar kalbate angliškai", "en"),
        ("prašau lenkiškai", "pl"),
        ("nesuprantu daniškai, galima lietuviškai", "lt"),
        ("norėčiau vokiškai", "de"),
        ("rašykite rumuniškai", "ro"),
        ("gal galite atsakyti daniškai", "da"),
        ("pakeisti kalbą į anglų", "en"),
    ],
    "ro": [
        ("vorbiți română?", "ro"),
        ("se poate in engleza", "en"),
        ("în germană vă rog", "de"),
        ("nu înțeleg daneza, puteți scrie în română", "ro"),
        ("aș vrea în poloneză", "pl"),
        ("pot vorbi in lituaniana", "lt"),
        ("schimbă limba în daneză", "da"),
        ("romaneste te rog", "ro"),
    ],
    "de": [
        ("auf deutsch bitte", "de"),
        ("sprechen Sie Polnisch?", "pl"),
        ("können wir auf Englisch schreiben", "en"),
        ("geht es auf litauisch", "lt"),
        ("ich verstehe kein Dänisch, Deutsch bitte", "de"),
        ("lieber rumänisch", "ro"),
        ("bitte die Sprache auf Dänisch wechseln", "da"),
        ("kannst du Polnsich", "pl"),
    ],
}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_requests_are_read_whole_with_and_without_diacritics(spoken: Language) -> None:
    for text, wanted in _REQUESTS[spoken]:
        for typed in (text, without_diacritics(text), text.upper()):
            for current in LANGUAGES:
                assert is_request(typed), typed
                assert requested_language(typed, current) == wanted, typed


@pytest.mark.parametrize(
    "text",
    [
        "I am Polish",
        "jeg er polsk statsborger",
        "deutsche Steuerkarte",
        "danskkursus",
        "Dänischkurs",
        "I am from Germany",
        "do you know a Spanish lawyer",
        "mam duńskie konto",
        "hej",
        "",
    ],
)
def test_what_only_has_the_name_of_a_language_is_no_request(text: str) -> None:
    assert not is_request(text)


@pytest.mark.parametrize("text", ["I don't speak danish", "nie rozumiem po dunsku", "kein Deutsch"])
def test_a_language_that_is_not_understood_is_not_wanted(text: str) -> None:
    assert requested_language(text, "en") is None
