"""The audit log: what staff did with people's data. It can be added to and read, nothing else."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage.times import now
from web.models import AuditEntry
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
