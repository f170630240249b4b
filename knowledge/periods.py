"""Records that hold from one day to another: which one holds, and whether they follow each other.

Days are days in Denmark. A record without `valid_from` holds from the beginning, one without
`valid_to` until something else is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

from web.translations import Translatable, later

_ONE_DAY = timedelta(days=1)


class Period(Protocol):
    """Something that holds from one day to another, both days included."""

    @property
    def valid_from(self) -> date | None:
        """The first day."""

    @property
    def valid_to(self) -> date | None:
        """The last day."""


Record = TypeVar("Record", bound=Period)


def holds(record: Period, day: date) -> bool:
    """Return whether a record holds on a day."""
    begun = record.valid_from is None or record.valid_from <= day
    return begun and (record.valid_to is None or day <= record.valid_to)


def holding(records: Sequence[Record], day: date) -> Record | None:
    """Return the record that holds on a day, if one does."""
    return next((record for record in records if holds(record, day)), None)


def holding_or_last(records: Sequence[Record], day: date) -> Record:
    """Return the record that holds on a day, or the last one where none does."""
    return holding(records, day) or records[-1]


def day_before(day: date) -> date:
    """Return the last day of what ends when something else begins."""
    return day - _ONE_DAY


def day_after(day: date) -> date:
    """Return the first day of what begins when something else has ended."""
    return day + _ONE_DAY


def order_problem(records: Sequence[Period]) -> Translatable | None:
    """Return why records do not follow each other day by day, the earliest first; None if they do."""
    for earlier, next_one in pairwise(records):
        if earlier.valid_to is None or next_one.valid_from is None:
            return later(
                "two records hold at once; give the earlier one a valid_to and the later one a "
                "valid_from, the day after it"
            )
        if next_one.valid_from <= earlier.valid_to:
            return later(
                "from %(first)s to %(last)s two records hold; end the earlier one on the day "
                "before the later one begins",
                first=next_one.valid_from,
                last=earlier.valid_to,
            )
        if next_one.valid_from > day_after(earlier.valid_to):
            return later(
                "from %(first)s to %(last)s no record holds; let the later one begin on the day "
                "after the earlier one ends",
                first=day_after(earlier.valid_to),
                last=day_before(next_one.valid_from),
            )
    return None


def cover(records: Sequence[Period], other: Period) -> bool:
    """Return whether records that follow each other hold on every day of another one."""
    if not records:
        return False
    first, last = records[0].valid_from, records[-1].valid_to
    begins = first is None or (other.valid_from is not None and first <= other.valid_from)
    return begins and (last is None or (other.valid_to is not None and other.valid_to <= last))
