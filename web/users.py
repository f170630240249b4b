"""Users of the staff pages: added by an operator, changed by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from language.languages import Language
from web import sessions
from web.errors import (
    LastAdminError,
    SamePasswordError,
    UnknownUserError,
    UserExistsError,
    WrongPasswordError,
)
from web.models import Role, User
from web.passwords import check_strength, hash_password, verify

_NAME = re.compile(r"[\w.@-]{2,64}")


def add(
    session: Session,
    name: str,
    password: str,
    role: Role,
    queues: Sequence[str] = (),
    centres: Sequence[str] = (),
    *,
    demo: bool = False,
) -> User:
    """Add a user.

    Args:
        session: A unit of work.
        name: 2 to 64 letters, digits or any of `. @ _ -`.
        password: Checked for strength, except for demo users, whose passwords are known anyway.
        role: What the user may do.
        queues: The queues a caseworker sees; none given means all.
        centres: The slugs of the centres whose mail a caseworker sees; none given means all.
            The caller knows which centres there are.
        demo: Let in only where the demo runs.

    Raises:
        ValueError: The name has other characters or another length.
        UserExistsError: The name is taken.
        WeakPasswordError: The password is easy to guess.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("A user's name has 2 to 64 letters, digits or any of . @ _ -")
    if id_of(session, name) is not None:
        raise UserExistsError(f"There is a user {name} already.")
    if not demo:
        check_strength(password, name)
    user = User(
        name=name,
        password_hash=hash_password(password),
        role=role,
        queues=list(dict.fromkeys(queues)),
        centres=list(dict.fromkeys(centres)),
        demo=demo,
    )
    session.add(user)
    session.flush()
    return user


def find(session: Session, name: str) -> User:
    """Return the user of a name.

    Raises:
        UnknownUserError: There is none.
    """
    user = session.scalar(select(User).where(User.name == name))
    if user is None:
        raise UnknownUserError(f"There is no user {name}; see: ankomst users list")
    return user


def id_of(session: Session, name: str) -> int | None:
    """Return the id of the user of a name, or None."""
    if not _NAME.fullmatch(name):
        return None
    return session.scalar(select(User.id).where(User.name == name))


def all_users(session: Session) -> list[User]:
    """Return all users by name."""
    return list(session.scalars(select(User).order_by(User.name)))


def admins(session: Session, *, demo: bool) -> list[str]:
    """Return the names of the admins who can sign in.

    Args:
        session: Read only.
        demo: Whether the demo runs here; only then demo users are let in.
    """
    query = select(User.name).where(User.role == "admin", User.active).order_by(User.name)
    if not demo:
        query = query.where(User.demo.is_(False))
    return list(session.scalars(query))


def set_password(session: Session, user: User, password: str, *, first: bool = False) -> None:
    """Give a user a new password: unlocks the account and ends all of its sessions.

    Args:
        session: A unit of work.
        user: Whose password it is.
        password: The new one.
        first: Somebody else knows it, so the user must choose another before anything else.

    Raises:
        WeakPasswordError: The password is easy to guess.
    """
    check_strength(password, user.name)
    user.password_hash = hash_password(password)
    user.first_password = first
    unlock(user)
    sessions.end_all(session, user.id)


def unlock(user: User) -> None:
    """Forget the wrong passwords, so that the user can sign in at once."""
    user.failed_attempts = 0
    user.locked_until = None


def change_password(session: Session, user_id: int, present: str, new: str) -> None:
    """Change one's own password; ends all sessions of the user.

    Raises:
        WrongPasswordError: The present password is not right.
        SamePasswordError: The new one is the present one.
        WeakPasswordError: The new one is easy to guess.
    """
    user = session.get_one(User, user_id)
    if not verify(user.password_hash, present):
        raise WrongPasswordError("The present password is not right.")
    if new == present:
        raise SamePasswordError("The new password must be another than the present one.")
    set_password(session, user, new)


def set_active(session: Session, user: User, *, active: bool) -> None:
    """Open or close an account; closing ends all of its sessions.

    Raises:
        LastAdminError: It is the last open account of an admin.
    """
    if not active:
        _require_another_admin(session, user)
        sessions.end_all(session, user.id)
    user.active = active


def set_duties(
    session: Session, user: User, role: Role, queues: Sequence[str], centres: Sequence[str]
) -> None:
    """Change what a user may do and see; it holds from the next request on.

    Raises:
        LastAdminError: It is the last open account of an admin, who would be one no longer.
    """
    if role != "admin":
        _require_another_admin(session, user)
    user.role = role
    user.queues = list(dict.fromkeys(queues))
    user.centres = list(dict.fromkeys(centres))


def _require_another_admin(session: Session, user: User) -> None:
    # The rows are locked, so that two admins cannot close each other's account at once.
    admins = session.scalars(
        select(User)
        .where(User.role == "admin", User.active)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    # Users of the demo cannot sign in elsewhere, so they are no help to real ones.
    others = [one for one in admins if one.id != user.id and (user.demo or not one.demo)]
    if any(one.id == user.id for one in admins) and not others:
        raise LastAdminError(
            f"{user.name} is the last admin whose account is open; make another user an admin first."
        )


def anybody(session: Session) -> bool:
    """Return whether there is a user who can sign in outside of the demo."""
    found = session.scalar(select(User.id).where(User.active, User.demo.is_(False)).limit(1))
    return found is not None


def set_shortcuts(session: Session, user_id: int, *, shortcuts: bool) -> None:
    """Remember whether a user wants single keys to do something on the desk."""
    session.get_one(User, user_id).shortcuts = shortcuts


def set_language(session: Session, user_id: int, language: Language) -> None:
    """Remember in which language a user wants the staff pages."""
    session.get_one(User, user_id).language = language


DEMO_PASSWORD = "ankomst-demo"  # noqa: S105 (known to all; such users exist in the demo alone)
DEMO_USERS: dict[str, Role] = {
    "caseworker": "caseworker",
    "leader": "team_leader",
    "admin": "admin",
}


def add_demo_users(session: Session) -> None:
    """Add the demo's users where they are missing; call it only where the demo runs."""
    for name, role in DEMO_USERS.items():
        if id_of(session, name) is None:
            add(session, name, DEMO_PASSWORD, role, demo=True)
