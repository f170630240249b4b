"""Figures that change: amounts, rates, fees, dates, telephone numbers, written once for all texts.

A text names a fact in a link, `[the amount on SIRI's page](fact:pay-limit)`. Readers get the value
while an official page that is not older than a year holds it; else the link's words lead to that
page, and the value waits until an editor has confirmed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal

from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from knowledge.catalogue import Slug
from knowledge.strict_yaml import Day, Line, WebAddress, read_yaml, write_yaml
from language.languages import LANGUAGES, Language
from web.dates import day
from web.translations import Translatable, later

FACTS_FILE = "facts.yml"

Kind = Literal["amount", "percent", "number", "date", "telephone", "duration", "text"]
Currency = Literal["DKK", "EUR"]
Value = int | float | str | dict[Language, str]

CONFIRMED_FOR: Final = timedelta(days=365)
"""How long a value may be shown after an official page was known to hold it."""

_ABOUT: Final = """\
# Figures that change, written once; knowledge/README.md says what the keys mean. Without `as_of` and
# `stable` a value waits for an editor to confirm it, and readers are led to the source instead.
"""

_DURATION: Final = re.compile(
    r"(?P<count>\d{1,4}) (?P<unit>minute|hour|day|week|month|year)s?", re.ASCII
)
_TELEPHONE: Final = re.compile(r"\+\d[\d ]{6,20}|\d{3,4}", re.ASCII)
_MARKS: Final = re.compile(r"[\[\]<>*_`]")
_AMOUNT_IN_ENGLISH: Final[Mapping[Currency, str]] = {"DKK": "¤ #,##0.##", "EUR": "¤#,##0.##"}
_SPACE: Final = "\u00a0"  # no line ends, and no list begins, within a value

# A dot or comma before three digits could stand between thousands: amounts have no such decimals.
_NUMERALS: Final[Mapping[Kind, re.Pattern[str]]] = {
    "amount": re.compile(r"\d{1,12}([.,]\d{1,2})?", re.ASCII),
    "percent": re.compile(r"\d{1,3}([.,]\d{1,4})?", re.ASCII),
    "number": re.compile(r"\d{1,12}([.,]\d{1,2})?", re.ASCII),
}
_NUMBER: Final = later("write a number without dots or spaces for thousands, such as 552000")
_PERCENT: Final = later("write a number such as 7.5")


def _number(value: object, kind: Kind) -> int | float:
    """Read a number as YAML or a form has it; what a form shows of it is read again as the same."""
    written = str(value) if isinstance(value, int | float | str) else ""
    if isinstance(value, bool) or not _NUMERALS[kind].fullmatch(written):
        raise ValueError(_PERCENT if kind == "percent" else _NUMBER)
    number = float(written.replace(",", "."))
    return int(number) if number.is_integer() else number


def _day_of(value: object) -> str:
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or str(value) != found.isoformat():
        raise ValueError(later("write a date that exists, such as 2026-05-01"))
    return found.isoformat()


def _telephone(value: object) -> str:
    if not isinstance(value, str) or not _TELEPHONE.fullmatch(value):
        raise ValueError(later('write a telephone number such as "+45 12 34 56 78"'))
    return value


def _duration(value: object) -> str:
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise ValueError(later('write a duration in English, such as "2 weeks"'))
    return value


def _plain(value: str) -> str:
    if _MARKS.search(value):
        raise ValueError(later("write plain text, without the marks of Markdown"))
    return value


_PlainLine = Annotated[Line, AfterValidator(_plain)]


class _Words(BaseModel):
    """A text in each language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    da: _PlainLine
    en: _PlainLine
    pl: _PlainLine
    lt: _PlainLine
    ro: _PlainLine
    de: _PlainLine


def _value(value: object, kind: Kind) -> Value:
    """Return a value of a kind.

    Raises:
        ValueError: It is none; of a text the error names the languages in which it is none.
    """
    if kind == "date":
        return _day_of(value)
    if kind == "telephone":
        return _telephone(value)
    if kind == "duration":
        return _duration(value)
    if kind == "text":
        words = _Words.model_validate(value)
        return {language: getattr(words, language) for language in LANGUAGES}
    return _number(value, kind)


def _at(field: str, message: Translatable) -> ValidationError:
    """Return the error that a field does not go with the others."""
    details = InitErrorDetails(
        type="value_error", loc=(field,), input=None, ctx={"error": ValueError(message)}
    )
    return ValidationError.from_exception_data("Fact", [details])


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

    @field_validator("value", mode="plain")
    @classmethod
    def _is_of_its_kind(cls, value: object, info: ValidationInfo) -> Value | None:
        kind = info.data.get("kind")
        # Of a kind that is none its own message tells.
        return None if value is None or kind is None else _value(value, kind)

    @model_validator(mode="after")
    def _agrees(self) -> Fact:
        if self.value is None and (self.as_of or self.stable):
            raise _at("value", later("write the value that is confirmed"))
        if self.stable and (self.as_of or self.year):
            raise _at(
                "stable",
                later("what only an act changes has neither a year nor a day of confirmation"),
            )
        if self.as_of and self.kind in {"amount", "percent"} and self.year is None:
            raise _at("year", later("an amount or a rate needs the year for which it holds"))
        return self

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
        words = self._written(self.value, language)
        # A text may be long, so its line may end after its first word.
        words = words.replace(" ", _SPACE, 1 if self.kind == "text" else -1)
        return f"{words}{_SPACE}({self.year})" if self.year is not None else words

    def _written(self, value: Value, language: Language) -> str:
        if isinstance(value, dict):
            return value[language]
        if isinstance(value, str):
            return _written_text(self.kind, value, language)
        if self.kind == "amount":
            form = _AMOUNT_IN_ENGLISH[self.currency] if language == "en" else "#,##0.## ¤"
            return format_currency(
                value, self.currency, form, locale=language, currency_digits=False
            )
        if self.kind == "percent":
            share = Decimal(str(value)) / 100
            return format_percent(share, locale=language, decimal_quantization=False)
        return format_decimal(value, "#,##0.####", locale=language)


def _written_text(kind: Kind, value: str, language: Language) -> str:
    if kind == "date":
        return day(date.fromisoformat(value), language)
    if kind == "duration":
        count, unit = duration_parts(value)
        return format_unit(count, f"duration-{unit}", length="long", locale=language)
    return value


def duration_parts(value: str) -> tuple[int, str]:
    """Return the number and the unit of a duration, such as 2 and `week` of "2 weeks".

    Raises:
        ValueError: It is no duration.
    """
    found = _DURATION.fullmatch(value)
    if found is None:
        raise ValueError(f"{value} is no duration.")
    return int(found["count"]), found["unit"]


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
