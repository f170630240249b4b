"""Tables of what the bot learns from. Texts are kept with personal numbers masked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.times import UtcDateTime, now

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
