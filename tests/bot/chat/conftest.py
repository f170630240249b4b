"""Fixtures for the tests of the chat."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from storage.database import Database
from tests.bot.chat.webhook import Webhook, running_webhook
from tests.web.serving import application, served


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """The stand-in for Rasa."""
    with running_webhook() as running:
        yield running


@pytest.fixture
def either(database: Database, webhook: Webhook) -> Iterator[httpx.Client]:
    """A program that calls the chat API, on a database of each kind in turn."""
    with served(application(database, rasa_url=webhook.url)) as url, _client(url) as opened:
        yield opened


@pytest.fixture
def chat_url(sqlite_database: Database, webhook: Webhook) -> Iterator[str]:
    """The application in front of the stand-in, where the kind of database does not matter."""
    with served(application(sqlite_database, rasa_url=webhook.url)) as url:
        yield url


@pytest.fixture
def client(chat_url: str) -> Iterator[httpx.Client]:
    """A program that calls the chat API, where the kind of database does not matter."""
    with _client(chat_url) as opened:
        yield opened


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=30)
