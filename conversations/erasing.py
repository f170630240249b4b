"""Erases conversations: those whose period is over, and one that belongs to an erased case.

Personal data are kept no longer than they are needed for (GDPR, article 5(1)(e)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from conversations.models import Conversation, Turn
from storage.database import Database
from storage.times import now

_AT_ONCE = 200
"""So many in one transaction: people who write meanwhile wait for none."""

_log = structlog.get_logger(__name__)


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
