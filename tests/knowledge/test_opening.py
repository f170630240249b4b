"""When a centre opens next, from the hours of the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from knowledge.centres import Centre, SeenHours
from knowledge.opening import opens_next
from web.dates import ZONE

HOURS = SeenHours(
    confirmed=True,
    source="https://lifeindenmark.borger.dk/ics",
    as_of="2026-11-01",
    opening={"mon": "10-16", "tue": "closed", "wed": "9.30-12", "thu": "10-17", "fri": "10-14"},
    telephone=None,
)
CENTRE = Centre(
    slug="aarhus",
    name="ICS West",
    address=None,
    phone=None,
    phone_confirmed=False,
    email=None,
    web=None,
    appointment=None,
    opening_hours_page="https://lifeindenmark.borger.dk/ics",
    hours=HOURS,
    jobseekers=None,
    source="https://lifeindenmark.borger.dk/ics",
    checked=date(2026, 11, 23),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026, in Danish time; the 27th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(27, 9), at(27, 10)),
        (at(27, 10), None),
        (at(27, 13, 59), None),
        (at(27, 14), at(30, 10)),
        (at(28, 12), at(30, 10)),
        (at(23, 20), at(25, 9, 30)),  # closed on Tuesday
    ],
)
def test_it_opens_next(moment: datetime, expected: datetime | None) -> None:
    assert opens_next(CENTRE, moment) == expected


def test_what_is_not_known_for_sure_is_not_said() -> None:
    evening = at(26, 20)
    assert opens_next(replace(CENTRE, hours=None), evening) is None
    unconfirmed = replace(HOURS, confirmed=False)
    assert opens_next(replace(CENTRE, hours=unconfirmed), evening) is None
    without_friday = replace(HOURS, opening={"mon": "10-16"})
    assert opens_next(replace(CENTRE, hours=without_friday), evening) is None
    never = replace(HOURS, opening=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "closed"))
    assert opens_next(replace(CENTRE, hours=never), evening) is None
