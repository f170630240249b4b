"""A model that a test made, put into use as a trained one is."""

from __future__ import annotations

from pathlib import Path

from learning import runs
from learning.versions import Versions
from storage.database import Database
from storage.migrate import upgrade
from understanding.model import Understanding

_VERSION = "small"


def use_model(directory: Path, model: Understanding) -> Path:
    """Keep a model in a data directory with a database in which it is active.

    Returns:
        The data directory.
    """
    model.save(used_model(directory))
    database = Database(f"sqlite:///{directory / 'ankomst.db'}")
    upgrade(database)
    use_model_in(database)
    database.close()
    return directory


def use_model_in(database: Database) -> None:
    """Make the kept model the active one of another database."""
    with database.transaction() as session:
        runs.adopt(session, _VERSION, [])


def used_model(directory: Path) -> Path:
    """Return the weights of the model that is kept in a data directory."""
    return Versions(directory / "models").version(_VERSION).understanding
