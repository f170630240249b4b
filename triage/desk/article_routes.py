"""The search of articles: from the desk, and from a case with what it is about."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from knowledge.search import MOST_CHARACTERS
from language.languages import Language
from triage.desk.articles import find_articles
from triage.desk.desk import Desk, Reader, RowId, kept_case_for, page
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language


class Wanted(BaseModel):
    """What a search asks for."""

    q: str = ""
    language: Language | None = None


def routes(desk: Desk) -> APIRouter:
    """Return the routes of the search.

    Args:
        desk: The parts that the desk works with.
    """
    router = APIRouter(prefix="/desk", include_in_schema=False)

    @router.get("/articles")
    def articles(request: Request, user: Reader, wanted: Annotated[Wanted, Query()]) -> Response:
        language = wanted.language or staff_language(request, user)
        return _page(request, user, desk, wanted.q, language, case=None)

    # What a case is about never stands in an address, which browsers and proxies write down.
    @router.post("/cases/{case_id}/articles")
    def articles_for_case(
        request: Request, user: Reader, case_id: RowId, wanted: Annotated[Wanted, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
        language = wanted.language or case.summary.language or "en"
        return _page(request, user, desk, wanted.q, language, case=case)

    return router


def _page(
    request: Request, user: SignedIn, desk: Desk, q: str, language: Language, **context: Any
) -> Response:
    asked = " ".join(q.split())[:MOST_CHARACTERS]
    with site_of(request).database.transaction() as session:
        found = find_articles(session, desk.search, asked, language) if asked else []
    return page(
        request, user, "found_articles.html", asked=asked, asked_in=language, found=found, **context
    )
