"""The application over the small content, and the clients of an admin and a team leader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from storage.database import Database
from tests.knowledge.conftest import fill
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from web.models import AuditEntry


class Client:
    """A signed-in user's browser without a window; forms carry their token.

    Attributes:
        http: For requests that change nothing.
    """

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self._token = token_in(http.get("/account").text)

    def get(self, path: str) -> httpx.Response:
        """Ask for a page."""
        return self.http.get(path)

    def post(
        self, path: str, fields: Mapping[str, str | list[str]], **options: str
    ) -> httpx.Response:
        """Send a form."""
        return self.http.post(path, data={**fields, "csrf_token": self._token}, headers=options)


def audited(database: Database) -> list[tuple[str, str]]:
    """Return action and subject of what was done to the knowledge, in order."""
    with database.transaction() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.subject) for row in rows if not row.action.startswith("staff.")]


def fill_for_admins(database: Database, directory: Path) -> None:
    """Import the small content, and add an admin, a team leader and a caseworker."""
    with database.transaction() as session:
        fill(session, directory)
    add_user(database, "alex", "admin")
    add_user(database, "anna", "admin")
    add_user(database, "lone", "team_leader")
    add_user(database, "kim", "caseworker")


@pytest.fixture
def url(database: Database, content_directory: Path) -> Iterator[str]:
    """The application over the small content, on a database of each kind in turn."""
    fill_for_admins(database, content_directory)
    with served(application(database, review_required="never")) as address:
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
