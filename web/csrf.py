"""Tokens that show a form came from our own page (OWASP: signed double-submit, bound to a session).

The token is an HMAC of the browser's cookie under the session key, so nothing need be stored,
and a new sign-in makes all old tokens worthless.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from web import sessions
from web.errors import FormExpiredError
from web.site import Site, site_of

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
VISITOR_COOKIE = "ankomst_visitor"
"""Stands in for the session in forms that are sent before one is signed in."""


def binding(request: Request) -> str | None:
    """Return the cookie that this browser's tokens are bound to, or None when it has none."""
    return request.cookies.get(sessions.COOKIE) or request.cookies.get(VISITOR_COOKIE)


def token_for(site: Site, cookie: str) -> str:
    """Return the token for a browser with this cookie."""
    key = site.settings.session_key.get_secret_value().encode()
    return hmac.new(key, f"csrf:{cookie}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def new_visitor() -> str:
    """Return a value for the cookie of a browser that has none yet."""
    return secrets.token_urlsafe(24)


def set_visitor_cookie(site: Site, response: Response, value: str) -> None:
    """Set the cookie of a browser in which nobody is signed in."""
    response.set_cookie(
        VISITOR_COOKIE,
        value,
        httponly=True,
        samesite="lax",
        secure=site.settings.web_secure_cookies,
    )


async def is_shown(request: Request) -> bool:
    """Return whether a request carries the token of its browser, or changes nothing.

    The token is looked for in the header X-CSRF-Token, then in the form's field.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return True
    cookie = binding(request)
    given = request.headers.get(HEADER)
    if given is None:
        given = str((await request.form()).get(FIELD, ""))
    return cookie is not None and hmac.compare_digest(
        given.encode("utf-8", "replace"), token_for(site_of(request), cookie).encode()
    )


async def check(request: Request) -> None:
    """Refuse a request that changes something and comes without the token of its browser.

    Raises:
        FormExpiredError: It is missing or belongs to another session.
    """
    if not await is_shown(request):
        raise FormExpiredError("The form has expired; load the page again and send it once more.")
