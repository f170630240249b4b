"""The trainer's side of the runs: taking one up, telling how far it is, and how it ended.

As with mails, a run is held by a claim (triage/claims.py) that ends by itself, so that another
trainer, or this one started anew, takes up what a killed one left.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from learning.models import UNDER_WAY, ChangedMessage, Failure, RunState, Stage, TrainingRun
from storage.database import Database
from storage.times import now
from triage.claims import Claims

MOST_ATTEMPTS = 3
"""A run whose trainer was killed so often has failed."""


@dataclass(frozen=True)
class Progress:
    """What a training is at; `done` of `total` where the stage has parts to count."""

    stage: Stage
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Trained:
    """A training that went well.

    Attributes:
        version: The name of the new model.
        compared_with: The run whose model it was compared with; None where there was none.
        figures: As of `TrainingRun.figures`.
        changes: Columns of `ChangedMessage`, a row a message.
        mail_figures: As of `TrainingRun.mail_figures`.
        mail_changes: As of `TrainingRun.mail_changes`.
    """

    version: str
    compared_with: int | None
    figures: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    mail_figures: list[dict[str, Any]] = field(default_factory=list)
    mail_changes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Unchanged:
    """There is nothing to train: the active model was made from the same."""


@dataclass(frozen=True)
class Failed:
    """A training that did not go well.

    Attributes:
        failure: Why.
        details: For an admin and the operator; no text of a person.
    """

    failure: Failure
    details: str


End = Trained | Unchanged | Failed


class TrainingQueue:
    """The runs as one trainer sees them.

    Args:
        database: Where they are.
        trainer: A name that no other trainer has.
        claim_seconds: After how long without a sign of life another one takes up a run.
    """

    def __init__(self, database: Database, trainer: str, claim_seconds: float) -> None:
        self._database = database
        self._claims = Claims(TrainingRun, database, trainer, claim_seconds)

    def take(self) -> int | None:
        """Take up the run that waits or was left; None when there is none, or another trains.

        Returns:
            The run.
        """
        with self._database.transaction() as session:
            other = aliased(TrainingRun)
            nobody_trains = ~(
                select(other.id)
                .where(other.state == RunState.TRAINING, other.claimed_until >= now())
                .exists()
            )
            found = self._claims.take(
                session, TrainingRun.state.in_(UNDER_WAY), nobody_trains, limit=1
            )
            for run in found:
                if run.attempts > MOST_ATTEMPTS:
                    self._end(session, run.id, run.state, Failed("killed", ""))
                    return None
                beginning = {"state": RunState.TRAINING, "stage": "reading"}
                self._claims.step(session, run.id, run.state, beginning, finished=False)
                return run.id
        return None

    def note(self, run_id: int, progress: Progress | None) -> None:
        """Tell how far a run has come, or with None only that it is still being worked on.

        Raises:
            ClaimLostError: Another trainer has taken it up.
        """
        with self._database.transaction() as session:
            changes = asdict(progress) if progress else {}
            self._claims.step(session, run_id, RunState.TRAINING, changes, finished=False)

    def end(self, run_id: int, end: End) -> None:
        """Tell how a run ended.

        Raises:
            ClaimLostError: Another trainer has taken it up.
        """
        with self._database.transaction() as session:
            self._end(session, run_id, RunState.TRAINING, end)

    def release(self) -> None:
        """Let go of a run that was not ended, as if it had not been taken up."""
        self._claims.release()

    def _end(self, session: Session, run_id: int, known_state: RunState, end: End) -> None:
        changes: dict[str, object] = {
            "finished_at": now(),
            "stage": None,
            "done": None,
            "total": None,
        }
        if isinstance(end, Unchanged):
            changes["state"] = RunState.UNCHANGED
        elif isinstance(end, Failed):
            changes |= {"state": RunState.FAILED, "failure": end.failure}
            changes["last_error"] = end.details[:500]
        else:
            changes |= {"state": RunState.EVALUATED, "version": end.version}
            changes |= {"compared_with": end.compared_with, "figures": end.figures}
            changes |= {"mail_figures": end.mail_figures, "mail_changes": end.mail_changes}
            session.add_all(ChangedMessage(run_id=run_id, **row) for row in end.changes)
        self._claims.step(session, run_id, known_state, changes, finished=True)
