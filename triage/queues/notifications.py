"""Who is told that mail has come into a queue: written down once for each arrival, then sent.

A case that comes into a queue waits to be told of (`Case.untold_since`). When its time has come, it is
taken out of those that wait in the same transaction in which the notifications are written down: so
nobody is told twice of one arrival, whoever dies in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.times import now
from triage.claims import Claims
from triage.ledger import Observer
from triage.models import Case, Notification
from triage.queues.settings import Notify, in_force
from triage.queues.working_days import WorkingDays
from triage.states import NOTIFICATION_FINISHED, NOTIFICATION_PERMITTED, NotificationState
from understanding.queues import QUEUES, Queue
from web.dates import ZONE

MOST_IN_HOUR = 12
"""So many notifications of one queue are sent to an address in an hour; what comes then is told of
together, later."""

MOST_URGENT_IN_HOUR = 60
"""The same for cases that are told of at once, should they come in a flood."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NotificationErrand:
    """What a worker knows of a notification that it holds; the names are those of the model."""

    id: int
    shelf: str
    centre: str | None
    recipient: str
    cases: list[int]
    urgent: bool
    made_at: datetime
    state: NotificationState
    attempts: int


@dataclass(frozen=True)
class _Waiting:
    """The cases of a queue at a centre that wait to be told of."""

    queue: Queue
    centre: str | None
    since: datetime
    urgent_since: datetime | None


class Notifications:
    """Writes down who is to be told, and hands it to whoever sends it.

    Args:
        database: Where cases and settings are.
        worker: A name that no other worker has.
        claim_seconds: How long a claim holds without a step.
        observer: Told of each step after it is committed.
    """

    def __init__(
        self, database: Database, worker: str, claim_seconds: float, observer: Observer
    ) -> None:
        self._database = database
        self._claims = Claims(Notification, database, worker, claim_seconds)
        self._observe = observer

    def prepare(self) -> None:
        """Write down the notifications whose time has come."""
        with self._database.reading() as session:
            due = [
                (waiting, urgent)
                for waiting in _waiting(session)
                for urgent, at in _times(session, waiting)
                if at <= now()
            ]
        for waiting, urgent in due:
            with self._database.transaction() as session:
                _write_down(session, waiting, urgent=urgent)

    def claim(self) -> NotificationErrand | None:
        """Claim the notification that is due longest; None when there is none."""
        with self._database.transaction() as session:
            for row in self._claims.take(session, limit=1):
                return NotificationErrand(
                    **{field.name: getattr(row, field.name) for field in fields(NotificationErrand)}
                )
        return None

    def next_due(self) -> datetime | None:
        """Return when there is next something to write down or to send; None if nothing waits."""
        with self._database.reading() as session:
            dues = [at for waiting in _waiting(session) for _, at in _times(session, waiting)]
        return min([*dues, *filter(None, [self._claims.next_due()])], default=None)

    def advance(
        self, errand: NotificationErrand, to_state: NotificationState, **values: Any
    ) -> NotificationErrand:
        """Take a notification one step on.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            ValueError: The states do not follow one another.
        """
        if to_state not in NOTIFICATION_PERMITTED[errand.state]:
            raise ValueError(f"A notification cannot go from {errand.state} to {to_state}.")
        with self._database.transaction() as session:
            self._claims.step(
                session,
                errand.id,
                errand.state,
                {"state": to_state, "attempts": 0, "last_error": None, **values},
                finished=to_state in NOTIFICATION_FINISHED,
            )
        self._observe(f"notification_{to_state}", errand.id)
        return replace(errand, state=to_state, attempts=values.get("attempts", 0))

    def postpone(self, errand: NotificationErrand, error: str) -> None:
        """Let go of a notification until later, with what failed. A lost claim does not matter."""
        self._claims.postpone(errand.id, errand.attempts, error)

    def release_own(self) -> None:
        """Let go of all that this worker holds, as if it had not taken them up."""
        self._claims.release()


def due_at(notify: Notify, working: WorkingDays, since: datetime) -> datetime:
    """Return when people are told of cases that wait.

    Args:
        notify: Who is told, and when.
        working: When people work on the queue.
        since: When the first of the cases came.
    """
    moment = since
    if notify.when == "every":
        moment = since + timedelta(minutes=notify.minutes)
    elif notify.when == "at" and notify.times:
        local = since.astimezone(ZONE)
        moments = [
            datetime.combine(day, at, ZONE)
            for day in (local.date(), local.date() + _DAY)
            for at in notify.times
        ]
        moment = min(at for at in moments if at > local)
    return working.opens_from(moment) if notify.in_hours else moment


def _waiting(session: Session) -> list[_Waiting]:
    rows = session.execute(
        select(
            Case.shelf,
            Case.centre,
            func.min(Case.untold_since),
            func.min(Case.untold_since).filter(Case.urgent),
        )
        .where(Case.untold_since.is_not(None))
        .group_by(Case.shelf, Case.centre)
    )
    return [
        _Waiting(queue, centre, since, urgent_since)
        for shelf, centre, since, urgent_since in rows
        for queue in QUEUES
        if queue == shelf and since is not None
    ]


def _times(session: Session, waiting: _Waiting) -> list[tuple[bool, datetime]]:
    """When people are told: of the urgent cases alone (True), and of all."""
    rules = in_force(session, waiting.queue, waiting.centre)
    if not rules.notify.to:
        return [(False, waiting.since)]
    at = due_at(rules.notify, rules.working, waiting.since)
    times = [(False, max(at, _capped_until(session, waiting, rules.notify.to, MOST_IN_HOUR)))]
    if waiting.urgent_since is not None:
        until = _capped_until(session, waiting, rules.notify.to, MOST_URGENT_IN_HOUR)
        times.insert(0, (True, max(waiting.urgent_since, until)))
    return times


def _capped_until(
    session: Session, waiting: _Waiting, recipients: Sequence[str], most: int
) -> datetime:
    """From when on each recipient may be sent one more."""
    until = waiting.since
    for recipient in recipients:
        last = session.scalars(
            select(Notification.made_at)
            .where(
                Notification.shelf == waiting.queue,
                Notification.recipient == recipient,
                Notification.made_at > now() - _HOUR,
            )
            .order_by(Notification.made_at.desc())
            .limit(most)
        ).all()
        if len(last) == most:
            until = max(until, last[-1] + _HOUR)
    return until


def _write_down(session: Session, waiting: _Waiting, *, urgent: bool) -> None:
    """Take the cases out of those that wait, and write down a notification to each recipient."""
    moment = now()
    rows = session.execute(
        update(Case)
        .where(
            Case.untold_since.is_not(None),
            Case.shelf == waiting.queue,
            _at(waiting.centre),
            *([Case.urgent] if urgent else []),
        )
        .values(untold_since=None)
        .returning(Case.id, Case.closed_at)
        .execution_options(synchronize_session=False)
    ).all()
    cases = sorted(case_id for case_id, closed_at in rows if closed_at is None)
    if not cases:
        return
    session.add_all(
        Notification(
            shelf=waiting.queue,
            centre=waiting.centre,
            recipient=recipient,
            cases=cases,
            urgent=urgent,
            made_at=moment,
            state=NotificationState.WAITING,
            due_at=moment,
            attempts=0,
        )
        for recipient in in_force(session, waiting.queue, waiting.centre).notify.to
    )


def _at(centre: str | None) -> ColumnElement[bool]:
    return Case.centre.is_(None) if centre is None else Case.centre == centre
