"""Sessions and lockout, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.web.fixtures import PASSWORD, add_user
from web import sessions, users
from web.models import Role, StaffSession, User
from web.sessions import ATTEMPTS, IDLE, LOCKED_FOR, LONGEST, SignedIn


def attempt(database: Database, name: str, password: str) -> bool:
    with database.transaction() as session:
        return sessions.check_password(session, name, password, demo=False) is not None


def start(database: Database, name: str = "kim") -> str:
    with database.transaction() as session:
        return sessions.start(session, users.find(session, name).id)


def found(database: Database, token: str) -> SignedIn | None:
    with database.transaction() as session:
        return sessions.find(session, token, demo=False)


@pytest.fixture
def kim(database: Database) -> Database:
    """A database with one caseworker, kim."""
    add_user(database, "kim", "caseworker", ("tax",))
    return database


def test_only_the_right_password_of_a_known_user_fits(kim: Database) -> None:
    assert attempt(kim, "kim", PASSWORD)
    for name, password in (
        ("kim", PASSWORD + " "),
        ("kim", ""),
        ("kim", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("", ""),
        ("kim\x00", PASSWORD),
        ("kim", "x" * 100_000),
    ):
        assert not attempt(kim, name, password), (name, password[:30])


def test_five_wrong_passwords_lock_the_account_for_a_while(kim: Database) -> None:
    for _ in range(ATTEMPTS):
        assert not attempt(kim, "kim", "wrong")
    assert not attempt(kim, "kim", PASSWORD)
    with kim.transaction() as session:
        user = users.find(session, "kim")
        assert user.locked_until is not None
        assert LOCKED_FOR - timedelta(minutes=1) < user.locked_until - now() <= LOCKED_FOR
        user.locked_until = now() - timedelta(seconds=1)
    assert attempt(kim, "kim", PASSWORD)
    # A success wipes the slate.
    for _ in range(ATTEMPTS - 1):
        assert not attempt(kim, "kim", "wrong")
    assert attempt(kim, "kim", PASSWORD)
    for _ in range(ATTEMPTS - 1):
        assert not attempt(kim, "kim", "wrong")
    assert attempt(kim, "kim", PASSWORD)


def test_guessing_on_while_locked_does_not_prolong_it(kim: Database) -> None:
    for _ in range(ATTEMPTS):
        attempt(kim, "kim", "wrong")
    with kim.transaction() as session:
        locked = users.find(session, "kim").locked_until
    for _ in range(ATTEMPTS):
        attempt(kim, "kim", "wrong")
    with kim.transaction() as session:
        assert users.find(session, "kim").locked_until == locked


def test_a_session_is_found_by_its_token_alone(kim: Database) -> None:
    token = start(kim)
    signed_in = found(kim, token)
    assert signed_in is not None
    assert (signed_in.name, signed_in.role, signed_in.queues) == ("kim", "caseworker", ("tax",))
    for other in ("", token[:-1], token.swapcase(), "\udcff"):
        assert found(kim, other) is None
    with kim.transaction() as session:
        kept = session.scalars(select(StaffSession.token_hash)).one()
    assert token.encode() not in kept


@pytest.mark.parametrize(
    ("role", "centres", "seen", "not_seen"),
    [
        ("caseworker", (), ("aarhus", "odense", None), ()),
        ("caseworker", ("aarhus",), ("aarhus", None), ("odense", "")),
        ("team_leader", ("aarhus",), ("aarhus", "odense", None), ()),
        ("admin", ("aarhus",), ("aarhus", "odense", None), ()),
    ],
)
def test_a_caseworker_sees_the_mail_of_own_centres_and_of_none(
    sqlite_database: Database,
    role: Role,
    centres: tuple[str, ...],
    seen: tuple[str | None, ...],
    not_seen: tuple[str | None, ...],
) -> None:
    with sqlite_database.transaction() as session:
        users.add(session, "kim", PASSWORD, role, centres=centres)
    kim = found(sqlite_database, start(sqlite_database))
    assert kim is not None
    assert kim.centres == centres
    assert all(kim.sees_centre(slug) for slug in seen)
    assert not any(kim.sees_centre(slug) for slug in not_seen)


def test_a_session_ends_when_unused_and_is_renewed_when_used(kim: Database) -> None:
    token = start(kim)
    _age(kim, seen=IDLE - timedelta(minutes=1), started=IDLE)
    assert found(kim, token) is not None
    with kim.transaction() as session:
        seen = session.scalars(select(StaffSession.seen_at)).one()
    assert now() - seen < timedelta(minutes=1)
    _age(kim, seen=IDLE, started=IDLE)
    assert found(kim, token) is None


def test_a_session_ends_after_its_longest_time_however_much_it_is_used(kim: Database) -> None:
    token = start(kim)
    _age(kim, seen=timedelta(0), started=LONGEST)
    assert found(kim, token) is None
    start(kim)
    with kim.transaction() as session:
        assert len(session.scalars(select(StaffSession)).all()) == 1


def _age(database: Database, seen: timedelta, started: timedelta) -> None:
    with database.transaction() as session:
        session.execute(
            update(StaffSession).values(seen_at=now() - seen, started_at=now() - started)
        )


def test_signing_out_ends_this_session_and_no_other(kim: Database) -> None:
    first, second = start(kim), start(kim)
    signed_in = found(kim, first)
    assert signed_in is not None
    with kim.transaction() as session:
        sessions.end(session, signed_in.session_id)
    assert found(kim, first) is None
    assert found(kim, second) is not None


def test_a_new_password_ends_all_sessions_and_unlocks(kim: Database) -> None:
    tokens = [start(kim), start(kim)]
    for _ in range(ATTEMPTS):
        attempt(kim, "kim", "wrong")
    with kim.transaction() as session:
        users.set_password(session, users.find(session, "kim"), "another good passphrase")
    assert [found(kim, token) for token in tokens] == [None, None]
    assert not attempt(kim, "kim", PASSWORD)
    assert attempt(kim, "kim", "another good passphrase")


def test_a_closed_account_is_out_at_once(kim: Database) -> None:
    token = start(kim)
    with kim.transaction() as session:
        users.set_active(session, users.find(session, "kim"), active=False)
    assert found(kim, token) is None
    assert not attempt(kim, "kim", PASSWORD)


def test_demo_users_exist_where_the_demo_runs_and_nowhere_else(database: Database) -> None:
    with database.transaction() as session:
        users.add_demo_users(session)
        users.add_demo_users(session)
        assert session.scalars(select(User.name).order_by(User.name)).all() == [
            "admin",
            "caseworker",
            "leader",
        ]
    with database.transaction() as session:
        user_id = sessions.check_password(session, "admin", users.DEMO_PASSWORD, demo=True)
        assert user_id is not None
        token = sessions.start(session, user_id)
        assert sessions.find(session, token, demo=True) is not None
        # The same database, started without the demo.
        assert sessions.find(session, token, demo=False) is None
        assert not sessions.check_password(session, "admin", users.DEMO_PASSWORD, demo=False)
