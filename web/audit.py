"""The audit log: what staff did with people's data. It can be added to and read, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.times import now
from web.dates import midnight
from web.models import AuditEntry, User
from web.sessions import SignedIn


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
        subject: Exactly what it was done to, for example `mail:42`.
        since: The first day, in Danish time.
        until: The last day, in Danish time.
    """

    user_id: int | None = None
    nobody: bool = False
    action: str | None = None
    subject: str | None = None
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
    if not all(text.isprintable() for text in (chosen.action or "", chosen.subject or "")):
        return []  # nothing is called so, and PostgreSQL refuses to look for NUL
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if chosen.user_id is not None:
        query = query.where(AuditEntry.user_id == chosen.user_id)
    if chosen.nobody:
        query = query.where(AuditEntry.user_id.is_(None))
    if chosen.action is not None:
        query = query.where(AuditEntry.action == chosen.action)
    if chosen.subject is not None:
        query = query.where(AuditEntry.subject == chosen.subject)
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
