"""Between the values that files hold and the rows of the tables, both ways without loss."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import facts, models
from knowledge.articles import ArticleFile
from knowledge.articles import Source as FileSource
from knowledge.catalogue import Topic
from knowledge.centre_files import (
    CentreEntry,
    CentreRecord,
    Hours,
    JobseekerUnit,
    MunicipalityEntry,
    MunicipalityRecord,
)
from knowledge.models import Article, Centre, Fact, Municipality, Source
from storage.database import Base

Row = TypeVar("Row", bound=Base)


def digest(value: BaseModel) -> str:
    """Return a digest of a value (SHA-256), to see later whether it has changed."""
    return hashlib.sha256(value.model_dump_json().encode()).hexdigest()


def fill_topic(row: models.Topic, topic: Topic) -> None:
    """Put the file's data into a row."""
    row.queue, row.title = topic.queue, topic.title
    row.variants, row.withdrawn = topic.variants, topic.withdrawn


def article_file(row: Article) -> ArticleFile:
    """Return an article's shared data as the file has them."""
    sources = tuple(
        FileSource(id=s.key, title=s.title, url=s.url, checked=s.checked) for s in row.sources
    )
    return ArticleFile(
        reviewed=row.reviewed,
        review_due=row.review_due,
        sources=sources,
        related=tuple(row.related),
        to_confirm=tuple(row.to_confirm),
    )


def fill_article(row: Article, file: ArticleFile) -> None:
    """Put the file's data into a row."""
    row.reviewed, row.review_due = file.reviewed, file.review_due
    row.related, row.to_confirm = list(file.related), list(file.to_confirm)
    before = {source.key: source for source in row.sources}
    row.sources = [before.get(source.id, Source(key=source.id)) for source in file.sources]
    for place, (source, given) in enumerate(zip(row.sources, file.sources, strict=True)):
        source.position, source.title = place, given.title
        source.url, source.checked = given.url, given.checked


def fact_entry(row: Fact) -> facts.Fact:
    """Return a fact as the file has it."""
    return facts.Fact.model_validate(
        {
            "kind": row.kind,
            "value": row.value,
            "currency": row.currency,
            "year": row.year,
            "as_of": row.as_of,
            "stable": row.stable,
            "source": {"title": row.source_title, "url": row.source_url},
            "checked": row.checked,
            "note": row.note,
        }
    )


def fill_fact(row: Fact, entry: facts.Fact) -> None:
    """Put the file's data into a row."""
    row.kind, row.value, row.currency = entry.kind, entry.value, entry.currency
    row.year, row.as_of, row.stable = entry.year, entry.as_of, entry.stable
    row.source_title, row.source_url = entry.source.title, entry.source.url
    row.checked, row.note = entry.checked, entry.note


def all_facts(session: Session) -> dict[str, facts.Fact]:
    """Return all facts by name."""
    return {row.name: fact_entry(row) for row in session.scalars(select(Fact))}


def centre_entry(row: Centre) -> CentreEntry:
    """Return a centre as the file has it."""
    return CentreEntry(records=tuple(_centre_record(record) for record in row.records))


def _centre_record(row: models.CentreRecord) -> CentreRecord:
    return CentreRecord(
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        name=row.name,
        host_municipality=row.host_municipality,
        address=row.address,
        phone=row.phone,
        phone_confirmed=row.phone_confirmed,
        email=row.email,
        web=row.web,
        other_web=row.other_web,
        jobseekers=JobseekerUnit(**row.jobseekers) if row.jobseekers else None,
        appointment=row.appointment,
        opening_hours_page=row.opening_hours_page,
        hours=Hours(confirmed=row.hours_confirmed, **row.hours) if row.hours else None,
        source=row.source_url,
        as_of=row.as_of,
        checked=row.checked,
        confidence=row.confidence,
        notes=row.notes,
    )


def fill_centre(row: Centre, entry: CentreEntry) -> None:
    """Put the file's data into a row and its records."""
    row.records = _as_many(row.records, models.CentreRecord, len(entry.records))
    for position, (record, given) in enumerate(zip(row.records, entry.records, strict=True)):
        record.position = position
        _fill_centre_record(record, given)


def _fill_centre_record(row: models.CentreRecord, entry: CentreRecord) -> None:
    row.valid_from, row.valid_to = entry.valid_from, entry.valid_to
    row.name, row.host_municipality = entry.name, entry.host_municipality
    row.address = entry.address
    row.phone, row.phone_confirmed, row.email = entry.phone, entry.phone_confirmed, entry.email
    row.web, row.other_web = entry.web, entry.other_web
    unit = entry.jobseekers
    row.jobseekers = unit.model_dump(mode="json", exclude_none=True) if unit else None
    row.appointment, row.opening_hours_page = entry.appointment, entry.opening_hours_page
    hours = entry.hours
    row.hours = (
        hours.model_dump(mode="json", exclude_none=True, exclude={"confirmed"}) if hours else None
    )
    row.hours_confirmed = hours.confirmed if hours else False
    row.source_url, row.as_of, row.checked = entry.source, entry.as_of, entry.checked
    row.confidence, row.notes = entry.confidence, entry.notes


def municipality_entry(row: Municipality) -> MunicipalityEntry:
    """Return a municipality as the file has it."""
    records = tuple(
        MunicipalityRecord(
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            region=record.region,
            centre=record.centre_slug,
            basis=record.basis,
            source=record.source_url,
            checked=record.checked,
            note=record.note,
        )
        for record in row.records
    )
    return MunicipalityEntry(name=row.name, code=row.code, records=records)


def fill_municipality(row: Municipality, entry: MunicipalityEntry) -> None:
    """Put the file's data into a row and its records."""
    row.name = entry.name
    row.records = _as_many(row.records, models.MunicipalityRecord, len(entry.records))
    for position, (record, given) in enumerate(zip(row.records, entry.records, strict=True)):
        record.position = position
        record.valid_from, record.valid_to = given.valid_from, given.valid_to
        record.region, record.centre_slug = given.region, given.centre
        record.basis, record.source_url = given.basis, given.source
        record.checked, record.note = given.checked, given.note


def _as_many(rows: list[Row], table: type[Row], count: int) -> list[Row]:
    """Return so many rows, those that are there first."""
    return [*rows[:count], *(table() for _ in range(count - len(rows)))]
