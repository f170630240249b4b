"""The pages of the training mails: those accepted, removed and refused, one of them, as files."""

from __future__ import annotations

from typing import Annotated, Literal

import yaml
from fastapi import APIRouter, Form, Path, Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.roles import Editor, Reader
from knowledge.catalogue import catalogue
from language.languages import Language
from learning import training_mails
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
from learning.proposing import LABELS
from triage.models import TrainingMail, TrainingMailState
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

_HERE = "/admin/training-mails/accepted"

MailId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Action = Literal["save", "remove", "bring_back", "delete"]

_DONE: dict[Action, Done] = {
    "save": "saved",
    "remove": "removed",
    "bring_back": "brought_back",
    "delete": "deleted",
}

router = APIRouter(prefix=_HERE, include_in_schema=False)


class Search(BaseModel):
    """Which training mails are shown.

    Attributes:
        state: accepted, removed or refused.
        text: What they contain.
        written_in: Only in this language.
        label: Only of this shelf.
        page: The page, from 1.
        done: What has just been done.
    """

    state: TrainingMailState = "accepted"
    text: str = Field(default="", max_length=200)
    written_in: Language | Literal[""] = ""
    label: Label | Literal[""] = ""
    page: int = Field(default=1, ge=1, le=10_000)
    done: Done = ""


@router.get("")
def accepted(request: Request, user: Reader, wanted: Annotated[Search, Query()]) -> Response:
    """Show the training mails that contain a text."""
    with site_of(request).database.transaction() as session:
        known = catalogue(session)
        count, found = training_mails.find(
            session,
            wanted.state,
            text=wanted.text.strip(),
            language=wanted.written_in or None,
            label=wanted.label or None,
            offset=(wanted.page - 1) * PAGE_LENGTH,
            limit=PAGE_LENGTH,
        )
    return staff_page(
        request,
        user,
        "training_mails.html",
        words=Words(staff_language(request, user), known),
        wanted=wanted,
        mails=found,
        count=count,
        pages=pages_of(count),
        labels=LABELS,
        editable=user.role == "admin",
    )


@router.get("/{written_in}.yml")
def export(
    request: Request,
    user: Editor,
    written_in: Language,
    *,
    kept_back: bool = False,
) -> Response:
    """Hand out the training mails of a language as a file of the form of triage/data."""
    with site_of(request).database.transaction() as session:
        rows = training_mails.accepted(session, kept_back=kept_back)
        audit.record(session, user, "training_mails.exported", f"language:{written_in}")
        entries = [_entry(row) for row in rows if row.language == written_in]
    name = f"{written_in}-kept-back.yml" if kept_back else f"{written_in}.yml"
    return Response(
        yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=2**31),
        media_type="application/yaml; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@router.get("/{mail_id}")
def one(request: Request, user: Reader, mail_id: MailId, done: Done = "") -> Response:
    """Show a training mail."""
    return _one(request, user, mail_id, None, NOT_REFUSED, done)


@router.post("/{mail_id}")
def change(
    request: Request,
    user: Editor,
    mail_id: MailId,
    form: Annotated[MailForm, Form()],
    action: Annotated[Action, Query()],
) -> Response:
    """Change, remove, bring back or delete a training mail."""
    with site_of(request).database.transaction() as session:
        problems = form.problems(catalogue(session)) if action == "save" else {}
    if problems:
        return _one(request, user, mail_id, form, Refusal(422, problems))
    try:
        with site_of(request).database.transaction() as session:
            mail = training_mails.existing(session, mail_id, form.revision)
            was_refused = mail is not None and mail.state == "refused"
            if mail is None or (was_refused and action != "delete"):
                raise HTTPException(404)
            audit.record(session, user, f"training_mail.{_DONE[action]}", mail.audit_subject)
            match action:
                case "save":
                    training_mails.change(session, mail, form.content, user.name)
                case "remove":
                    training_mails.put(session, mail, "removed", user.name)
                case "bring_back":
                    training_mails.put(session, mail, "accepted", user.name)
                case "delete":
                    training_mails.delete(session, mail)
    except AlreadyDecidedError:
        return _one(request, user, mail_id, form, Refusal(409, problem=CHANGED))
    except NearlyTheSameError as error:
        near = Refusal(422, problem=NEAR, other=error.mail_id)
        return _one(request, user, mail_id, form, near)
    if action == "delete":
        done = "again" if was_refused else "deleted"
        return RedirectResponse(f"{_HERE}?done={done}", 303)
    return RedirectResponse(f"{_HERE}/{mail_id}?done={_DONE[action]}", 303)


def _one(
    request: Request,
    user: SignedIn,
    mail_id: int,
    form: MailForm | None,
    refused: Refusal,
    done: Done = "",
) -> Response:
    with site_of(request).database.transaction() as session:
        known = catalogue(session)
        mail = training_mails.existing(session, mail_id)
        if mail is None or mail.state == "refused":
            raise HTTPException(404)
    shown = form or MailForm.of_mail(mail)
    shown.revision = mail.revision
    return staff_page(
        request,
        user,
        "training_mail.html",
        status=refused.status,
        mail=mail,
        done=done,
        editable=user.role == "admin",
        **form_context(request, user, known, shown, refused),
    )


def _entry(mail: TrainingMail) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": f"{mail.language}-{mail.label}-a{mail.id}",
        "label": mail.label,
    }
    topics = {"topics": mail.topics} if mail.topics else {}
    return entry | topics | {"subject": mail.subject, "body": mail.body}
