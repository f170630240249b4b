"""A process of the pages publishes and erases by itself, also after the database was away."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ankomst.by_the_clock import keep_doing
from conversations import record
from conversations.models import Conversation
from knowledge.on_time import publish_now
from storage.database import Database
from storage.times import now
from tests.web.serving import application, served


def test_conversations_are_erased(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        young, old = record.start(session, "lt"), record.start(session, "lt")
        old.started_at = now() - timedelta(days=181)
        ids = young.id, old.id

    def is_left(conversation_id: str) -> bool:
        with sqlite_database.reading() as session:
            return session.get(Conversation, conversation_id) is not None

    with served(application(sqlite_database)):
        end = time.monotonic() + 60
        while is_left(ids[1]) and time.monotonic() < end:
            time.sleep(0.05)
    assert not is_left(ids[1])
    assert is_left(ids[0])


def test_without_a_database_it_says_so_and_goes_on(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")

    async def look_for_a_moment() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(keep_doing(partial(publish_now, empty), "publishing", 0.01), 1)

    with capture_logs() as logs:
        asyncio.run(look_for_a_moment())
    empty.close()
    assert len(logs) > 1
    assert {(entry["event"], entry["what"]) for entry in logs} == {("put_off", "publishing")}
