"""The application over small content, messages and models, and its staff."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from storage.database import Database
from tests.knowledge.admin.conftest import Client, fill_for_admins
from tests.knowledge.conftest import write_content
from tests.learning.conftest import import_message_files, write_message_files
from tests.web.fixtures import signed_in
from tests.web.serving import application, served


def filled_application(database: Database, folder: Path, **changes: Any) -> FastAPI:
    """Return the application with content, messages and staff; meaning goes by spelling."""
    fill_for_admins(database, write_content(folder / "content"))
    with database.transaction() as session:
        import_message_files(session, write_message_files(folder / "messages"))
    settings = {"search_by_meaning": True, "encoder": "hashing", "data_directory": folder}
    return application(database, **(settings | changes))


@pytest.fixture
def url(database: Database, tmp_path: Path, models: Path) -> Iterator[str]:
    """The application, on a database of each kind in turn."""
    assert models.parent == tmp_path
    with served(filled_application(database, tmp_path)) as address:
        yield address


@pytest.fixture
def alex(url: str) -> Iterator[Client]:
    """An admin."""
    with signed_in(url, "alex") as http:
        yield Client(http)


@pytest.fixture
def anna(url: str) -> Iterator[Client]:
    """Another admin."""
    with signed_in(url, "anna") as http:
        yield Client(http)


@pytest.fixture
def lone(url: str) -> Iterator[Client]:
    """A team leader."""
    with signed_in(url, "lone") as http:
        yield Client(http)
