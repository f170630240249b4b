"""Fixtures for the tests of mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Base, Database
from tests.triage.servers import RunningServers, running_servers
from triage import models
from triage.models import FingerprintKey, Mail, Mailbox, MailTransition

__all__ = ["models"]


@pytest.fixture
def database(database: Database) -> Database:
    """A database of each kind in turn, with the ledger's tables."""
    make_tables(database)
    return database


@pytest.fixture
def sqlite_database(sqlite_database: Database) -> Database:
    """A SQLite database with the ledger's tables."""
    make_tables(sqlite_database)
    return sqlite_database


def make_tables(database: Database) -> None:
    """Make the ledger's tables where they are missing."""
    tables = [Base.metadata.tables["original"]]
    tables += [
        Base.metadata.tables[t.__tablename__]
        for t in (Mailbox, Mail, MailTransition, FingerprintKey)
    ]
    Base.metadata.create_all(database.engine, tables=tables)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[RunningServers]:
    """Embedded mail servers with an empty inbox."""
    with running_servers(tmp_path / "mail") as running:
        yield running
