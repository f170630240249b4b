"""The audit log: what staff did with people's data. It can be added to and read, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.times import now
from web.dates import midnight
from web.models import AuditEntry, User
from web.sessions import SignedIn

_WATCHING = timedelta(minutes=10)


def record(session: Session, user: SignedIn | None, action: str, subject: str) -> None:
    """Add an entry in the session's transaction.

    Args:
        session: The unit of work in which the action itself happens.
        user: Who did it; None for what nobody signed in did, such as a refused sign-in.
        action: A constant name, for example `mail.read`.
        subject: What it was done to, for example `mail:42`; never a text from a person.
    """
    session.add(
        AuditEntry(
            at=now(),
            user_id=user.user_id if user else None,
            user_name=user.name if user else None,
            action=action,
            subject=subject,
        )
    )


def record_watching(session: Session, user: SignedIn, action: str, subject: str) -> None:
    """Add an entry for what a page that is left open shows by itself, once in a while.

    One for each time that it asks would bury the others; one in ten minutes says as well who had
    it before them, and when.

    Args:
        session: The unit of work in which it is shown.
        user: Who has the page open.
        action: A constant name.
        subject: What is shown.
    """
    latest = session.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.user_id == user.user_id,
            AuditEntry.action == action,
            AuditEntry.subject == subject,
        )
    )
    if latest is None or latest < now() - _WATCHING:
        record(session, user, action, subject)


def record_ordered(session: Session, name: str | None, action: str, subject: str) -> None:
    """Add an entry for what a user ordered and a process does later.

    Args:
        session: The unit of work in which the action itself happens.
        name: The name of the user who ordered it.
        action: A constant name.
        subject: What it is done to.
    """
    user_id = session.scalar(select(User.id).where(User.name == name))
    session.add(
        AuditEntry(at=now(), user_id=user_id, user_name=name, action=action, subject=subject)
    )


@dataclass(frozen=True)
class Chosen:
    """Which entries are asked for; what is None leaves the choice open.

    Attributes:
        user_id: What this user did.
        nobody: What nobody signed in did, such as refused sign-ins and an operator's commands.
        action: The name of the action.
        subjects: Exactly what it was done to, for example `mail:42`, or one of several things.
        since: The first day, in Danish time.
        until: The last day, in Danish time.
    """

    user_id: int | None = None
    nobody: bool = False
    action: str | None = None
    subjects: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None


def entries(
    session: Session, chosen: Chosen, *, before_id: int | None = None, limit: int
) -> list[AuditEntry]:
    """Return entries, the newest first.

    Args:
        session: Read only.
        chosen: Which ones.
        before_id: Only those older than this one.
        limit: At most so many.
    """
    if not all(text.isprintable() for text in (chosen.action or "", *(chosen.subjects or ()))):
        return []  # nothing is called so, and PostgreSQL refuses to look for NUL
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if chosen.user_id is not None:
        query = query.where(AuditEntry.user_id == chosen.user_id)
    if chosen.nobody:
        query = query.where(AuditEntry.user_id.is_(None))
    if chosen.action is not None:
        query = query.where(AuditEntry.action == chosen.action)
    if chosen.subjects is not None:
        query = query.where(AuditEntry.subject.in_(chosen.subjects))
    if chosen.since is not None:
        query = query.where(AuditEntry.at >= midnight(chosen.since))
    if chosen.until is not None:
        query = query.where(AuditEntry.at < midnight(chosen.until + timedelta(days=1)))
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return list(session.scalars(query))


def actions(session: Session) -> list[str]:
    """Return the names of all actions that were ever recorded."""
    return list(session.scalars(select(AuditEntry.action).distinct()))
