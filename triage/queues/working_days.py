"""Working days and opening hours in Denmark: what counts for a deadline, and when people are told.

Public holidays are those of the library `holidays`. Days on which an office is closed by agreement,
such as 5 June or 24 December, are no public holidays; an admin writes them down as closed days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

from holidays import country_holidays

from web.dates import ZONE

Opening = tuple[time, time]
"""When a day opens and closes, by clocks in Denmark."""

_DAY = timedelta(days=1)

WEEK: Mapping[int, Opening] = MappingProxyType({day: (time(), time.max) for day in range(5)})
"""Monday to Friday, the whole day: what counts where no hours are set."""


@dataclass(frozen=True)
class WorkingDays:
    """When an office works.

    Attributes:
        hours: By the number of the weekday, 0 for Monday, when it opens and closes; at least one.
        closed: Days on which it is closed beside the public holidays.
    """

    hours: Mapping[int, Opening] = field(default_factory=lambda: WEEK)
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse an office that never works: its deadlines would never come.

        Raises:
            ValueError: It has no weekday.
        """
        if not self.hours:
            raise ValueError("An office works on one weekday at least.")

    def includes(self, day: date) -> bool:
        """Return whether a day is a working day."""
        is_free = day in self.closed or day in _public_holidays(day.year)
        return day.weekday() in self.hours and not is_free

    def is_open(self, moment: datetime) -> bool:
        """Return whether the office is open at a moment, which has a zone."""
        local = moment.astimezone(ZONE)
        if not self.includes(local.date()):
            return False
        opens, closes = self.hours[local.weekday()]
        return opens <= local.time() < closes

    def opens_from(self, moment: datetime) -> datetime:
        """Return the first moment, from this one on, at which the office is open."""
        local = moment.astimezone(ZONE)
        day = local.date()
        while True:
            if self.includes(day):
                opens, closes = self.hours[day.weekday()]
                if day > local.date() or local.time() < opens:
                    return datetime.combine(day, opens, ZONE)
                if local.time() < closes:
                    return local
            day += _DAY

    def due_on(self, received: datetime, days: int) -> date:
        """Return the last day of a promise to answer within so many working days.

        The day on which something is received does not count; what comes when the office has
        closed, or is closed all day, is received on the next working day.

        Args:
            received: With a zone.
            days: Working days.
        """
        day = self.opens_from(received).astimezone(ZONE).date()
        for _ in range(days):
            day = self._next(day)
        return day

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time between two moments that lies on working days, 24 hours a day."""
        begins, ends = _wall(start), _wall(end)
        passed = timedelta()
        day = begins.date()
        while day <= ends.date():
            if self.includes(day):
                midnight = datetime.combine(day, time())
                passed += max(min(ends, midnight + _DAY) - max(begins, midnight), timedelta())
            day += _DAY
        return passed

    def after(self, start: datetime, wait: timedelta) -> datetime:
        """Return the moment in Denmark that comes after so much time on working days."""
        moment = _wall(start)
        while True:
            midnight = datetime.combine(moment.date() + _DAY, time())
            if self.includes(moment.date()):
                if moment + wait < midnight:
                    return (moment + wait).replace(tzinfo=ZONE)
                wait -= midnight - moment
            moment = midnight

    def _next(self, day: date) -> date:
        day += _DAY
        while not self.includes(day):
            day += _DAY
        return day


def _wall(moment: datetime) -> datetime:
    """What clocks on the wall in Denmark show."""
    return moment.astimezone(ZONE).replace(tzinfo=None)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("DK", years=year))
