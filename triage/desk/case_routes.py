"""One case: its text and reasons, and what a caseworker does about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from storage.originals import OriginalsError
from triage.cases import handling
from triage.cases.cases import (
    CaseDetail,
    Listing,
    Selection,
    case_of_mail,
    next_case,
    numbers_shown,
    read_arriving,
)
from triage.cases.handling import CorrectedTo
from triage.desk.articles import wanted
from triage.desk.desk import (
    Desk,
    Reader,
    RowId,
    Watcher,
    case_for,
    page,
    scope_of,
    topic_titles,
)
from triage.desk.marking import marked
from triage.desk.original_html import formatted
from triage.desk.source import readable_source
from triage.desk.urgent_help import numbers_for
from triage.desk.words import Words
from triage.errors import (
    CaseChangedError,
    NotMovedYetError,
    NotUnreadableError,
    UnknownAttachmentError,
    UnreadableMailError,
)
from triage.parsing.attachments import attachment, download_headers
from triage.parsing.reading import read
from triage.reference import reference
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

Doing = Callable[[Session, int, int], None]
"""Does something about a case; takes a unit of work, the case and its revision."""


@dataclass(frozen=True)
class Notice:
    """What a case's page says above the case.

    Attributes:
        done: What was done just now.
        done_case: The case that it was done about, where it is another one.
        problem: Why nothing was done.
        are_numbers_shown: Whether the hidden numbers are shown this once.
    """

    done: str | None = None
    done_case: int | None = None
    problem: str | None = None
    are_numbers_shown: bool = False


_NO_NOTICE = Notice()


class Place(BaseModel):
    """From where a caseworker acts: the case as they saw it, and the list that they work through."""

    revision: int
    listing: Listing
    selection: Selection = "open"


class Correcting(Place):
    """A place, and the shelf that the case belongs on."""

    to: CorrectedTo


def routes(desk: Desk) -> APIRouter:
    """Return the routes of one case.

    Args:
        desk: The parts that the desk works with.
    """
    router = APIRouter(prefix="/desk", include_in_schema=False)
    _add_reading(router, desk)
    _add_numbers(router, desk)
    _add_doing(router, desk)
    _add_files(router, desk)
    _add_unreadable(router, desk)
    return router


def _add_reading(router: APIRouter, desk: Desk) -> None:
    @router.get("/cases/{case_id}")
    def case(
        request: Request,
        user: Reader,
        case_id: RowId,
        *,
        selection: Selection = "open",
        done: str | None = None,
        after: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        with site_of(request).database.transaction() as session:
            detail = case_for(session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        return _case_page(
            request, user, desk, detail, selection, Notice(done=done, done_case=after)
        )

    @router.get("/mail/{mail_id}")
    def arriving(request: Request, user: Reader, mail_id: RowId) -> Response:
        with site_of(request).database.transaction() as session:
            known = case_of_mail(session, mail_id)
            if known is not None:
                return RedirectResponse(f"/desk/cases/{known}", 303)
            detail = read_arriving(session, desk.originals, mail_id)
            if detail is None:
                raise HTTPException(404)
            audit.record(session, user, "mail.read", f"mail:{mail_id}")
        return _case_page(request, user, desk, detail)

    @router.get("/cases/{case_id}/progress")
    def progress(request: Request, user: Watcher, case_id: RowId) -> Response:
        with site_of(request).database.transaction() as session:
            detail = case_for(session, user, case_id)
            audit.record_watching(session, user, "case.read", f"case:{case_id}")
        language = staff_language(request, user)
        return HTMLResponse(
            site_of(request).pages.html(
                "case_progress.html", language, words=Words(language), case=detail
            )
        )


def _add_doing(router: APIRouter, desk: Desk) -> None:
    @router.post("/cases/{case_id}/confirm")
    def confirm(
        request: Request, user: Reader, case_id: RowId, place: Annotated[Place, Form()]
    ) -> Response:
        act = partial(handling.confirm, user=user.name)
        return _act(request, user, desk, case_id, place, "confirmed", act)

    @router.post("/cases/{case_id}/correct")
    def correct(
        request: Request, user: Reader, case_id: RowId, place: Annotated[Correcting, Form()]
    ) -> Response:
        act = partial(handling.correct, to=place.to, user=user.name)
        return _act(request, user, desk, case_id, place, "corrected", act)

    @router.post("/cases/{case_id}/close")
    def close(
        request: Request, user: Reader, case_id: RowId, place: Annotated[Place, Form()]
    ) -> Response:
        act = partial(handling.close, user=user.name)
        return _act(request, user, desk, case_id, place, "closed", act)

    @router.post("/cases/{case_id}/reopen")
    def reopen(
        request: Request, user: Reader, case_id: RowId, place: Annotated[Place, Form()]
    ) -> Response:
        act = partial(handling.reopen, user=user.name)
        return _act(request, user, desk, case_id, place, "reopened", act)


def _add_numbers(router: APIRouter, desk: Desk) -> None:
    @router.post("/cases/{case_id}/numbers")
    def numbers(
        request: Request, user: Reader, case_id: RowId, place: Annotated[Place, Form()]
    ) -> Response:
        try:
            with site_of(request).database.transaction() as session:
                detail = case_for(session, user, case_id)
                shown = numbers_shown(session, desk.originals, detail)
                audit.record(session, user, "case.numbers_shown", f"case:{case_id}")
        except (OriginalsError, UnreadableMailError):
            return _case_page(
                request, user, desk, detail, place.selection, Notice(problem="no_original")
            )
        return _case_page(
            request, user, desk, shown, place.selection, Notice(are_numbers_shown=True)
        )


def _add_files(router: APIRouter, desk: Desk) -> None:
    @router.get("/cases/{case_id}/attachments/{number}")
    def download(request: Request, user: Reader, case_id: RowId, number: int) -> Response:
        raw = _original(request, user, desk, case_id)
        try:
            found = attachment(read(raw, with_contents=True), number)
        except (UnknownAttachmentError, UnreadableMailError) as error:
            raise HTTPException(404) from error
        _note(request, user, case_id, "case.attachment_saved")
        return Response(found.content, headers=download_headers(found.name or "attachment"))

    @router.get("/cases/{case_id}/original")
    def original(request: Request, user: Reader, case_id: RowId) -> Response:
        raw = _original(request, user, desk, case_id)
        _note(request, user, case_id, "case.original_saved")
        return Response(raw, headers=download_headers(f"{reference(case_id)}.eml"))


def _add_unreadable(router: APIRouter, desk: Desk) -> None:
    @router.get("/cases/{case_id}/source")
    def source(request: Request, user: Reader, case_id: RowId) -> Response:
        raw = _original(request, user, desk, case_id)
        _note(request, user, case_id, "case.source_read")
        return page(
            request, user, "source.html", reference=reference(case_id), case_id=case_id,
            source=readable_source(raw),
        )  # fmt: skip

    @router.post("/cases/{case_id}/read-again")
    def read_again(
        request: Request, user: Reader, case_id: RowId, place: Annotated[Place, Form()]
    ) -> Response:
        act = partial(handling.read_again, user=user.name)
        return _act(request, user, desk, case_id, place, "reading_asked", act)


def _act(
    request: Request,
    user: SignedIn,
    desk: Desk,
    case_id: int,
    place: Place,
    done: str,
    act: Doing,
) -> Response:
    """Do something about a case and go on to the next one of the list."""
    database = site_of(request).database
    try:
        with database.transaction() as session:
            case_for(session, user, case_id)
            act(session, case_id, place.revision)
            audit.record(session, user, f"case.{done}", f"case:{case_id}")
            following = next_case(session, place.listing, place.selection, scope_of(user), case_id)
    except (CaseChangedError, NotMovedYetError, NotUnreadableError) as error:
        problem = "not_moved_yet" if isinstance(error, NotMovedYetError) else "changed"
        with database.transaction() as session:
            detail = case_for(session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        return _case_page(request, user, desk, detail, place.selection, Notice(problem=problem))
    stays = done in {"reopened", "reading_asked"}
    if stays or following is None:
        target = f"/desk/cases/{case_id}" if stays else f"/desk/{place.listing}/"
        query = {"selection": place.selection, "done": done, "case": case_id}
    else:
        target = f"/desk/cases/{following}"
        query = {"selection": place.selection, "done": done, "after": case_id}
    return RedirectResponse(f"{target}?{urlencode(query)}", 303)


def _original(request: Request, user: SignedIn, desk: Desk, case_id: int) -> bytes:
    """Return the bytes of a case's mail; who hands them out notes it first."""
    with site_of(request).database.transaction() as session:
        detail = case_for(session, user, case_id)
        if detail.original_id is None:
            raise HTTPException(404)
        try:
            raw = desk.originals.read(session, detail.original_id)
        except OriginalsError as error:
            raise HTTPException(410) from error
    return raw


