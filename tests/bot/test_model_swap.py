"""Another model is put into use while people write: two Rasa servers, one database, no error."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from learning.models import RunState, TrainingRun
from learning.versions import Version, Versions
from storage.database import Database
from storage.times import now
from tests.bot.servers import (
    BotServers,
    running_server,
    running_servers,
    sqlite_with_articles,
    trained_version,
)
from tests.bot.test_servers import bot_database, running_redis
from tests.postgres import Cluster, free_port
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from understanding.model import Understanding

pytestmark = pytest.mark.rasa

_TOKEN = "of-rasa"
_CERTAIN = "Hvordan får jeg et skattekort?"


def _copy_with_another(trained_models: Path, folder: Path) -> Path:
    """Copy the trained version, and make one of it that offers topics instead of answering."""
    models = folder / "trained" / "models"
    version = trained_version(trained_models)
    shutil.copytree(version.folder, models / "versions" / version.name)
    shutil.copyfile(trained_models / "in-use", models / "in-use")
    other = Versions(models).version("other")
    shutil.copytree(version.folder, other.folder)
    model = Understanding.load(other.understanding)
    model.weights = replace(model.weights, thresholds=replace(model.weights.thresholds, answer=1.1))
    model.save(other.understanding)
    _put_into_archive(other)
    return models


def _put_into_archive(version: Version) -> None:
    with tarfile.open(version.archive) as archive:
        members = [(m, archive.extractfile(m)) for m in archive.getmembers()]
        contents = [(m, file.read() if file else None) for m, file in members]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member, content in contents:
            if member.name.endswith("/understanding.npz"):
                content = version.understanding.read_bytes()  # noqa: PLW2901
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content) if content is not None else None)
    version.archive.write_bytes(gzip.compress(packed.getvalue()))


@dataclass
class Person:
    """Somebody who writes to the chat API, of one web process or another."""

    urls: tuple[str, str]
    id: str

    @classmethod
    def arrives(cls, urls: tuple[str, str]) -> Person:
        opened = httpx.post(f"{urls[0]}/api/chat/conversations", timeout=30)
        return cls(urls, opened.json()["id"])

    def say(self, server: int, **content: Any) -> list[dict[str, Any]]:
        url = f"{self.urls[server]}/api/chat/conversations/{self.id}/messages"
        answer = httpx.post(url, json=content, timeout=30)
        assert answer.status_code == 200
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages


@dataclass
class Crowd:
    """People who write all the time; what they get is counted."""

    urls: tuple[str, str]
    stop: threading.Event = field(default_factory=threading.Event)
    kinds: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def write(self) -> None:
        server = 0
        while not self.stop.is_set():
            try:
                person = Person.arrives(self.urls)
                self.kinds.append(person.say(server, text=_CERTAIN)[-1]["kind"])
                self.kinds.append(person.say(1 - server, text="tak")[-1]["kind"])
            except (AssertionError, httpx.HTTPError, LookupError, ValueError) as error:
                self.errors.append(repr(error))
            server = 1 - server

    @contextmanager
    def writing(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.write) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()


def _band(servers: BotServers) -> str:
    return str(servers.parse(_CERTAIN)["band"])


def _wait_for(servers: list[BotServers], band: str) -> None:
    started = time.monotonic()
    while any(_band(one) != band for one in servers):
        assert time.monotonic() - started < 60
        time.sleep(0.1)


def _evaluated(database: Database) -> tuple[int, int]:
    """Return the run of the active model, and a new one with the other model."""
    with database.transaction() as session:
        active = session.scalars(
            select(TrainingRun).where(TrainingRun.state == RunState.ACTIVE)
        ).one()
        run = TrainingRun(
            state=RunState.EVALUATED, version="other", asked_by="alex", asked_at=now(), figures=[]
        )
        session.add(run)
        session.flush()
        return active.id, run.id


def test_people_who_write_notice_nothing_of_the_swap(
    trained_models: Path, postgres: Cluster, tmp_path: Path
) -> None:
    models = _copy_with_another(trained_models, tmp_path)
    with ExitStack() as stack:
        redis_url = stack.enter_context(running_redis(tmp_path))
        database_url = stack.enter_context(bot_database(postgres))
        database = Database(database_url)
        stack.callback(database.close)
        ports = free_port(), free_port()
        apps = [
            application(
                database,
                rasa_url=f"http://127.0.0.1:{port}",
                rasa_token=SecretStr(_TOKEN),
                data_directory=models.parent,
            )
            for port in ports
        ]
        urls = (stack.enter_context(served(apps[0])), stack.enter_context(served(apps[1])))
        settings = {
            "ANKOMST_REDIS_URL": redis_url,
            "ANKOMST_RASA_TOKEN": _TOKEN,
            "ANKOMST_RASA_PORT": str(ports[0]),
            "ANKOMST_RASA_URL": f"http://127.0.0.1:{ports[0]}",
            "ANKOMST_RASA_MODELS_URL": f"{urls[0]}/internal/model",
        }
        first = stack.enter_context(
            running_servers(tmp_path, models, database_url, settings=settings)
        )
        second = replace(first, rasa_url=f"http://127.0.0.1:{ports[1]}")
        environment = {
            **first.environment,
            "ANKOMST_RASA_PORT": str(ports[1]),
            "ANKOMST_DATA_DIRECTORY": str(tmp_path / "another machine"),
        }
        # The second server's disk has no model: it fetches its first one too.
        (tmp_path / "another machine").mkdir()
        stack.enter_context(running_server("rasa", f"{second.rasa_url}/", tmp_path, environment))
        add_user(database, "alex", "admin")
        admin = stack.enter_context(signed_in(urls[0], "alex"))
        assert _band(first) == _band(second) == "answer"

        before, after = _evaluated(database)
        crowd = Crowd(urls)
        person = Person.arrives(urls)
        with crowd.writing():
            question = person.say(0, text="jak zarejestrować się i dostać numer cpr")[-1]
            assert question["kind"] == "question"
            for chosen, seen, band in ((after, before, "choice"), (before, after, "answer")):
                page = admin.get(f"/admin/training/{chosen}/activate").text
                form = {"csrf_token": token_in(page), "seen": str(seen)}
                decided = admin.post(f"/admin/training/{chosen}/activate", data=form)
                assert decided.status_code == 303
                _wait_for([first, second], band)
                if band == "choice":
                    again = person.say(1, text="jestem z Polski")[-1]
                    assert again["kind"] == "question"
            answer = person.say(0, text="2 lata")[0]
    assert answer["variant"] == "eu_eea_ch over_6_months"
    assert crowd.errors == []
    assert len(crowd.kinds) > 10
    assert "fallback" not in crowd.kinds
    log = (tmp_path / "rasa.log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert log.count("The model is now") >= 4


def test_a_broken_archive_leaves_the_present_model(
    trained_models: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    models = _copy_with_another(trained_models, tmp_path)
    Versions(models).version("other").archive.write_bytes(b"no archive")
    url = sqlite_with_articles(tmp_path, sqlite_template)
    database = Database(url)
    app = application(database, rasa_token=SecretStr(_TOKEN), data_directory=models.parent)
    with served(app) as address:
        settings = {
            "ANKOMST_RASA_TOKEN": _TOKEN,
            "ANKOMST_RASA_MODELS_URL": f"{address}/internal/model",
        }
        with running_servers(tmp_path, models, url, settings=settings) as servers:
            with database.transaction() as session:
                session.scalars(select(TrainingRun)).one().version = "other"
            log = tmp_path / "rasa.log"
            deadline = time.monotonic() + 60
            while "cannot be loaded" not in log.read_text("utf-8", "replace"):
                assert time.monotonic() < deadline
                time.sleep(0.2)
            assert _band(servers) == "answer"
            time.sleep(5)
            # It is not tried again and again.
            assert log.read_text("utf-8", "replace").count("cannot be loaded") == 1
    database.close()
