"""Drafts are published when their time has come, by one of several processes; both databases."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from knowledge.articles import Text
from knowledge.models import TranslationVersion
from knowledge.on_time import publish_now
from knowledge.translations import latest, published, save, schedule
from storage.database import Database
from storage.times import now
from tests.knowledge.conftest import fill
from tests.web.fixtures import add_user
from tests.web.serving import application, served
from web.models import AuditEntry, User


@pytest.fixture
def due(database: Database, content_directory: Path) -> Database:
    """A draft in English whose time, set by alex, has just come."""
    with database.transaction() as session:
        fill(session, content_directory)
    add_user(database, "alex", "admin")
    with database.transaction() as session:
        before = latest(session, "tax-card", "en")
        text = Text("On time", "written", "On time.\n")
        draft = save(
            session,
            "tax-card",
            "en",
            text,
            author="anna",
            based_on=before.id if before else None,
        )
        schedule(session, draft, now() + timedelta(hours=1), "alex")
    with database.transaction() as session:
        session.execute(
            update(TranslationVersion)
            .where(TranslationVersion.publish_at.is_not(None))
            .values(publish_at=now())
        )
    return database


def shown_title(database: Database) -> str | None:
    with database.transaction() as session:
        version = published(session, "tax-card", "en")
        return version.title if version else None


def recorded(database: Database) -> list[tuple[str, str | None, bool]]:
    with database.transaction() as session:
        alex = session.scalar(select(User.id).where(User.name == "alex"))
        entries = session.scalars(select(AuditEntry))
        return [(one.action, one.user_name, one.user_id == alex) for one in entries]


def test_processes_that_look_at_once_publish_once(due: Database) -> None:
    ready = threading.Barrier(4)

    def look() -> None:
        ready.wait()
        publish_now(due)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown_title(due) == "On time"
    assert recorded(due) == [("article.published_on_time", "alex", True)]


def test_a_draft_that_changed_while_a_process_waited_is_left_alone(due: Database) -> None:
    """The process has seen the draft as due, and waits for whoever cancels its time."""
    with due.transaction() as session:
        draft = latest(session, "tax-card", "en")
        assert draft is not None
        save(
            session,
            "tax-card",
            "en",
            Text("Newer", "written", "Newer.\n"),
            author="anna",
            based_on=draft.id,
        )
        waiting = threading.Thread(target=publish_now, args=(due,))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()  # for the lock of the article, or of the whole database
    waiting.join()
    assert shown_title(due) != "On time"
    assert recorded(due) == []


def test_the_web_process_publishes_by_itself(due: Database) -> None:
    with served(application(due)):
        end = time.monotonic() + 60
        while shown_title(due) != "On time" and time.monotonic() < end:
            time.sleep(0.05)
    assert shown_title(due) == "On time"
