"""Where Rasa keeps conversations: its store in a SQL database, with connections that stay open."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool


class OpenTrackerStore(SQLTrackerStore):
    """As Rasa's own, but of SQLite one connection stays open.

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
            self.sessionmaker = sessionmaker(bind=self.engine)
