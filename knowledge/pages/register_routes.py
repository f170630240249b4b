"""The contact register for programs and for pages of others: JSON and pieces of HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from knowledge.addresses import ALL_CENTRES_FRAGMENT, REGISTER, centre_fragment
from knowledge.pages.fragments import HEADING, fragment
from knowledge.register import Register, RegisteredCentre, register, registered_centres, to_json
from language.languages import Language
from web.access import public
from web.dates import today
from web.open_response import open_response
from web.site import site_of

router = APIRouter(dependencies=[Depends(public)])

Heading = Annotated[
    int, Query(ge=2, le=6, description="The level of the headings, to fit into the page.")
]
Slug = Annotated[str, Path(description="The centre's slug, as /centres.json has it.")]

_ADDRESSES = re.compile(rf"/{re.escape(REGISTER)}|/[a-z]{{2}}/centres(/[^/]+)?\.html")


def is_register(path: str) -> bool:
    """Return whether an address is one of the register's, which pages of all origins may use."""
    return _ADDRESSES.fullmatch(path) is not None


@router.get(f"/{REGISTER}", response_model=Register, response_model_exclude_none=True)
def register_as_json(request: Request) -> Response:
    """All centres of today, whom they serve, and what will change; what is not known is left out."""
    day = today()
    with site_of(request).database.transaction() as session:
        content = to_json(register(session, day))
    return open_response(request, content, "application/json")


@router.get("/{language}/" + ALL_CENTRES_FRAGMENT, response_class=HTMLResponse)
def centres_as_html(request: Request, language: Language, heading: Heading = HEADING) -> Response:
    """All centres of today as a piece of HTML with the markup of schema.org."""
    return _fragment(request, language, _centres(request), heading)


@router.get(
    "/{language}/" + centre_fragment("{slug}"),
    response_class=HTMLResponse,
    responses={404: {"description": "There is no such centre today."}},
)
def centre_as_html(
    request: Request, language: Language, slug: Slug, heading: Heading = HEADING
) -> Response:
    """A centre as a piece of HTML with the markup of schema.org."""
    found = [centre for centre in _centres(request) if centre.slug == slug]
    if not found:
        raise HTTPException(404)
    return _fragment(request, language, found, heading)


def _centres(request: Request) -> tuple[RegisteredCentre, ...]:
    with site_of(request).database.transaction() as session:
        return registered_centres(session, today())


def _fragment(
    request: Request,
    language: Language,
    centres: Sequence[RegisteredCentre],
    heading: int,
) -> Response:
    content = fragment(site_of(request).pages, language, centres, heading)
    # Search engines are to find the pages, not the pieces.
    headers = {"Content-Language": language, "X-Robots-Tag": "noindex"}
    return open_response(request, content, "text/html", headers)
