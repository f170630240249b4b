"""When a centre opens next, as far as the register knows its hours for sure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import get_args

from knowledge.centre_files import Weekday
from knowledge.centres import Centre
from knowledge.register import confirmed_hours
from web.dates import ZONE

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def opens_next(centre: Centre, moment: datetime) -> datetime | None:
    """Return when a centre opens next for visitors; public holidays are not known here.

    Args:
        centre: With its hours as seen.
        moment: With a zone.

    Returns:
        A moment in Danish time; None where the centre is open, and where its hours are not
        confirmed or not known for a weekday in between.
    """
    hours = confirmed_hours(centre.hours)
    if hours is None or hours.opening is None:
        return None
    known = {day.weekday: day for day in hours.opening}
    local = moment.astimezone(ZONE)
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        if day.weekday() >= len(_WEEKDAYS):
            continue
        found = known.get(_WEEKDAYS[day.weekday()])
        if found is None:
            return None
        if found.opens is None or found.closes is None:
            continue
        opens, closes = (
            datetime.combine(day, time.fromisoformat(clock), ZONE)
            for clock in (found.opens, found.closes)
        )
        if local < opens:
            return opens
        if local < closes:
            return None
    return None
