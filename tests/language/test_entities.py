"""Entities, as people really write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.entities import citizenship_group, find_entities
from language.languages import LANGUAGES, Language
from language.normalisation import without_diacritics


def _found(text: str, language: Language | None) -> set[tuple[str, str]]:
    return {(entity.kind, entity.value) for entity in find_entities(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Jak wypełnić formularz 04.063?", "pl", {("form", "04.063")}),
        ("blanket 04063 og PD-U2", "da", {("form", "04.063"), ("document", "PD U2")}),
        ("PD U2-blanketten", "da", {("document", "PD U2")}),
        ("min PD U2'er er udløbet", "da", {("document", "PD U2")}),
        ("PD U 2", "en", {("document", "PD U2")}),
        ("mam pdu3 i U1", "pl", {("document", "PD U3"), ("document", "PD U1")}),
        ("der SED U009 fehlt", "de", {("document", "SED U009")}),
        ("sedler og sedan", "da", set()),
        ("jeg bor i København", "da", {("municipality", "København")}),
        ("bor i koebenhavn", "da", {("municipality", "København")}),
        ("mieszkam w Kopenhadze", "pl", {("municipality", "København")}),
        ("dirbu Kopenhagoje", "lt", {("municipality", "København")}),
        ("gyvenu Orhuse", "lt", {("municipality", "Aarhus")}),
        ("Odensėje", "lt", {("municipality", "Odense")}),
        ("pracuję w Koldingu", "pl", {("municipality", "Kolding")}),
        ("locuiesc la Copenhaga", "ro", {("municipality", "København")}),
        ("in Apenrade", "de", {("municipality", "Aabenraa")}),
        ("arhus kommune", "da", {("municipality", "Aarhus")}),
        ("Ikast-Brande", "da", {("municipality", "Ikast-Brande")}),
        ("Høje Taastrup", "da", {("municipality", "Høje-Taastrup")}),
        ("er det den rigtige vejen", "da", set()),
        ("jeg bor i Vejen", "da", {("municipality", "Vejen")}),
        ("vejen kommune", "da", {("municipality", "Vejen")}),
        ("vejen", "da", {("municipality", "Vejen")}),
        ("8000", "pl", {("municipality", "Aarhus")}),
        ("9990 Skagen", "en", {("municipality", "Frederikshavn")}),
        ("2640", "en", set()),
        ("I earn 8000", "en", set()),
        ("Litauen", "da", {("citizenship", "LT")}),
        ("Jestem z Polski", "pl", {("citizenship", "PL")}),
        ("esu iš Lietuvos", "lt", {("citizenship", "LT")}),
        ("sunt din Romania", "ro", {("citizenship", "RO")}),
        ("ich komme aus Rumänien", "de", {("citizenship", "RO")}),
        ("I'm a Polish citizen", "en", {("citizenship", "PL")}),
        ("I am Indian, my wife is Romanian", "en", {("citizenship", "IN"), ("country", "RO")}),
        ("no, I am from Ukraine", "en", {("citizenship", "UA")}),
        ("kommer fra Sverige", "da", {("citizenship", "SE")}),
        ("I have a German driving licence", "en", {("country", "DE")}),
        ("po polsku proszę", "pl", {("country", "PL")}),
        ("EU", "en", {("citizenship_group", "eu_eea_ch")}),
        ("non-EU citizen", "en", {("citizenship_group", "third_country")}),
        ("spoza UE", "pl", {("citizenship_group", "third_country")}),
    ],
)
def test_what_is_found(text: str, language: Language, expected: set[tuple[str, str]]) -> None:
    assert _found(text, language) == expected
    assert _found(without_diacritics(text), language) == expected


def test_the_place_reported_is_that_in_the_original() -> None:
    text = "Straße in Ærø, später København"
    for entity in find_entities(text, "de"):
        assert text[entity.start : entity.end] == entity.text
    assert [e.text for e in find_entities(text, "de")] == ["Ærø", "København"]


def test_without_a_language_the_endings_of_all_six_count() -> None:
    assert ("municipality", "Kolding") in _found("w Koldingu", None)
    assert ("municipality", "Odense") in _found("Odensėje", None)


def test_groups_of_citizenship() -> None:
    assert citizenship_group("NO") == "nordic"
    assert citizenship_group("PL") == "eu_eea_ch"
    assert citizenship_group("CH") == "eu_eea_ch"
    assert citizenship_group("UA") == "third_country"
    assert citizenship_group("GB") == "third_country"
    assert citizenship_group("DK") is None


@given(st.text(max_size=80), st.sampled_from([*LANGUAGES, None]))
def test_any_text_can_be_read(text: str, language: Language | None) -> None:
    for entity in find_entities(text, language):
        assert text[entity.start : entity.end] == entity.text
