"""Figures that change: amounts, rates, fees, dates, telephone numbers, written once for all texts.

A text names a fact in a link, `[the amount on SIRI's page](fact:pay-limit)`. Readers get the value
while an official page that is not older than a year holds it; else the link's words lead to that
page, and the value waits until an editor has confirmed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from babel.numbers import format_currency, format_decimal
from babel.units import format_unit
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StrictFloat,
    StrictInt,
    model_validator,
)

from knowledge.catalogue import Slug
from knowledge.strict_yaml import Day, Line, WebAddress, read_yaml, write_yaml
from language.languages import LANGUAGES, Language
from web.dates import day
from web.translations import Translatable, later

FACTS_FILE = "facts.yml"

Kind = Literal["amount", "percent", "number", "date", "telephone", "duration", "text"]
Currency = Literal["DKK", "EUR"]
Value = StrictInt | StrictFloat | str | dict[Language, Line]

CONFIRMED_FOR: Final = timedelta(days=365)
"""How long a value may be shown after an official page was known to hold it."""

_ABOUT: Final = """\
# Figures that change, written once; knowledge/README.md says what the keys mean. Without `as_of` and
# `stable` a value waits for an editor to confirm it, and readers are led to the source instead.
"""

_DURATION: Final = re.compile(r"^(?P<count>\d{1,4}) (?P<unit>minute|hour|day|week|month|year)s?$")
_NUMERAL: Final = re.compile(r"^\d{1,12}([.,]\d{1,4})?$")
_TELEPHONE: Final = re.compile(r"^(\+\d[\d ]{6,20}|\d{3,4})$")
_MARKS: Final = re.compile(r"[\[\]<>*_`]")
_SPACE: Final = "\u00a0"  # no line ends, and no list begins, within a value


_NUMBER: Final = later("the value is a number, such as 552000")
_EXPECTED: Final[Mapping[Kind, Translatable]] = {
    "amount": _NUMBER,
    "percent": _NUMBER,
    "number": _NUMBER,
    "date": later("the value is a date, such as 2026-05-01"),
    "telephone": later('the value is a number such as "+45 12 34 56 78"'),
    "duration": later('the value is a duration, such as "2 weeks"'),
    "text": later("the value is a plain text in each of the six languages"),
}


class FactSource(BaseModel):
    """The official page on which readers find the value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    url: WebAddress


class Fact(BaseModel):
    """A figure, and how far it may be shown.

    Attributes:
        kind: How the value is read and written out.
        value: Number of an amount, percent or number; "2 weeks"; "2026-05-01"; "+45 12 34 56 78";
            a text in each of the six languages; None where it is not known.
        currency: Of an amount.
        year: The year for which it holds, where it is set by year.
        as_of: A day on which an official page is known to have held the value; None where that is
            not known, so that an editor must confirm it.
        stable: Whether only a change of an act or treaty alters it.
        source: The official page.
        checked: The day on which the page was last read.
        note: For editors, in English.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    value: Value | None = None
    currency: Currency = "DKK"
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    as_of: Day | None = None
    stable: bool = False
    source: FactSource
    checked: Day
    note: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _reads_value(cls, data: object) -> object:
        """Take a date as YAML reads it, and a number as a form sends it."""
        if not isinstance(data, dict):
            return data
        value = data.get("value")
        if isinstance(value, date):
            return {**data, "value": value.isoformat()}
        is_counted = data.get("kind") in {"amount", "percent", "number"}
        if is_counted and isinstance(value, str) and _NUMERAL.match(value):
            number = float(value.replace(",", "."))
            return {**data, "value": int(number) if number.is_integer() else number}
        return data

    @model_validator(mode="after")
    def _agrees(self) -> Fact:
        wrong = self._wrong_value()
        if wrong:
            raise ValueError(wrong)
        if self.value is None and (self.as_of or self.stable):
            raise ValueError(later("without a value there is nothing that as_of or stable confirm"))
        if self.stable and (self.as_of or self.year):
            raise ValueError(later("a stable fact has neither year nor as_of"))
        if self.as_of and self.kind in {"amount", "percent"} and self.year is None:
            raise ValueError(later("an amount or a rate needs the year for which it holds"))
        return self

    def _wrong_value(self) -> Translatable | None:
        if self.value is None or _fits(self.kind, self.value):
            return None
        return _EXPECTED[self.kind]

    def is_confirmed(self, today: date) -> bool:
        """Return whether readers may be shown the value."""
        if self.value is None:
            return False
        if self.stable:
            return True
        until = self.confirmed_until()
        return until is not None and today <= until

    def confirmed_until(self) -> date | None:
        """Return the last day on which the value may be shown; None for never or for ever."""
        if self.value is None or self.stable or self.as_of is None:
            return None
        recent = self.as_of + CONFIRMED_FOR
        return recent if self.year is None else min(recent, date(self.year, 12, 31))

    def in_words(self, language: Language) -> str:
        """Return the value as it stands in a text of a language, with its year.

        Raises:
            ValueError: There is no value.
        """
        if self.value is None:
            raise ValueError("There is no value.")
        words = self._written(self.value, language).replace(" ", _SPACE)
        return f"{words}{_SPACE}({self.year})" if self.year is not None else words

    def _written(self, value: Value, language: Language) -> str:
        if isinstance(value, dict):
            return value[language]
        if isinstance(value, str):
            return _written_text(self.kind, value, language)
        if self.kind == "amount":
            form = "¤ #,##0.##" if language == "en" else "#,##0.## ¤"
            return format_currency(
                value, self.currency, form, locale=language, currency_digits=False
            )
        number = format_decimal(value, "#,##0.####", locale=language)
        return f"{number} %" if self.kind == "percent" else number


def _fits(kind: Kind, value: Value) -> bool:
    if isinstance(value, dict):
        is_plain = not any(_MARKS.search(text) for text in value.values())
        return kind == "text" and set(value) == set(LANGUAGES) and is_plain
    if isinstance(value, str):
        return (
            (kind == "date" and _is_day(value))
            or (kind == "telephone" and _TELEPHONE.match(value) is not None)
            or (kind == "duration" and _DURATION.match(value) is not None)
        )
    return kind in {"amount", "percent", "number"}


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _written_text(kind: Kind, value: str, language: Language) -> str:
    if kind == "date":
        return day(date.fromisoformat(value), language)
    if kind == "duration" and (found := _DURATION.match(value)):
        unit = f"duration-{found['unit']}"
        return format_unit(int(found["count"]), unit, length="long", locale=language)
    return value


class FactsFile(RootModel[dict[Slug, Fact]]):
    """All facts by name."""

    model_config = ConfigDict(frozen=True)


Facts = Mapping[str, Fact]
"""Facts by name."""


def read_facts(path: Path) -> dict[str, Fact]:
    """Read the file of facts.

    Raises:
        ContentError: The file cannot be read or breaks a rule.
    """
    return dict(read_yaml(path, FactsFile).root)


def write_facts(facts: Facts) -> str:
    """Return the content of the file of facts, by name."""
    data = {
        name: facts[name].model_dump(exclude_defaults=True, exclude_none=True)
        for name in sorted(facts)
    }
    return _ABOUT + write_yaml(data)