def _note(request: Request, user: SignedIn, case_id: int, action: str) -> None:
    with site_of(request).database.transaction() as session:
        audit.record(session, user, action, f"case:{case_id}")


def _case_page(
    request: Request,
    user: SignedIn,
    desk: Desk,
    detail: CaseDetail,
    selection: Selection = "open",
    notice: Notice = _NO_NOTICE,
) -> Response:
    summary = detail.summary
    with site_of(request).database.transaction() as session:
        topics = topic_titles(session, detail.topics, staff_language(request, user))
        asked_about = topic_titles(session, detail.topics, summary.language or "en")
        following = (
            next_case(session, summary.listing, selection, scope_of(user), summary.id)
            if summary.id
            else None
        )
        html = formatted(session, desk.originals, summary.mail_id) if summary.mail_id else None
        centre = site_of(request).centre_names(session).get(summary.centre or "")
        help_numbers = numbers_for(session, summary.warnings, staff_language(request, user))
    sentences = [reason.text for reason in detail.reasons if reason.key == "sentence"]
    return page(
        request,
        user,
        "case.html",
        status=409 if notice.problem else 200,
        case=detail,
        summary=summary,
        text=marked(detail.text_new, sentences),
        topics=topics,
        wanted=wanted(detail, asked_about),
        html=html,
        centre=centre,
        help_numbers=help_numbers,
        selection=selection,
        following=following,
        notice=notice,
        done_reference=reference(notice.done_case) if notice.done_case else None,
        earlier=reference(detail.belongs_to) if detail.belongs_to else None,
        later=[(one, reference(one)) for one in detail.later_cases],
    )
