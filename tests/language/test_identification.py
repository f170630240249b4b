"""Which of the six languages, and whether any."""

from __future__ import annotations

import pytest

from language.identification import identify
from language.languages import LANGUAGES, Language
from language.normalisation import without_diacritics

_SENTENCES: dict[Language, list[str]] = {
    "da": [
        "Hvad skal jeg have med for at få et skattekort?",
        "min chef siger han trækker 55 procent",
    ],
    "en": [
        "What do I need to bring to get a tax card?",
        "my boss says he will take half of my pay",
    ],
    "pl": [
        "Co mam zabrać, żeby dostać kartę podatkową?",
        "szef mówi, że potrąci mi połowę wypłaty",
    ],
    "lt": [
        "Ką turiu atsinešti, kad gaučiau mokesčių kortelę?",
        "viršininkas sako, kad nuskaitys pusę algos",
    ],
    "ro": [
        "Ce trebuie să aduc pentru cardul fiscal?",
        "șeful spune că îmi reține jumătate din salariu",
    ],
    "de": [
        "Was muss ich für die Steuerkarte mitbringen?",
        "mein Chef sagt, er behält die Hälfte ein",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_recognised_with_and_without_diacritics(language: Language) -> None:
    for sentence in _SENTENCES[language]:
        assert identify(sentence).language == language
        assert identify(without_diacritics(sentence)).language == language


@pytest.mark.parametrize(
    "text",
    [
        "Як отримати податкову картку?",
        "Hur får jag ett skattekort i Danmark när jag börjar jobba",
        "Quiero saber cómo conseguir una tarjeta de impuestos",
        "Come posso ottenere la carta fiscale per lavorare",
        "هل يمكنني العمل في الدنمارك",
    ],
)
def test_a_seventh_language_is_told_apart(text: str) -> None:
    found = identify(text, hint="en")
    assert found.foreign
    assert found.language is None


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "CPR?",
        "hej",
        "12345",
        "???",
        "👍",
        "Kolding",
        "PD U2",
        "forskudsopgørelse?",
        "forskudsopgorelse?",
        "skattekort",
        "",
        '<img src="x" alt="y">',
    ],
)
@pytest.mark.parametrize("hint", LANGUAGES)
def test_a_text_that_says_nothing_keeps_the_language_of_the_conversation(
    text: str, hint: Language
) -> None:
    found = identify(text, hint)
    assert (found.language, found.doubtful) == (hint, False)


@pytest.mark.parametrize(
    ("text", "hint", "doubtful"),
    [
        ("begrænset skattepligt", "de", True),
        ("medfølgende familie", "en", True),
        ("Co mam zabrać, żeby dostać kartę podatkową?", "en", False),
        ("forskerskatteordningen", "pl", False),
        ("hej", None, False),  # tells nothing: there is nothing to doubt
        ("karta", None, True),
        ("Як отримати податкову картку?", "en", False),
    ],
)
def test_a_few_words_leave_the_language_in_doubt(
    text: str, hint: Language | None, doubtful: bool
) -> None:
    assert identify(text, hint).doubtful is doubtful


def test_a_text_without_letters_and_without_hint_has_no_language() -> None:
    found = identify("12.5 ???")
    assert found.language is None
    assert not found.foreign


def test_a_clear_sentence_overrides_the_hint() -> None:
    for language in LANGUAGES:
        for hint in LANGUAGES:
            assert identify(_SENTENCES[language][0], hint).language == language


def test_short_texts_are_never_called_foreign() -> None:
    for text in ["skatt", "tarjeta", "tack", "merci", "carta fiscale"]:
        assert not identify(text).foreign


def test_official_danish_words_do_not_make_a_sentence_danish() -> None:
    assert identify("gdzie dostane skattekort").language == "pl"
    assert identify("kur gauti skattekort ir sygesikring kommune").language == "lt"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("flytter fra sverige, must folkeregisteret here have personbevis or only pass", "en"),
        ("registreringsafgift for my car from Poland", "en"),
        ("forskerskatteordningen ile lat", "pl"),
        ("huslejenævnet beschwerde wegen miete", "de"),
        ("Cat costa pe luna o a-kasse?", "ro"),
        ("barselsdagpenge suma per menesi", "lt"),
    ],
)
def test_danish_terms_count_little_beside_a_person_s_own_words(
    text: str, language: Language
) -> None:
    assert identify(text).language == language


@pytest.mark.parametrize("text", ["skattekort", "PD U2", "Hirtshals", "ok", "MitID CPR"])
def test_without_hint_a_text_that_says_nothing_is_told_with_little_confidence(text: str) -> None:
    assert identify(text).confidence < 0.6


@pytest.mark.parametrize("hint", LANGUAGES)
@pytest.mark.parametrize("text", ["forskerskatteordningen", "Hirtshals", "familiesammenføring"])
def test_a_danish_term_switches_no_conversation(text: str, hint: Language) -> None:
    assert identify(text, hint).language == hint


@pytest.mark.parametrize(
    "text", ["regula de 24 de ani mai e valabila?", "flixbus kaunas kopenhaga kiek valandu"]
)
def test_known_words_without_diacritics_are_not_called_foreign(text: str) -> None:
    assert not identify(text).foreign


def test_the_same_text_gives_the_same_answer_each_time() -> None:
    text = "Hur gör jag för att få skattekort här"
    assert len({identify(text) for _ in range(5)}) == 1
