"""A turn of the chat: question in, answer out, through the chat API and a real Rasa.

The peer is the same question put to Rasa alone, so that the ratio is what the chat API adds:
masking, the record of the conversation, the check of payloads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from cryptography.fernet import Fernet
from starlette.testclient import TestClient

from ankomst.application import create_application
from benchmarks.figures import Figures, figures
from benchmarks.installation import new_installation
from language.languages import LANGUAGES, Language
from settings import ROOT, Settings
from storage.database import Database
from tests.bot.servers import BotServers, running_servers
from understanding.examples import read_nlu

_TURNS_A_LANGUAGE = 25
_TURNS_A_CONVERSATION = 5


def measure() -> Iterator[Figures]:
    """Time the questions of all languages, in conversations of five turns."""
    with (
        new_installation() as made,
        running_servers(made.data, made.models, made.url) as servers,
    ):
        _warm_up(servers)
        alone = figures("Rasa and action server alone (peer)", _rasa_alone(servers))
        yield alone
        yield figures("a turn through the chat API", _chat(servers, made.database), alone)


def _questions() -> dict[Language, list[str]]:
    examples = read_nlu(ROOT / "bot" / "data" / "nlu")
    return {
        language: [
            example.text
            for example in examples
            if example.language == language and example.label.startswith("faq/")
        ][::5][:_TURNS_A_LANGUAGE]
        for language in LANGUAGES
    }


def _warm_up(servers: BotServers) -> None:
    for texts in _questions().values():
        servers.conversation().say(texts[0])


def _rasa_alone(servers: BotServers) -> list[float]:
    seconds = []
    for language, texts in _questions().items():
        for number, text in enumerate(texts):
            if number % _TURNS_A_CONVERSATION == 0:
                conversation = servers.conversation(language)
            started = time.perf_counter()
            conversation.say(text)
            seconds.append(time.perf_counter() - started)
    return seconds


def _chat(servers: BotServers, database: Database) -> list[float]:
    configuration = Settings(
        _env_file=None,
        rasa_url=servers.rasa_url,
        rasa_token=servers.token,
        originals_keys=Fernet.generate_key().decode(),
        session_key="benchmark " * 4,
    )
    seconds = []
    with TestClient(create_application(configuration, database)) as client:
        for language, texts in _questions().items():
            for number, text in enumerate(texts):
                if number % _TURNS_A_CONVERSATION == 0:
                    opened = client.post("/api/chat/conversations")
                    path = f"/api/chat/conversations/{opened.json()['id']}/messages"
                started = time.perf_counter()
                answered = client.post(path, json={"text": text, "language": language})
                seconds.append(time.perf_counter() - started)
                answered.raise_for_status()
    return seconds
