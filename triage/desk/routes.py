"""The desk: what lies in which queue, and one mail with the reasons why it lies there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from knowledge.answers import title
from knowledge.catalogue import titles
from language.languages import Language
from storage.originals import Originals
from triage.cases import (
    Listing,
    list_mails,
    mailbox_statuses,
    queue_counts,
    read_mail,
)
from triage.desk.original_html import formatted
from triage.desk.words import Words
from web import audit
from web.access import requires
from web.errors import NotAllowedError
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

PAGE_LENGTH = 50

reader = requires("caseworker", "team_leader", "admin")
"""Who may read mail; a caseworker with queues of their own only in those."""

watcher = requires("caseworker", "team_leader", "admin", renews=False)
"""The same, for what the page asks for by itself while it is open."""

Reader = Annotated[SignedIn, Depends(reader)]
Watcher = Annotated[SignedIn, Depends(watcher)]
MailId = Annotated[int, Path(ge=1, le=2**31 - 1)]


def routes(originals: Originals) -> APIRouter:
    """Return the routes of the desk.

    Args:
        originals: The mails as they came.
    """
    router = APIRouter(prefix="/desk", include_in_schema=False)

    @router.get("/")
    def desk(request: Request, user: Reader) -> Response:
        return staff_page(request, user, "desk.html", **_overview(request, user))

    @router.get("/counts")
    def counts(request: Request, user: Watcher) -> Response:
        pages = site_of(request).pages
        html = pages.html("counts.html", staff_language(request, user), **_overview(request, user))
        return HTMLResponse(html)

    @router.get("/{listing}/")
    def queue(
        request: Request,
        user: Reader,
        listing: Listing,
        *,
        unsure: bool | None = None,
        before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        _refuse_others_queue(user, listing)
        with site_of(request).database.transaction() as session:
            mails = list_mails(
                session, listing, unsure=unsure, before_id=before, limit=PAGE_LENGTH + 1
            )
        return staff_page(
            request,
            user,
            "queue.html",
            words=Words(staff_language(request, user)),
            listing=listing,
            unsure=unsure,
            before=before,
            mails=mails[:PAGE_LENGTH],
            older=mails[PAGE_LENGTH - 1].id if len(mails) > PAGE_LENGTH else None,
        )

    @router.get("/mail/{mail_id}")
    def mail(request: Request, user: Reader, mail_id: MailId) -> Response:
        with site_of(request).database.transaction() as session:
            detail = read_mail(session, originals, mail_id)
            if detail is None:
                raise HTTPException(404)
            _refuse_others_queue(user, detail.summary.listing)
            html = formatted(session, originals, mail_id)
            topics = _titles(session, detail.topics, staff_language(request, user))
            audit.record(session, user, "mail.read", f"mail:{mail_id}")
        return staff_page(
            request,
            user,
            "mail.html",
            words=Words(staff_language(request, user)),
            mail=detail,
            summary=detail.summary,
            topics=topics,
            html=html,
        )

    return router


def _overview(request: Request, user: SignedIn) -> dict[str, Any]:
    with site_of(request).database.transaction() as session:
        found = queue_counts(session)
        mailboxes = mailbox_statuses(session)
    return {
        "words": Words(staff_language(request, user)),
        "counts": [count for count in found if _may_read(user, count.queue)],
        "mailboxes": mailboxes,
    }


def _may_read(user: SignedIn, listing: Listing) -> bool:
    """Mail outside of the three queues is everybody's: nobody knows yet whose it is."""
    return listing not in {"tax", "jobseeker", "visitation"} or user.sees_queue(listing)


def _refuse_others_queue(user: SignedIn, listing: Listing) -> None:
    if not _may_read(user, listing):
        raise NotAllowedError(f"The queue {listing} is not among this user's queues.")


def _titles(session: Session, topics: Sequence[str], language: Language) -> list[str]:
    """What topics are called: their article's title, else that of the catalogue."""
    known = titles()
    return [title(session, topic, language) or known.get(topic, topic) for topic in topics]
