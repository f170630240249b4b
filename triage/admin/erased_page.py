"""What was erased, when, by whom and why: the proofs, as a page and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from triage.desk.desk import page
from triage.desk.words import Words
from triage.models import Erasure
from triage.privacy.remains import in_mailbox, remains
from triage.reference import reference
from web import audit
from web.access import requires
from web.dates import ZONE
from web.sessions import SignedIn
from web.site import Site, site_of
from web.spreadsheets import spreadsheet
from web.staff import staff_language

PAGE_LENGTH = 50

_BLOCK = 1000

Reader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]

router = APIRouter(prefix="/admin/retention/erased", include_in_schema=False)


@router.get("")
def show(request: Request, user: Reader, before: Before = None) -> Response:
    """Show the proofs, the newest first, and whether anything is left."""
    with site_of(request).database.transaction() as session:
        found = _erasures(session, before, PAGE_LENGTH + 1)
        left, mailbox = remains(session), in_mailbox(session)
    return page(
        request,
        user,
        "erased.html",
        erasures=found[:PAGE_LENGTH],
        older=found[PAGE_LENGTH - 1].id if len(found) > PAGE_LENGTH else None,
        before=before,
        reference=reference,
        remains=left,
        in_mailbox=mailbox,
    )


@router.get(".csv")
def export(request: Request, user: Reader) -> Response:
    """Hand all proofs out as a file, digests included."""
    site = site_of(request)
    with site.database.transaction() as session:
        audit.record(session, user, "erasures.exported", "erasures")
    words = Words(staff_language(request, user))
    return spreadsheet("erased.csv", words.erasure_columns(), _rows(site, words))


def _erasures(session: Session, before: int | None, limit: int) -> list[Erasure]:
    query = select(Erasure).order_by(Erasure.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Erasure.id < before)
    return list(session.scalars(query))


def _rows(site: Site, words: Words) -> Iterator[list[str]]:
    before = None
    while True:
        with site.database.transaction() as session:
            block = _erasures(session, before, _BLOCK)
        for erasure in block:
            yield _cells(erasure, words)
        if len(block) < _BLOCK:
            return
        before = block[-1].id


def _cells(erasure: Erasure, words: Words) -> list[str]:
    return [
        erasure.at.astimezone(ZONE).isoformat(sep=" ", timespec="seconds"),
        reference(erasure.case_id) if erasure.case_id else "",
        words.erased(erasure.what),
        words.shelf(erasure.shelf),
        words.ground(erasure.ground, erasure.days),
        erasure.user_name or "",
        erasure.filed_under or "",
        str(erasure.originals),
        str(erasure.size),
        " ".join(str(one["digest"]) for one in erasure.digests if one["digest"]),
    ]
