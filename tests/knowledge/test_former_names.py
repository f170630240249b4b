"""Former names: what people write, and what they are told."""

from __future__ import annotations

import pytest

from knowledge.former_names import former_names, former_names_in
from language.languages import LANGUAGES


def topics(text: str) -> list[str]:
    return [former.topic for former in former_names_in(text)]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Hvor ligger Statsforvaltningen?", "eu-residence"),
        ("Dokument z Statsforvaltningen w Aalborgu", "eu-residence"),
        ("Is there still a green card scheme?", "third-country-work-permit"),
        ("Ar dar yra zalioji kortele?", "third-country-work-permit"),
        ("nie mam nemid", "mitid"),
        ("Am nevoie de Nem ID?", "mitid"),
        ("Wo gebe ich das Formular OD1 ab?", "eu-residence"),
        ("skal jeg bruge OD 1", "eu-residence"),
        ("Mam E303 z Polski", "pd-u2-registration"),
        ("Muss ich zum Jobcenter?", "who-does-what"),
    ],
)
def test_old_names_are_known_in_all_spellings(text: str, topic: str) -> None:
    assert topic in topics(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hvordan får jeg et skattekort?",
        "How do I pay my tax (skat)?",
        "Kaip gauti CPR numeri?",
        "I have a green house and a card",
        "",
    ],
)
def test_ordinary_questions_have_none(text: str) -> None:
    assert former_names_in(text) == []


def test_each_name_means_one_thing() -> None:
    for former in former_names():
        for name in former.names:
            assert former_names_in(name) == [former], name


def test_each_is_told_in_all_languages_in_words_of_that_language() -> None:
    for former in former_names():
        assert set(former.notes) == set(LANGUAGES)
        assert len(set(former.notes.values())) == len(LANGUAGES), former.names
