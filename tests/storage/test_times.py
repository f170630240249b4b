"""Times keep their zone on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.times import UtcDateTime, now

_TABLE = Table(
    "clock", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime)
)


def test_a_time_comes_back_as_utc(database: Database) -> None:
    copenhagen = timezone(timedelta(hours=2))
    at = datetime(2026, 7, 1, 14, 30, tzinfo=copenhagen)
    _TABLE.create(database.engine)
    with database.transaction() as session:
        session.execute(insert(_TABLE).values(at=at))
    with database.transaction() as session:
        stored = session.scalars(select(_TABLE.c.at)).one()
    assert stored == at
    assert stored is not None
    assert stored.tzinfo == UTC
    assert stored.hour == 12


def test_a_time_without_a_zone_is_refused(sqlite_database: Database) -> None:
    _TABLE.create(sqlite_database.engine)
    with (
        pytest.raises(StatementError, match="without a zone"),
        sqlite_database.transaction() as session,
    ):
        session.execute(insert(_TABLE).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001 (the point)


def test_now_has_a_zone() -> None:
    assert now().tzinfo == UTC
