"""How long the cases of each shelf are kept, as an admin decided; without a decision for good.

A public office files what belongs to a case before it lets go of it (offentlighedsloven section 15,
https://danskelove.dk/offentlighedsloven/15-17i), and may not keep personal data longer than needed
(GDPR article 5(1)(e), https://eur-lex.europa.eu/eli/reg/2016/679/oj). Both are for the municipality
to weigh, so nothing is erased by a period of ours; that one is missing is pointed out instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from storage.times import now
from triage.models import Case, Correction, InMailbox, Mail, Reply, Retention
from triage.shelves import FOLDERS, Shelf

LEAST_DAYS = 7
"""The shortest period: what was closed by mistake can be opened again for a week."""

MOST_DAYS = 36_500
"""The longest period, a hundred years."""


@dataclass(frozen=True)
class Period:
    """How long the cases of a shelf are kept.

    Attributes:
        days: After a case was closed; None where nobody has decided yet.
        open_days: After how long a case that was never closed is pointed out; None for never.
        in_mailbox: What becomes of the mail in the mailbox.
    """

    days: int | None = None
    open_days: int | None = None
    in_mailbox: InMailbox = "keep"


UNDECIDED = Period()

Periods = Mapping[Shelf, Period]


def periods(session: Session) -> Periods:
    """Return the period of every shelf."""
    known = {
        row.shelf: Period(row.days, row.open_days, row.in_mailbox)
        for row in session.scalars(select(Retention))
    }
    return {shelf: known.get(shelf, UNDECIDED) for shelf in FOLDERS}


def save(session: Session, chosen: Periods, user: str) -> list[Shelf]:
    """Write down what an admin decided, and return the shelves whose period is another one now."""
    before = periods(session)
    changed = [shelf for shelf in FOLDERS if chosen[shelf] != before[shelf]]
    for shelf in changed:
        period = chosen[shelf]
        session.merge(
            Retention(
                shelf=shelf,
                days=period.days,
                open_days=period.open_days,
                in_mailbox=period.in_mailbox,
                changed_by=user,
                changed_at=now(),
            )
        )
    session.flush()
    return changed


def expired(chosen: Periods, moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a case was closed for longer than its shelf's period.

    Cases on which the worker still has something to do are left out until that is done.
    """
    over = [
        and_(Case.shelf == shelf, Case.closed_at < moment - timedelta(days=period.days))
        for shelf, period in chosen.items()
        if period.days is not None
    ]
    return and_(Case.erased_at.is_(None), or_(false(), *over), ~is_under_way())


def is_under_way() -> ColumnElement[bool]:
    """Return the condition that the worker still has something to do on a case."""
    mail = select(Mail.id).where(Mail.case_id == Case.id)
    correction = (
        select(Correction.id)
        .join(Mail, Mail.id == Correction.mail_id)
        .where(Mail.case_id == Case.id, Correction.due_at.is_not(None))
    )
    reply = select(Reply.id).where(Reply.case_id == Case.id, Reply.due_at.is_not(None))
    return or_(mail.where(Mail.due_at.is_not(None)).exists(), correction.exists(), reply.exists())


def expired_counts(session: Session, chosen: Periods) -> Mapping[Shelf, int]:
    """Return how many cases of each shelf would be erased now."""
    return _counts(session, expired(chosen, now()))


def overdue_counts(session: Session, chosen: Periods) -> Mapping[Shelf, int]:
    """Return how many cases of each shelf are open for so long that somebody should look."""
    moment = now()
    over = [
        and_(Case.shelf == shelf, Case.opened_at < moment - timedelta(days=period.open_days))
        for shelf, period in chosen.items()
        if period.open_days is not None
    ]
    return _counts(session, and_(Case.closed_at.is_(None), or_(false(), *over)))


def _counts(session: Session, condition: ColumnElement[bool]) -> Mapping[Shelf, int]:
    rows = session.execute(
        select(Case.shelf, func.count(Case.id)).where(condition).group_by(Case.shelf)
    )
    found = {shelf: number for shelf, number in rows}  # noqa: C416 (typing)
    return {shelf: found.get(shelf, 0) for shelf in FOLDERS}
