"""A case that is meant for another authority: passing its mail on, and telling the sender."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage.originals import OriginalsError
from triage.authorities import authorities, page_of
from triage.cases.cases import CaseDetail
from triage.desk.desk import Desk, Reader, RowId, kept_case_for, page
from triage.errors import AlreadyPassedOnError, CaseChangedError, NotAMailError
from triage.letters.passing_on import Destination, note_passed_on, pass_on
from web import audit
from web.sessions import SignedIn
from web.site import site_of

Problem = Literal["authority", "address", "changed", "already", "no_original"]

_UNPROCESSABLE: frozenset[Problem] = frozenset({"authority", "address"})


class PassingOnForm(BaseModel):
    """What the form sends: to whom, and whether it is sent from here or was sent by another way."""

    revision: int
    authority: str = ""
    way: Literal["mail", "by_hand"] = "by_hand"


def routes(desk: Desk) -> APIRouter:
    """Return the routes for passing a case on to another authority.

    Args:
        desk: The parts that the desk works with.
    """
    router = APIRouter(prefix="/desk/cases/{case_id}/pass-on", include_in_schema=False)

    @router.get("")
    def show(request: Request, user: Reader, case_id: RowId, authority: str = "") -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        summary = case.summary
        chosen = authority or summary.passed_on_to or summary.authority or ""
        return _page(request, user, desk, case, chosen, None)

    @router.post("")
    def do(
        request: Request, user: Reader, case_id: RowId, form: Annotated[PassingOnForm, Form()]
    ) -> Response:
        problem = _problem(desk, form) or _pass_on(request, user, desk, case_id, form)
        if problem is None:
            return RedirectResponse(f"/desk/cases/{case_id}/pass-on", 303)
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        return _page(request, user, desk, case, form.authority, problem)

    return router


def _problem(desk: Desk, form: PassingOnForm) -> Problem | None:
    chosen = authorities().get(form.authority)
    if chosen is None or not chosen.is_authority:
        return "authority"
    if form.way == "mail" and form.authority not in desk.authority_addresses:
        return "address"
    return None


def _pass_on(
    request: Request, user: SignedIn, desk: Desk, case_id: int, form: PassingOnForm
) -> Problem | None:
    """Pass a case's mail on, or record that it was; returns why not, as a key for the template."""
    try:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            _carry_out(session, desk, case, form, user.name)
            audit.record(session, user, "case.passed_on", f"case:{case_id}")
    except CaseChangedError:
        return "changed"
    except AlreadyPassedOnError:
        return "already"
    except (NotAMailError, OriginalsError):
        return "no_original"
    return None


def _carry_out(
    session: Session, desk: Desk, case: CaseDetail, form: PassingOnForm, user: str
) -> None:
    if form.way == "by_hand":
        note_passed_on(session, case, form.revision, form.authority, user=user)
        return
    pass_on(
        session,
        desk.originals,
        case,
        form.revision,
        Destination(form.authority, desk.authority_addresses[form.authority]),
        sender=desk.sender(session, case.summary.id or 0),
        user=user,
    )


def _page(
    request: Request,
    user: SignedIn,
    desk: Desk,
    case: CaseDetail,
    chosen: str,
    problem: Problem | None,
) -> Response:
    known = authorities()
    authority = known.get(chosen)
    with site_of(request).database.transaction() as session:
        found = page_of(session, authority) if authority else None
    return page(
        request,
        user,
        "pass_on.html",
        status=200 if problem is None else 422 if problem in _UNPROCESSABLE else 409,
        case=case,
        summary=case.summary,
        slugs=list(known),
        chosen=chosen if authority else "",
        authority=authority,
        authority_page=found,
        address=desk.authority_addresses.get(chosen),
        evidence=[one for one in case.reasons if one.key.startswith("authority.")],
        problem=problem,
    )
