"""What the pages of staff share: their language, their layout, who is signed in."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from language.languages import Language, is_language
from web import csrf
from web.negotiation import preferred
from web.sessions import SignedIn
from web.site import site_of
from web.translations import STAFF_LANGUAGES

_ASKED = "language"


def staff_language(request: Request, user: SignedIn | None) -> Language:
    """Return the language of a staff page: the user's, or Danish unless the browser says else."""
    if user is not None and user.language in STAFF_LANGUAGES:
        return user.language
    asked = request.query_params.get(_ASKED)
    if is_language(asked) and asked in STAFF_LANGUAGES:
        return asked
    return preferred(request.headers.get("Accept-Language"), STAFF_LANGUAGES, "da")


def staff_page(
    request: Request, user: SignedIn, template: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """Return a page for who is signed in, with the token that its forms need."""
    site = site_of(request)
    cookie = csrf.binding(request) or ""
    return site.pages.response(
        template,
        staff_language(request, user),
        status=status,
        user=user,
        path=request.url.path,
        csrf_token=csrf.token_for(site, cookie),
        **context,
    )
