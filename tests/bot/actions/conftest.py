"""The action server on a database with the project's own articles, and calls as Rasa makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.actions.offers import Offers
from bot.actions.phrases import Phrases, load_phrases
from bot.actions.server import create_app
from bot.components.payloads import is_payload
from knowledge.search import Search
from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles

PUBLIC_URL = "https://ics.example"


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    """The bot's own phrases."""
    return load_phrases()


@pytest.fixture(scope="session")
def knowledge_database(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with the project's own articles and centres; the actions only read it."""
    path = tmp_path_factory.mktemp("knowledge") / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        bring_in_own_articles(session)
    yield database
    database.close()


@dataclass(frozen=True)
class Server:
    """The action server, asked as Rasa asks it."""

    app: FastAPI

    def get(self, path: str) -> httpx.Response:
        """Return what the server answers to GET."""
        return asyncio.run(self._request("GET", path))

    def post(self, path: str, body: object) -> httpx.Response:
        """Return what the server answers to a JSON object."""
        return asyncio.run(self._request("POST", path, json=body))

    async def _request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
            return await client.request(method, path, **arguments)


@pytest.fixture(scope="session")
def server(phrases: Phrases, knowledge_database: Database) -> Server:
    """The action server."""
    return Server(
        create_app(phrases, knowledge_database, Offers(knowledge_database, Search()), PUBLIC_URL)
    )


@dataclass(frozen=True)
class Done:
    """What an action did: the objects it said, the slots it set, and all its events."""

    said: list[dict[str, Any]]
    slots: dict[str, Any]
    events: list[dict[str, Any]]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the messages."""
        return [message["kind"] for message in self.said]

    @property
    def then(self) -> str | None:
        """The action that goes on."""
        return next((e["name"] for e in self.events if e["event"] == "followup"), None)

    @property
    def leaves_form(self) -> bool:
        """Whether the open form is given up."""
        return any(e["event"] == "active_loop" and e["name"] is None for e in self.events)


@dataclass(frozen=True)
class Actions:
    """Runs actions as Rasa does."""

    server: Server

    def run(
        self,
        action: str,
        text: str,
        understood: Mapping[str, Any] | None = None,
        *,
        slots: Mapping[str, Any] | None = None,
        ran: Sequence[str] = (),
        form: str | None = None,
    ) -> Done:
        """Run an action after a message.

        Args:
            action: Its name.
            text: What the person typed, or the payload of a button.
            understood: What Rasa's pipeline wrote beside the text.
            slots: What is remembered.
            ran: Actions that ran before this one in the turn.
            form: The open form.
        """
        message: dict[str, Any] = {
            "text": text,
            "intent": {"name": "out_of_scope"},
            "entities": [],
            "metadata": {},
        }
        if not is_payload(text):
            message |= {"language": "da", "band": "refuse", "confidence": 0.9, "ranking": []}
        message |= dict(understood or {})
        events = [{"event": "user"}, *({"event": "action", "name": name} for name in ran)]
        tracker = {
            "sender_id": "someone",
            "slots": dict(slots or {}),
            "latest_message": message,
            "events": events,
            "active_loop": {"name": form} if form else {},
            "latest_action_name": ran[-1] if ran else "action_listen",
        }
        call = {"next_action": action, "tracker": tracker, "domain": {"actions": []}}
        response = self.server.post("/webhook", call)
        assert response.status_code == 200, response.text
        result = response.json()
        set_slots = {e["name"]: e["value"] for e in result["events"] if e["event"] == "slot"}
        return Done([r["custom"] for r in result["responses"]], set_slots, result["events"])


@pytest.fixture
def actions(server: Server) -> Actions:
    """Runs actions as Rasa does."""
    return Actions(server)


def asks(topic: str, language: str = "da", confidence: float = 0.97) -> dict[str, Any]:
    """What the pipeline writes for a question on a topic."""
    return {
        "intent": {"name": "faq"},
        "topic": topic,
        "band": "answer",
        "confidence": confidence,
        "language": language,
        "ranking": [{"topic": topic, "confidence": confidence}],
    }


def button(intent: str, **entities: str) -> dict[str, Any]:
    """What Rasa makes of a button's payload."""
    return {
        "intent": {"name": intent},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


def entity(kind: str, value: str) -> list[dict[str, str]]:
    """One entity as the pipeline writes it."""
    return [{"entity": kind, "value": value}]
