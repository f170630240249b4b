"""Load on the chat: people who read and type, through the real processes, to the database and back.

The peer is Rasa as it comes, asked by the same people at the same moments.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.fernet import Fernet

from ankomst.searching import encoder_of_meaning
from benchmarks.crowd import (
    SECONDS_BETWEEN_TURNS,
    Service,
    Utterance,
    client_of_many,
    crowd,
    measured,
)
from benchmarks.figures import Figures, Load, figures
from benchmarks.installation import KEPT, new_installation
from benchmarks.stock_assistant import running_stock_assistant
from knowledge.meaning_ranking import Meanings
from knowledge.search import Search
from language.languages import LANGUAGES, Language
from settings import PREFIX, Settings
from storage.database import Database
from tests.bot.servers import running_server, running_servers
from tests.postgres import free_port

_SEARCH = "search"

_PEOPLE = 100
_WARM_UP_SECONDS = 30.0
_SECONDS = 180.0

# From here on more and more people, until an answer takes too long or does not come.
_MORE_PEOPLE = 50
_MOST_PEOPLE = 1000
_STEP_WARM_UP_SECONDS = 20.0
_STEP_SECONDS = 60.0
_TOO_LONG_MS = 1000.0

_TURNS = 100
_COMPARED_TURNS = 10


@dataclass(frozen=True)
class Chat:
    """The whole product, by its chat API.

    Attributes:
        address: Of the pages.
        pids: Its processes.
    """

    address: str
    pids: Mapping[str, int]
    name: str = "Ankomst"

    def talk(self, client: httpx.AsyncClient, language: Language) -> _ChatTalk:
        """Return a conversation that is yet to be begun."""
        return _ChatTalk(client, f"{self.address}/api/chat/conversations", language)


class _ChatTalk:
    def __init__(self, client: httpx.AsyncClient, conversations: str, language: Language) -> None:
        self._client = client
        self._conversations = conversations
        self._language = language
        self._messages: str | None = None
        self._payloads: list[str] = []

    async def say(self, utterance: Utterance) -> bool:
        """Press the first button that is open, or write; return whether there was an answer."""
        if self._messages is None:
            opened = await self._client.post(self._conversations, json={"language": self._language})
            opened.raise_for_status()
            self._messages = f"{self._conversations}/{opened.json()['id']}/messages"
        said = (
            {"payload": self._payloads[0]}
            if utterance.presses and self._payloads
            else {"text": utterance.text}
        )
        answered = await self._client.post(
            self._messages, json={**said, "language": self._language}
        )
        answered.raise_for_status()
        answer = answered.json()["messages"]
        self._payloads = [b["payload"] for message in answer for b in message["buttons"]]
        return not any(_says_that_the_bot_is_away(message) for message in answer)


def _says_that_the_bot_is_away(message: Mapping[str, object]) -> bool:
    return message["kind"] == "fallback" and message["form"] is not None


@dataclass(frozen=True)
class StockRasa:
    """Rasa as it comes, by its REST channel.

    Attributes:
        address: Of the server.
        pids: Its process.
    """

    address: str
    pids: Mapping[str, int]
    name: str = "Rasa as it comes (DIET)"

    def talk(self, client: httpx.AsyncClient, language: Language) -> _StockTalk:  # noqa: ARG002
        """Return a conversation; the language of the page is nothing to it."""
        return _StockTalk(client, f"{self.address}/webhooks/rest/webhook")


class _StockTalk:
    def __init__(self, client: httpx.AsyncClient, webhook: str) -> None:
        self._client = client
        self._webhook = webhook
        self._sender = uuid.uuid4().hex

    async def say(self, utterance: Utterance) -> bool:
        """Write, as it offers no buttons; return whether there was an answer."""
        body = {"sender": self._sender, "message": utterance.text}
        answered = await self._client.post(self._webhook, json=body)
        answered.raise_for_status()
        return bool(answered.json())


def measure() -> Iterator[Figures | Load]:
    """Let 100 people talk, then ever more; also measure whether long conversations become slow."""
    with _running_chat() as chat:
        yield measured(chat, _PEOPLE, _WARM_UP_SECONDS, _SECONDS)
        yield from _ever_more(chat)
        yield from _long_conversations(chat)
    with running_stock_assistant(KEPT / "stock") as (url, pid):
        stock = StockRasa(url, {"rasa": pid})
        yield measured(stock, _PEOPLE, _WARM_UP_SECONDS, _SECONDS)
        yield from _ever_more(stock)


def _ever_more(service: Service) -> Iterator[Load]:
    """Yield each step; the last one is the first that is too much, the one before is saturation."""
    for people in range(_PEOPLE + _MORE_PEOPLE, _MOST_PEOPLE + 1, _MORE_PEOPLE):
        load = measured(service, people, _STEP_WARM_UP_SECONDS, _STEP_SECONDS)
        yield load
        if load.errors or load.p95_ms > _TOO_LONG_MS:
            return


@contextmanager
def _running_chat() -> Iterator[Chat]:
    """Run pages, Rasa and action server as `ankomst run` starts them, with SQLite."""
    with new_installation() as made:
        data, url = made.data, made.url
        _prepare_search(made.database, data)
        port = free_port()
        settings = {
            f"{PREFIX}SEARCH_BY_MEANING": "true",
            f"{PREFIX}WEB_PORT": str(port),
            f"{PREFIX}SESSION_KEY": "benchmark " * 4,
            f"{PREFIX}ORIGINALS_KEYS": Fernet.generate_key().decode(),
        }
        address = f"http://127.0.0.1:{port}"
        with (
            running_servers(data, made.models, url, settings=settings) as servers,
            running_server("web", f"{address}/", data, servers.environment) as web,
        ):
            yield Chat(address, {**servers.pids, "web": web.pid})


def _prepare_search(database: Database, data: Path) -> None:
    """Make the vectors of the articles beforehand, so that nothing is made while people talk."""
    kept = KEPT / _SEARCH
    kept.mkdir(exist_ok=True)
    (data / _SEARCH).symlink_to(kept, target_is_directory=True)
    encoder = encoder_of_meaning(Settings(_env_file=None))
    with closing(Meanings(encoder, data / _SEARCH)) as meanings:
        search = Search(meanings.ranking)
        with database.reading() as session:
            for language in LANGUAGES:
                search.prepare(session, language)
        meanings.finish()


def _long_conversations(chat: Chat) -> Iterator[Figures]:
    """Time the first and the last turns of conversations of 100 turns, one a language."""
    times = asyncio.run(_times_of_long_conversations(chat))
    early = figures(
        f"turns 1 to {_COMPARED_TURNS} of a conversation",
        [seconds for one in times for seconds in one[:_COMPARED_TURNS]],
    )
    yield early
    late = [seconds for one in times for seconds in one[-_COMPARED_TURNS:]]
    yield figures(f"its turns {_TURNS - _COMPARED_TURNS + 1} to {_TURNS}", late, early)


async def _times_of_long_conversations(chat: Chat) -> list[list[float]]:
    times = []
    async with client_of_many() as client:
        for person in crowd(len(LANGUAGES), 2 * _TURNS * SECONDS_BETWEEN_TURNS):
            talk = chat.talk(client, person.language)
            seconds = []
            for utterance in person.utterances[:_TURNS]:
                started = time.perf_counter()
                await talk.say(utterance)
                seconds.append(time.perf_counter() - started)
            times.append(seconds)
    return times
