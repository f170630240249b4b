"""Fixtures for the tests of mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.triage.bench import Bench
from tests.triage.servers import RunningServers, running_servers


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[RunningServers]:
    """Embedded mail servers with an empty inbox."""
    with running_servers(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def bench(database: Database, servers: RunningServers, tmp_path: Path) -> Iterator[Bench]:
    """A mailbox with workers that go round by round, on each database in turn."""
    made = Bench(database, servers, tmp_path)
    yield made
    made.end()


@pytest.fixture
def sqlite_bench(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> Iterator[Bench]:
    """The same on SQLite alone."""
    made = Bench(sqlite_database, servers, tmp_path)
    yield made
    made.end()
