"""Originals are unreadable in the database and come back byte for byte."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage.database import Database
from storage.originals import Original, Originals, OriginalsError

_OLD, _NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2000))
def test_what_is_kept_comes_back(sqlite_database: Database, content: bytes) -> None:
    originals = Originals(_NEW)
    with sqlite_database.transaction() as session:
        key = originals.keep(session, content)
    with sqlite_database.transaction() as session:
        assert originals.read(session, key) == content


def test_nothing_readable_stands_in_the_database(database: Database) -> None:
    with database.transaction() as session:
        Originals(_NEW).keep(session, b"Subject: secret tax matter of Jonas")
    with database.transaction() as session:
        stored = session.scalars(select(Original.ciphertext)).one()
    assert b"secret" not in stored
    assert b"Jonas" not in stored


def test_keys_are_rotated_step_by_step(database: Database) -> None:
    with database.transaction() as session:
        ids = [Originals(_OLD).keep(session, f"mail {n}".encode()) for n in range(5)]
    both = Originals(f"{_NEW},{_OLD}")
    after: int | None = 0
    while after is not None:
        with database.transaction() as session:
            after = both.rotate(session, after, limit=2)
    with database.transaction() as session:
        assert [Originals(_NEW).read(session, i) for i in ids] == [
            f"mail {n}".encode() for n in range(5)
        ]
        with pytest.raises(OriginalsError, match="No key opens"):
            Originals(_OLD).read(session, ids[0])


def test_an_erased_original_is_gone(database: Database) -> None:
    originals = Originals(_NEW)
    with database.transaction() as session:
        key = originals.keep(session, b"x")
    with database.transaction() as session:
        originals.erase(session, key)
    with database.transaction() as session, pytest.raises(OriginalsError, match="not there"):
        originals.read(session, key)


@pytest.mark.parametrize("keys", ["", "  ", "no-fernet-key", "short,short"])
def test_wrong_keys_are_refused_with_what_to_do(keys: str) -> None:
    with pytest.raises(OriginalsError, match="new-key"):
        Originals(keys)
