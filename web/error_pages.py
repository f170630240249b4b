"""What people see when something is wrong: a page in their language, or JSON from the API."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from language.languages import LANGUAGES, Language, is_language
from storage.database import DatabaseUnavailableError
from web.errors import (
    FormExpiredError,
    NewPasswordRequiredError,
    NotAllowedError,
    SignInRequiredError,
    TooManyRequestsError,
)
from web.negotiation import preferred
from web.request_log import error_fields
from web.site import site_of

_log = structlog.get_logger(__name__)

API_PREFIX = "/api/"
SIGN_IN = "/sign-in"
ACCOUNT = "/account"


def language_of(request: Request) -> Language:
    """Return the language of a page: that of its address, or one that the browser asks for."""
    first = request.url.path.lstrip("/").partition("/")[0]
    if is_language(first):
        return first
    return preferred(request.headers.get("Accept-Language"), LANGUAGES, "en")


def error_response(
    request: Request, status: int, headers: dict[str, str] | None = None
) -> Response:
    """Return the page for a status code, or JSON where the API was called."""
    if request.url.path.startswith(API_PREFIX):
        return JSONResponse({"detail": HTTPStatus(status).phrase}, status, headers)
    response = site_of(request).pages.response(
        "error.html", language_of(request), status=status, code=status
    )
    response.headers.update(headers or {})
    return response


def add_handlers(app: FastAPI) -> None:
    """Tell an application how to answer each kind of error."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(SignInRequiredError, _sign_in_required)
    app.add_exception_handler(NewPasswordRequiredError, _new_password_required)
    app.add_exception_handler(NotAllowedError, _not_allowed)
    app.add_exception_handler(FormExpiredError, _form_expired)
    app.add_exception_handler(TooManyRequestsError, _too_many)
    app.add_exception_handler(DatabaseUnavailableError, _database_away)


def _http(request: Request, error: Exception) -> Response:
    problem = cast("HTTPException", error)
    return error_response(request, problem.status_code, dict(problem.headers or {}))


def _validation(request: Request, error: Exception) -> Response:
    """Say which fields are wrong, without repeating what was sent."""
    errors = cast("RequestValidationError", error).errors()
    if any(problem["loc"][:1] == ("path",) for problem in errors):
        return error_response(request, 404)
    if not request.url.path.startswith(API_PREFIX):
        return error_response(request, 422)
    return JSONResponse({"detail": _problems(errors)}, 422)


def _problems(errors: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [{key: problem[key] for key in ("loc", "msg", "type")} for problem in errors]


def _sign_in_required(request: Request, _error: Exception) -> Response:
    """Lead to the form for signing in, and from there back to the page that was open."""
    is_piece = "HX-Request" in request.headers
    if is_piece:
        wanted = urlsplit(request.headers.get("HX-Current-URL", "")).path
    else:
        wanted = request.url.path if request.method == "GET" else ""
    address = SIGN_IN + (f"?{urlencode({'next': wanted})}" if wanted else "")
    return _led_to(request, address, 401)


def _new_password_required(request: Request, _error: Exception) -> Response:
    return _led_to(request, ACCOUNT, 403)


def _led_to(request: Request, address: str, status: int) -> Response:
    """Lead to another page; the status is for htmx, which follows no redirect of a piece."""
    if "HX-Request" in request.headers:
        return Response(status_code=status, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _not_allowed(request: Request, _error: Exception) -> Response:
    return error_response(request, 403)


def _form_expired(request: Request, _error: Exception) -> Response:
    # 419 is no registered code; 403 with a page of its own text would hide what to do.
    return site_of(request).pages.response("error.html", language_of(request), status=403, code=419)


def _too_many(request: Request, error: Exception) -> Response:
    wait = cast("TooManyRequestsError", error).wait_seconds
    return error_response(request, 429, {"Retry-After": str(wait)})


def _database_away(request: Request, error: Exception) -> Response:
    _log.error("database_unavailable", **error_fields(error))
    return error_response(request, 503, {"Retry-After": "10"})


def too_large(request: Request) -> Response:
    """Return the response to a request that is too large to be read."""
    return error_response(request, 413)


def server_error(request: Request) -> Response:
    """Return the response to an error that nobody foresaw."""
    return error_response(request, 500)
