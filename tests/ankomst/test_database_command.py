"""`ankomst database upgrade`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ankomst import cli
from settings import settings


@pytest.fixture(autouse=True)
def _fresh_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("ANKOMST_DATABASE_URL", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def upgrade() -> Result:
    return CliRunner().invoke(cli.ankomst, ["database", "upgrade"])


def test_the_folder_of_an_sqlite_database_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANKOMST_DATA_DIRECTORY", str(tmp_path / "deep" / "var"))
    assert upgrade().exit_code == 0
    assert (tmp_path / "deep" / "var" / "ankomst.db").exists()
    assert upgrade().exit_code == 0


def test_both_databases_are_upgraded_and_no_password_is_shown(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database_url.replace("ankomst@", "ankomst:secret@")
    monkeypatch.setenv("ANKOMST_DATABASE_URL", url)
    result = upgrade()
    assert result.exit_code == 0, result.output
    assert "is current" in result.stdout
    assert "secret" not in result.output


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "ANKOMST_DATABASE_URL is no address of a database"),
        ("oracle9://a/b", "ANKOMST_DATABASE_URL is no address of a database"),
        ("postgresql+psycopg://a@127.0.0.1:1/b", "The database did not answer"),
        ("sqlite:////proc/nowhere/a.db", "/proc/nowhere cannot be made"),
    ],
)
def test_what_is_wrong_is_one_line(url: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANKOMST_DATABASE_URL", url)
    result = upgrade()
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {said}")
    assert len(result.stderr.splitlines()) == 1
