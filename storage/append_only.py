"""Tables whose rows are added and read, and nothing else: neither by our code nor in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.orm import Mapper

from storage.database import Base


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row of a table that only grows."""


def protect(table: type[Base]) -> None:
    """Let a table refuse to have its rows changed or removed, in our code and in the database.

    Migrations make the triggers with `triggers`.
    """
    name = table.__tablename__

    def _refuse(_mapper: Mapper[Any], _connection: Any, _row: Any) -> None:
        raise AppendOnlyError(f"Rows of {name} are never changed or removed.")

    def _make_triggers(_table: Table, connection: Connection, **_options: Any) -> None:
        for statement in triggers(name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table, "before_update", _refuse)
    event.listen(table, "before_delete", _refuse)
    event.listen(table.__table__, "after_create", _make_triggers)


def triggers(name: str, dialect: str) -> tuple[str, ...]:
    """Return the statements that make the database itself refuse.

    Args:
        name: Of the table.
        dialect: What SQLAlchemy calls the database, sqlite or postgresql.
    """
    if dialect == "sqlite":
        return tuple(
            f"""CREATE TRIGGER {name}_no_{change.lower()} BEFORE {change} ON {name}
            BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"""
            for change in ("UPDATE", "DELETE")
        )
    return (
        f"""CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{name} is append-only'; END $$""",
        f"""CREATE TRIGGER {name}_no_change
        BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuse()""",
    )
