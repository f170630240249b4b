"""How the bot's servers are started."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result
from pydantic import SecretStr

from ankomst.commands import bot_servers, database
from settings import ROOT, Settings
from storage.database import Database
from tests.learning.use import use_model_in
from tests.postgres import free_port


def _settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_every_variable_of_rasas_files_is_set() -> None:
    files = [ROOT / "endpoints.yml", ROOT / "credentials.yml"]
    named = {
        value[2:-1]
        for file in files
        for section in yaml.safe_load(file.read_text(encoding="utf-8")).values()
        for value in section.values()
        if str(value).startswith("${")
    }
    assert named
    assert named <= set(bot_servers.rasa_environment(_settings()))


def test_conversations_beside_sqlite(tmp_path: Path) -> None:
    environment = bot_servers.rasa_environment(_settings(data_directory=tmp_path))
    assert environment["RASA_TRACKER_URL"] == f"sqlite:///{tmp_path}/rasa.db"
    assert environment["RASA_LOCK_STORE"] == "in_memory"
    assert environment["RASA_MODELS_URL"] == "http://127.0.0.1:8000/internal/model"
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"


def test_conversations_in_a_schema_of_postgresql() -> None:
    url = "postgresql+psycopg://ankomst:p%40ss@db.internal:5433/ankomst"
    environment = bot_servers.rasa_environment(_settings(database_url=url))
    assert environment["RASA_TRACKER_URL"] == (
        "postgresql+psycopg2://ankomst:p%40ss@db.internal:5433/ankomst?options=-csearch_path%3Drasa"
    )


def test_locks_in_redis() -> None:
    url = "rediss://ankomst:p%40ss@redis.internal:6380/2"
    environment = bot_servers.rasa_environment(_settings(redis_url=url))
    assert {name: v for name, v in environment.items() if "REDIS" in name or "LOCK" in name} == {
        "RASA_LOCK_STORE": "redis",
        "RASA_REDIS_HOST": "redis.internal",
        "RASA_REDIS_PORT": "6380",
        "RASA_REDIS_DB": "2",
        "RASA_REDIS_USERNAME": "ankomst",
        "RASA_REDIS_PASSWORD": "p@ss",
        "RASA_REDIS_TLS": "true",
    }


def test_rasa_gets_no_secrets_of_other_processes() -> None:
    settings = _settings(
        session_key=SecretStr("session-secret"), originals_keys=SecretStr("originals-secret")
    )
    assert "secret" not in str(bot_servers.rasa_environment(settings))


@pytest.fixture
def invoke(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_database: Database
) -> Callable[..., Result]:
    """Runs one of the commands with settings; a model is in use, Rasa's Python is any program."""
    use_model_in(sqlite_database)

    def run(command: click.Command, **values: object) -> Result:
        values = {"data_directory": tmp_path, "rasa_python": Path(sys.executable), **values}
        for module in (bot_servers, database):
            monkeypatch.setattr(module, "settings", lambda: _settings(**values))
        return CliRunner().invoke(command)

    return run


def _assert_one_line(result: Result, *words: str) -> None:
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert all(word in result.output for word in words), result.output


def test_a_missing_environment_is_one_line(invoke: Callable[..., Result], tmp_path: Path) -> None:
    result = invoke(bot_servers.rasa, rasa_python=tmp_path / "no" / "python")
    _assert_one_line(result, "make install")


def test_a_missing_model_is_one_line(invoke: Callable[..., Result], tmp_path: Path) -> None:
    result = invoke(bot_servers.rasa, data_directory=tmp_path / "empty")
    _assert_one_line(result, "ankomst train")


def test_an_unreachable_database_is_one_line(invoke: Callable[..., Result]) -> None:
    url = "postgresql+psycopg://x@127.0.0.1:1/x?connect_timeout=1"
    _assert_one_line(invoke(bot_servers.rasa, database_url=url, rasa_port=free_port()), "database")


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_a_taken_port_is_one_line(invoke: Callable[..., Result], name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = invoke(getattr(bot_servers, name), **{f"{name}_port": port})
    _assert_one_line(result, str(port), f"ANKOMST_{name.upper()}_PORT")
