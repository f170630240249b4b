"""Figures are the same in every language, however each writes them."""

from __future__ import annotations

import pytest

from knowledge.figures import figures
from language.languages import LANGUAGES, Language


def values(kind: str, text: str, language: Language) -> frozenset[str]:
    return figures(text, language).values[kind]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "senest den 1. marts 2026"),
        ("en", "by 1 March 2026"),
        ("en", "by March 1st, 2026"),
        ("en", "by the 1st of March 2026"),
        ("pl", "do 1 marca 2026 r."),
        ("lt", "iki 2026 m. kovo 1 d."),
        ("ro", "până la 1 martie 2026"),
        ("de", "bis zum 1. März 2026"),
        ("de", "bis 01.03.2026"),
        ("da", "senest 2026-03-01"),
    ],
)
def test_a_date_is_one_date(language: Language, text: str) -> None:
    found = figures(text, language)
    assert found.values["date"] == {"2026-03-01"}
    assert found.values["number"] == frozenset()


@pytest.mark.parametrize(
    ("language", "text", "date"),
    [
        ("da", "i marts 2026", "2026-03"),
        ("lt", "2026 m. kovo mėn.", "2026-03"),
        ("pl", "co roku 1 maja", "any year-05-01"),
    ],
)
def test_a_date_may_lack_day_or_year(language: Language, text: str, date: str) -> None:
    assert values("date", text, language) == {date}


@pytest.mark.parametrize(
    "text", ["10.000 kr.", "10,000 DKK", "10 000 kr.", "10\u00a0000 lei", "10000"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_one_number(language: Language, text: str) -> None:
    assert values("number", text, language) == {"10000"}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("8,5 %", {"8.5"}),
        ("8.50 %", {"8.5"}),
        ("kl. 9.30-15", {"9.3", "15"}),
        ("9:30", {"9.3"}),
        ("1.234,50 kr.", {"1234.5"}),
        ("i 2026.", {"2026"}),
        ("3-måneders", {"3"}),
        ("883/2004", {"883", "2004"}),
        ("1.000.000", {"1000000"}),
    ],
)
def test_separators_are_understood(text: str, numbers: set[str]) -> None:
    assert values("number", text, "da") == numbers


def test_other_figures_are_no_numbers() -> None:
    found = figures(
        "Blanket 04.063, PD U2'en og attest A1: ring +45 33 66 10 00 eller 89 40 10 40, "
        "skriv til ics2@kk.dk.",
        "da",
    )
    assert found.values == {
        "mail address": {"ics2@kk.dk"},
        "form or document": {"04.063", "PD U2"},
        "telephone number": {"33661000", "89401040"},
        "date": frozenset(),
        "code": {"A1"},
        "number": frozenset(),
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "inden tre måneder"),
        ("en", "within three months"),
        ("pl", "w ciągu trzech miesięcy"),
        ("lt", "per tris mėnesius"),
        ("ro", "în termen de trei luni"),
        ("de", "innerhalb von drei Monaten"),
    ],
)
def test_a_small_number_may_be_written_in_words(language: Language, text: str) -> None:
    in_figures, in_words = figures("3 mdr.", "da"), figures(text, language)
    assert list(in_figures.missing_from(in_words)) == []
    assert list(in_words.missing_from(in_figures)) == []


def test_another_number_is_told() -> None:
    three, six = figures("3 måneder", "da"), figures("within six months", "en")
    assert list(three.missing_from(six)) == [("number", ["3"])]


def test_one_and_nothing_are_not_compared() -> None:
    assert list(figures("1 måned, 0 kr.", "da").missing_from(figures("a month", "en"))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_from_2_to_12(language: Language) -> None:
    from knowledge.figures import NUMBER_WORDS

    assert list(NUMBER_WORDS[language]) == list(range(2, 13))
