"""Tables: topics, articles with sources, versions of their translations, reviews, facts, centres."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.database import Base
from storage.times import UtcDateTime, now

VersionState = Literal["draft", "published", "replaced", "withdrawn"]
"""draft: not shown yet. published: what readers get. replaced: was published until a later version
was. withdrawn: taken away from readers, or a draft that was given up."""

Origin = Literal["import", "editor"]
"""Where a version came from: from the files, or from a person who edited it here."""


class Topic(Base):
    """One thing people ask about; knowledge.catalogue says what it means.

    Attributes:
        slug: Its name, which never changes.
        origin: Whether it came from the files or was made here.
        position: Its place among the topics of its queue; new ones come last.
        revision: Counts the saves.
        files_digest: Digest of these data as the files last had them.
    """

    __tablename__ = "topic"
    __table_args__ = (
        CheckConstraint("queue IN ('tax', 'jobseeker', 'visitation')", "queue"),
        CheckConstraint("origin IN ('import', 'editor')", "origin"),
    )

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    queue: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    variants: Mapped[str | None] = mapped_column(String(20))
    withdrawn: Mapped[bool]
    origin: Mapped[Origin] = mapped_column(String(10), default="import")
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column()
    files_digest: Mapped[str] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class Article(Base):
    """What all languages of a topic's article share.

    Attributes:
        topic: The slug in the catalogue.
        reviewed: The day on which its facts were last checked.
        review_due: The day by which they must be checked again.
        related: Slugs of topics that go with it.
        to_confirm: What an editor must still find out, in English.
        revision: Counts the saves; of two people saving at once the second one fails.
        files_digest: Digest of these data as the files last had them; it differs from the digest
            of the present data when they were edited here since.
    """

    __tablename__ = "article"

    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    reviewed: Mapped[date]
    review_due: Mapped[date]
    related: Mapped[list[str]] = mapped_column(JSON)
    to_confirm: Mapped[list[str]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column()
    files_digest: Mapped[str] = mapped_column(String(64))

    sources: Mapped[list[Source]] = relationship(
        order_by="Source.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class Source(Base):
    """An official page that an article rests on, with the day on which it was last read."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("topic", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("article.topic", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    checked: Mapped[date]


