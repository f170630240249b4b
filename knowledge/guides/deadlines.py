"""Days that are counted: a period after a day or before it.

A period in months ends on the day of the same number, or on the last day of a month that has no such
day, as Regulation 1182/71, article 3(2)(c), counts (https://eur-lex.europa.eu/eli/reg/1971/1182/oj).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from babel.units import format_unit

from knowledge.facts import Fact, Facts, duration_parts
from language.languages import Language

Unit = Literal["day", "week", "month", "year"]

_DAYS: Final[dict[str, int]] = {"day": 1, "week": 7}
_MONTHS: Final[dict[str, int]] = {"month": 1, "year": 12}
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Period:
    """A number of days, weeks, months or years."""

    count: int
    unit: Unit

    def in_words(self, language: Language) -> str:
        """Return it as a text of a language has it, for example `3 months`."""
        return format_unit(self.count, f"duration-{self.unit}", length="long", locale=language)


@dataclass(frozen=True)
class Today:
    """What a guide needs to know of the day on which it is used.

    Attributes:
        day: The day in Denmark.
        facts: All facts.
    """

    day: date
    facts: Facts

    def period(self, fact: str) -> Period | None:
        """Return the period that a fact of kind duration holds; None where it may not be shown."""
        return period_of(self.facts.get(fact), self.day)


def period_of(fact: Fact | None, today: date) -> Period | None:
    """Return the period that a fact holds.

    Returns:
        None where there is no fact, where readers may not be shown its value, or where it holds
        something else than days or more.
    """
    if fact is None or fact.kind != "duration" or not fact.is_confirmed(today):
        return None
    count, unit = duration_parts(str(fact.value))
    for known in ("day", "week", "month", "year"):
        if unit == known:
            return Period(count, known)
    return None


def after(day: date, period: Period) -> date:
    """Return the day that lies a period after another."""
    return _moved(day, period, 1)


def before(day: date, period: Period) -> date:
    """Return the day that lies a period before another."""
    return _moved(day, period, -1)


def last_day(first: date, period: Period) -> date:
    """Return the last day of a period whose first day is part of it."""
    return after(first, period) - timedelta(days=1)


def is_weekend(day: date) -> bool:
    """Return whether a day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def _moved(day: date, period: Period, sign: int) -> date:
    if period.unit in _DAYS:
        return day + timedelta(days=sign * period.count * _DAYS[period.unit])
    months = day.year * 12 + day.month - 1 + sign * period.count * _MONTHS[period.unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
