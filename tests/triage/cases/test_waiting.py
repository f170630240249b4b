"""How long people wait: figures from a table of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from storage.database import Database
from storage.originals import Originals
from tests.triage.composition import ORIGINALS_KEY
from triage.cases.waiting import (
    LEAST_ANSWERED,
    PAST,
    Wait,
    expected_by,
    usual_wait,
    waits,
)
from triage.models import Case, Reply
from triage.queues.settings import EVERYWHERE, Chosen, save
from triage.queues.working_days import WorkingDays
from triage.states import ReplyState

# A Friday in November, one hour before noon in Denmark.
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NO_MONDAY = {day: (time(9), time(15)) for day in range(1, 5)}


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
        known = waits(session, "tax", FRIDAY, WorkingDays())
        assert sorted(wait.length for wait in known if wait.answered) == [
            hour * HOUR for hour in range(1, 21)
        ]
        assert sorted(wait.length for wait in known if not wait.answered) == [HOUR, 4 * DAY]
        # Sixteen of those who are left after the first hour, and a little for the one who waits.
        assert expected_by(session, "tax", None, FRIDAY) == date(2026, 11, 30)
        assert expected_by(session, "jobseeker", None, FRIDAY) is None
        save(session, "jobseeker", EVERYWHERE, Chosen(service_days=2), 0, "alex")
        assert expected_by(session, "jobseeker", None, FRIDAY) == date(2026, 12, 1)
        # The queue's own figures tell more than its promise.
        save(session, "tax", EVERYWHERE, Chosen(service_days=9), 0, "alex")
        assert expected_by(session, "tax", None, FRIDAY) == date(2026, 11, 30)
        # At a centre that is closed on Mondays, a day later.
        save(session, "jobseeker", "odense", Chosen(hours=NO_MONDAY), 0, "alex")
        assert expected_by(session, "jobseeker", "odense", FRIDAY) == date(2026, 12, 2)
        assert expected_by(session, "jobseeker", "aarhus", FRIDAY) == date(2026, 12, 1)
