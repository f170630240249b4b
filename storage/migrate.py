"""Bring a database to the present schema with Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.database import Base, Database

_MIGRATIONS = Path(__file__).parent / "migrations"


class MigrationError(Exception):
    """The schema cannot be brought up to date."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run all migrations up to a revision; does nothing where the schema is current.

    Raises:
        MigrationError: Rows would refer to rows that are not there; nothing was changed.
    """
    config = _config()
    with (
        database.engine.connect() as connection,
        _without_foreign_keys(connection),
        connection.begin(),
    ):
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _check_references(connection)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew without taking along what refers to it.

    SQLite changes a table by copying it and dropping the old one (https://sqlite.org/lang_altertable.html,
    "Making Other Kinds Of Table Schema Changes"); the switch has no effect within a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            tables = ", ".join(sorted({str(row[0]) for row in broken}))
            raise MigrationError(
                f"The migration would leave rows of {tables} without what they refer to; "
                "nothing was changed. Report this with the version that you came from."
            )


def new_revision(database: Database, message: str, revision_id: str) -> None:
    """Write a migration with the difference between the tables in code and in the database.

    The models of all rooms must have been imported.
    """
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision_id)


def differences(database: Database) -> list[object]:
    """Return what Alembic would still change; empty when code and database agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 (slow, only for a check)
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
