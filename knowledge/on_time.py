"""Publishes drafts whose time has come. Several processes may look; one of them does it."""

from __future__ import annotations

import structlog

from knowledge.translations import publish_due
from storage.database import Database
from storage.times import now
from web import audit

_log = structlog.get_logger(__name__)


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
