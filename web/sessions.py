"""Sign-in of staff: passwords checked, accounts locked, sessions kept on the server."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from language.languages import Language
from storage.times import now
from web.models import Role, StaffSession, User
from web.passwords import verify

COOKIE = "ankomst_session"
ATTEMPTS = 5
"""So many wrong passwords lock an account."""
LOCKED_FOR = timedelta(minutes=15)
IDLE = timedelta(hours=2)
"""A session that is not used for so long has ended."""
LONGEST = timedelta(hours=12)
"""A session ends after this time in any case."""

# The time of last use is written at most so often, so that reading a page seldom writes.
_RENEWED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """The user that a request comes from.

    Attributes:
        queues: The queues this user sees; empty means all.
        centres: The slugs of the centres whose mail this user sees; empty means all.
        language: The chosen language of the staff pages, or None.
        shortcuts: Whether single keys do something on the desk.
        first_password: Whether the password must be changed before anything else.
        session_id: Of the session in this browser.
    """

    user_id: int
    name: str
    role: Role
    queues: tuple[str, ...]
    centres: tuple[str, ...]
    language: Language | None
    shortcuts: bool
    first_password: bool
    session_id: int

    def sees_centre(self, slug: str | None) -> bool:
        """Return whether the mails of a centre are this user's business.

        Args:
            slug: Of the centre; None for mail that belongs to no one centre, which is everybody's.
        """
        if slug is None or self.role != "caseworker":
            return True
        return not self.centres or slug in self.centres


def check_password(session: Session, name: str, password: str, *, demo: bool) -> int | None:
    """Return the id of the user whose name and password these are, or None.

    Counts wrong passwords and locks the account after `ATTEMPTS` of them for `LOCKED_FOR`.
    The caller must commit in both cases. The work is the same for a user who does not exist.

    Args:
        session: A unit of work.
        name: As typed.
        password: As typed.
        demo: Whether the demo runs here; only then demo users are let in.
    """
    user = None
    if name.isprintable():  # others cannot even be asked for: PostgreSQL knows no NUL in texts
        user = session.scalar(select(User).where(User.name == name).with_for_update())
    fits = verify(user.password_hash if user else None, password)
    if user is None:
        return None
    time = now()
    if user.locked_until is not None and user.locked_until > time:
        return None
    if not fits:
        user.failed_attempts += 1
        if user.failed_attempts >= ATTEMPTS:
            user.failed_attempts = 0
            user.locked_until = time + LOCKED_FOR
        return None
    if not user.active or (user.demo and not demo):
        return None
    user.failed_attempts = 0
    user.locked_until = None
    return user.id


def start(session: Session, user_id: int) -> str:
    """Start a session for a user whose password was right; returns the token for the cookie."""
    time = now()
    expire(session)
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(token_hash=_hash(token), user_id=user_id, started_at=time, seen_at=time)
    )
    session.flush()
    return token


def find(session: Session, token: str, *, demo: bool, renews: bool = True) -> SignedIn | None:
    """Return who is signed in with a token, or None when that session has ended.

    Args:
        session: A unit of work.
        token: The cookie's content.
        demo: Whether the demo runs here; only then demo users are let in.
        renews: Whether the use keeps the session alive, up to its longest time.
    """
    time = now()
    found = session.execute(
        select(StaffSession, User)
        .join(User, User.id == StaffSession.user_id)
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.seen_at > time - IDLE,
            StaffSession.started_at > time - LONGEST,
            User.active,
        )
    ).one_or_none()
    if found is None:
        return None
    row, user = found
    if user.demo and not demo:
        return None
    if renews and row.seen_at < time - _RENEWED_EVERY:
        session.execute(update(StaffSession).where(StaffSession.id == row.id).values(seen_at=time))
    return SignedIn(
        user.id,
        user.name,
        cast("Role", user.role),
        tuple(user.queues),
        tuple(user.centres),
        cast("Language | None", user.language),
        user.shortcuts,
        user.first_password,
        row.id,
    )


def end(session: Session, session_id: int) -> None:
    """End one session: sign out."""
    session.execute(delete(StaffSession).where(StaffSession.id == session_id))


def end_all(session: Session, user_id: int) -> None:
    """End all sessions of a user, as a new password does."""
    session.execute(delete(StaffSession).where(StaffSession.user_id == user_id))


def expire(session: Session) -> int:
    """Remove the sessions whose time has run out; returns how many."""
    time = now()
    result = session.execute(
        delete(StaffSession).where(
            (StaffSession.seen_at <= time - IDLE) | (StaffSession.started_at <= time - LONGEST)
        )
    )
    return cast("CursorResult[tuple[()]]", result).rowcount


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
