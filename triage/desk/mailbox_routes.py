"""The mailboxes: how each is, and what becomes of the mail that lay in it before Ankomst."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from triage.desk.desk import RowId, page
from triage.desk.words import Words
from triage.errors import MailboxChangedError, UnknownMailboxError
from triage.folders.first_look import Found, decide_on_old_mail, read_found
from triage.heartbeat import MailboxStatus, mailbox_statuses, uncertain_cases
from triage.models import Mailbox
from triage.reference import reference
from web import audit
from web.access import requires
from web.dates import today
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

Leader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]
LeaderWatcher = Annotated[SignedIn, Depends(requires("team_leader", "admin", renews=False))]
Admin = Annotated[SignedIn, Depends(requires("admin"))]

Choice = Literal["sort", "since", "leave"]


class Choosing(BaseModel):
    """What an admin has chosen; nothing is decided with it yet."""

    choice: Choice | Literal[""] = ""
    since: str = ""
    change: bool = False
    """Whether to go back to the choice, with what was chosen."""

    @property
    def day(self) -> date | None:
        """The day that was typed; None where it is none, or still to come."""
        try:
            day = date.fromisoformat(self.since.strip())
        except ValueError:
            return None
        return day if day <= today() else None


class Deciding(Choosing):
    """What an admin has confirmed, and the count that they saw."""

    counted_at: str = ""


def routes() -> APIRouter:
    """Return the routes of the mailboxes."""
    router = APIRouter(prefix="/desk/mailboxes", include_in_schema=False)
    _add_states(router)
    _add_choosing(router)
    _add_deciding(router)
    return router


def _add_states(router: APIRouter) -> None:
    @router.get("")
    def mailboxes(request: Request, user: Leader, done: str | None = None) -> Response:
        return page(request, user, "mailboxes.html", done=done, **_states(request))

    @router.get("/states")
    def states(request: Request, user: LeaderWatcher) -> Response:
        language = staff_language(request, user)
        html = site_of(request).pages.html(
            "mailbox_states.html", language, words=Words(language), user=user, **_states(request)
        )
        return HTMLResponse(html)


def _add_choosing(router: APIRouter) -> None:
    @router.get("/{mailbox_id}/old-mail")
    def choose(
        request: Request, user: Admin, mailbox_id: RowId, chosen: Annotated[Choosing, Query()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            mailbox = _mailbox(session, mailbox_id)
        if chosen.change or "since" not in request.query_params:
            return _choice(request, user, mailbox, chosen, problem=None)
        if chosen.choice == "":
            return _choice(request, user, mailbox, chosen, problem="choice")
        if chosen.choice == "since" and chosen.day is None:
            return _choice(request, user, mailbox, chosen, problem="since")
        return _confirmation(request, user, mailbox, chosen)


def _add_deciding(router: APIRouter) -> None:
    @router.post("/{mailbox_id}/old-mail")
    def decide(
        request: Request, user: Admin, mailbox_id: RowId, form: Annotated[Deciding, Form()]
    ) -> Response:
        counted_at = _moment(form.counted_at)
        if form.choice == "" or counted_at is None or (form.choice == "since" and not form.day):
            raise HTTPException(422)
        try:
            with site_of(request).database.transaction() as session:
                decide_on_old_mail(
                    session, mailbox_id, counted_at, form.choice, form.day, user.name
                )
                audit.record(
                    session, user, f"mailbox.old_mail_{form.choice}", f"mailbox:{mailbox_id}"
                )
        except UnknownMailboxError as error:
            raise HTTPException(404) from error
        except MailboxChangedError:
            with site_of(request).database.transaction() as session:
                mailbox = _mailbox(session, mailbox_id)
            return _choice(request, user, mailbox, form, problem="changed")
        return RedirectResponse("/desk/mailboxes?done=decided", 303)


def statuses(request: Request, session: Session) -> list[MailboxStatus]:
    """Return how the mailboxes are, by the settings of this installation."""
    minutes = site_of(request).settings.heartbeat_minutes
    return mailbox_statuses(session, timedelta(minutes=minutes))


def _states(request: Request) -> dict[str, Any]:
    with site_of(request).database.transaction() as session:
        found = statuses(request, session)
        uncertain = {
            status.id: [(one, reference(one)) for one in uncertain_cases(session, status.id)]
            for status in found
        }
        decided = {status.id: session.get_one(Mailbox, status.id) for status in found}
    return {
        "mailboxes": found,
        "uncertain": uncertain,
        "decided": decided,
        "stopped_minutes": site_of(request).settings.heartbeat_minutes,
    }


def _mailbox(session: Session, mailbox_id: int) -> Mailbox:
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None:
        raise HTTPException(404)
    return mailbox


def _choice(
    request: Request, user: SignedIn, mailbox: Mailbox, chosen: Choosing, problem: str | None
) -> Response:
    return page(
        request,
        user,
        "old_mail.html",
        status={None: 200, "changed": 409}.get(problem, 422),
        mailbox=mailbox,
        found=_found(mailbox),
        chosen=chosen,
        problem=problem,
        latest=today(),
    )


def _confirmation(request: Request, user: SignedIn, mailbox: Mailbox, chosen: Choosing) -> Response:
    found = _found(mailbox)
    if found is None or mailbox.old_mail is not None:
        return _choice(request, user, mailbox, chosen, problem="changed")
    sorted_mails = {"sort": found.count, "leave": 0}.get(chosen.choice)
    if sorted_mails is None and chosen.day is not None:
        sorted_mails = found.since(chosen.day)
    return page(
        request,
        user,
        "old_mail_confirmation.html",
        mailbox=mailbox,
        chosen=chosen,
        sorted_mails=sorted_mails or 0,
        left_mails=found.count - (sorted_mails or 0),
    )


def _found(mailbox: Mailbox) -> Found | None:
    return read_found(mailbox.found) if mailbox.found else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
