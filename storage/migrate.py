"""Bring a database to the present schema with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from storage.database import Base, Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run all migrations up to a revision; does nothing where the schema is current."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


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
