"""The servers themselves: who may ask, what is logged, what survives a restart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import yaml
from sqlalchemy import create_engine, text

from learning.versions import Versions
from settings import ROOT
from tests.bot.servers import (
    BotServers,
    Conversation,
    import_articles,
    running_server,
    running_servers,
    sqlite_with_articles,
    trained_version,
)
from tests.knowledge.conftest import write_content_by_centre
from tests.postgres import Cluster, free_port

pytestmark = pytest.mark.rasa

_WEBHOOK = "/webhooks/rest/webhook"


def _post(servers: BotServers, path: str, body: object, token: str | None = None) -> httpx.Response:
    parameters = {} if token is None else {"token": token}
    return httpx.post(f"{servers.rasa_url}{path}", params=parameters, json=body, timeout=30)


@pytest.mark.parametrize("path", [_WEBHOOK, "/model/parse"])
@pytest.mark.parametrize("token", [None, "", "wrong", "ø"])
def test_without_the_token_nothing_is_answered(
    bot_servers: BotServers, path: str, token: str | None
) -> None:
    body = {"sender": "x", "message": "hej", "text": "hej"}
    assert _post(bot_servers, path, body, token).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"sender": "x"},
        {"message": "hej"},
        {"sender": "", "message": "hej"},
        {"sender": 1, "message": "hej"},
        {"sender": "x", "message": None},
        {"sender": "x", "message": ["hej"]},
    ],
)
def test_a_body_of_another_form_is_refused(bot_servers: BotServers, body: object) -> None:
    assert _post(bot_servers, _WEBHOOK, body, bot_servers.token).status_code == 400


@pytest.mark.parametrize("metadata", [None, [], "da", {"language": ["da"]}, {"language": "tlh"}])
def test_odd_metadata_are_no_hint(bot_servers: BotServers, metadata: object) -> None:
    sender = uuid.uuid4().hex
    body = {"sender": sender, "message": "What can you do?", "metadata": metadata}
    response = _post(bot_servers, _WEBHOOK, body, bot_servers.token)
    assert response.json()[0]["custom"]["language"] == "en"


@pytest.mark.parametrize(
    "text",
    ["", " ", "???", "😀😀😀", "\u202eolleh", "<b>hej</b>", "\x00\x01", "a" * 10_000, "/", "{"],
)
def test_odd_texts_get_one_calm_message(bot_servers: BotServers, text: str) -> None:
    person = bot_servers.conversation("da")
    said = person.say(text)
    assert [message["kind"] for message in said] in (["fallback"], ["choice"], ["smalltalk"])
    assert person.say("Hvilket ICS-center hører min kommune til?")[0]["kind"] == "answer"


def test_both_servers_listen_on_this_machine_alone(bot_servers: BotServers) -> None:
    for url in (bot_servers.rasa_url, bot_servers.actions_url):
        port = httpx.URL(url).port
        assert port is not None
        for address in _other_addresses():
            with socket.socket() as probe:
                probe.settimeout(2)
                assert probe.connect_ex((address, port)) != 0


def _other_addresses() -> list[str]:
    found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return [str(address) for address in found if not str(address).startswith("127.")]


def test_conversations_survive_restarts_and_logs_hold_no_text(
    trained_models: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    url = sqlite_with_articles(tmp_path, sqlite_template)
    with running_servers(tmp_path, trained_models, url) as servers:
        person = servers.conversation("da")
        question = person.say("Hvordan får jeg et CPR-nummer? Quetzalcoatl")[-1]
        assert question["kind"] == "question"
        # Written back into the file with every turn if Rasa closed its connection.
        assert (tmp_path / "rasa.db-wal").exists()
    environment = servers.environment
    with running_server("rasa", f"{servers.rasa_url}/", tmp_path, environment):
        # Without the action server there is nothing to say.
        assert person.say("Quetzalcoatl") == []
        health = f"{servers.actions_url.removesuffix('webhook')}health"
        with running_server("actions", health, tmp_path, environment):
            (question,) = person.say(question["buttons"][0]["payload"])
            (answer,) = person.say(question["buttons"][2]["payload"])
            assert (answer["kind"], answer["variant"]) == ("answer", "nordic over_6_months")
    for name in ("rasa.log", "actions.log"):
        log = (tmp_path / name).read_text(encoding="utf-8")
        assert "Quetzalcoatl" not in log, log
        assert "CPR" not in log, log


def test_an_answer_differs_by_centre_and_the_centre_is_remembered(
    trained_models: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    content = write_content_by_centre(tmp_path / "content")
    url = sqlite_with_articles(tmp_path, sqlite_template, content)
    ask = "How do I get a CPR number?"
    with running_servers(tmp_path, trained_models, url) as servers:
        known = servers.conversation("en")
        (question,) = known.say(ask)
        assert (question["kind"], len(question["buttons"])) == ("question", 1)
        (answer,) = known.say("Odense")
        assert (answer["topic"], answer["variant"]) == ("cpr-number", "centre:odense")
        assert "Book a time in Odense." in answer["text"]
        (again,) = known.say(ask)
        assert again["variant"] == "centre:odense"
        unknown = servers.conversation("en")
        (question,) = unknown.say(ask)
        (general,) = unknown.say(question["buttons"][0]["payload"])
        assert (general["topic"], general["variant"]) == ("cpr-number", "other_centre")
        assert "Come when it suits you." in general["text"]
        typed = servers.conversation("en")
        typed.say(ask)
        (general,) = typed.say("I don't know")
        assert general["variant"] == "other_centre"


def test_two_replicas_share_conversations_and_locks(
    trained_models: Path, postgres: Cluster, tmp_path: Path
) -> None:
    with running_redis(tmp_path) as redis_url, bot_database(postgres) as url:
        settings = {"ANKOMST_REDIS_URL": redis_url}
        with running_servers(tmp_path, trained_models, url, settings=settings) as first:
            port = free_port()
            environment = {**first.environment, "ANKOMST_RASA_PORT": str(port)}
            address = f"http://127.0.0.1:{port}"
            with running_server("rasa", f"{address}/", tmp_path, environment):
                person = first.conversation("pl")
                question = person.say("jak zarejestrować się i dostać numer cpr")[-1]
                assert question["kind"] == "question"
                elsewhere = replace(first, rasa_url=address)
                person = Conversation(elsewhere, person.sender, "pl")
                assert person.say("jestem z Polski")[0]["kind"] == "question"
                assert person.say("2 lata")[0]["variant"] == "eu_eea_ch over_6_months"
        engine = create_engine(url)
        with engine.connect() as connection:
            query = text("SELECT count(*) FROM rasa.events WHERE sender_id = :sender")
            assert connection.execute(query, {"sender": person.sender}).scalar_one() > 10
        engine.dispose()
    assert not (tmp_path / "rasa.db").exists()


@contextmanager
def bot_database(cluster: Cluster) -> Iterator[str]:
    """A PostgreSQL database with the articles."""
    admin = create_engine(cluster.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bot TEMPLATE template_ankomst"))
    import_articles(cluster.url("bot"))
    yield cluster.url("bot")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE bot WITH (FORCE)"))
    admin.dispose()


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """A Redis on 127.0.0.1 that asks for a password; keeps nothing."""
    port, password = free_port(), "geh%eim"
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(
        ["redis-server", *arguments, "--requirepass", password], stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://:{quote(password)}@127.0.0.1:{port}/3"
    finally:
        process.terminate()
        process.wait()


def test_without_a_model_rasa_does_not_start(
    bot_servers: BotServers, sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "ankomst.db").write_bytes(sqlite_template.read_bytes())
    environment = {
        **bot_servers.environment,
        "ANKOMST_DATA_DIRECTORY": str(tmp_path),
        "ANKOMST_DATABASE_URL": "",
    }
    result = _start_rasa(environment)
    assert result.returncode == 1
    assert "ankomst train" in result.stderr


def test_a_broken_model_ends_rasa(bot_servers: BotServers, tmp_path: Path) -> None:
    name = trained_version(bot_servers.data_directory / "models").name
    archive = Versions(tmp_path / "models").version(name).archive
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"no archive")
    environment = {
        **bot_servers.environment,
        "ANKOMST_DATA_DIRECTORY": str(tmp_path),
        "ANKOMST_RASA_PORT": str(free_port()),
    }
    result = _start_rasa(environment)
    assert result.returncode == 1
    assert "ankomst train --force" in result.stdout + result.stderr


def _start_rasa(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "ankomst"), "bot", "rasa"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_rasas_own_story_test(bot_servers: BotServers, tmp_path: Path) -> None:
    stories = tmp_path / "test_stories.yml"
    stories.write_bytes((ROOT / "bot" / "data" / "stories.yml").read_bytes())
    assert yaml.safe_load(stories.read_text(encoding="utf-8"))["stories"]
    result = subprocess.run(
        [
            str(ROOT / "bot" / ".venv" / "bin" / "python"),
            *("-W", "ignore", "-m", "rasa", "test", "core", "--fail-on-prediction-errors"),
            *("--model", str(trained_version(bot_servers.data_directory / "models").archive)),
            *("--stories", str(stories), "--out", str(tmp_path / "results")),
        ],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
