"""The application over small models, and the clients of an admin and a team leader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.knowledge.admin.conftest import Client, fill_for_admins
from tests.knowledge.conftest import content_directory
from tests.web.fixtures import signed_in
from tests.web.serving import application, served

__all__ = ["content_directory"]


@pytest.fixture
def url(database: Database, content_directory: Path, models: Path) -> Iterator[str]:
    """The application over the small content and models, on a database of each kind in turn."""
    fill_for_admins(database, content_directory)
    app = application(database, data_directory=models.parent, encoder="hashing")
    with served(app) as address:
        yield address


@pytest.fixture
def alex(url: str) -> Iterator[Client]:
    """An admin."""
    with signed_in(url, "alex") as http:
        yield Client(http)


@pytest.fixture
def lone(url: str) -> Iterator[Client]:
    """A team leader."""
    with signed_in(url, "lone") as http:
        yield Client(http)
