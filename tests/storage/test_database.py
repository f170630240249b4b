"""Units of work, and what a missing or busy database does."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, DatabaseUnavailableError


def test_an_error_in_the_block_undoes_everything(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))

    def write_and_fail() -> None:
        with database.transaction() as session:
            session.execute(text("INSERT INTO t VALUES (1)"))
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        write_and_fail()
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM t")).scalar_one() == 0


def test_two_writers_wait_for_each_other(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))

    def count() -> None:
        for _ in range(20):
            with database.transaction() as session:
                session.execute(text("UPDATE counter SET n = n + 1"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.transaction() as session:
        assert session.execute(text("SELECT n FROM counter")).scalar_one() == 80


def test_a_reader_waits_for_no_writer(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    counted = text("SELECT count(*) FROM t")
    with database.transaction() as writing:
        writing.execute(text("INSERT INTO t VALUES (1)"))
        with database.reading() as session:
            assert session.execute(counted).scalar_one() == 0
    with database.reading() as session:
        assert session.execute(counted).scalar_one() == 1
        with database.transaction() as writing:
            writing.execute(text("INSERT INTO t VALUES (2)"))
    with database.transaction() as session:
        assert session.execute(counted).scalar_one() == 2


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"]
)
def test_an_absent_database_is_our_own_error(url: str) -> None:
    database = Database(url)
    with (
        pytest.raises(DatabaseUnavailableError, match="check that it runs"),
        database.transaction() as session,
    ):
        session.execute(text("SELECT 1"))
    database.close()


def test_the_sqlite_file_is_durable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.transaction() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    database.close()
