"""Working days in Denmark: holidays, opening hours, deadlines, and time that passes on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.queues.working_days import WorkingDays
from web.dates import ZONE

# A Friday in November, eleven o'clock in Denmark.
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OFFICE = WorkingDays(
    {day: (time(9), time(15)) for day in range(5)}, frozenset({date(2026, 12, 24)})
)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (FRIDAY, FRIDAY + HOUR, HOUR),
        (FRIDAY, FRIDAY + 3 * DAY, DAY),  # over a weekend to Monday
        (FRIDAY, FRIDAY + 7 * DAY, 5 * DAY),
        (FRIDAY + DAY, FRIDAY + DAY + 20 * HOUR, timedelta(0)),  # within the weekend
        (FRIDAY + DAY, FRIDAY + 3 * DAY, 11 * HOUR),  # from Saturday to Monday, eleven o'clock
        (FRIDAY + 27 * DAY, FRIDAY + 31 * DAY, 24 * HOUR),  # 24 to 28 December: two holidays
    ],
)
def test_weekends_and_holidays_do_not_count(
    start: datetime, end: datetime, expected: timedelta
) -> None:
    assert WorkingDays().between(start, end) == expected


def test_an_answer_of_friday_may_come_on_monday() -> None:
    week = WorkingDays()
    assert week.after(FRIDAY, 2 * HOUR).date() == date(2026, 11, 27)
    assert week.after(FRIDAY, DAY).date() == date(2026, 11, 30)
    assert week.after(FRIDAY + DAY, DAY).date() == date(2026, 12, 1)


@given(
    st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_what_is_added_is_what_passes(start: datetime, wait: timedelta) -> None:
    end = OFFICE.after(start, wait)
    assert abs(OFFICE.between(start, end) - wait) <= HOUR  # the clocks are changed twice a year
    assert OFFICE.includes(end.date())


# By Danish law (helligdagsloven): Great Prayer Day is a working day from 2024 on; 5 June, 24 and 31
# December and 1 May are no public holidays.
@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-01", False),
        ("2026-04-02", False),  # Maundy Thursday
        ("2026-04-03", False),  # Good Friday
        ("2026-04-06", False),  # Easter Monday
        ("2026-05-01", True),
        ("2026-05-14", False),  # Ascension Day
        ("2026-05-25", False),  # Whit Monday
        ("2023-05-05", False),  # Great Prayer Day
        ("2024-04-26", True),
        ("2026-06-05", True),
        ("2026-12-24", True),
        ("2026-12-25", False),
        ("2026-11-28", False),  # a Saturday
    ],
)
def test_the_public_holidays_of_denmark(day: str, works: bool) -> None:
    assert WorkingDays().includes(date.fromisoformat(day)) is works


def test_closed_days_are_the_offices_own() -> None:
    assert not OFFICE.includes(date(2026, 12, 24))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-27T08:59", "2026-11-27T09:00"),
        ("2026-11-27T09:00", "2026-11-27T09:00"),
        ("2026-11-27T14:59", "2026-11-27T14:59"),
        ("2026-11-27T15:00", "2026-11-30T09:00"),
        ("2026-12-23T15:00", "2026-12-28T09:00"),  # over Christmas
    ],
)
def test_when_it_opens(moment: str, opens: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    assert OFFICE.opens_from(at) == datetime.fromisoformat(opens).replace(tzinfo=ZONE)
    assert OFFICE.is_open(at) is (moment == opens)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-27T11:00", 1, "2026-11-30"),
        ("2026-11-27T15:00", 1, "2026-12-01"),  # after closing it counts as Monday's
        ("2026-11-28T11:00", 2, "2026-12-02"),
        ("2026-12-22T11:00", 3, "2026-12-29"),  # 23, 28, 29: 24 is closed, 25 to 27 are free
    ],
)
def test_when_a_promise_ends(received: str, days: int, due: str) -> None:
    at = datetime.fromisoformat(received).replace(tzinfo=ZONE)
    assert OFFICE.due_on(at, days) == date.fromisoformat(due)


def test_an_office_works_on_one_day_at_least() -> None:
    with pytest.raises(ValueError, match="one weekday"):
        WorkingDays({})
