"""The pages of the facts: what waits to be confirmed, and changing a value for all texts at once."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.forms import Form, Sent, flat, nested, problems_by_field, revision_in, typed
from knowledge.admin.roles import Editor, Reader
from knowledge.confirming import FactState, fact_states, open_points
from knowledge.errors import EditConflictError
from knowledge.facts import Fact
from knowledge.models import Fact as FactRow
from knowledge.rows import fact_entry
from knowledge.saving import save_fact
from language.languages import Language
from language.normalisation import fold
from web import audit
from web.dates import today
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page
from web.translations import later

_FACTS = "/admin/facts"

router = APIRouter(prefix=_FACTS, include_in_schema=False)


@router.get("/")
def facts(
    request: Request,
    user: Reader,
    text: Annotated[str, Query(max_length=200)] = "",
    selection: Literal["waiting", "all"] = "waiting",
) -> Response:
    """Show the facts that wait to be confirmed, or all; and the open points of the articles."""
    with site_of(request).database.transaction() as session:
        states = fact_states(session, today())
        points = open_points(session)
    wanted = fold(text)
    shown = [
        state
        for state in states
        if (selection == "all" or not state.is_shown) and wanted in fold(_searched(state))
    ]
    return staff_page(
        request,
        user,
        "fact_list.html",
        states=shown,
        points={topic: notes for topic, notes in points.items() if wanted in fold(topic)},
        text=text,
        selection=selection,
    )


@router.get("/{name}")
def fact(request: Request, user: Reader, name: str) -> Response:
    """Show one fact."""
    row = _row(request, name)
    done = request.query_params.get("done") == "saved"
    return _page(request, user, name, Form(flat(fact_entry(row)), row.revision, done=done))


@router.post("/{name}")
def save(request: Request, user: Editor, name: str, sent: Sent) -> Response:
    """Save a fact; all texts in all languages have it from now on."""
    row = _row(request, name)
    fields, revision = typed(sent) | {"kind": row.kind}, revision_in(sent)
    language = staff_language(request, user)
    try:
        # Without any field of the source, what is missing is said at its fields all the same.
        entry = Fact.model_validate({"source": {}} | nested(fields))
    except ValidationError as error:
        problems = problems_by_field(error, language)
        return _page(request, user, name, Form(fields, revision, problems))
    problems = _in_the_future(entry, language)
    if problems:
        return _page(request, user, name, Form(fields, revision, problems))
    try:
        with site_of(request).database.transaction() as session:
            save_fact(session, name, entry, revision)
            audit.record(session, user, "fact.saved", f"fact:{name}")
    except EditConflictError:
        row = _row(request, name)
        theirs = flat(fact_entry(row))
        return _page(request, user, name, Form(fields, row.revision, theirs=theirs))
    return RedirectResponse(f"{_FACTS}/{name}?done=saved", 303)


def _searched(state: FactState) -> str:
    return " ".join((state.name, *state.topics, state.fact.source.title))


def _in_the_future(entry: Fact, language: Language) -> dict[str, str]:
    """Return the fields of days on which nobody can have read a page yet, each with a message."""
    message = later("This day is in the future.").in_language(language)
    days = {"as_of": entry.as_of, "checked": entry.checked}
    return {field: message for field, day in days.items() if day is not None and day > today()}


def _row(request: Request, name: str) -> FactRow:
    with site_of(request).database.transaction() as session:
        row = session.get(FactRow, name)
    if row is None:
        raise HTTPException(404)
    return row


def _page(request: Request, user: SignedIn, name: str, form: Form) -> Response:
    with site_of(request).database.transaction() as session:
        state = next(state for state in fact_states(session, today()) if state.name == name)
    return staff_page(
        request,
        user,
        "fact.html",
        status=form.status,
        state=state,
        form=form,
        editable=user.role == "admin",
    )
