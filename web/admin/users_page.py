"""The pages on which admins add users and change what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from storage.times import now
from understanding.queues import Queue
from web import audit, users
from web.access import requires
from web.admin.words import Words
from web.errors import LastAdminError, UserExistsError
from web.models import Role, User
from web.passwords import generate
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

Admin = Annotated[SignedIn, Depends(requires("admin"))]
UserId = Annotated[int, Path(ge=1, le=2**31 - 1)]

router = APIRouter(prefix="/admin/users", include_in_schema=False)


class Duties(BaseModel):
    """What an admin says of a user in the form."""

    role: Role = "caseworker"
    queues: list[Queue] = Field(default_factory=list)
    centres: list[str] = Field(default_factory=list)


class NewUser(Duties):
    """The form for a new user."""

    name: str = ""


DutiesForm = Annotated[Duties, Form()]
NewUserForm = Annotated[NewUser, Form()]


@router.get("/")
def list_users(request: Request, user: Admin) -> Response:
    """List all users with what they may do."""
    with site_of(request).database.transaction() as session:
        accounts = users.all_users(session)
        centres = _centre_names(request, session)
    return _page(request, user, "users.html", accounts=accounts, centres=centres)


@router.get("/new")
def new_user(request: Request, user: Admin) -> Response:
    """Show the form for a new user."""
    with site_of(request).database.transaction() as session:
        centres = _centre_names(request, session)
    return _page(request, user, "new_user.html", typed=NewUser(), centres=centres, problem=None)


@router.post("/new")
def add_user(request: Request, user: Admin, typed: NewUserForm) -> Response:
    """Add a user, and show once the password that was made."""
    name = typed.name.strip()
    password = generate(name)
    with site_of(request).database.transaction() as session:
        centres = _centre_names(request, session)
        _require_known(typed.centres, centres)
        try:
            added = users.add(session, name, password, typed.role, typed.queues, typed.centres)
        except UserExistsError:
            problem = "exists"
        except ValueError:
            problem = "name"
        else:
            added.first_password = True
            audit.record(session, user, "user.added", f"user:{added.id}")
            audit.record(session, user, f"user.made_{typed.role}", f"user:{added.id}")
            return _password_page(request, user, added, password)
    return _page(
        request,
        user,
        "new_user.html",
        status=422,
        typed=typed,
        centres=centres,
        problem=problem,
    )


@router.get("/{user_id}")
def show_user(request: Request, user: Admin, user_id: UserId) -> Response:
    """Show one user."""
    with site_of(request).database.transaction() as session:
        account = _account(session, user_id)
        centres = _centre_names(request, session)
    return _account_page(request, user, account, centres)


@router.post("/{user_id}/duties")
def change_duties(request: Request, user: Admin, user_id: UserId, typed: DutiesForm) -> Response:
    """Change a user's role, queues and centres."""
    with site_of(request).database.transaction() as session:
        account = _account(session, user_id)
        centres = _centre_names(request, session)
        _require_known(typed.centres, [*centres, *account.centres])
        changes = _changes(account, typed)
        try:
            users.set_duties(session, account, typed.role, typed.queues, typed.centres)
        except LastAdminError:
            return _account_page(request, user, account, centres, typed, problem="duties")
        for action in changes:
            audit.record(session, user, action, f"user:{user_id}")
    return _done(user_id, "duties")


@router.post("/{user_id}/password")
def give_password(request: Request, user: Admin, user_id: UserId) -> Response:
    """Make a new password for a user, and show it once."""
    if user_id == user.user_id:
        return RedirectResponse("/account", 303)  # one's own is not made by the machine
    with site_of(request).database.transaction() as session:
        account = _account(session, user_id)
        password = generate(account.name)
        users.set_password(session, account, password, first=True)
        audit.record(session, user, "user.password_given", f"user:{user_id}")
    return _password_page(request, user, account, password)


@router.post("/{user_id}/close")
def close(request: Request, user: Admin, user_id: UserId) -> Response:
    """Close an account."""
    with site_of(request).database.transaction() as session:
        account = _account(session, user_id)
        try:
            users.set_active(session, account, active=False)
        except LastAdminError:
            centres = _centre_names(request, session)
            return _account_page(request, user, account, centres, problem="close")
        audit.record(session, user, "user.closed", f"user:{user_id}")
    return _done(user_id, "closed")


@router.post("/{user_id}/reopen")
def reopen(request: Request, user: Admin, user_id: UserId) -> Response:
    """Open a closed account again."""
    with site_of(request).database.transaction() as session:
        users.set_active(session, _account(session, user_id), active=True)
        audit.record(session, user, "user.reopened", f"user:{user_id}")
    return _done(user_id, "reopened")


@router.post("/{user_id}/unlock")
def unlock(request: Request, user: Admin, user_id: UserId) -> Response:
    """Let a user sign in again at once after too many wrong passwords."""
    with site_of(request).database.transaction() as session:
        users.unlock(_account(session, user_id))
        audit.record(session, user, "user.unlocked", f"user:{user_id}")
    return _done(user_id, "unlocked")


def _account(session: Session, user_id: int) -> User:
    account = session.get(User, user_id)
    if account is None:
        raise HTTPException(404)
    return account


def _centre_names(request: Request, session: Session) -> Mapping[str, str]:
    return site_of(request).centre_names(session)


def _require_known(slugs: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a centre that no form of ours offers."""
    if not set(slugs) <= set(known):
        raise HTTPException(422)


def _changes(account: User, typed: Duties) -> list[str]:
    """Return which entries of the audit log a change makes."""
    changes = []
    if account.role != typed.role:
        changes.append(f"user.made_{typed.role}")
    if set(account.queues) != set(typed.queues):
        changes.append("user.queues_changed")
    if set(account.centres) != set(typed.centres):
        changes.append("user.centres_changed")
    return changes


def _done(user_id: int, what: str) -> Response:
    return RedirectResponse(f"/admin/users/{user_id}?done={what}", 303)


def _account_page(
    request: Request,
    user: SignedIn,
    account: User,
    centres: Mapping[str, str],
    typed: Duties | None = None,
    *,
    problem: str | None = None,
) -> Response:
    # A centre that has been taken away must not silently become "all centres" on saving.
    known = {slug: slug for slug in account.centres} | dict(centres)
    return _page(
        request,
        user,
        "user.html",
        status=200 if problem is None else 422,
        account=account,
        typed=typed or account,
        centres=known,
        problem=problem,
        done=request.query_params.get("done"),
    )


def _password_page(request: Request, user: SignedIn, account: User, password: str) -> Response:
    return _page(request, user, "user_password.html", account=account, password=password)


def _page(
    request: Request, user: SignedIn, template: str, *, status: int = 200, **context: Any
) -> Response:
    return staff_page(
        request,
        user,
        template,
        status=status,
        words=Words(staff_language(request, user)),
        now=now(),
        demo=site_of(request).settings.demo,
        **context,
    )
