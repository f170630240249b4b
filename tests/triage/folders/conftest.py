"""Offices for the tests of folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.triage.folders.office import Office
from tests.triage.servers import RunningServers


@pytest.fixture
def office(database: Database, servers: RunningServers, tmp_path: Path) -> Iterator[Office]:
    made = Office(database, servers, tmp_path)
    yield made
    made.end()


@pytest.fixture
def quick(sqlite_database: Database, servers: RunningServers, tmp_path: Path) -> Iterator[Office]:
    """The same on SQLite alone."""
    made = Office(sqlite_database, servers, tmp_path)
    yield made
    made.end()