class TranslationVersion(Base):
    """One version of an article in one language; its text never changes once it is written.

    Saving adds a version, so nothing is lost when two people save; restoring adds one with an old
    text. At most one version of a topic and language is published, which the database enforces.

    Attributes:
        number: Counts the versions of a topic and language from 1.
        reading: How far the text has been read: written, cross-read or confirmed.
        body: Markdown, to the letter as in the file.
        origin: Whether it came from the files or from a person.
        author: Who wrote it: a user's name, or what imported it.
        based_on_id: The version that the author had before them.
        translated_from_id: The Danish version whose content it renders, for finding stale ones.
        in_files: Whether the files held this text when they were last imported.
        publish_at: When a draft is published by itself; None where a person publishes it.
        scheduled_by: The name of the user who decided that.
        published_at: When it was shown to readers for the first time.
    """

    __tablename__ = "translation_version"
    __table_args__ = (
        UniqueConstraint("topic", "language", "number"),
        Index(
            "ix_translation_version_published",
            "topic",
            "language",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        CheckConstraint("state IN ('draft', 'published', 'replaced', 'withdrawn')", "state"),
        CheckConstraint("language IN ('da', 'en', 'pl', 'lt', 'ro', 'de')", "language"),
        CheckConstraint("reading IN ('written', 'cross-read', 'confirmed')", "reading"),
        CheckConstraint("origin IN ('import', 'editor')", "origin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("article.topic"))
    language: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(Text)
    reading: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    origin: Mapped[Origin] = mapped_column(String(10))
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("translation_version.id"))
    translated_from_id: Mapped[int | None] = mapped_column(ForeignKey("translation_version.id"))
    in_files: Mapped[bool] = mapped_column(default=False)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scheduled_by: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_subject(self) -> str:
        """What the audit log calls the text that this is a version of."""
        return f"article:{self.topic}/{self.language}"


Outcome = Literal["approved", "changes", "overtaken"]
"""approved: a second person agrees with the text. changes: they asked for changes. overtaken: a newer
text, or its withdrawal, made the review needless."""


class Review(Base):
    """The question to a second person whether a version is right, and what they said.

    Attributes:
        asked_by: The name of the user who asked.
        reviewer: The name of the admin who is asked; None for anybody but the author.
        note: What the reviewer should know; may be empty.
        reason: Why readers were to get the text before its review; None where it waits for it.
        outcome: None while it is open.
        decided_by: The name of the reviewer who decided.
        comment: What they said; may be empty.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("outcome IN ('approved', 'changes', 'overtaken')", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("translation_version.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    reviewer: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[Outcome | None] = mapped_column(String(10))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(Text, default="")


class Editing(Base):
    """A user who has the editor of a text open, or had it until `seen_at`."""

    __tablename__ = "editing"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(
        ForeignKey("article.topic", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Fact(Base):
    """A figure that changes, for all texts that name it; knowledge.facts says what it means."""

    __tablename__ = "fact"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    currency: Mapped[str] = mapped_column(String(3))
    year: Mapped[int | None]
    as_of: Mapped[date | None]
    stable: Mapped[bool]
    source_title: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str] = mapped_column(Text)
    checked: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column()
    files_digest: Mapped[str] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class Centre(Base):
    """An ICS centre; what is known of it stands in its records.

    Attributes:
        slug: Its name in files and addresses.
        revision: Counts the saves.
        files_digest: Digest of the data as the files last had them.
        records: The earliest first; they follow each other day by day.
    """

    __tablename__ = "centre"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int] = mapped_column()
    files_digest: Mapped[str] = mapped_column(String(64))

    records: Mapped[list[CentreRecord]] = relationship(
        order_by="CentreRecord.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class CentreRecord(Base):
    """How a centre is reached from one day to another; what is not known is None.

    Attributes:
        valid_from: The first day on which it holds; None for an open beginning.
        valid_to: The last day on which it holds; None for an open end.
        hours: Opening hours as seen on a page: {"source", "as_of", "opening"?, "telephone"?}, the
            last two from weekday (mon to fri) to a time such as "10-16" or "closed".
        phone_confirmed: Whether the number stands on a page whose date is known.
        hours_confirmed: Whether the hours do.
        jobseekers: A unit of its own for jobseekers: {"unit", "phone"?, "email"?}.
        as_of: From when the data are, as far as the source shows.
        checked: The day on which the source was read.
        confidence: How sure the data are: high, medium or low.
        notes: For staff, in English.
    """

    __tablename__ = "centre_record"
    __table_args__ = (CheckConstraint("valid_from <= valid_to", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(ForeignKey("centre.slug", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(Text)
    host_municipality: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(40))
    phone_confirmed: Mapped[bool]
    email: Mapped[str | None] = mapped_column(String(200))
    web: Mapped[str | None] = mapped_column(Text)
    other_web: Mapped[str | None] = mapped_column(Text)
    jobseekers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    appointment: Mapped[str | None] = mapped_column(String(60))
    opening_hours_page: Mapped[str] = mapped_column(Text)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    hours_confirmed: Mapped[bool]
    source_url: Mapped[str] = mapped_column(Text)
    as_of: Mapped[str] = mapped_column(String(60))
    checked: Mapped[date]
    confidence: Mapped[str] = mapped_column(String(10))
    notes: Mapped[str | None] = mapped_column(Text)


class Municipality(Base):
    """One of the 98 municipalities; its centre and region stand in its records.

    Attributes:
        code: The official four digits.
        name: The official name, without "Kommune".
        revision: Counts the saves.
        files_digest: Digest of the data as the files last had them.
        records: The earliest first; they follow each other day by day, and the last has no end.
    """

    __tablename__ = "municipality"
    __table_args__ = (UniqueConstraint("name"),)

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column()
    files_digest: Mapped[str] = mapped_column(String(64))

    records: Mapped[list[MunicipalityRecord]] = relationship(
        order_by="MunicipalityRecord.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy reads it once)


class MunicipalityRecord(Base):
    """The region of a municipality and the centre that serves it, from one day to another.

    Attributes:
        valid_from: The first day on which it holds; None for an open beginning.
        valid_to: The last day on which it holds; None for an open end.
        basis: `source` where a page names the centre, `region-default` where it was only inferred
            from the region.
        source_url: That page; None for an inferred centre.
        note: For staff, in English.
    """

    __tablename__ = "municipality_record"
    __table_args__ = (
        CheckConstraint("basis IN ('source', 'region-default')", "basis"),
        CheckConstraint("valid_from <= valid_to", "days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(
        ForeignKey("municipality.code", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    region: Mapped[str] = mapped_column(String(60))
    centre_slug: Mapped[str] = mapped_column(ForeignKey("centre.slug"), index=True)
    basis: Mapped[str] = mapped_column(String(20))
    source_url: Mapped[str | None] = mapped_column(Text)
    checked: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
