"""The active model for commands; what is wrong with it is told in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import inspect
from sqlalchemy.exc import InterfaceError, OperationalError

from ankomst.commands.database import opened_database
from learning.current_model import CurrentModel
from learning.models import TrainingRun
from learning.versions import Versions
from settings import Settings
from storage.database import Database, DatabaseUnavailableError
from understanding.errors import UnderstandingError
from understanding.model import Understanding

NO_MODEL = "There is no model yet; train one with: ankomst train"


@contextmanager
def opened_database_with_models() -> Iterator[Database]:
    """Open the database of the settings where it is known that it says which model is active.

    Raises:
        click.ClickException: The database was never set up, is away, or the settings are wrong.
    """
    with opened_database() as database:
        if not _is_set_up(database):
            raise click.ClickException(NO_MODEL)
        yield database


def _is_set_up(database: Database) -> bool:
    file = database.engine.url.database
    # To look into a file of SQLite that is not there would make it.
    if database.is_sqlite and not (file and Path(file).is_file()):
        return False
    try:
        return inspect(database.engine).has_table(TrainingRun.__tablename__)
    except (OperationalError, InterfaceError) as error:
        raise DatabaseUnavailableError(
            f"The database did not answer ({type(error.orig).__name__}); check that it runs."
        ) from error


def active_model(configuration: Settings) -> Understanding:
    """Return the active model.

    Raises:
        click.ClickException: There is none, it cannot be loaded, or the database is away.
    """
    with opened_database_with_models() as database:
        try:
            return CurrentModel(database, Versions(configuration.models_directory)).model()
        except UnderstandingError as error:
            raise click.ClickException(str(error)) from error
