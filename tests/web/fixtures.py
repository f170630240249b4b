"""Fixtures for tests of pages: the application served for real, and signed-in clients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from storage.database import Database
from tests.web.serving import application, served
from web import users
from web.models import Role

PASSWORD = "correct horse battery staple"


@pytest.fixture
def site_url(sqlite_database: Database) -> Iterator[str]:
    """The application, served on a SQLite database."""
    with served(application(sqlite_database)) as url:
        yield url


def token_in(html: str) -> str:
    """Return the token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', html)
    assert found is not None, "the page has no form with a token"
    return found[1]


def add_user(database: Database, name: str, role: Role, queues: tuple[str, ...] = ()) -> None:
    """Add a user with the password of the tests."""
    with database.transaction() as session:
        users.add(session, name, PASSWORD, role, queues)


@contextmanager
def signed_in(url: str, name: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
    """A client in which a user has signed in through the form."""
    headers = {"Accept-Language": "en"}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        form = {"csrf_token": token_in(client.get("/sign-in").text)}
        answer = client.post("/sign-in", data=form | {"name": name, "password": password})
        assert answer.status_code == 303, answer.status_code
        yield client
