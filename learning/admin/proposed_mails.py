"""The pages of the mails that are proposed for training: all of them, and one beside what is learnt."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.roles import Editor, Reader
from knowledge.catalogue import catalogue
from language.languages import Language
from learning import proposing, training_mails
from learning.admin.mail_form import (
    CHANGED,
    NEAR,
    NOT_REFUSED,
    PAGE_LENGTH,
    Done,
    Label,
    MailForm,
    Refusal,
    form_context,
    pages_of,
)
from learning.admin.mail_words import Words
from learning.errors import AlreadyDecidedError, NearlyTheSameError
from storage.originals import Originals
from triage.models import HowConfirmed
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

_HERE = "/admin/training-mails"

CaseId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Filter(BaseModel):
    """Which proposals are shown.

    Attributes:
        written_in: Only in this language.
        label: Only on this shelf.
        how: Only those confirmed in this way.
        page: The page, from 1.
        done: What has just been done.
    """

    written_in: Language | Literal[""] = ""
    label: Label | Literal[""] = ""
    how: HowConfirmed | Literal[""] = ""
    page: int = Field(default=1, ge=1, le=10_000)
    done: Done = ""


def routes(originals: Originals) -> APIRouter:
    """Return the routes.

    Args:
        originals: Of the mails, in which the sender's name stands.
    """
    router = APIRouter(prefix=_HERE, include_in_schema=False)

    @router.get("/")
    def proposals(request: Request, user: Reader, wanted: Annotated[Filter, Query()]) -> Response:
        """Show what is proposed; nothing of what the mails say."""
        with site_of(request).database.transaction() as session:
            known = catalogue(session)
            found = proposing.proposals(
                session,
                language=wanted.written_in or None,
                label=wanted.label or None,
                how=wanted.how or None,
            )
        start = (wanted.page - 1) * PAGE_LENGTH
        return staff_page(
            request,
            user,
            "proposed_mails.html",
            words=Words(staff_language(request, user), known),
            wanted=wanted,
            proposals=found[start : start + PAGE_LENGTH],
            count=len(found),
            pages=pages_of(len(found)),
            labels=proposing.LABELS,
            editable=user.role == "admin",
        )

    @router.get("/proposed/{case_id}")
    def proposed(request: Request, user: Editor, case_id: CaseId, done: Done = "") -> Response:
        """Show a mail beside what is proposed of it; that somebody read it is written down."""
        return _proposed(request, user, originals, case_id, None, NOT_REFUSED, done)

    @router.post("/proposed/{case_id}")
    def decide(
        request: Request,
        user: Editor,
        case_id: CaseId,
        form: Annotated[MailForm, Form()],
        decision: Annotated[Literal["accept", "refuse"], Query()],
    ) -> Response:
        """Accept or refuse, and go on to the next one."""
        with site_of(request).database.transaction() as session:
            problems = form.problems(catalogue(session)) if decision == "accept" else {}
        if problems:
            return _proposed(request, user, originals, case_id, form, Refusal(422, problems))
        try:
            with site_of(request).database.transaction() as session:
                if decision == "accept":
                    mail = training_mails.accept(
                        session, case_id, form.revision, form.content, user.name
                    )
                else:
                    mail = training_mails.refuse(session, case_id, form.revision, user.name)
                audit.record(session, user, f"training_mail.{mail.state}", mail.audit_subject)
                following = next(iter(proposing.proposals(session)), None)
        except AlreadyDecidedError:
            return _proposed(request, user, originals, case_id, form, Refusal(409, problem=CHANGED))
        except NearlyTheSameError as error:
            near = Refusal(422, problem=NEAR, other=error.mail_id)
            return _proposed(request, user, originals, case_id, form, near)
        place = f"{_HERE}/proposed/{following.case_id}" if following else f"{_HERE}/"
        return RedirectResponse(f"{place}?done={mail.state}", 303)

    return router


def _proposed(
    request: Request,
    user: SignedIn,
    originals: Originals,
    case_id: int,
    form: MailForm | None,
    refused: Refusal,
    done: Done = "",
) -> Response:
    with site_of(request).database.transaction() as session:
        known = catalogue(session)
        seen = proposing.proposal(session, case_id)
        text = proposing.text_of(session, originals, case_id) if seen is not None else None
        if seen is not None:
            audit.record(session, user, "case.read", f"case:{case_id}")
        elif form is None:
            raise HTTPException(404)
    if seen is not None and text is not None:
        shown = form or MailForm.of_proposal(seen, text)
        shown.revision = seen.revision
    else:  # erased, or decided about by somebody else; what was typed stays on the page
        shown = form or MailForm(revision=0)
    return staff_page(
        request,
        user,
        "proposed_mail.html",
        status=refused.status,
        seen=seen,
        text=text,
        case_id=case_id,
        done=done,
        **form_context(request, user, known, shown, refused),
    )
