"""Dates and times as people write them, in their language and in Danish time."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta, get_day_names

from language.languages import Language
from storage.times import now

ZONE = ZoneInfo("Europe/Copenhagen")

# English as it is written in Europe: day before month.
_LOCALES = {"en": "en_GB"}


def today() -> date:
    """Return the present day in Denmark."""
    return now().astimezone(ZONE).date()


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Denmark."""
    return datetime.combine(day, time(), ZONE)


def day(value: date, language: Language) -> str:
    """Return a date with the month in words, for example `23. november 2026`."""
    return format_date(value, "long", locale=_LOCALES.get(language, language))


def moment(value: datetime, language: Language) -> str:
    """Return a date and a time of day in Denmark."""
    return format_datetime(
        value, "d MMM y, HH:mm", tzinfo=ZONE, locale=_LOCALES.get(language, language)
    )


def clock(value: datetime, language: Language) -> str:
    """Return a time of day in Denmark, for example `10:42`."""
    return format_datetime(value, "HH:mm", tzinfo=ZONE, locale=_LOCALES.get(language, language))


def age(value: datetime, language: Language) -> str:
    """Return how long ago something was, roughly, for example `3 timer`."""
    return format_timedelta(
        now() - value, granularity="minute", locale=_LOCALES.get(language, language)
    )


def iso_day(value: str, language: Language) -> str:
    """Return a date in ISO 8601 as `day` does; anything else as it is."""
    try:
        return day(date.fromisoformat(value), language)
    except ValueError:
        return value


def weekday(number: int, language: Language) -> str:
    """Return the name of a day of the week: 0 is Monday."""
    return str(get_day_names("wide", locale=_LOCALES.get(language, language))[number])
