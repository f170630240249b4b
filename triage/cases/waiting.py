"""How long people wait for an answer: from the queue's own cases of the last weeks.

Days on which the queue's office does not work do not count. Cases that nobody has answered yet count with the time that
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
from triage.queues.settings import in_force
from triage.queues.working_days import WorkingDays
from triage.states import ReplyState
from understanding.queues import Queue

PAST = timedelta(weeks=8)
"""Cases that are older say nothing about the present."""

LEAST_ANSWERED = 20
"""Fewer answers than this are too few to tell by."""

SHARE = 0.8
"""The share of people who get an answer within the time that is told."""


@dataclass(frozen=True)
class Wait:
    """How long somebody waited for an answer, in working time, or has waited so far."""

    length: timedelta
    answered: bool


def expected_by(
    session: Session, queue: Queue, centre: str | None, moment: datetime
) -> date | None:
    """Return the day in Denmark by which a question put now can be expected to be answered.

    Told by the queue's own figures; where these are too few, by its service time.

    Args:
        session: Read only.
        queue: Where the question lies.
        centre: Slug of the centre whose case it is; None where it is no one centre's.
        moment: Now.

    Returns:
        The day; None where nothing is known or promised.
    """
    rules = in_force(session, queue, centre)
    wait = usual_wait(waits(session, queue, moment, rules.working))
    if wait is not None:
        return rules.working.after(moment, wait).date()
    return rules.working.due_on(moment, rules.service_days) if rules.service_days else None


def waits(session: Session, queue: Queue, moment: datetime, working: WorkingDays) -> list[Wait]:
    """Return how long people have waited in a queue in the last weeks, in time on working days."""
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
        Wait(working.between(opened, answered or closed or moment), answered is not None)
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
