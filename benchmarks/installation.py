"""An installation to measure: a trained model that is kept, and a database with all articles."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from settings import ROOT
from storage.database import Database
from storage.migrate import upgrade
from tests.bot.servers import import_articles, train

KEPT = ROOT / "var" / "benchmarks"
"""Where benchmarks keep what takes long to make."""


@dataclass(frozen=True)
class Installation:
    """What servers are started with.

    Attributes:
        data: An empty data directory.
        models: A models directory with a trained version.
        url: Of the database.
        database: The same, opened.
    """

    data: Path
    models: Path
    url: str
    database: Database


@contextmanager
def new_installation() -> Iterator[Installation]:
    """Train the model if it is not there, and make a database that is gone at the end."""
    KEPT.mkdir(parents=True, exist_ok=True)
    models = train(ROOT, KEPT)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'ankomst.db'}"
        database = Database(url)
        upgrade(database)
        import_articles(url)
        yield Installation(data, models, url, database)
        database.close()
