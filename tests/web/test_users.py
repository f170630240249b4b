"""Users: names, passwords, roles."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from settings import ROOT
from storage.database import Database
from tests.web.fixtures import PASSWORD, add_user
from web import users
from web.errors import (
    LastAdminError,
    SamePasswordError,
    UnknownUserError,
    UserExistsError,
    WeakPasswordError,
    WrongPasswordError,
)
from web.passwords import check_strength, generate, hash_password, verify


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "elevenchars",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "password1234",
        "Password!!!!",
        "qwertyqwerty12",
        "123456789012",
        "AdGaNgSkOdE12",
        "kimberly-likes-tea",
        "x" * 300,
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        check_strength(password, "kimberly")


@pytest.mark.parametrize(
    "password", [PASSWORD, "Rødgrød med fløde 7", "żółta-łódka-pływa", "T7#kq9!zLw2v"]
)
def test_a_good_password_is_taken(password: str) -> None:
    check_strength(password, "kimberly")


@pytest.mark.parametrize("name", ["", "k", "bcd", "kim.larsen", "Ærø"])
def test_a_password_that_is_made_is_strong_and_new_each_time(name: str) -> None:
    made = {generate(name) for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_strength(password, name)


def test_passwords_are_hashed_as_rfc_9106_recommends() -> None:
    """In a process of its own: in this one they are hashed fast."""
    command = "from web.passwords import hash_password; print(hash_password('a password'))"
    kept = subprocess.run(
        [sys.executable, "-c", command], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_passwords_are_kept_as_argon2id() -> None:
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert kept != hash_password(PASSWORD)
    assert verify(kept, PASSWORD)
    assert not verify(kept, "other")
    assert not verify("no hash at all", PASSWORD)
    assert not verify(None, "nobody has this password")


def test_a_user_is_added_once(database: Database) -> None:
    with database.transaction() as session:
        user = users.add(session, "kim", PASSWORD, "caseworker", ["tax", "tax", "jobseeker"])
        assert user.queues == ["tax", "jobseeker"]
        assert user.active
        assert not user.demo
    with pytest.raises(UserExistsError), database.transaction() as session:
        users.add(session, "kim", PASSWORD, "admin")
    with database.transaction() as session:
        assert [user.role for user in users.all_users(session)] == ["caseworker"]
        with pytest.raises(UnknownUserError):
            users.find(session, "nobody")


@pytest.mark.parametrize("name", ["", "k", "kim larsen", "kim\x00", "a" * 65, "<kim>"])
def test_a_name_has_only_harmless_characters(sqlite_database: Database, name: str) -> None:
    with sqlite_database.transaction() as session, pytest.raises(ValueError, match="name"):
        users.add(session, name, PASSWORD, "admin")


def test_one_changes_ones_own_password_by_knowing_it(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        user_id = users.add(session, "kim", PASSWORD, "admin").id
        with pytest.raises(WrongPasswordError):
            users.change_password(session, user_id, "wrong", "another good passphrase")
        with pytest.raises(WeakPasswordError):
            users.change_password(session, user_id, PASSWORD, "weak")
        with pytest.raises(SamePasswordError):
            users.change_password(session, user_id, PASSWORD, PASSWORD)
        users.change_password(session, user_id, PASSWORD, "another good passphrase")
        assert verify(users.find(session, "kim").password_hash, "another good passphrase")


def test_admins_are_those_who_can_sign_in(sqlite_database: Database) -> None:
    add_user(sqlite_database, "bo", "admin")
    add_user(sqlite_database, "anna", "admin")
    add_user(sqlite_database, "kim", "caseworker")
    with sqlite_database.transaction() as session:
        users.add_demo_users(session)
        assert users.admins(session, demo=True) == ["admin", "anna", "bo"]
        users.set_active(session, users.find(session, "anna"), active=False)
        assert users.admins(session, demo=False) == ["bo"]


def test_one_admin_stays_whatever_two_of_them_do_to_each_other_at_once(database: Database) -> None:
    for name in ("alex", "bo"):
        add_user(database, name, "admin")
    meet = threading.Barrier(2)
    refused: list[str] = []

    def demote(name: str) -> None:
        with database.transaction() as session:
            if not database.is_sqlite:  # which has one writer at a time anyhow
                meet.wait(10)
            try:
                users.set_duties(session, users.find(session, name), "caseworker", (), ())
            except LastAdminError:
                refused.append(name)

    threads = [threading.Thread(target=demote, args=(name,)) for name in ("alex", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(refused) == 1
    with database.transaction() as session:
        admins = [user.name for user in users.all_users(session) if user.role == "admin"]
    assert admins == refused
