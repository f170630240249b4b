"""A new case by hand, of a person at the counter or on the telephone."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.catalogue import catalogue
from language.languages import Language
from language.masking import find_personal_numbers
from triage.addresses import is_address
from triage.cases.handling import NewCase, open_case
from triage.desk.desk import Desk, Reader, page, scope_of, topic_titles
from understanding.queues import QUEUES, Queue
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

NOTE_CHARACTERS = 20_000
LINE_CHARACTERS = 200

_TELEPHONE = re.compile(r"\+?[\d ()/-]{5,38}")

Field = Literal["queue", "centre", "topic", "subject", "note", "name", "address", "telephone"]


class NewCaseForm(BaseModel):
    """What the form of a new case sends."""

    channel: Literal["counter", "telephone"] = "counter"
    queue: Queue | Literal[""] = ""
    centre: str = ""
    language: Language = "en"
    topic: str = ""
    subject: str = ""
    note: str = ""
    name: str = ""
    address: str = ""
    telephone: str = ""


def routes(desk: Desk) -> APIRouter:
    """Return the routes for opening a case by hand.

    Args:
        desk: The parts that the desk works with.
    """
    router = APIRouter(prefix="/desk/new", include_in_schema=False)

    @router.get("")
    def write(request: Request, user: Reader) -> Response:
        only = user.queues[0] if len(user.queues) == 1 else ""
        centre = user.centres[0] if len(user.centres) == 1 else ""
        form = NewCaseForm.model_validate({"queue": only, "centre": centre})
        return _page(request, user, form, {})

    @router.post("")
    def open_new(request: Request, user: Reader, form: Annotated[NewCaseForm, Form()]) -> Response:
        database = site_of(request).database
        with database.transaction() as session:
            names = site_of(request).centre_names(session)
            topics = catalogue(session).topics
        centres = {slug for slug in names if user.sees_centre(slug)}
        problems = _problems(form, user, centres, topics)
        if problems or form.queue == "":
            return _page(request, user, form, problems, status=422)
        with database.transaction() as session:
            case_id = open_case(session, desk.originals, _new_case(form, form.queue), user.name)
            audit.record(session, user, "case.opened", f"case:{case_id}")
        return RedirectResponse(f"/desk/cases/{case_id}?done=opened", 303)

    return router


def _new_case(form: NewCaseForm, queue: Queue) -> NewCase:
    return NewCase(
        channel=form.channel,
        queue=queue,
        centre=form.centre or None,
        language=form.language,
        topics=[form.topic] if form.topic else [],
        subject=" ".join(form.subject.split()),
        note=form.note.replace("\r\n", "\n").strip(),
        name=" ".join(form.name.split()),
        address=form.address.strip().lower(),
        telephone=" ".join(form.telephone.split()),
    )


def _problems(
    form: NewCaseForm, user: SignedIn, centres: Collection[str], topics: Collection[str]
) -> dict[Field, str]:
    """Return what is wrong with each field, as keys that the template puts into words."""
    address, telephone = form.address.strip(), form.telephone.strip()
    checks: list[tuple[Field, str, bool]] = [
        ("queue", "missing", form.queue == "" or not scope_of(user).has_listing(form.queue)),
        ("centre", "unknown", bool(form.centre) and form.centre not in centres),
        ("topic", "unknown", bool(form.topic) and form.topic not in topics),
        ("subject", "missing", not form.subject.strip()),
        ("subject", "long", len(form.subject) > LINE_CHARACTERS),
        ("note", "missing", not form.note.strip()),
        ("note", "long", len(form.note) > NOTE_CHARACTERS),
        ("name", "long", len(form.name) > LINE_CHARACTERS),
        ("address", "number", bool(find_personal_numbers(address))),
        ("telephone", "number", bool(find_personal_numbers(telephone))),
        ("address", "wrong", bool(address) and not is_address(address)),
        ("telephone", "wrong", bool(telephone) and not _TELEPHONE.fullmatch(telephone)),
    ]
    return {field: problem for field, problem, is_so in checks if is_so}


def _page(
    request: Request,
    user: SignedIn,
    form: NewCaseForm,
    problems: dict[Field, str],
    *,
    status: int = 200,
) -> Response:
    scope = scope_of(user)
    with site_of(request).database.transaction() as session:
        names = site_of(request).centre_names(session)
        slugs = list(catalogue(session).topics)
        titles = topic_titles(session, slugs, staff_language(request, user))
    return page(
        request,
        user,
        "new_case.html",
        status=status,
        form=form,
        problems=problems,
        queues=[queue for queue in QUEUES if scope.has_listing(queue)],
        centres={slug: name for slug, name in names.items() if user.sees_centre(slug)},
        topics=sorted(zip(slugs, titles, strict=True), key=lambda pair: pair[1].casefold()),
        note_characters=NOTE_CHARACTERS,
        line_characters=LINE_CHARACTERS,
    )
