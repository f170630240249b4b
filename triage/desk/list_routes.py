"""The overview of the desk, the lists of cases, and finding one by its reference."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from triage.cases.cases import Listing, Selection, list_cases, queue_counts
from triage.cases.precision import live_precision, together
from triage.cases.precision_watch import lasting_alarms
from triage.desk.desk import LEADING, Leader, Reader, Watcher, page, refuse_others_queue, scope_of
from triage.desk.mailbox_routes import statuses
from triage.desk.words import Words
from triage.folders.reconciliation import last_reports
from triage.queues.forwarding import paused_queues
from triage.reference import number, reference
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

PAGE_LENGTH = 50

After = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


def routes() -> APIRouter:
    """Return the routes of the overview and the lists."""
    router = APIRouter(prefix="/desk", include_in_schema=False)

    @router.get("/")
    def desk(request: Request, user: Reader) -> Response:
        return page(request, user, "desk.html", **_overview(request, user))

    @router.get("/counts")
    def counts(request: Request, user: Watcher) -> Response:
        return _piece(request, user, "counts.html", **_overview(request, user))

    @router.get("/precision")
    def precision(request: Request, user: Reader) -> Response:
        with site_of(request).database.transaction() as session:
            rows = live_precision(session)
            alarms = lasting_alarms(session) if user.role in LEADING else []
        shelves = [
            (shelf, found, together(found))
            for shelf, found in (
                (shelf, list(group)) for shelf, group in groupby(rows, key=lambda row: row.shelf)
            )
        ]
        return page(
            request,
            user,
            "precision.html",
            shelves=shelves,
            everything=together(rows),
            alarms=alarms,
            settings=site_of(request).settings,
        )

    @router.get("/reconciliation")
    def reconciliation(request: Request, user: Leader) -> Response:
        with site_of(request).database.transaction() as session:
            reports = last_reports(session)
        return page(request, user, "reconciliation.html", reports=reports)

    @router.get("/find")
    def find(request: Request, user: Reader, wanted: str = "") -> Response:
        typed = wanted[:40].strip()
        found = number(typed) or number(f"ICS-{typed}")
        if found:
            return RedirectResponse(f"/desk/cases/{found}", 303)
        return page(
            request, user, "desk.html", status=422, wanted=wanted, **_overview(request, user)
        )

    @router.get("/{listing}/")
    def cases(
        request: Request,
        user: Reader,
        listing: Listing,
        *,
        selection: Selection = "open",
        after: After = None,
        done: str | None = None,
        case: After = None,
    ) -> Response:
        refuse_others_queue(user, listing)
        with site_of(request).database.transaction() as session:
            audit.record(session, user, "cases.listed", f"listing:{listing}")
        return page(
            request,
            user,
            "queue.html",
            done=done,
            done_reference=reference(case) if case else None,
            done_case=case,
            **_list(request, user, listing, selection, after),
        )

    @router.get("/{listing}/list")
    def refreshed(
        request: Request,
        user: Watcher,
        listing: Listing,
        *,
        selection: Selection = "open",
        after: After = None,
    ) -> Response:
        refuse_others_queue(user, listing)
        with site_of(request).database.transaction() as session:
            audit.record_watching(session, user, "cases.listed", f"listing:{listing}")
        return _piece(
            request, user, "case_list.html", **_list(request, user, listing, selection, after)
        )

    return router


def _overview(request: Request, user: SignedIn) -> dict[str, Any]:
    with site_of(request).database.transaction() as session:
        return {
            "counts": queue_counts(session, scope_of(user)),
            "mailboxes": statuses(request, session),
            "paused": paused_queues(session) if user.role in {"team_leader", "admin"} else [],
            "alarms": lasting_alarms(session) if user.role in LEADING else [],
        }


def _list(
    request: Request, user: SignedIn, listing: Listing, selection: Selection, after: int | None
) -> dict[str, Any]:
    with site_of(request).database.transaction() as session:
        scope = scope_of(user)
        found = list_cases(
            session, listing, selection, scope=scope, after_id=after, limit=PAGE_LENGTH + 1
        )
        counts = {count.queue: count for count in queue_counts(session, scope)}
    last = found[PAGE_LENGTH - 1] if len(found) > PAGE_LENGTH else None
    return {
        "listing": listing,
        "selection": selection,
        "after": after,
        "cases": found[:PAGE_LENGTH],
        "count": counts[listing],
        "following": None if last is None else last.id or last.mail_id,
    }


def _piece(request: Request, user: SignedIn, template: str, **context: Any) -> HTMLResponse:
    language = staff_language(request, user)
    html = site_of(request).pages.html(
        template, language, words=Words(language), user=user, **context
    )
    return HTMLResponse(html)
