"""The bot's servers, once a session: Rasa with a really trained model, the actions, the pages.

The model is kept in pytest's cache directory, and trained anew by `ankomst train` when anything it
is made from has changed.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import httpx
import pytest
from cryptography.fernet import Fernet

from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.importing import carry_out, plan
from learning import runs
from learning.versions import Version, Versions
from settings import ENV_FILE_VARIABLE, PREFIX, ROOT
from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles
from tests.postgres import free_port

_ANKOMST = str(Path(sys.executable).parent / "ankomst")
_COMMANDS = {"rasa": ["bot", "rasa"], "actions": ["bot", "actions"], "web": ["web"]}
_START_SECONDS = 120
_IN_USE = "in-use"
"""File in a models directory with the name of the version that `train` made or found."""


@dataclass(frozen=True)
class BotServers:
    """The two servers of a session.

    Attributes:
        rasa_url: Address of Rasa.
        actions_url: Address of the action server's webhook.
        token: What Rasa's API asks of its callers.
        data_directory: The data directory of both, with the database, the model and their logs.
        environment: The ANKOMST_* variables with which other processes share all this.
        pids: The process of each.
    """

    rasa_url: str
    actions_url: str
    token: str
    data_directory: Path
    environment: Mapping[str, str]
    pids: Mapping[str, int]

    def conversation(self, language: str | None = None) -> Conversation:
        """Return a new conversation, on a page in a language."""
        return Conversation(self, f"test-{uuid.uuid4().hex}", language)

    def parse(self, text: str) -> dict[str, Any]:
        """Return what Rasa's own /model/parse makes of a text."""
        return cast("dict[str, Any]", self._request("POST", "/model/parse", {"text": text}))

    def tracker(self, sender: str) -> dict[str, Any]:
        """Return what Rasa remembers of a conversation."""
        return cast("dict[str, Any]", self._request("GET", f"/conversations/{sender}/tracker"))

    def _request(self, method: str, path: str, body: object = None) -> Any:
        parameters = {"token": self.token}
        response = httpx.request(
            method, f"{self.rasa_url}{path}", params=parameters, json=body, timeout=60
        )
        response.raise_for_status()
        return response.json()


@dataclass(frozen=True)
class Conversation:
    """A person who writes to the bot."""

    servers: BotServers
    sender: str
    language: str | None

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a text or a payload; return the objects that the bot says."""
        metadata = {"language": self.language} if self.language else {}
        body = {"sender": self.sender, "message": text, "metadata": metadata}
        said = self.servers._request("POST", "/webhooks/rest/webhook", body)
        return [message["custom"] for message in said]

    @property
    def slots(self) -> dict[str, Any]:
        """What the bot remembers."""
        return cast("dict[str, Any]", self.servers.tracker(self.sender)["slots"])


@pytest.fixture(scope="session")
def trained_models(pytestconfig: pytest.Config) -> Path:
    """A models directory with a version trained with the present code and data."""
    assert pytestconfig.cache is not None
    return train(ROOT, pytestconfig.cache.mkdir("trained"))


def train(root: Path, data: Path, **settings: str) -> Path:
    """Return the models directory of a project; nothing is trained where the models fit.

    Args:
        root: The project, this one or a copy.
        data: The data directory that the models are in.
        settings: ANKOMST_* variables to train with.
    """
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes share the models
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/ankomst.db"
            directories = {f"{PREFIX}DATA_DIRECTORY": str(data), f"{PREFIX}DATABASE_URL": url}
            result = subprocess.run(
                [_ANKOMST, "train"],
                cwd=root,
                env={**_base_environment(root), **directories, **settings},
                capture_output=True,
                text=True,
                check=False,
            )
            assert result.returncode == 0, f"ankomst train: {result.stdout}{result.stderr}"
            note = data / "models" / _IN_USE
            note.with_suffix(".new").write_text(_version_in_use(url), encoding="ascii")
            note.with_suffix(".new").replace(note)
    return data / "models"


def _version_in_use(url: str) -> str:
    database = Database(url)
    with database.transaction() as session:
        run = runs.active(session)
    database.close()
    assert run is not None
    assert run.version is not None
    return run.version


def trained_version(models: Path) -> Version:
    """Return the version that `train` made, or found, in a models directory."""
    return Versions(models).version((models / _IN_USE).read_text(encoding="ascii"))


def adopt(url: str, models: Path) -> None:
    """Make the version that `train` made the active one of a database."""
    database = Database(url)
    with database.transaction() as session:
        runs.adopt(session, trained_version(models).name, [])
    database.close()


@pytest.fixture(scope="session")
def bot_servers(
    trained_models: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BotServers]:
    """Rasa and the action server, with the project's articles in a database of their own."""
    data = tmp_path_factory.mktemp("bot")
    url = sqlite_with_articles(data, sqlite_template)
    with running_servers(data, trained_models, url) as servers:
        yield servers


