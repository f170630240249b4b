"""The database: one engine a process, and units of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

# An option of a connection's execution: its transactions write nothing.
_READS = "ankomst_reads"


class DatabaseUnavailableError(ConnectionError):
    """The database cannot be reached or cannot write; nothing was changed, try again later."""


class Base(DeclarativeBase):
    """The base of all tables; constraint names are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """An engine and the transactions on it. SQLite and PostgreSQL behave alike.

    Args:
        url: SQLAlchemy URL, `sqlite:///…` or `postgresql+psycopg://…`.
    """

    def __init__(self, url: str) -> None:
        self.engine = _create_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which has one writer at a time and no SKIP LOCKED."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed when the block ends, rolled back when it raises.

        On SQLite the transaction takes the write lock at once (BEGIN IMMEDIATE), so that two
        writers wait for each other instead of failing halfway.

        Raises:
            DatabaseUnavailableError: The database is away, locked for too long, or full.
        """
        with _own_errors(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One unit of work that writes nothing.

        On SQLite it waits for no writer, and no writer waits for it: it sees the database as it was
        when the block first looked.

        Raises:
            DatabaseUnavailableError: The database is away.
        """
        with _own_errors(), self._sessions.begin() as session:
            session.connection(execution_options={_READS: True})
            yield session

    def overwrite_deleted(self, tables: Sequence[str]) -> bool:
        """Let what was deleted and changed leave the disk too, as far as the database can at once.

        SQLite overwrites it as it goes, and here empties its journal, in which it may still stand.
        PostgreSQL frees the room of the rows as they were, to be overwritten.

        Args:
            tables: In which something was deleted.

        Returns:
            False where somebody who was reading kept SQLite from it; try again later.
        """
        with _own_errors(), self.engine.connect() as connection:
            if self.is_sqlite:
                # Past our own BEGIN, within which no journal can be emptied.
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                is_busy = bool((cursor.fetchone() or (True,))[0])
                cursor.close()
                return not is_busy
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            quoted = map(self.engine.dialect.identifier_preparer.quote, tables)
            autocommit.exec_driver_sql(f"VACUUM {', '.join(quoted)}")
            return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise DatabaseUnavailableError(
            f"The database did not answer ({type(error.orig).__name__}); "
            "check that it runs and that its disk has room."
        ) from error


def _create_engine(url: str) -> Engine:
    # Parameters are what people wrote: they must not stand in error messages and so in logs.
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    # As SQLAlchemy's documentation of the SQLite dialect asks for: the driver must not begin
    # transactions of its own, or savepoints and BEGIN IMMEDIATE do not work.
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is deleted is overwritten with zeros (https://sqlite.org/pragma.html#pragma_secure_delete).
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
