"""The migrations give exactly the tables of the code, on both databases."""

from __future__ import annotations

from sqlalchemy import text

import ankomst.models
from storage.database import Base, Database
from storage.migrate import differences, upgrade


def test_code_and_migrations_agree(database: Database) -> None:
    assert ankomst.models.__all__
    assert differences(database) == []
    assert len(Base.metadata.tables) > 5


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert differences(database) == []


def test_users_of_before_keep_all_centres_and_their_shortcuts(empty_database: Database) -> None:
    upgrade(empty_database, "0001")
    with empty_database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO staff_user (name, password_hash, role, queues, active, demo,"
                " failed_attempts, created_at) VALUES ('kim', '', 'caseworker', '[\"tax\"]',"
                " true, false, 0, '2026-11-23 12:00:00')"
            )
        )
    upgrade(empty_database, "0002")
    with empty_database.transaction() as session:
        found = session.execute(
            text("SELECT name, queues, centres, shortcuts, first_password FROM staff_user")
        ).one()
    # SQLite has no types of its own for lists and truth.
    on_sqlite = ("kim", '["tax"]', "[]", 1, 0)
    assert tuple(found) in (on_sqlite, ("kim", ["tax"], [], True, False))
