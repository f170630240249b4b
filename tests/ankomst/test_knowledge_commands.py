"""`ankomst knowledge`, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ankomst import cli
from knowledge.answers import title
from language.languages import LANGUAGES
from settings import settings
from storage.database import Database
from tests.knowledge.conftest import ENGLISH, write_content
from tests.knowledge.register_content import write_register_content

Run = Callable[..., Result]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A small content."""
    return write_content(tmp_path / "content")


@pytest.fixture
def ankomst(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on a database of the test's own."""
    monkeypatch.setenv("ANKOMST_DATABASE_URL", database_url)
    settings.cache_clear()

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli.ankomst, [str(argument) for argument in arguments])

    yield run
    settings.cache_clear()


def english_title(database: Database) -> str | None:
    with database.transaction() as session:
        return title(session, "tax-card", "en")


def test_a_dry_run_shows_and_changes_nothing(
    ankomst: Run, directory: Path, database: Database
) -> None:
    result = ankomst("knowledge", "import", directory, "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "add    topics.yml: tax-card, personal-tax-number, form-04063, no-tax-card, tax-card-types, and 76 more",
        "add    cpr-number: article.yml, da.md",
        "add    tax-card: article.yml, da.md, en.md",
        "add    centres.yml: kobenhavn, odense, København, Herlev, Odense",
        "91 added, 0 changed, 0 kept as edited here, 0 the same. Nothing was changed (dry run).",
    ]
    assert english_title(database) is None


def test_import_change_and_export(ankomst: Run, directory: Path, database: Database) -> None:
    assert ankomst("knowledge", "import", directory).exit_code == 0
    assert english_title(database) == "Getting a tax card"
    path = directory / "articles" / "tax-card" / "en.md"
    path.write_text(ENGLISH.replace("Getting a", "A"), encoding="utf-8")
    result = ankomst("knowledge", "import", directory)
    assert result.stdout.splitlines() == [
        "change tax-card: en.md (replaces version 1)",
        "0 added, 1 changed, 0 kept as edited here, 90 the same. Done.",
    ]
    assert english_title(database) == "A tax card"
    path.unlink()
    result = ankomst("knowledge", "export", directory)
    assert result.stdout.splitlines() == [str(path), "1 files written."]
    assert "title: A tax card" in path.read_text(encoding="utf-8")


def test_broken_files_are_named_and_nothing_is_imported(
    ankomst: Run, directory: Path, database: Database
) -> None:
    path = directory / "articles" / "cpr-number" / "da.md"
    path.write_text("---\ntitle: [\n---\n<b>x</b>\n", encoding="utf-8")
    result = ankomst("knowledge", "import", directory)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}: line ")
    assert len(result.stderr.splitlines()) == 1
    assert english_title(database) is None


def test_check_tells_findings_line_by_line(ankomst: Run, directory: Path) -> None:
    result = ankomst("knowledge", "check", directory)
    assert result.exit_code == 1
    missing = directory / "articles" / "cpr-number" / "en.md"
    assert f"{missing}: is missing; write the article in this language." in result.stdout
    assert result.stderr == "Error: 89 findings; correct the files and check again.\n"


@pytest.mark.parametrize("action", ["import", "check"])
def test_a_directory_that_is_not_there(ankomst: Run, action: str, tmp_path: Path) -> None:
    result = ankomst("knowledge", action, tmp_path / "absent")
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path / 'absent'}: is no directory; check the name.\n"


def test_a_database_without_tables_is_one_line(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANKOMST_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    settings.cache_clear()
    result = CliRunner().invoke(cli.ankomst, ["knowledge", "import", str(directory)])
    settings.cache_clear()
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: The database has no tables yet; make them with: ankomst database upgrade\n"
    )


def test_the_register_is_written_as_files(
    ankomst: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.dates.now", lambda: datetime(2027, 2, 28, 12, tzinfo=UTC))
    content, out = write_register_content(tmp_path / "content"), tmp_path / "out"
    assert ankomst("knowledge", "import", content).exit_code == 0
    result = ankomst("knowledge", "register", out)
    assert result.exit_code == 0
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert written == {"centres.json"} | {
        f"{language}/{name}.html"
        for language in LANGUAGES
        for name in ("centres", "centres/herlev", "centres/kobenhavn", "centres/odense")
    }
    assert set(result.stdout.splitlines()) == {str(out / name) for name in written} | {
        "25 files written or removed."
    }
    assert json.loads((out / "centres.json").read_text("utf-8"))["day"] == "2027-02-28"
    assert "ICS Odense" in (out / "lt" / "centres" / "odense.html").read_text("utf-8")
    assert ankomst("knowledge", "register", out).stdout == "0 files written or removed.\n"


def test_files_of_the_register_follow_the_day_and_leave_others_alone(
    ankomst: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.dates.now", lambda: datetime(2027, 2, 28, 12, tzinfo=UTC))
    out = tmp_path / "out"
    ankomst("knowledge", "import", write_register_content(tmp_path / "content"))
    ankomst("knowledge", "register", out)
    (out / "da" / "centres" / "other.html").write_text("not ours", encoding="utf-8")
    monkeypatch.setattr("web.dates.now", lambda: datetime(2027, 2, 28, 23, 1, tzinfo=UTC))
    result = ankomst("knowledge", "register", out)
    # In six languages: one centre is new, one closed, one serves another municipality; and the JSON.
    assert result.stdout.splitlines()[-1] == "25 files written or removed."
    assert sorted(path.name for path in (out / "da" / "centres").iterdir()) == [
        "kobenhavn.html",
        "odense.html",
        "other.html",
    ]
    assert "&lt;Funen&gt;" in (out / "lt" / "centres" / "odense.html").read_text("utf-8")


def test_a_register_that_cannot_be_written_is_one_line(ankomst: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = ankomst("knowledge", "register", tmp_path / "file")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path / 'file' / 'centres.json'} cannot be written (File exists); "
        "check access and free space.\n"
    )
