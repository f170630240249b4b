"""A case comes into a queue: by when it should be answered, and whether people are told of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from storage.times import now
from triage.models import Case
from triage.queues.settings import in_force
from understanding.queues import QUEUES


def arrive(session: Session, case: Case, *, old: bool, told: bool = True) -> None:
    """Note in a case that it has come into the queue on whose shelf it lies.

    Args:
        session: A unit of work.
        case: On its new shelf; what was promised where it lay before holds no more.
        old: Whether its mail lay in the mailbox long before: nothing was promised of it.
        told: Whether those who want to know of new mail are to be told.
    """
    is_new = case.shelf in QUEUES and not old
    # Written together with what else is changed, the case counts one change.
    with session.no_autoflush:
        case.due_on = due_on(session, case) if is_new else None
    case.untold_since = now() if is_new and told else None


def due_on(session: Session, case: Case) -> date | None:
    """Return the last day of the time in which the case's queue answers; None without a promise."""
    for queue in QUEUES:
        if queue == case.shelf:
            rules = in_force(session, queue, case.centre)
            if rules.service_days:
                return rules.working.due_on(case.opened_at, rules.service_days)
    return None
