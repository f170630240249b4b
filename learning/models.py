"""Tables of what the bot learns from, and of trainings; texts are kept with personal numbers masked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from language.languages import Language
from storage.database import Base
from storage.times import UtcDateTime, now
from triage.models import Claimable

Origin = Literal["import", "editor"]
"""Where a message came from: from the files, or from a person who added it here."""


class TrainingMessage(Base):
    """A message as people write it, with what it is about.

    A text is there once in a language, however it is spelt; it is removed by a mark, so that it can
    be brought back, and that an import knows of it.

    Attributes:
        label: `faq/<slug>`, a dialogue intent, or `out_of_scope`.
        text: One line, as a person would type it.
        folded: The text without capitals and diacritics, for searching.
        digest: Of the folded text; the text itself may be too long for an index.
        author: Who added it: a user's name, or what imported it.
        removed_at: When it was taken out of the training; None while the bot learns from it.
        in_files: Whether the files, when they were last imported, agreed with what is here.
        revision: Counts the changes; of two people changing it at once the second one fails.
    """

    __tablename__ = "training_message"
    __table_args__ = (
        UniqueConstraint("language", "digest"),
        Index("ix_training_message_label", "label", "language"),
        CheckConstraint("language IN ('da', 'en', 'pl', 'lt', 'ro', 'de')", "language"),
        CheckConstraint("origin IN ('import', 'editor')", "origin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    label: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    origin: Mapped[Origin] = mapped_column(String(10))
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(String(200))
    in_files: Mapped[bool]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)

    @property
    def audit_subject(self) -> str:
        """What the audit log calls it."""
        return f"training message:{self.id}"


class SettledQuestion(Base):
    """A question of people about which somebody has decided, so that it is not put up again.

    Attributes:
        language: Of what the bot said to it; empty where that is not known.
        digest: Of the question's folded text; all who ask the same are settled together.
        message_id: The training message that was made of it; None where it is left as it is.
        settled_by: The name of the user who decided.
    """

    __tablename__ = "settled_question"
    __table_args__ = (UniqueConstraint("language", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    digest: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("training_message.id"), index=True)
    settled_by: Mapped[str] = mapped_column(String(64))
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


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
    mail_figures: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Rows of language and of counts `before` and `after`, on the mails kept back; see
    learning/mail_figures.py."""
    mail_changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Mails kept back that would go elsewhere now, by their number, without their text."""
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
