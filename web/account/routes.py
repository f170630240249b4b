"""The pages for signing in and out, and for one's own password and language."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web import audit, csrf, sessions, users
from web.access import own_account, public, public_form, signed_in
from web.errors import SamePasswordError, WeakPasswordError, WrongPasswordError
from web.passwords import MINIMUM_LENGTH
from web.rate_limit import client_key
from web.sessions import SignedIn
from web.site import Site, site_of
from web.staff import staff_language, staff_page

HOME = "/desk/"
"""Where a user is led who signs in without having asked for a page."""

Staff = Annotated[SignedIn, Depends(own_account)]


router = APIRouter(include_in_schema=False)


@router.get("/sign-in", dependencies=[Depends(public)])
def sign_in_page(request: Request) -> Response:
    """Show the form for signing in; who is signed in goes on to the page asked for."""
    wanted = local_path(request.query_params.get("next"))
    if signed_in(request) is not None:
        return RedirectResponse(wanted, 303)
    return _sign_in_page(request, wanted)


@router.post("/sign-in", dependencies=[Depends(public_form)])
def sign_in(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(alias="next")] = HOME,
) -> Response:
    """Sign in and go on to the page asked for, or say that it did not work, never why."""
    client = client_key(request.client.host if request.client else None)
    if client is not None:
        site_of(request).sign_in_attempts.take(client)
    token = _try_password(site_of(request), name.strip(), password)
    if token is None:
        return _sign_in_page(request, local_path(wanted), name=name.strip())
    response = RedirectResponse(local_path(wanted), 303)
    _set_session_cookie(site_of(request), response, token)
    response.delete_cookie(csrf.VISITOR_COOKIE)
    return response


@router.post("/sign-out")
def sign_out(request: Request, user: Staff) -> Response:
    """End the session of this browser."""
    with site_of(request).database.transaction() as session:
        sessions.end(session, user.session_id)
        audit.record(session, user, "staff.signed_out", f"user:{user.user_id}")
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(sessions.COOKIE)
    return response


@router.get("/account")
def account(request: Request, user: Staff) -> Response:
    """Show one's own account."""
    return _account_page(request, user)


@router.post("/account/password")
def change_password(
    request: Request,
    user: Staff,
    present: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password; all other sessions end, this browser gets a new one."""
    site = site_of(request)
    site.sign_in_attempts.take(f"user {user.user_id}")
    try:
        with site.database.transaction() as session:
            users.change_password(session, user.user_id, present, new)
            token = sessions.start(session, user.user_id)
            audit.record(session, user, "staff.password_changed", f"user:{user.user_id}")
    except WrongPasswordError:
        return _account_page(request, user, problem="wrong", status=422)
    except SamePasswordError:
        return _account_page(request, user, problem="same", status=422)
    except WeakPasswordError:
        return _account_page(request, user, problem="weak", status=422)
    # After the first password there is work to do; later the page says that it is done.
    response = RedirectResponse(HOME if user.first_password else "/account?done=password", 303)
    _set_session_cookie(site, response, token)
    return response


@router.post("/account/language")
def change_language(
    request: Request,
    user: Staff,
    language: Annotated[Literal["da", "en"], Form()],
    wanted: Annotated[str, Form(alias="next")] = HOME,
) -> Response:
    """Choose the language of the staff pages."""
    with site_of(request).database.transaction() as session:
        users.set_language(session, user.user_id, language)
    return RedirectResponse(local_path(wanted), 303)


@router.post("/account/shortcuts")
def change_shortcuts(
    request: Request, user: Staff, *, shortcuts: Annotated[bool, Form()] = False
) -> Response:
    """Switch the desk's single-key shortcuts on or off (WCAG 2.1, 2.1.4)."""
    with site_of(request).database.transaction() as session:
        users.set_shortcuts(session, user.user_id, shortcuts=shortcuts)
    return RedirectResponse("/account?done=shortcuts", 303)


def local_path(address: str | None) -> str:
    r"""Return an address within our pages; anything that could lead elsewhere becomes the desk.

    `//host` and `/\host` are other hosts to a browser (WHATWG URL, "special authority").
    """
    if address is None or not address.startswith("/") or address[1:2] in {"/", "\\"}:
        return HOME
    return address if address.isprintable() else HOME


def _try_password(site: Site, name: str, password: str) -> str | None:
    with site.database.transaction() as session:
        user_id = sessions.check_password(session, name, password, demo=site.settings.demo)
        if user_id is None:
            known = users.id_of(session, name)
            subject = "user:unknown" if known is None else f"user:{known}"
            audit.record(session, None, "staff.sign_in_refused", subject)
            return None
        token = sessions.start(session, user_id)
        user = sessions.find(session, token, demo=site.settings.demo)
        audit.record(session, user, "staff.signed_in", f"user:{user_id}")
    return token


def _set_session_cookie(site: Site, response: Response, token: str) -> None:
    response.set_cookie(
        sessions.COOKIE,
        token,
        max_age=int(sessions.LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=site.settings.web_secure_cookies,
    )


def _sign_in_page(request: Request, wanted: str, name: str | None = None) -> Response:
    """Return the form; with the name that was tried when it was refused."""
    site = site_of(request)
    visitor = csrf.binding(request) or csrf.new_visitor()
    response = site.pages.response(
        "sign_in.html",
        staff_language(request, None),
        status=200 if name is None else 401,
        wanted=wanted,
        name=name,
        csrf_token=csrf.token_for(site, visitor),
        demo=site.settings.demo,
    )
    if csrf.binding(request) is None:
        csrf.set_visitor_cookie(site, response, visitor)
    return response


def _account_page(
    request: Request, user: SignedIn, *, problem: str | None = None, status: int = 200
) -> Response:
    return staff_page(
        request,
        user,
        "account.html",
        status=status,
        problem=problem,
        done=request.query_params.get("done"),
        minimum=MINIMUM_LENGTH,
    )
