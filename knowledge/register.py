"""The contact register: what of the centres is published, on our pages and for those of others.

What is not known is left out, and so are hours that are not confirmed. The classes are the form of
`/centres.json`, which docs/interfaces.md describes for who reads it: fields are added, never renamed.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models
from knowledge.centre_files import Weekday
from knowledge.centres import Centre, SeenHours, centres
from knowledge.changes_ahead import ChangesOfDay, changes_ahead
from knowledge.periods import holding
from language.normalisation import fold

VERSION: Literal[1] = 1
"""Grows when a field changes its meaning."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursOfDay(_Part):
    """From when to when it is open on a weekday; closed on it where `opens` is left out."""

    weekday: Weekday
    opens: str | None = Field(default=None, description="Such as 09:30, in Danish time.")
    closes: str | None = None


class ConfirmedHours(_Part):
    """Hours that an official page of a known date shows; a weekday left out is not known."""

    opening: tuple[HoursOfDay, ...] | None = Field(default=None, description="For visitors.")
    telephone: tuple[HoursOfDay, ...] | None = Field(default=None, description="For callers.")
    source: str = Field(description="The page.")
    as_of: str = Field(description="From when they are, as the page shows it.")


class JobseekerUnit(_Part):
    """A unit of its own for jobseekers."""

    unit: str
    phone: str | None = None
    email: str | None = None


class Contact(_Part):
    """How a centre is reached."""

    slug: str = Field(description="The centre's name in addresses.")
    name: str
    address: str | None = None
    phone: str | None = None
    phone_confirmed: bool | None = Field(
        default=None,
        description="Whether a page of a known date shows the number; if not, show it with the "
        "day on which it was checked.",
    )
    email: str | None = None
    web: str | None = None
    appointment: Literal["required", "needed for CPR"] | None = None
    hours: ConfirmedHours | None = Field(
        default=None, description="Where they are confirmed; if not, link to opening_hours_page."
    )
    opening_hours_page: str = Field(description="The official page with the opening hours.")
    jobseekers: JobseekerUnit | None = None
    source: str = Field(description="The official page that the data come from.")
    checked: date = Field(description="The day on which it was last read.")


class ServedMunicipality(_Part):
    """A municipality and the centre that serves it."""

    code: str = Field(description="The official four digits.")
    name: str = Field(description="The official name, without Kommune.")
    region: str
    centre: str = Field(description="The slug of the centre.")
    agreement_known: bool = Field(
        description="Whether a page names this centre for the municipality. If not, it is the "
        "nearest one of the region, and a reader should ask the municipality."
    )
    source: str | None = Field(default=None, description="That page.")
    checked: date


class RegisteredCentre(Contact):
    """A centre and the municipalities that it serves, by name."""

    municipalities: tuple[ServedMunicipality, ...]

    @property
    def agreed(self) -> tuple[str, ...]:
        """The names of municipalities for which a page names this centre."""
        return tuple(one.name for one in self.municipalities if one.agreement_known)

    @property
    def nearest(self) -> tuple[str, ...]:
        """The names of municipalities of which it is only the nearest centre."""
        return tuple(one.name for one in self.municipalities if not one.agreement_known)


class ChangesAhead(_Part):
    """What changes on a later day. Each entry is whole and takes the place of the one before it."""

    valid_from: date = Field(description="The first day, in Denmark, on which it holds.")
    centres: tuple[Contact, ...] = Field(description="New ones, and those with other data.")
    closing: tuple[str, ...] = Field(description="The slugs of centres that are no more.")
    municipalities: tuple[ServedMunicipality, ...]


class Register(_Part):
    """The centres of a day, and what is known to change after it."""

    version: Literal[1] = VERSION
    day: date = Field(description="The day in Denmark.")
    centres: tuple[RegisteredCentre, ...]
    changes_ahead: tuple[ChangesAhead, ...] = Field(description="The next first.")


def register(session: Session, day: date) -> Register:
    """Return the register of a day.

    Args:
        session: Read only.
        day: The day in Denmark.
    """
    return Register(
        day=day,
        centres=registered_centres(session, day),
        changes_ahead=tuple(_changes(session, one) for one in changes_ahead(session, day)),
    )


def registered_centres(session: Session, day: date) -> tuple[RegisteredCentre, ...]:
    """Return the centres that are there on a day, by name."""
    served = _served(session, day)
    return tuple(
        RegisteredCentre(
            **dict(_contact(centre)),
            municipalities=tuple(one for one in served if one.centre == centre.slug),
        )
        for centre in centres(session, day)
    )


def to_json(found: Register) -> str:
    """Return the register as JSON, in which nothing stands for what is not known."""
    return found.model_dump_json(exclude_none=True, indent=1) + "\n"


def _changes(session: Session, changes: ChangesOfDay) -> ChangesAhead:
    slugs = {slug for slug, _ in changes.centres}
    codes = {code for code, _ in changes.municipalities}
    there = centres(session, changes.day)
    return ChangesAhead(
        valid_from=changes.day,
        centres=tuple(_contact(one) for one in there if one.slug in slugs),
        closing=tuple(slug for slug, _ in changes.closing),
        municipalities=tuple(one for one in _served(session, changes.day) if one.code in codes),
    )


def _served(session: Session, day: date) -> list[ServedMunicipality]:
    rows = session.scalars(select(models.Municipality)).all()
    held = ((row, holding(row.records, day)) for row in rows)
    served = [
        ServedMunicipality(
            code=row.code,
            name=row.name,
            region=record.region,
            centre=record.centre_slug,
            agreement_known=record.basis == "source",
            source=record.source_url,
            checked=record.checked,
        )
        for row, record in held
        if record is not None
    ]
    return sorted(served, key=lambda one: fold(one.name))


def _contact(centre: Centre) -> Contact:
    unit = centre.jobseekers
    return Contact.model_validate(
        {
            "slug": centre.slug,
            "name": centre.name,
            "address": centre.address,
            "phone": centre.phone,
            "phone_confirmed": centre.phone_confirmed if centre.phone else None,
            "email": centre.email,
            "web": centre.web,
            "appointment": centre.appointment,
            "hours": confirmed_hours(centre.hours),
            "opening_hours_page": centre.opening_hours_page,
            "jobseekers": JobseekerUnit(unit=unit.unit, phone=unit.phone, email=unit.email)
            if unit
            else None,
            "source": centre.source,
            "checked": centre.checked,
        }
    )


def confirmed_hours(seen: SeenHours | None) -> ConfirmedHours | None:
    """Return the hours that may be shown to readers; None where none may."""
    if seen is None or not seen.confirmed or not (seen.opening or seen.telephone):
        return None
    return ConfirmedHours(
        opening=_week(seen.opening),
        telephone=_week(seen.telephone),
        source=seen.source,
        as_of=seen.as_of,
    )


def _week(spans: dict[str, str] | None) -> tuple[HoursOfDay, ...] | None:
    if not spans:
        return None
    days = [day for day in get_args(Weekday) if day in spans]
    return tuple(_of_day(day, spans[day]) for day in days)


def _of_day(weekday: Weekday, span: str) -> HoursOfDay:
    if span == "closed":
        return HoursOfDay(weekday=weekday)
    opens, closes = (_clock(time) for time in span.split("-"))
    return HoursOfDay(weekday=weekday, opens=opens, closes=closes)


def _clock(time: str) -> str:
    """Return a time such as 9 or 9.30 as ISO 8601 writes it: 09:00, 09:30."""
    hour, _, minute = time.partition(".")
    return f"{int(hour):02}:{minute or '00'}"
