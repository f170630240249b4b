"""Where Rasa keeps conversations: its store in a SQL database, for as long as it needs them."""

from __future__ import annotations

import logging
import time
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

_log = logging.getLogger(__name__)

_KEPT_SECONDS = 2 * 24 * 3600.0
"""A conversation ends after a day (`conversations/record.py`); what was said is kept there."""

_FORGETS_EVERY_SECONDS = 3600.0


class OpenTrackerStore(SQLTrackerStore):
    """As Rasa's own, but what was said goes after two days, and of SQLite one connection stays open.

    Rasa opens one for every query. With each that is closed SQLite takes it that the last user has
    gone, and writes its journal back into the file: several waits for the disk in each turn.
    """

    engine: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
            # One is enough: all queries are made in Rasa's event loop, one after the other.
            self.engine = sa.create_engine(
                self.engine.url,
                poolclass=StaticPool,
                connect_args={"check_same_thread": False},
            )
            sa.event.listen(self.engine, "connect", _overwrite_deleted)
            self.sessionmaker = sessionmaker(bind=self.engine)
        self._forgets_at = 0.0

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what is new in a conversation; once an hour, forget those that have ended."""
        await super().save(tracker)
        if time.monotonic() < self._forgets_at:
            return
        self._forgets_at = time.monotonic() + _FORGETS_EVERY_SECONDS
        try:
            self._forget()
        except SQLAlchemyError as error:
            _log.warning("Old conversations were not deleted: %s", type(error).__name__)

    def _forget(self) -> None:
        old = self.SQLEvent.timestamp < time.time() - _KEPT_SECONDS
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(old).delete(synchronize_session=False)
            session.commit()


def _overwrite_deleted(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA secure_delete=ON")
