"""The ICS centre that serves a municipality, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models
from knowledge.periods import holding
from language.entities import municipalities_named
from language.municipalities import official_by_name
from language.normalisation import fold
from web.dates import today

CENTRES_TOPIC = "ics-for-municipality"
"""The topic whose answer is the municipality's own centre."""

# "Koldin" and "Kolding" have 0.97; "Ribe" and "Vejle" 0.5.
_LEAST_LIKENESS = 0.85


@dataclass(frozen=True)
class SeenHours:
    """Opening hours as a page showed them.

    Attributes:
        confirmed: Whether they may be shown to readers; if not, give them the page's link instead.
        source: The page.
        as_of: From when they are, as far as the page shows.
        opening: For visitors: weekday (mon to fri) to "10-16" or "closed"; None if not known.
        telephone: For callers, likewise.
    """

    confirmed: bool
    source: str
    as_of: str
    opening: dict[str, str] | None
    telephone: dict[str, str] | None


@dataclass(frozen=True)
class JobseekerUnit:
    """A unit that receives jobseekers; what is not known is None."""

    unit: str
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class Centre:
    """A centre's contact data; what is not known is None.

    Attributes:
        slug: Its name in addresses.
        name: Its name.
        address: Where it is.
        phone: The number, which may be shown with the day it was checked.
        phone_confirmed: Whether it stands on a page whose date is known.
        email: The address for mail.
        web: Its page.
        appointment: "required", or "needed for CPR".
        opening_hours_page: The official page that shows the hours.
        hours: The hours as seen.
        jobseekers: A unit of its own for jobseekers.
        source: The page that the data come from.
        checked: The day on which the data were last checked.
    """

    slug: str
    name: str
    address: str | None
    phone: str | None
    phone_confirmed: bool
    email: str | None
    web: str | None
    appointment: str | None
    opening_hours_page: str
    hours: SeenHours | None
    jobseekers: JobseekerUnit | None
    source: str
    checked: date


@dataclass(frozen=True)
class ServingCentre(Centre):
    """The centre that serves a municipality.

    Attributes:
        municipality: The municipality's official name.
        agreement_known: Whether a page names this centre for the municipality. If not, it is the
            nearest one of the region, and the person should ask the municipality.
    """

    municipality: str
    agreement_known: bool


def centre_for(
    session: Session, municipality: str, day: date | None = None
) -> ServingCentre | None:
    """Return the centre that serves a municipality.

    Args:
        session: Read only.
        municipality: A place, as `municipalities_meant` reads it.
        day: The day in Denmark; today where none is given.

    Returns:
        The centre, or None when the place is not known or lies in several municipalities.
    """
    meant = municipalities_meant(session, municipality)
    if len(meant) != 1:
        return None
    day = day or today()
    row = session.scalars(
        select(models.Municipality).where(models.Municipality.name == meant[0])
    ).one()
    record = holding(row.records, day)
    centre = session.get(models.Centre, record.centre_slug) if record else None
    contact = holding(centre.records, day) if centre else None
    if record is None or contact is None:
        return None
    return ServingCentre(
        **_contact(contact),
        municipality=row.name,
        agreement_known=record.basis == "source",
    )


def centres(session: Session, day: date | None = None) -> list[Centre]:
    """Return the centres that are there on a day (today where none is given), by name."""
    day = day or today()
    records = [holding(row.records, day) for row in session.scalars(select(models.Centre))]
    found = [Centre(**_contact(record)) for record in records if record is not None]
    return sorted(found, key=lambda centre: fold(centre.name))


def centre_names(session: Session) -> dict[str, str]:
    """Return the names of today's centres by their slugs, in the order of their names."""
    return {centre.slug: centre.name for centre in centres(session)}


def municipalities(session: Session) -> list[str]:
    """Return the official names of all municipalities, in alphabetical order."""
    names = session.scalars(select(models.Municipality.name))
    return sorted(names, key=fold)


def municipalities_meant(session: Session, place: str) -> list[str]:
    """Return the municipalities that a place stands for.

    Args:
        session: Read only.
        place: The official name, such as "Aarhus" or "Aarhus Kommune", another name or a form of
            it in one of the six languages, a post town or a postcode; case and diacritics do not
            matter.

    Returns:
        Official names; several where a postcode or post town lies in several municipalities.
    """
    names = municipalities(session)
    official = [name for name in names if _name(name) == _name(place)]
    others = () if official else municipalities_named(place)
    return official or [name for name in names if name in others]


def similar_municipalities(session: Session, name: str) -> list[str]:
    """Return the municipalities with a name nearly like one that is none, the nearest first."""
    known = municipalities(session)
    by_name = {
        spelling: official for spelling, official in official_by_name().items() if official in known
    } | {_name(one): one for one in known}
    found = process.extract(
        _name(name),
        by_name.keys(),
        scorer=JaroWinkler.similarity,
        score_cutoff=_LEAST_LIKENESS,
        limit=None,
    )
    return list(dict.fromkeys(by_name[spelling] for spelling, _, _ in found))[:3]


def _name(municipality: str) -> str:
    return fold(municipality).removesuffix(" kommune")


def _contact(row: models.CentreRecord) -> dict[str, Any]:
    hours, unit = row.hours, row.jobseekers
    return {
        "slug": row.slug,
        "name": row.name,
        "address": row.address,
        "phone": row.phone,
        "phone_confirmed": row.phone_confirmed,
        "email": row.email,
        "web": row.web,
        "appointment": row.appointment,
        "opening_hours_page": row.opening_hours_page,
        "hours": SeenHours(
            confirmed=row.hours_confirmed,
            source=hours["source"],
            as_of=hours["as_of"],
            opening=hours.get("opening"),
            telephone=hours.get("telephone"),
        )
        if hours
        else None,
        "jobseekers": JobseekerUnit(unit["unit"], unit.get("phone"), unit.get("email"))
        if unit
        else None,
        "source": row.source_url,
        "checked": row.checked,
    }
