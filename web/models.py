"""Tables of what all pages share: users, their sessions, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.append_only import protect
from storage.database import Base
from storage.times import UtcDateTime, now

Role = Literal["caseworker", "team_leader", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


class User(Base):
    """A member of staff who can sign in.

    Attributes:
        queues: The queues a caseworker sees; empty means all of them.
        centres: The slugs of the centres whose mail a caseworker sees; empty means all of them.
        language: The language of the staff pages, da or en; None until chosen.
        shortcuts: Whether single keys do something on the desk (WCAG 2.1, 2.1.4).
        failed_attempts: Wrong passwords since the last right one.
        first_password: The password was given by an admin, and must be changed before anything
            else.
        demo: A user with a known password, who can sign in only where the demo runs.
    """

    __tablename__ = "staff_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    queues: Mapped[list[str]] = mapped_column(JSON, default=list)
    centres: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[str | None] = mapped_column(String(2))
    shortcuts: Mapped[bool] = mapped_column(default=True)
    first_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class StaffSession(Base):
    """One browser in which a user is signed in. The cookie's token is kept only as a hash."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who did what to which thing, and when. Entries are added, never changed or removed.

    Attributes:
        user_name: The name as it was then; None for what nobody signed in did.
        action: A constant name, for example `mail.read`.
        subject: What it was done to, for example `mail:42`; never a text from a person.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"), index=True)
    user_name: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(128), index=True)


protect(AuditEntry)
