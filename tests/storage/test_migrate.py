"""The migrations give exactly the tables of the code, on both databases."""

from __future__ import annotations

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
