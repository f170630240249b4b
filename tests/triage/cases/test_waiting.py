"""How long people wait: working time, and figures from a table of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storage.database import Database
from storage.originals import Originals
from tests.triage.composition import ORIGINALS_KEY
from triage.cases.waiting import (
    LEAST_ANSWERED,
    PAST,
    Wait,
    after_working_time,
    expected_by,
    usual_wait,
    waits,
    working_time,
)
from triage.models import Case, Reply
from triage.states import ReplyState

# A Friday in November, one hour before noon in Denmark.
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (FRIDAY, FRIDAY + HOUR, HOUR),
        (FRIDAY, FRIDAY + 3 * DAY, DAY),  # over a weekend to Monday
        (FRIDAY, FRIDAY + 7 * DAY, 5 * DAY),
        (FRIDAY + DAY, FRIDAY + DAY + 20 * HOUR, timedelta(0)),  # within the weekend
        (FRIDAY + DAY, FRIDAY + 3 * DAY, 11 * HOUR),  # from Saturday to Monday, eleven o'clock
    ],
)
def test_saturdays_and_sundays_do_not_count(
    start: datetime, end: datetime, expected: timedelta
) -> None:
    assert working_time(start, end) == expected


def test_an_answer_of_friday_may_come_on_monday() -> None:
    assert after_working_time(FRIDAY, 2 * HOUR).date() == date(2026, 11, 27)
    assert after_working_time(FRIDAY, DAY).date() == date(2026, 11, 30)
    assert after_working_time(FRIDAY + DAY, DAY).date() == date(2026, 12, 1)


@given(
    st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_what_is_added_is_what_passes(start: datetime, wait: timedelta) -> None:
    end = after_working_time(start, wait)
    assert abs(working_time(start, end) - wait) <= HOUR  # the clocks are changed twice a year
    assert end.weekday() < 5


def answered(*hours: float) -> list[Wait]:
    return [Wait(timedelta(hours=one), answered=True) for one in hours]


def waiting(*hours: float) -> list[Wait]:
    return [Wait(timedelta(hours=one), answered=False) for one in hours]


def test_four_out_of_five_were_answered_within_it() -> None:
    assert usual_wait(answered(*range(1, 21))) == timedelta(hours=16)


def test_of_too_few_nothing_is_said() -> None:
    few = answered(*range(1, LEAST_ANSWERED))
    assert usual_wait([*few, *waiting(*range(100))]) is None


def test_who_still_waits_makes_it_longer_and_who_has_just_come_does_not() -> None:
    known = answered(*range(1, 21))
    assert usual_wait([*known, *waiting(*[0.5] * 50)]) == timedelta(hours=16)
    assert usual_wait([*known, *waiting(*[14.5] * 5)]) == timedelta(hours=18)
    assert usual_wait([*known, *waiting(*[30] * 10)]) is None


def open_case(
    session: Session,
    opened_at: datetime,
    answer_after: timedelta | None = None,
    state: ReplyState = ReplyState.KEPT,
    **columns: object,
) -> None:
    case = Case(**{"channel": "mail", "shelf": "tax", "opened_at": opened_at, **columns})
    session.add(case)
    session.flush()
    if answer_after is None:
        return
    for number, later in enumerate((answer_after, answer_after + DAY)):
        session.add(
            Reply(
                case_id=case.id,
                state=state,
                author="kim",
                asked_at=opened_at + later,
                recipient="anna@example.org",
                language="en",
                subject="Re",
                text="Yes.",
                message_id=f"<{case.id}-{number}@example.test>",
                original_id=Originals(ORIGINALS_KEY).keep(session, b"x"),
            )
        )


def test_the_queues_own_cases_of_the_last_weeks_tell(database: Database) -> None:
    monday = FRIDAY - 4 * DAY
    with database.transaction() as session:
        for hour in range(1, 21):
            open_case(session, monday, hour * HOUR)
        open_case(session, monday, 90 * HOUR, shelf="jobseeker")
        open_case(session, FRIDAY - PAST - DAY, 99 * HOUR)
        open_case(session, monday, 50 * HOUR, state=ReplyState.REFUSED)  # it never came
        open_case(session, monday, closed_at=monday + HOUR)
    with database.transaction() as session:
        known = waits(session, "tax", FRIDAY)
        assert sorted(wait.length for wait in known if wait.answered) == [
            hour * HOUR for hour in range(1, 21)
        ]
        assert sorted(wait.length for wait in known if not wait.answered) == [HOUR, 4 * DAY]
        # Sixteen of those who are left after the first hour, and a little for the one who waits.
        assert expected_by(session, "tax", FRIDAY, 9) == date(2026, 11, 30)
        assert expected_by(session, "jobseeker", FRIDAY, 0) is None
        assert expected_by(session, "jobseeker", FRIDAY, 2) == date(2026, 12, 1)
