"""A day as people type it in any of the six languages: 1 December, 01.12.2026, gruodžio 1 d., tomorrow.

The names of months are CLDR's, by way of Babel; folded, no two languages use one for different months,
so that a day is read whatever the language of the conversation. Numbers stand in European order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

from babel.dates import get_month_names

from language.languages import LANGUAGES
from language.normalisation import fold

_YEARS: Final = range(2000, 2101)

# Each in a folded text: the year first, the day first, and without a year at the end of a clause.
_ISO: Final = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_EUROPEAN: Final = re.compile(r"(?<!\d)(\d{1,2})([-./]) ?(\d{1,2})\2 ?(\d{4}|\d{2})(?!\d)")
_WITHOUT_YEAR: Final = re.compile(r"(?<![\d.,/-])(\d{1,2})[./] ?(\d{1,2})(?![\d,/-])\.?(?! ?[\w%])")

_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+")

# Words and endings that stand between the parts of a day, such as 1st of December, 1-go grudnia,
# den 1. december, 2026 m. gruodžio 1 d., and what keyboards without umlauts make of März.
_BETWEEN: Final = frozenset(
    [
        "st",
        "nd",
        "rd",
        "th",
        "of",
        "the",
        "d",
        "m",
        "den",
        "de",
        "dnia",
        "go",
        "ego",
        "roku",
        "r",
        "metu",
        "metai",
        "diena",
        "dienos",
        "der",
        "dem",
    ]
)
_WIDTHS: Final[tuple[Literal["wide", "abbreviated"], ...]] = ("wide", "abbreviated")
_CONTEXTS: Final[tuple[Literal["format", "stand-alone"], ...]] = ("format", "stand-alone")
_OTHER_MONTHS: Final = {"maerz": 3}

# Folded; "morgen" in "god morgen" and "Guten Morgen" greets.
_DAYS_AWAY: Final = {
    -2: "day before yesterday|i forgars|forgars|przedwczoraj|uzvakar|alaltaieri|vorgestern",
    2: "day after tomorrow|i overmorgen|overmorgen|pojutrze|poryt|poimaine|ubermorgen|uebermorgen",
    -1: "yesterday|i gar|igar|wczoraj|vakar|ieri|gestern",
    1: "tomorrow|i morgen|imorgen|(?<!god )(?<!guten )morgen|jutro|rytoj|maine",
    0: "today|i dag|idag|dzis|dzisiaj|siandien|azi|astazi|heute",
}


class NoSuchDayError(ValueError):
    """A text names a day that does not exist; ask for it again with an example."""


def read_day(text: str, today: date, near: date | None = None) -> date | None:
    """Return the day that a text names.

    Args:
        text: What was typed, in any of the six languages, with or without diacritics. A day before
            its month; of two digits a year is one of this century.
        today: The day in Denmark, for words such as tomorrow.
        near: Of a day without a year the one is meant that is closest to this; today if left out.

    Returns:
        The day; None where the text names none, or several.

    Raises:
        NoSuchDayError: It names one that does not exist, such as 31.02.2026, or outside of this
            century.
    """
    folded = fold(text)
    found = {
        *_relative(folded, today),
        *(_exact(*parts) for parts in _numbers(folded, near or today)),
        *(_exact(*parts) for parts in _with_month_names(folded, near or today)),
    }
    return found.pop() if len(found) == 1 else None


def _relative(folded: str, today: date) -> Iterator[date]:
    rest = folded
    for days, words in _DAYS_AWAY.items():
        shorter = re.sub(rf"\b(?:{words})\b", " ", rest)
        if shorter != rest:
            yield today + timedelta(days=days)
        rest = shorter


def _numbers(folded: str, near: date) -> Iterator[tuple[int, int, int]]:
    for found in _ISO.finditer(folded):
        yield int(found[1]), int(found[2]), int(found[3])
    rest = _ISO.sub(" ", folded)
    for found in _EUROPEAN.finditer(rest):
        yield _full(int(found[4])), int(found[3]), int(found[1])
    for found in _WITHOUT_YEAR.finditer(_EUROPEAN.sub(" ", rest)):
        month, day = int(found[2]), int(found[1])
        yield _closest_year(month, day, near), month, day


def _with_month_names(folded: str, near: date) -> Iterator[tuple[int, int, int]]:
    tokens = [token for token in _TOKEN.findall(folded) if token not in _BETWEEN]
    for place, token in enumerate(tokens):
        month = _months().get(token)
        if month is None:
            continue
        before = _number(tokens, place - 1)
        after, later = _number(tokens, place + 1), _number(tokens, place + 2)
        year: int | None
        if before is not None and before < min(_YEARS):
            day, year = before, after
        elif after is not None:
            day, year = after, before or later
        else:
            continue
        yield _closest_year(month, day, near) if year is None else _full(year), month, day


def _number(tokens: list[str], place: int) -> int | None:
    there = 0 <= place < len(tokens) and tokens[place].isdecimal()
    return int(tokens[place]) if there and len(tokens[place]) in {1, 2, 4} else None


def _full(year: int) -> int:
    return year + min(_YEARS) if year < 100 else year


def _closest_year(month: int, day: int, near: date) -> int:
    """Return the year in which a day is closest to another; that one's where it exists in none."""
    years = [year for year in range(near.year - 1, near.year + 2) if _exists(year, month, day)]
    return min(years, key=lambda y: abs(date(y, month, day) - near), default=near.year)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _exact(year: int, month: int, day: int) -> date:
    if year not in _YEARS or not _exists(year, month, day):
        raise NoSuchDayError(f"{year}-{month}-{day}")
    return date(year, month, day)


@cache
def _months() -> dict[str, int]:
    """Return the numbers of months by their folded names, whole and short, in all languages."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for context in _CONTEXTS:
            for width in _WIDTHS:
                found = get_month_names(width, context, language)
                names |= {fold(name).strip("."): number for number, name in found.items()}
    return names | _OTHER_MONTHS
