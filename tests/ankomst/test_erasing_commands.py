"""`ankomst triage erase-expired` and `verify-erased`, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import update

from ankomst import cli
from settings import settings
from storage.database import Database
from storage.originals import Originals
from storage.times import now
from triage.cases.handling import NewCase, open_case
from triage.models import Case
from triage.privacy.retention import Period, periods, save

KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _settings_of_this_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("ANKOMST_DATABASE_URL", database_url)
    monkeypatch.setenv("ANKOMST_ORIGINALS_KEYS", KEY)
    settings.cache_clear()
    yield
    settings.cache_clear()


def triage(*arguments: str) -> Result:
    return CliRunner().invoke(cli.ankomst, ["triage", *arguments])


@pytest.fixture
def case_id(database: Database) -> int:
    """A case that was closed for 31 days, of a shelf with a period of 30."""
    new = NewCase("counter", "tax", None, "en", [], "subject", "note", "", "", "")
    with database.transaction() as session:
        opened = open_case(session, Originals(KEY), new, "kim")
        session.execute(update(Case).values(closed_at=now() - timedelta(days=31)))
        save(session, {**periods(session), "tax": Period(30)}, "lone")
    return opened


def test_it_counts_first_and_erases_when_it_is_meant(database: Database, case_id: int) -> None:
    counted = triage("erase-expired", "--dry-run")
    assert counted.exit_code == 0, counted.output
    assert "tax: 30 days; to be erased: 1; open for too long: 0" in counted.stdout
    assert "spam: no period decided; to be erased: 0" in counted.stdout
    with database.reading() as session:
        assert session.get_one(Case, case_id).subject == "subject"
    erased = triage("erase-expired")
    assert erased.exit_code == 0, erased.output
    assert "1 done" in erased.stdout
    with database.reading() as session:
        assert session.get_one(Case, case_id).subject is None
    assert "tax: 30 days; to be erased: 0" in triage("erase-expired").stdout


def test_it_says_whether_anything_is_left(database: Database, case_id: int) -> None:
    triage("erase-expired")
    verified = triage("verify-erased")
    assert verified.exit_code == 0
    assert "Nothing is left of what was erased." in verified.stdout
    with database.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(subject="left"))
    verified = triage("verify-erased")
    assert verified.exit_code == 1
    assert "ICS-000001: case_not_empty" in verified.stdout
    assert "left of what was erased" in verified.stderr


@pytest.mark.usefixtures("case_id")
def test_it_says_of_a_file_whether_it_was_erased(tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    same.write_bytes(b"subject\nnote")
    other.write_bytes(b"subject\nnote.")
    assert triage("verify-erased", str(same)).exit_code == 1
    triage("erase-expired")
    told = triage("verify-erased", str(same))
    assert told.exit_code == 0
    assert "ICS-000001" in told.stdout
    told = triage("verify-erased", str(same), str(other))
    assert told.exit_code == 1
    assert f"{other}: not among what was erased" in told.stdout
    missing = triage("verify-erased", str(tmp_path / "missing"))
    assert missing.exit_code == 1
    assert "No such file" in missing.stderr
