"""Erases conversations: those whose period is over, and one that belongs to an erased case.

Personal data are kept no longer than they are needed for (GDPR, article 5(1)(e)).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from conversations.models import Conversation, Turn
from storage.database import Database, DatabaseUnavailableError
from storage.times import now
from web.request_log import error_fields

EVERY_SECONDS = 3600.0

_AT_ONCE = 200
"""So many in one transaction: people who write meanwhile wait for none."""

_log = structlog.get_logger(__name__)


async def keep_erasing(database: Database, days: int, every: float = EVERY_SECONDS) -> None:
    """Erase what is due, now and then again and again until cancelled.

    Args:
        database: Where the conversations are; while it is away nothing is erased, and later all that
            has become due.
        days: How long a conversation is kept from its beginning.
        every: Seconds between two times.
    """
    while True:
        try:
            await asyncio.to_thread(erase_expired, database, days)
        except (DatabaseUnavailableError, SQLAlchemyError) as error:
            _log.warning("erasing_put_off", seconds=every, **error_fields(error))
        await asyncio.sleep(every)


def erase_expired(database: Database, days: int) -> int:
    """Erase the conversations that began longer ago than so many days.

    Returns:
        How many there were.

    Raises:
        DatabaseUnavailableError: The database is away; what was erased until then is.
    """
    before = now() - timedelta(days=days)
    erased = 0
    while True:
        with database.transaction() as session:
            expired = session.scalars(
                select(Conversation.id)
                .where(Conversation.started_at < before)
                .order_by(Conversation.started_at)
                .limit(_AT_ONCE)
            ).all()
            erase(session, expired)
        erased += len(expired)
        if len(expired) < _AT_ONCE:
            break
    if erased:
        database.overwrite_deleted((Turn.__tablename__, Conversation.__tablename__))
        _log.info("conversations_erased", count=erased)
    return erased


def erase(session: Session, conversation_ids: Sequence[str]) -> None:
    """Erase conversations with all that was said in them; of those that are not there, nothing."""
    session.execute(delete(Turn).where(Turn.conversation_id.in_(conversation_ids)))
    session.execute(delete(Conversation).where(Conversation.id.in_(conversation_ids)))
