"""The project's own articles and centres in a test's database: imported once, then copied row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, Table, func, insert, select, text
from sqlalchemy.orm import Session

import ankomst.models  # noqa: F401 (all tables, in whichever process this runs)
from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.importing import carry_out, plan
from storage.database import Base, Database
from storage.migrate import upgrade


def bring_in_own_articles(session: Session) -> None:
    """Put into an empty database what an import of `knowledge/` brings; in a hundredth of the time."""
    for table, rows in _imported():
        session.connection().execute(insert(table), rows)
    if session.connection().dialect.name == "postgresql":
        for table, _ in _imported():
            _count_on(session, table)


@cache
def _imported() -> Sequence[tuple[Table, Sequence[dict[str, Any]]]]:
    """The rows of an import, the tables in the order in which they refer to one another."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/ankomst.db")
        upgrade(database)
        with database.transaction() as session:
            carry_out(session, plan(session, read_content(CONTENT_DIRECTORY)), "test")
        with database.reading() as session:
            found = [
                (table, [dict(row._mapping) for row in session.execute(select(table))])
                for table in Base.metadata.sorted_tables
            ]
        database.close()
    return [(table, rows) for table, rows in found if rows]


def _count_on(session: Session, table: Table) -> None:
    """Let a table number its next row after the last one."""
    for column in table.primary_key:
        sequence = session.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if isinstance(column.type, Integer) and sequence is not None:
            session.execute(
                text(f"SELECT setval(:sequence, (SELECT max({column.name}) FROM {table.name}))"),  # noqa: S608
                {"sequence": sequence},
            )
