"""Days as people type them in six languages."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from babel.dates import format_date, get_month_names
from hypothesis import given
from hypothesis import strategies as st

from language.days import NoSuchDayError, read_day
from language.languages import LANGUAGES, Language
from language.normalisation import fold

TODAY = date(2026, 11, 28)
DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "01.12.2026",
        "1.12.2026",
        "1. 12. 2026",
        "1/12/2026",
        "01-12-2026",
        "1.12.26",
        "1.12",
        "1.12.",
        "1/12",
        # Danish
        "1. december",
        "1. december 2026",
        "den 1. dec. 2026",
        "Den 1.december",
        "der står 1. december 2026 på den",
        # English
        "1 December",
        "1st of December 2026",
        "December 1st, 2026",
        "december 1",
        "Dec 1",
        "1 Dec 26",
        "it says 1 December 2026 on the front page",
        # Polish
        "1 grudnia",
        "1 grudnia 2026 r.",
        "1-go grudnia 2026",
        "pierwszy dzień to 1 grudnia 2026 roku",
        "1 gru",
        # Lithuanian
        "gruodžio 1 d.",
        "gruodžio 1",
        "gruodzio 1",
        "2026 m. gruodžio 1 d.",
        "2026 gruodzio 1",
        "gruodžio 1 dieną",
        "gruodis 1",
        # Romanian
        "1 decembrie",
        "1 decembrie 2026",
        "pe 1 dec. 2026",
        # German
        "1. Dezember",
        "am 1. Dezember 2026",
        "1. Dez.",
        "1.Dezember 2026",
    ],
)
def test_a_day_is_read_as_it_is_typed(text: str) -> None:
    assert read_day(text, TODAY) == DECEMBER


@pytest.mark.parametrize(
    "text", ["1 września", "1 wrzesnia", "rugsejo 1 d.", "1 septembrie", "1/9"]
)
def test_without_diacritics_it_is_the_same(text: str) -> None:
    assert read_day(text, TODAY) == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["3. März", "3. Marz", "3. Maerz", "3. marts", "3 mar", "kovo 3"])
def test_march_has_many_spellings(text: str) -> None:
    assert read_day(text, TODAY) == date(2027, 3, 3)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (["i dag", "today", "dziś", "dzis", "dzisiaj", "šiandien", "siandien", "azi", "heute"], 0),
        (["i morgen", "tomorrow", "jutro", "rytoj", "mâine", "maine", "morgen", "Morgen!"], 1),
        (["i går", "yesterday", "wczoraj", "vakar", "ieri", "gestern"], -1),
        (["i overmorgen", "the day after tomorrow", "pojutrze", "poryt", "poimâine"], 2),
        (["übermorgen", "uebermorgen"], 2),
        (["i forgårs", "day before yesterday", "przedwczoraj", "užvakar", "vorgestern"], -2),
    ],
)
def test_a_day_is_told_by_its_distance(words: list[str], days: int) -> None:
    assert {read_day(word, TODAY) for word in words} == {TODAY + timedelta(days=days)}


@pytest.mark.parametrize(
    ("text", "near", "day"),
    [
        ("1 December", date(2026, 11, 28), date(2026, 12, 1)),
        ("15 January", date(2026, 11, 28), date(2027, 1, 15)),
        ("20 December", date(2027, 1, 5), date(2026, 12, 20)),
        ("1 March", date(2026, 12, 1), date(2027, 3, 1)),
        ("29 February", date(2027, 11, 28), date(2028, 2, 29)),
    ],
)
def test_without_a_year_the_closest_one_is_meant(text: str, near: date, day: date) -> None:
    assert read_day(text, TODAY, near) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/02/2026", date(2026, 2, 1)),
        ("3.4.2027", date(2027, 4, 3)),
        ("05-06-27", date(2027, 6, 5)),
    ],
)
def test_the_day_stands_before_the_month(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2026",
        "31/2",
        "12/31/2026",
        "45 grudnia",
        "0 December",
        "29 February 2027",
        "1 December 1999",
        "1.1.2101",
        "0026-12-01",
    ],
)
def test_a_day_that_does_not_exist_is_told_apart(text: str) -> None:
    with pytest.raises(NoSuchDayError):
        read_day(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "December",
        "2026",
        "in 3 months",
        "1.5 months",
        "form 04.063 is what I have",
        "+45 12 34 56 78",
        "I may arrive later",
        "Guten Morgen",
        "god morgen",
        "between 1 December and 5 December",
        "today or tomorrow",
        "[CPR]",
    ],
)
def test_what_names_no_day_or_several_is_no_day(text: str) -> None:
    assert read_day(text, TODAY) is None


def test_no_name_of_a_month_stands_for_another_in_another_language() -> None:
    months = defaultdict(set)
    for language in LANGUAGES:
        for names in (
            get_month_names("wide", "format", language),
            get_month_names("wide", "stand-alone", language),
            get_month_names("abbreviated", "format", language),
            get_month_names("abbreviated", "stand-alone", language),
        ):
            for number, name in names.items():
                months[fold(name).strip(".")].add(number)
    assert [name for name, numbers in months.items() if len(numbers) > 1] == []


@given(
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["long", "medium", "full", "iso"]),
    st.booleans(),
)
def test_what_pages_and_calendars_show_is_read(
    day: date, language: Language, form: str, folded: bool
) -> None:
    locale = "en_GB" if language == "en" else language
    shown = day.isoformat() if form == "iso" else format_date(day, form, locale=locale)
    assert read_day(fold(shown) if folded else shown, TODAY) == day


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = read_day(text, TODAY)
    except NoSuchDayError:
        return
    assert found is None or found.year in range(2000, 2101)
