"""The pages of the centres' contact data, and of which centre serves which municipality."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import ValidationError
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.forms import (
    Fields,
    Form,
    Sent,
    flat,
    nested,
    problems_by_field,
    revision_in,
    typed,
)
from knowledge.admin.roles import Editor, Reader
from knowledge.admin.words import Words
from knowledge.centre_files import CentreEntry, MunicipalityEntry
from knowledge.errors import EditConflictError
from knowledge.models import Centre, Municipality
from knowledge.rows import centre_entry, municipality_entry
from knowledge.saving import save_centre, save_municipality
from language.normalisation import fold
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

Code = Annotated[str, Path(pattern=r"^\d{4}$")]

_CENTRES = "/admin/centres"
_MUNICIPALITIES = f"{_CENTRES}/municipalities"

router = APIRouter(prefix=_CENTRES, include_in_schema=False)


@router.get("/")
def centres(request: Request, user: Reader) -> Response:
    """Show all centres."""
    with site_of(request).database.transaction() as session:
        found = list(session.scalars(select(Centre).order_by(Centre.name)))
    return staff_page(request, user, "centre_list.html", centres=found)


@router.get("/municipalities/")
def municipalities(
    request: Request,
    user: Reader,
    text: Annotated[str, Query(max_length=200)] = "",
    centre: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show which centre serves which municipality; a filter leaves some."""
    with site_of(request).database.transaction() as session:
        rows = session.scalars(select(Municipality).order_by(Municipality.name))
        found = [
            row
            for row in rows
            if fold(text) in fold(f"{row.name} {row.code} {row.region}")
            and centre in {"", row.centre_slug}
        ]
        names = list(session.scalars(select(Centre).order_by(Centre.name)))
    return staff_page(
        request,
        user,
        "municipalities.html",
        municipalities=found,
        centres=names,
        text=text,
        chosen=centre,
    )


@router.get("/municipalities/{code}")
def municipality(request: Request, user: Reader, code: Code) -> Response:
    """Show one municipality."""
    row = _municipality(request, code)
    done = request.query_params.get("done") == "saved"
    form = Form(flat(municipality_entry(row)), row.revision, done=done)
    return _municipality_page(request, user, row, form)


@router.post("/municipalities/{code}")
def save_one_municipality(request: Request, user: Editor, code: Code, sent: Sent) -> Response:
    """Save which centre serves a municipality, and how that is known."""
    row = _municipality(request, code)
    fixed = {"name": row.name, "code": code, "region": row.region}
    fields, revision = typed(sent) | fixed, revision_in(sent)
    language = staff_language(request, user)
    try:
        entry = MunicipalityEntry.model_validate(nested(fields))
    except ValidationError as error:
        problems = problems_by_field(error, language)
        return _municipality_page(request, user, row, Form(fields, revision, problems))
    try:
        with site_of(request).database.transaction() as session:
            if session.get(Centre, entry.centre) is None:
                raise HTTPException(422)  # the form offers only those that are there
            save_municipality(session, entry, revision)
            audit.record(session, user, "municipality.saved", f"municipality:{code}")
    except EditConflictError:
        row = _municipality(request, code)
        theirs = flat(municipality_entry(row))
        return _municipality_page(request, user, row, Form(fields, row.revision, theirs=theirs))
    return RedirectResponse(f"{_MUNICIPALITIES}/{code}?done=saved", 303)


@router.get("/{slug}")
def centre(request: Request, user: Reader, slug: str) -> Response:
    """Show one centre."""
    row = _centre(request, slug)
    done = request.query_params.get("done") == "saved"
    form = Form(flat(centre_entry(row)), row.revision, done=done)
    return _centre_page(request, user, row, form)


@router.post("/{slug}")
def save_one_centre(request: Request, user: Editor, slug: str, sent: Sent) -> Response:
    """Save a centre's contact data."""
    row = _centre(request, slug)
    fields, revision = typed(sent), revision_in(sent)
    language = staff_language(request, user)
    try:
        entry = CentreEntry.model_validate(nested(_with_hours(fields)))
    except ValidationError as error:
        problems = problems_by_field(error, language)
        return _centre_page(request, user, row, Form(fields, revision, problems))
    try:
        with site_of(request).database.transaction() as session:
            save_centre(session, slug, entry, revision)
            audit.record(session, user, "centre.saved", f"centre:{slug}")
    except EditConflictError:
        row = _centre(request, slug)
        theirs = flat(centre_entry(row))
        return _centre_page(request, user, row, Form(fields, row.revision, theirs=theirs))
    return RedirectResponse(f"{_CENTRES}/{slug}?done=saved", 303)


def _with_hours(fields: Fields) -> Fields:
    """A box that is not ticked is not sent, but hours say whether they are confirmed."""
    has_hours = any(name.startswith("hours.") for name in fields)
    return {"hours.confirmed": "false"} | fields if has_hours else fields


def _centre(request: Request, slug: str) -> Centre:
    with site_of(request).database.transaction() as session:
        row = session.get(Centre, slug)
    if row is None:
        raise HTTPException(404)
    return row


def _municipality(request: Request, code: str) -> Municipality:
    with site_of(request).database.transaction() as session:
        row = session.get(Municipality, code)
    if row is None:
        raise HTTPException(404)
    return row


def _centre_page(
    request: Request,
    user: SignedIn,
    row: Centre,
    form: Form,
) -> Response:
    return staff_page(
        request,
        user,
        "centre.html",
        status=form.status,
        words=Words(staff_language(request, user)),
        centre=row,
        form=form,
        editable=user.role == "admin",
    )


def _municipality_page(
    request: Request,
    user: SignedIn,
    row: Municipality,
    form: Form,
) -> Response:
    with site_of(request).database.transaction() as session:
        found = list(session.scalars(select(Centre).order_by(Centre.name)))
    return staff_page(
        request,
        user,
        "municipality.html",
        status=form.status,
        municipality=row,
        centres=found,
        form=form,
        editable=user.role == "admin",
    )
