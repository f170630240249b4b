"""The tables of trainings: each run with the model that it brought forth, and what that changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import JSON, Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from language.languages import Language
from storage.database import Base
from storage.times import UtcDateTime
from triage.models import Claimable


class RunState(StrEnum):
    """How far a run has come, and what was decided about its model."""

    WAITING = "waiting"
    TRAINING = "training"
    EVALUATED = "evaluated"
    """There is a new model, and nobody has decided yet."""
    ACTIVE = "active"
    """Its model is the one that is used; there is one at most."""
    REFUSED = "refused"
    REPLACED = "replaced"
    """Its model was active; another one is now."""
    UNCHANGED = "unchanged"
    """Nothing had changed since the active model was trained."""
    FAILED = "failed"


UNDER_WAY = (RunState.WAITING, RunState.TRAINING)

Stage = Literal["reading", "encoding", "fitting", "archive", "comparing"]
"""What a training is at: reading the messages, encoding those that are new, fitting the
classifiers, making Rasa's archive, comparing with today's model."""

Failure = Literal["data", "rasa", "killed", "broken"]
"""Why a training failed: the training data, Rasa's own training, it was ended several times,
something else."""


def _only(state: RunState) -> dict[str, Any]:
    condition = text(f"state = '{state.value}'")
    return {"unique": True, "sqlite_where": condition, "postgresql_where": condition}


class TrainingRun(Claimable, Base):
    """One training, and the model that it brought forth."""

    __tablename__ = "training_run"
    __table_args__ = (
        Index("uq_training_run_active", "state", **_only(RunState.ACTIVE)),
        Index("uq_training_run_waiting", "state", **_only(RunState.WAITING)),
    )

    state: Mapped[RunState] = mapped_column(
        Enum(
            RunState,
            native_enum=False,
            length=16,
            values_callable=lambda members: [state.value for state in members],
        )
    )
    asked_by: Mapped[str | None] = mapped_column(String(64))
    """The name of the admin; None for `ankomst train`."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stage: Mapped[Stage | None] = mapped_column(String(16))
    done: Mapped[int | None]
    """So many of `total` in this stage; None where a stage has no parts to count."""
    total: Mapped[int | None]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[Failure | None] = mapped_column(String(16))
    """With the details in `last_error`."""
    version: Mapped[str | None] = mapped_column(String(40))
    """Name of the model's folder; see learning/versions.py."""
    compared_with: Mapped[int | None] = mapped_column(ForeignKey("training_run.id"))
    """The run whose model was active when this one was compared."""
    figures: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Rows of language, `validation`, and counts `before` and `after`; see learning/figures.py."""
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its model was activated, refused or replaced, the last of them."""

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or trains."""
        return self.state in UNDER_WAY


class ChangedMessage(Base):
    """A message with which the model of a run does better or worse than the one before it."""

    __tablename__ = "changed_message"
    __table_args__ = (Index("ix_changed_message_run", "run_id", "better", "language", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(TrainingRun.id))
    validation: Mapped[bool]
    """Whether it is one of the messages that no model is ever trained on."""
    language: Mapped[Language] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(100))
    better: Mapped[bool]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As of understanding.judgements.Judgement; so is `after`."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
