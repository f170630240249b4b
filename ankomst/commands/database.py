"""`ankomst database`: bring the database to the present schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic.util import CommandError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from settings import SettingsError, settings
from storage.database import Database, DatabaseUnavailableError
from storage.migrate import upgrade as migrate


@click.group(name="database")
def command() -> None:
    """Bring the database to the present schema."""


@contextmanager
def opened_database() -> Iterator[Database]:
    """Open the database of the settings for a command, and close it at the end.

    Raises:
        click.ClickException: With one line, when the settings are wrong or the database is away.
    """
    try:
        database = Database(settings().effective_database_url())
    except (SettingsError, ArgumentError, ModuleNotFoundError) as error:
        raise click.ClickException(
            str(error)
            if isinstance(error, SettingsError)
            else f"ANKOMST_DATABASE_URL is no address of a database ({error}); "
            "write postgresql+psycopg://user:password@host/name or sqlite:///path."
        ) from error
    try:
        yield database
    except DatabaseUnavailableError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.close()


@command.command(name="upgrade")
def upgrade() -> None:
    """Run the migrations that have not run yet; the folder of an SQLite database is made."""
    with opened_database() as database:
        url = make_url(str(database.engine.url))
        try:
            if database.is_sqlite and url.database:
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            migrate(database)
        except OSError as error:
            raise click.ClickException(
                f"{error.filename} cannot be made ({error.strerror}); check ANKOMST_DATA_DIRECTORY."
            ) from error
        except (OperationalError, InterfaceError) as error:
            raise click.ClickException(
                f"The database did not answer ({type(error.orig).__name__}); check "
                "ANKOMST_DATABASE_URL, and that it runs and its disk has room."
            ) from error
        except CommandError as error:
            raise click.ClickException(
                f"The database is of another version of Ankomst ({error}); start that version."
            ) from error
        click.echo(f"The schema of {url.render_as_string(hide_password=True)} is current.")