@pytest.fixture(scope="session")
def bot_pages(bot_servers: BotServers) -> Iterator[str]:
    """The pages with the chat API in front of both, on the same database; gives their address."""
    port, data = free_port(), bot_servers.data_directory
    url = f"http://127.0.0.1:{port}"
    environment = {
        **bot_servers.environment,
        f"{PREFIX}WEB_PORT": str(port),
        f"{PREFIX}PUBLIC_URL": url,
        f"{PREFIX}SESSION_KEY": secrets.token_urlsafe(32),
        f"{PREFIX}ORIGINALS_KEYS": Fernet.generate_key().decode(),
    }
    with running_server("web", f"{url}/", data, environment):
        yield url


def sqlite_with_articles(data: Path, template: Path, content: Path = CONTENT_DIRECTORY) -> str:
    """Make a database in a data directory; return its URL.

    Args:
        data: The data directory.
        template: A migrated SQLite file.
        content: The articles and centres to import.
    """
    path = data / "ankomst.db"
    path.write_bytes(template.read_bytes())
    import_articles(f"sqlite:///{path}", content)
    return f"sqlite:///{path}"


def import_articles(url: str, directory: Path = CONTENT_DIRECTORY) -> None:
    """Bring the articles and centres of a directory into a database."""
    database = Database(url)
    with database.transaction() as session:
        if directory == CONTENT_DIRECTORY:
            bring_in_own_articles(session)
        else:
            carry_out(session, plan(session, read_content(directory)), "test")
    database.close()


@contextmanager
def running_servers(
    data: Path,
    models: Path,
    database_url: str,
    root: Path = ROOT,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[BotServers]:
    """Run both servers on free ports of 127.0.0.1.

    Args:
        data: The data directory.
        models: The models directory to serve.
        database_url: A database with articles.
        root: The project to run, this one or a copy.
        settings: Further ANKOMST_* variables.
    """
    (data / "models").unlink(missing_ok=True)
    (data / "models").symlink_to(models, target_is_directory=True)
    adopt(database_url, models)
    rasa_port, actions_port, token = free_port(), free_port(), secrets.token_urlsafe(16)
    environment = {
        f"{PREFIX}DATA_DIRECTORY": str(data),
        f"{PREFIX}DATABASE_URL": database_url,
        f"{PREFIX}RASA_PORT": str(rasa_port),
        f"{PREFIX}RASA_URL": f"http://127.0.0.1:{rasa_port}",
        f"{PREFIX}RASA_TOKEN": token,
        f"{PREFIX}ACTIONS_PORT": str(actions_port),
        f"{PREFIX}ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
        # To encode all articles for it takes minutes in the background, of each test session anew.
        f"{PREFIX}SEARCH_BY_MEANING": "false",
        **settings,
    }
    actions_health = f"http://127.0.0.1:{actions_port}/health"
    rasa_url = environment[f"{PREFIX}RASA_URL"]
    with (
        running_server("actions", actions_health, data, environment, root) as actions,
        running_server("rasa", f"{rasa_url}/", data, environment, root) as rasa,
    ):
        yield BotServers(
            rasa_url=rasa_url,
            actions_url=environment[f"{PREFIX}ACTIONS_URL"],
            token=environment[f"{PREFIX}RASA_TOKEN"],
            data_directory=data,
            environment=environment,
            pids={"rasa": rasa.pid, "actions": actions.pid},
        )


@contextmanager
def running_server(
    name: str, url: str, data: Path, environment: Mapping[str, str], root: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server, from when it answers at the address until the block ends.

    Args:
        name: rasa, actions or web.
        url: What answers when it is ready.
        data: Where its output is kept, in <name>.log.
        environment: The ANKOMST_* variables.
        root: The project to run.
    """
    log = data / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [_ANKOMST, *_COMMANDS[name]],
            cwd=root,
            env={**_base_environment(root), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(url, process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer:\n{log.read_text(errors='replace')[-3000:]}")


def _base_environment(root: Path) -> dict[str, str]:
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    # A copy of the project comes before the installed one.
    return {
        **inherited,
        "PYTHONPATH": str(root),
        ENV_FILE_VARIABLE: os.devnull,
        f"{PREFIX}RASA_PYTHON": str(ROOT / "bot" / ".venv" / "bin" / "python"),
    }
