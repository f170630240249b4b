"""`ankomst users`, as an operator types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import PREFIX
from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles
from web import audit, users
from web.audit import Chosen
from web.passwords import verify

PASSWORD = "correct horse battery staple"
ANKOMST = Path(sys.executable).parent / "ankomst"


def run(url: str, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    return subprocess.run(
        [ANKOMST, "users", *arguments],
        env=inherited | {f"{PREFIX}DATABASE_URL": url},
        input=password + "\n",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def on_sqlite(sqlite_database: Database) -> str:
    """The address of a SQLite database, where the kind of database does not matter."""
    return str(sqlite_database.engine.url)


def test_a_user_is_added_listed_closed_and_given_a_new_password(database_url: str) -> None:
    added = run(
        database_url, "add", "kim", "--role", "caseworker", "--queue", "tax", "--queue", "jobseeker"
    )
    assert (added.returncode, added.stdout, added.stderr) == (0, "Added kim.\n", "")
    assert run(database_url, "list").stdout == "kim\tcaseworker\ttax,jobseeker\tall\topen\n"
    assert run(database_url, "close", "kim").returncode == 0
    assert run(database_url, "list").stdout.endswith("closed\n")
    assert run(database_url, "reopen", "kim").returncode == 0
    assert run(database_url, "password", "kim", password="another passphrase").returncode == 0
    database = Database(database_url)
    with database.transaction() as session:
        kim = users.find(session, "kim")
        assert kim.active
        assert verify(kim.password_hash, "another passphrase")
        recorded = [
            (entry.action, entry.user_name)
            for entry in reversed(audit.entries(session, Chosen(), limit=100))
        ]
        assert recorded == [
            ("user.added", None),
            ("user.made_caseworker", None),
            ("user.closed", None),
            ("user.reopened", None),
            ("user.password_given", None),
        ]
    database.close()


def test_the_last_admin_is_not_closed(on_sqlite: str) -> None:
    assert run(on_sqlite, "add", "kim", "--role", "admin").returncode == 0
    refused = run(on_sqlite, "close", "kim")
    assert refused.returncode == 1
    assert "kim is the last admin" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_caseworker_is_added_with_the_centres_that_there_are(
    sqlite_database: Database, on_sqlite: str
) -> None:
    arguments = ("add", "kim", "--role", "caseworker", "--centre", "aarhus", "--centre", "odense")
    early = run(on_sqlite, *arguments)
    assert early.returncode == 1
    assert "run: ankomst knowledge import" in early.stderr
    with sqlite_database.transaction() as session:
        bring_in_own_articles(session)
    wrong = run(on_sqlite, *arguments, "--centre", "paris")
    assert wrong.returncode == 1
    assert "There is no centre paris. The centres are: " in wrong.stderr
    assert "odense" in wrong.stderr
    assert run(on_sqlite, *arguments).returncode == 0
    assert run(on_sqlite, "list").stdout == "kim\tcaseworker\tall\taarhus,odense\topen\n"


@pytest.mark.parametrize(
    ("arguments", "password", "message"),
    [
        (("add", "kim", "--role", "admin"), "short", "needs 12 characters"),
        (("add", "kim", "--role", "admin"), "Kim likes warm tea", "contains the user's name"),
        (("add", "kim larsen", "--role", "admin"), PASSWORD, "2 to 64 letters"),
        (("password", "nobody"), PASSWORD, "There is no user nobody"),
        (("close", "nobody"), "", "There is no user nobody"),
    ],
)
def test_what_is_wrong_is_one_line(
    on_sqlite: str, arguments: tuple[str, ...], password: str, message: str
) -> None:
    result = run(on_sqlite, *arguments, password=password)
    assert result.returncode == 1
    assert result.stdout == ""
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [("add", "kim"), ("add", "kim", "--role", "king"), ("add", "--role", "admin"),
     ("add", "kim", "--role", "admin", "--queue", "none")],
)  # fmt: skip
def test_wrong_options_are_refused(on_sqlite: str, arguments: tuple[str, ...]) -> None:
    result = run(on_sqlite, *arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("ankomst: ")
    assert len(result.stderr.splitlines()) == 1


def test_the_same_name_twice_is_refused(on_sqlite: str) -> None:
    assert run(on_sqlite, "add", "kim", "--role", "admin").returncode == 0
    again = run(on_sqlite, "add", "kim", "--role", "caseworker")
    assert again.returncode == 1
    assert "There is a user kim already" in again.stderr


def test_a_database_without_tables_is_told_of(tmp_path: Path) -> None:
    result = run(f"sqlite:///{tmp_path / 'new.db'}", "add", "kim", "--role", "admin")
    assert result.returncode == 1
    assert "ankomst database upgrade" in result.stderr
    assert len(result.stderr.splitlines()) == 1
