"""Conversations are erased when their period is over, and not before."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import func, select

from conversations import record
from conversations.erasing import erase, erase_expired
from conversations.models import Conversation, Turn
from conversations.record import Reply
from storage.database import Database
from storage.times import now

_DAYS = 180


def _conversation(database: Database, days_old: float) -> str:
    with database.transaction() as session:
        conversation = record.start(session, "lt")
        asked = record.add_question(session, conversation, "mokesciu kortele", None)
        record.store_answer(session, conversation, asked.id, [Reply("answer", "Taip", "lt")])
        conversation.started_at = now() - timedelta(days=days_old)
        return conversation.id


def _left(database: Database) -> tuple[set[str], int]:
    with database.reading() as session:
        turns = session.scalars(select(func.count(Turn.id))).one()
        return set(session.scalars(select(Conversation.id))), turns


def test_those_whose_period_is_over_go_with_all_that_was_said(database: Database) -> None:
    _conversation(database, _DAYS + 0.1)
    young = _conversation(database, _DAYS - 0.1)
    assert erase_expired(database, _DAYS) == 1
    assert _left(database) == ({young}, 2)
    assert erase_expired(database, _DAYS) == 0


def test_more_than_are_erased_at_once(database: Database) -> None:
    for _ in range(201):
        _conversation(database, _DAYS + 1)
    assert erase_expired(database, _DAYS) == 201
    assert _left(database) == (set(), 0)


def test_one_is_erased_and_one_that_is_not_there_is_none(database: Database) -> None:
    first, second = _conversation(database, 0), _conversation(database, 0)
    with database.transaction() as session:
        erase(session, [first, "unknown"])
    assert _left(database) == ({second}, 2)


def test_what_was_said_leaves_the_file(sqlite_database: Database) -> None:
    _conversation(sqlite_database, _DAYS + 1)
    erase_expired(sqlite_database, _DAYS)
    path = sqlite_database.engine.url.database
    assert path is not None
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError), open(f"{path}{suffix}", "rb") as file:  # noqa: PTH123
            assert b"mokesciu kortele" not in file.read()
