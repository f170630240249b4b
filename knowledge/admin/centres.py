"""The pages of the centres' contact data, and of which centre serves which municipality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from knowledge.admin.forms import Fields, Sent
from knowledge.admin.records import Kept, RecordPages
from knowledge.admin.roles import Editor, Reader
from knowledge.admin.words import Words
from knowledge.centre_files import (
    CentreEntry,
    CentreRecord,
    MunicipalityEntry,
    MunicipalityRecord,
)
from knowledge.changes_ahead import changes_ahead
from knowledge.models import Centre, Municipality
from knowledge.periods import holding_or_last
from knowledge.rows import centre_entry, municipality_entry
from knowledge.saving import save_centre, save_municipality
from language.normalisation import fold
from web.dates import today
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

Code = Annotated[str, Path(pattern=r"^\d{4}$")]

_CENTRES = "/admin/centres"

router = APIRouter(prefix=_CENTRES, include_in_schema=False)


@router.get("/")
def centres(request: Request, user: Reader) -> Response:
    """Show all centres as they are today, and the changes that are entered ahead."""
    with site_of(request).database.transaction() as session:
        found = [
            (row.slug, holding_or_last(row.records, today()))
            for row in session.scalars(select(Centre))
        ]
        ahead = changes_ahead(session, today())
    return staff_page(
        request,
        user,
        "centre_list.html",
        centres=sorted(found, key=lambda one: fold(one[1].name)),
        ahead=ahead,
        words=Words(staff_language(request, user)),
        today=today(),
    )


@router.get("/municipalities/")
def municipalities(
    request: Request,
    user: Reader,
    text: Annotated[str, Query(max_length=200)] = "",
    centre: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show which centre serves which municipality today; a filter leaves some."""
    with site_of(request).database.transaction() as session:
        rows = session.scalars(select(Municipality).order_by(Municipality.name))
        held = [(row, holding_or_last(row.records, today())) for row in rows]
        found = [
            (row, record)
            for row, record in held
            if fold(text) in fold(f"{row.name} {row.code} {record.region}")
            and centre in {"", record.centre_slug}
        ]
        names = _centre_names(session)
    return staff_page(
        request,
        user,
        "municipalities.html",
        municipalities=found,
        centres=names,
        text=text,
        chosen=centre,
        today=today(),
    )


def _find_municipality(session: Session, code: str) -> Kept[MunicipalityRecord] | None:
    row = session.get(Municipality, code)
    return Kept(row.name, municipality_entry(row).records, row.revision) if row else None


def _save_municipality(
    session: Session, code: str, records: tuple[MunicipalityRecord, ...], revision: int | None
) -> None:
    name = session.get_one(Municipality, code).name
    save_municipality(session, MunicipalityEntry(name=name, code=code, records=records), revision)


def _municipality_values(_request: Request, _user: SignedIn, session: Session) -> Mapping[str, Any]:
    return {"centres": _centre_names(session)}


_MUNICIPALITY = RecordPages(
    "municipality",
    f"{_CENTRES}/municipalities/",
    MunicipalityRecord,
    _find_municipality,
    _save_municipality,
    lambda fields: fields,
    _municipality_values,
)


@router.get("/municipalities/{code}")
def municipality(request: Request, user: Reader, code: Code) -> Response:
    """Show one municipality."""
    return _MUNICIPALITY.show(request, user, code)


@router.post("/municipalities/{code}")
def correct_municipality(request: Request, user: Editor, code: Code, sent: Sent) -> Response:
    """Save which centre serves a municipality, and how that is known."""
    return _MUNICIPALITY.correct(request, user, code, sent)


@router.get("/municipalities/{code}/ahead")
def municipality_ahead(request: Request, user: Editor, code: Code) -> Response:
    """Show the form for a change of a municipality that takes effect on a later day."""
    return _MUNICIPALITY.show_ahead(request, user, code)


@router.post("/municipalities/{code}/ahead")
def enter_municipality_ahead(request: Request, user: Editor, code: Code, sent: Sent) -> Response:
    """Save a change of a municipality that takes effect on a later day."""
    return _MUNICIPALITY.enter_ahead(request, user, code, sent)


@router.post("/municipalities/{code}/withdraw")
def withdraw_municipality(request: Request, user: Editor, code: Code, sent: Sent) -> Response:
    """Take back a change of a municipality before it takes effect."""
    return _MUNICIPALITY.withdraw(request, user, code, sent)


def _find_centre(session: Session, slug: str) -> Kept[CentreRecord] | None:
    row = session.get(Centre, slug)
    if row is None:
        return None
    shown = holding_or_last(row.records, today())
    return Kept(shown.name, centre_entry(row).records, row.revision)


def _save_centre(
    session: Session, slug: str, records: tuple[CentreRecord, ...], revision: int | None
) -> None:
    save_centre(session, slug, CentreEntry(records=records), revision)


def _with_hours(fields: Fields) -> Fields:
    """A box that is not ticked is not sent, but hours say whether they are confirmed."""
    has_hours = any(name.startswith("hours.") for name in fields)
    return {"hours.confirmed": "false"} | fields if has_hours else fields


def _centre_values(request: Request, user: SignedIn, _session: Session) -> Mapping[str, Any]:
    return {"words": Words(staff_language(request, user))}


_CENTRE = RecordPages(
    "centre",
    f"{_CENTRES}/",
    CentreRecord,
    _find_centre,
    _save_centre,
    _with_hours,
    _centre_values,
)


@router.get("/{slug}")
def centre(request: Request, user: Reader, slug: str) -> Response:
    """Show one centre."""
    return _CENTRE.show(request, user, slug)


@router.post("/{slug}")
def correct_centre(request: Request, user: Editor, slug: str, sent: Sent) -> Response:
    """Save a centre's contact data."""
    return _CENTRE.correct(request, user, slug, sent)


@router.get("/{slug}/ahead")
def centre_ahead(request: Request, user: Editor, slug: str) -> Response:
    """Show the form for a change of a centre that takes effect on a later day."""
    return _CENTRE.show_ahead(request, user, slug)


@router.post("/{slug}/ahead")
def enter_centre_ahead(request: Request, user: Editor, slug: str, sent: Sent) -> Response:
    """Save a change of a centre that takes effect on a later day."""
    return _CENTRE.enter_ahead(request, user, slug, sent)


@router.post("/{slug}/withdraw")
def withdraw_centre(request: Request, user: Editor, slug: str, sent: Sent) -> Response:
    """Take back a change of a centre before it takes effect."""
    return _CENTRE.withdraw(request, user, slug, sent)


def _centre_names(session: Session) -> dict[str, str]:
    """Return the names of all centres by slug: today's, or the last known."""
    rows = session.scalars(select(Centre))
    names = {r.slug: holding_or_last(r.records, today()).name for r in rows}
    return dict(sorted(names.items(), key=lambda one: fold(one[1])))
