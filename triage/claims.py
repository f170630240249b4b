"""Claims: how a worker has a row to itself, and how another goes on when it dies.

A claim ends by itself after some time. A worker that wakes up late finds that its claim is lost
and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Delete,
    Table,
    Update,
    bindparam,
    case,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage.database import Database
from storage.times import now
from triage.errors import ClaimLostError
from triage.models import Claimable

_MAX_DELAY = timedelta(minutes=15)
_FIRST_DELAY = timedelta(seconds=5)

Row = TypeVar("Row", bound=Claimable)


class Claims(Generic[Row]):
    """One worker's claims on the rows of one table.

    Args:
        table: The table.
        database: Where it is.
        worker: A name that no other worker has.
        claim_seconds: How long a claim holds without a step.
    """

    def __init__(
        self, table: type[Row], database: Database, worker: str, claim_seconds: float
    ) -> None:
        self._table = table
        self._database = database
        self._worker = worker
        self._length = timedelta(seconds=claim_seconds)
        # Said once, and to the table: putting a statement together takes longer than the database.
        columns = cast("Table", inspect(table).local_table)
        self._update = columns.update().where(*_as_known(columns))
        self._delete = columns.delete().where(*_as_known(columns))

    def values(self, moment: datetime) -> dict[str, Any]:
        """Return the columns of a row that is held from this moment on."""
        return {
            "claimed_by": self._worker,
            "claimed_until": moment + self._length,
            "due_at": moment,
        }

    def take(self, session: Session, *conditions: ColumnElement[bool], limit: int) -> Sequence[Row]:
        """Claim rows that have work left and that nobody holds, the longest due first."""
        table, moment = self._table, now()
        due = (
            select(table.id)
            .where(
                *conditions,
                table.due_at <= moment,
                or_(table.claimed_until.is_(None), table.claimed_until < moment),
            )
            .order_by(table.due_at, table.id)
            .limit(limit)
        )
        if not self._database.is_sqlite:
            due = due.with_for_update(skip_locked=True)
        return session.scalars(
            update(table)
            .where(table.id.in_(due.scalar_subquery()))
            .values(
                claimed_by=self._worker,
                claimed_until=moment + self._length,
                attempts=table.attempts + 1,
            )
            .returning(table)
            .execution_options(synchronize_session=False, populate_existing=True)
        ).all()

    def next_due(self, *conditions: ColumnElement[bool]) -> datetime | None:
        """Return when the next row can be taken up; None when none has work left."""
        table = self._table
        free_at = case(
            (table.claimed_until > table.due_at, table.claimed_until), else_=table.due_at
        )
        with self._database.reading() as session:
            found: datetime | None = session.scalars(
                select(func.min(free_at)).where(*conditions, table.due_at.is_not(None))
            ).one()
        return found

    def step(
        self,
        session: Session,
        row_id: int,
        known_state: StrEnum,
        changes: Mapping[str, Any],
        *,
        finished: bool,
    ) -> None:
        """Change a row that this worker holds, and hold it anew unless it is finished.

        Args:
            session: The transaction that the change belongs to.
            row_id: The row.
            known_state: The state that the worker knows it in.
            changes: Columns that change.
            finished: Whether nothing is left to do.

        Raises:
            ClaimLostError: The row is not held by this worker any more, or is in another state.
        """
        moment = now()
        claim = (
            {"claimed_by": None, "claimed_until": None, "due_at": None}
            if finished
            else self.values(moment)
        )
        self._carry_out(session, self._update, row_id, known_state, {**claim, **changes})

    def remove(self, session: Session, row_id: int, known_state: StrEnum) -> None:
        """Delete a row that this worker holds.

        Raises:
            ClaimLostError: The row is not held by this worker any more, or is in another state.
        """
        self._carry_out(session, self._delete, row_id, known_state, {})

    def postpone(
        self, row_id: int, attempts: int, error: str, delay: timedelta | None = None
    ) -> None:
        """Let go of a row until later, with what failed. A lost claim does not matter.

        Args:
            row_id: The row.
            attempts: How often it was taken up in its state.
            error: For the desk and the operator; no text of a person.
            delay: Until it is due again; longer with each attempt when it is not given.
        """
        wait = min(_FIRST_DELAY * 2 ** min(attempts, 10), _MAX_DELAY)
        with self._database.transaction() as session:
            session.execute(
                update(self._table)
                .where(self._table.id == row_id, self._table.claimed_by == self._worker)
                .values(
                    claimed_by=None,
                    claimed_until=None,
                    due_at=now() + (wait if delay is None else delay),
                    last_error=error[:500],
                )
            )

    def release(self) -> None:
        """Let go of all rows that this worker holds, as if it had not taken them up."""
        table = self._table
        with self._database.transaction() as session:
            session.execute(
                update(table)
                .where(table.claimed_by == self._worker, table.claimed_until.is_not(None))
                .values(
                    claimed_by=None,
                    claimed_until=None,
                    attempts=case((table.attempts > 0, table.attempts - 1), else_=0),
                )
            )

    def _carry_out(
        self,
        session: Session,
        statement: Update | Delete,
        row_id: int,
        known_state: StrEnum,
        changes: Mapping[str, Any],
    ) -> None:
        session.flush()
        known = {
            "known_id": row_id,
            "known_state": known_state,
            "holder": self._worker,
            "moment": now(),
        }
        result = session.connection().execute(statement, {**known, **changes})
        if result.rowcount != 1:
            raise ClaimLostError(
                f"{self._table.__name__} {row_id} is no longer held by this worker."
            )


def _as_known(columns: Table) -> tuple[ColumnElement[bool], ...]:
    """That a row is held, and as it is known."""
    return (
        columns.c.id == bindparam("known_id"),
        columns.c.state == bindparam("known_state"),
        columns.c.claimed_by == bindparam("holder"),
        # A claim that has run out is lost even if nobody has taken it up yet.
        columns.c.claimed_until > bindparam("moment"),
    )
