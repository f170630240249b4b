"""Erasing one case because a person asked for it, or because it must not be kept."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from triage.cases.cases import CaseDetail
from triage.desk.desk import Desk, RowId, case_for, page
from triage.errors import CaseChangedError, StillUnderWayError
from triage.fingerprint import open_fingerprints
from triage.privacy.erasing import FILED_UNDER_CHARACTERS, Decree, Eraser, is_learnt_from
from web import audit
from web.access import requires
from web.sessions import SignedIn
from web.site import site_of

Leader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]

Chosen = Literal["asked", "not_ours", "unlawful"]
"""The grounds that a person can give; that its period is over, the rule alone can."""

GROUNDS: tuple[Chosen, ...] = get_args(Chosen)

Problem = Literal["ground", "long", "sure", "changed", "under_way"]


class ErasingForm(BaseModel):
    """What the form sends."""

    revision: int
    ground: Chosen | Literal[""] = ""
    filed_under: str = ""
    in_mailbox: Literal["keep", "delete"] = "keep"
    training_mail: bool = False
    sure: bool = False

    @property
    def problem(self) -> Problem | None:
        """What is missing or wrong in it."""
        if not self.ground:
            return "ground"
        if len(self.filed_under) > FILED_UNDER_CHARACTERS:
            return "long"
        return None if self.sure else "sure"


def routes(desk: Desk) -> APIRouter:
    """Return the routes for erasing a case.

    Args:
        desk: The parts that the desk works with.
    """
    router = APIRouter(prefix="/desk/cases/{case_id}/erase", include_in_schema=False)

    @router.get("")
    def ask(request: Request, user: Leader, case_id: RowId) -> Response:
        with site_of(request).database.transaction() as session:
            case = case_for(session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        if case.summary.erased_at is not None:
            return RedirectResponse(f"/desk/cases/{case_id}", 303)
        return _page(request, user, case, ErasingForm(revision=case.revision), None)

    @router.post("")
    def erase(
        request: Request, user: Leader, case_id: RowId, form: Annotated[ErasingForm, Form()]
    ) -> Response:
        problem = form.problem or _erase(request, user, desk, case_id, form)
        if problem is None:
            return RedirectResponse(f"/desk/cases/{case_id}?done=erased", 303)
        with site_of(request).database.transaction() as session:
            case = case_for(session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        if case.summary.erased_at is not None:
            return RedirectResponse(f"/desk/cases/{case_id}", 303)
        form.revision = case.revision
        return _page(request, user, case, form, problem)

    return router


def _erase(
    request: Request, user: SignedIn, desk: Desk, case_id: int, form: ErasingForm
) -> Problem | None:
    """Erase a case; returns why it was not, as a key for the template."""
    database = site_of(request).database
    eraser = Eraser(database, desk.originals, open_fingerprints(database, desk.originals))
    decree = Decree(
        form.ground or "asked",
        form.in_mailbox,
        user_name=user.name,
        filed_under=" ".join(form.filed_under.split()),
        for_training="delete" if form.training_mail else "keep",
    )
    try:
        with database.transaction() as session:
            case_for(session, user, case_id)
            eraser.erase(session, case_id, form.revision, decree)
            audit.record(session, user, "case.erased", f"case:{case_id}")
    except CaseChangedError:
        return "changed"
    except StillUnderWayError:
        return "under_way"
    eraser.leave_disk()
    return None


def _page(
    request: Request, user: SignedIn, case: CaseDetail, form: ErasingForm, problem: Problem | None
) -> Response:
    with site_of(request).database.reading() as session:
        teaches = is_learnt_from(session, case.summary.id)
    status = 200 if problem is None else 409 if problem in {"changed", "under_way"} else 422
    return page(
        request,
        user,
        "erase_case.html",
        status=status,
        case=case,
        summary=case.summary,
        form=form,
        problem=problem,
        teaches=teaches,
        grounds=GROUNDS,
        most_characters=FILED_UNDER_CHARACTERS,
    )
