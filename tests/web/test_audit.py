"""The audit log can be added to, on both databases, and by nobody changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from storage.append_only import AppendOnlyError
from storage.database import Database
from storage.times import now
from tests.web.fixtures import add_user
from web import audit, sessions, users
from web.models import AuditEntry


@pytest.fixture
def entry_id(database: Database) -> int:
    """One entry, of kim reading mail 42."""
    add_user(database, "kim", "caseworker")
    with database.transaction() as session:
        token = sessions.start(session, users.find(session, "kim").id)
        kim = sessions.find(session, token, demo=False)
        audit.record(session, kim, "mail.read", "mail:42")
    with database.transaction() as session:
        return session.scalars(select(AuditEntry.id)).one()


def test_an_entry_says_who_what_and_when(database: Database, entry_id: int) -> None:
    with database.transaction() as session:
        entry = session.get_one(AuditEntry, entry_id)
        assert (entry.user_name, entry.action, entry.subject) == ("kim", "mail.read", "mail:42")
        assert 0 <= (now() - entry.at).total_seconds() < 60
        audit.record(session, None, "staff.sign_in_refused", "user:unknown")
    with database.transaction() as session:
        names = session.scalars(select(AuditEntry.user_name).order_by(AuditEntry.id)).all()
    assert names == ["kim", None]


def test_entries_are_not_changed_or_removed_by_the_program(
    database: Database, entry_id: int
) -> None:
    with pytest.raises(AppendOnlyError), database.transaction() as session:
        session.get_one(AuditEntry, entry_id).subject = "mail:43"
    with pytest.raises(AppendOnlyError), database.transaction() as session:
        session.delete(session.get_one(AuditEntry, entry_id))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET subject = 'mail:43'", "DELETE FROM audit_entry"]
)
def test_the_database_itself_refuses(database: Database, entry_id: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as session:
        session.execute(text(statement))
    with database.transaction() as session:
        assert session.get_one(AuditEntry, entry_id).subject == "mail:42"


def test_what_is_rolled_back_leaves_no_entry(database: Database, entry_id: int) -> None:
    def fail() -> None:
        with database.transaction() as session:
            audit.record(session, None, "mail.read", "mail:1")
            raise RuntimeError("the mail could not be read")

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction() as session:
        assert session.scalars(select(AuditEntry.id)).all() == [entry_id]
