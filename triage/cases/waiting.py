"""How long people wait for an answer: from the queue's own cases of the last weeks.

Saturdays and Sundays do not count. Cases that nobody has answered yet count with the time that
they have waited so far (E. L. Kaplan and P. Meier, JASA 53, 1958, pages 457 to 481): left out,
they would make the wait look shorter than it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.models import Case, Reply
from triage.states import ReplyState
from understanding.queues import Queue
from web.dates import ZONE

PAST = timedelta(weeks=8)
"""Cases that are older say nothing about the present."""

LEAST_ANSWERED = 20
"""Fewer answers than this are too few to tell by."""

SHARE = 0.8
"""The share of people who get an answer within the time that is told."""

_WORKING_DAYS = 5
# A Monday; working time is counted from here.
_BEGINNING = datetime(2024, 1, 1)  # noqa: DTZ001 (in Danish time, as clocks on the wall show it)


@dataclass(frozen=True)
class Wait:
    """How long somebody waited for an answer, in working time, or has waited so far."""

    length: timedelta
    answered: bool


def expected_by(
    session: Session, queue: Queue, moment: datetime, promised_days: int
) -> date | None:
    """Return the day in Denmark by which a question put now can be expected to be answered.

    Args:
        session: Read only.
        queue: Where the question lies.
        moment: Now.
        promised_days: Working days that the office promises, where the queue's own figures are too
            few; 0 where it promises nothing.

    Returns:
        The day; None where nothing is known or promised.
    """
    wait = usual_wait(waits(session, queue, moment))
    if wait is None and promised_days:
        wait = timedelta(days=promised_days)
    return None if wait is None else after_working_time(moment, wait).date()


def waits(session: Session, queue: Queue, moment: datetime) -> list[Wait]:
    """Return how long people have waited in a queue in the last weeks."""
    rows = session.execute(
        select(Case.opened_at, Case.closed_at, func.min(Reply.asked_at))
        .outerjoin(
            Reply,
            (Reply.case_id == Case.id)
            & (Reply.state != ReplyState.REFUSED)
            # Passed on to another authority, the person still waits for a word from us.
            & Reply.authority.is_(None),
        )
        .where(Case.shelf == queue, Case.opened_at >= moment - PAST, Case.opened_at <= moment)
        .group_by(Case.id)
    )
    # The types do not say that a case without an answer has none.
    known = cast("Iterable[tuple[datetime, datetime | None, datetime | None]]", rows)
    return [
        Wait(working_time(opened, answered or closed or moment), answered is not None)
        for opened, closed, answered in known
    ]


def usual_wait(known: Sequence[Wait]) -> timedelta | None:
    """Return the working time within which four out of five people get an answer.

    Returns:
        The time; None where too few were answered, or too many wait still.
    """
    if sum(wait.answered for wait in known) < LEAST_ANSWERED:
        return None
    still_waiting = 1.0
    # At the same length those who got an answer come before those whose wait goes on.
    by_length = sorted(known, key=lambda wait: (wait.length, not wait.answered))
    for at, wait in enumerate(by_length):
        if wait.answered:
            still_waiting *= 1 - 1 / (len(by_length) - at)
            # Five equal factors do not multiply to exactly the share.
            if still_waiting <= 1 - SHARE + 1e-9:
                return wait.length
    return None


def working_time(start: datetime, end: datetime) -> timedelta:
    """Return the time between two moments without Saturdays and Sundays in Denmark."""
    return _counted(end) - _counted(start)


def after_working_time(start: datetime, wait: timedelta) -> datetime:
    """Return the moment in Denmark that comes after so much working time."""
    weeks, rest = divmod(_counted(start) + wait, timedelta(days=_WORKING_DAYS))
    return (_BEGINNING + timedelta(weeks=weeks) + rest).replace(tzinfo=ZONE)


def _counted(moment: datetime) -> timedelta:
    """The working time from the beginning to a moment."""
    local = moment.astimezone(ZONE).replace(tzinfo=None)
    weeks, rest = divmod(local - _BEGINNING, timedelta(weeks=1))
    return weeks * timedelta(days=_WORKING_DAYS) + min(rest, timedelta(days=_WORKING_DAYS))
