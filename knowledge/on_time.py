"""Publishes drafts whose time has come. Every web process looks once a minute; one of them does it."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from knowledge.translations import publish_due
from storage.database import Database, DatabaseUnavailableError
from storage.times import now
from web import audit
from web.request_log import error_fields

EVERY_SECONDS = 60

_log = structlog.get_logger(__name__)


async def keep_publishing(database: Database, every: float = EVERY_SECONDS) -> None:
    """Publish what is due, now and then again and again until cancelled.

    Args:
        database: Where the drafts are; while it is away nothing is published, and later all that
            has become due.
        every: Seconds between two looks.
    """
    while True:
        try:
            await asyncio.to_thread(publish_now, database)
        except (DatabaseUnavailableError, SQLAlchemyError) as error:
            _log.warning("publishing_put_off", seconds=every, **error_fields(error))
        await asyncio.sleep(every)


def publish_now(database: Database) -> None:
    """Publish the drafts that are due; the audit log names who set their times.

    Raises:
        DatabaseUnavailableError: The database is away; nothing was published.
    """
    with database.transaction() as session:
        for version, scheduled_by in publish_due(session, now()):
            audit.record_ordered(
                session, scheduled_by, "article.published_on_time", version.audit_subject
            )
            _log.info("published_on_time", subject=version.audit_subject, number=version.number)
