"""`ankomst messages import` and `export`, and that training reads what is in the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ankomst import cli, training_data
from ankomst.training_data import read_training_data
from learning.messages import add, chosen, remove
from settings import settings
from storage.database import Database
from tests.learning.conftest import write_message_files
from tests.understanding.small import write_mails
from understanding.examples import Example


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The small files, as if they were the project's own, and a data directory."""
    directory = write_message_files(tmp_path / "nlu")
    monkeypatch.setattr("ankomst.commands.messages.MESSAGES", directory)
    monkeypatch.setattr(training_data, "MESSAGES", directory)
    monkeypatch.setattr(training_data, "MAILS", write_mails(tmp_path / "mails"))
    monkeypatch.setenv("ANKOMST_DATA_DIRECTORY", str(tmp_path / "data"))
    settings.cache_clear()
    yield directory
    settings.cache_clear()


def ankomst(*arguments: str) -> Result:
    return CliRunner().invoke(cli.ankomst, arguments)


def opened() -> Database:
    return Database(settings().effective_database_url())


@pytest.mark.usefixtures("files")
def test_an_import_shows_what_it_changes_and_a_dry_run_changes_nothing() -> None:
    assert ankomst("database", "upgrade").exit_code == 0
    dry = ankomst("messages", "import", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert dry.output.splitlines() == [
        'add    da.yml: "skattekort", "Hvordan får jeg et skattekort?", "hej"',
        'add    en.yml: "tax card", "How do I get a tax card?", "cpr number"',
        "6 added, 0 changed, 0 kept as edited here, 0 the same. Nothing was changed (dry run).",
    ]
    assert ankomst("messages", "import").output.endswith("0 the same. Done.\n")
    assert ankomst("messages", "import").output == (
        "0 added, 0 changed, 0 kept as edited here, 6 the same. Done.\n"
    )


def test_what_is_exported_is_what_the_bot_learns_from(files: Path, tmp_path: Path) -> None:
    assert len(read_training_data().examples) == 6
    assert not (tmp_path / "data").exists()
    ankomst("database", "upgrade")
    assert len(read_training_data().examples) == 6
    ankomst("messages", "import")
    database = opened()
    with database.transaction() as session:
        add(session, "en", "faq/mitid", ["what is mitid"], "alex")
        remove(session, chosen(session, [1], "faq/tax-card", "da"), "alex")
    database.close()
    examples = read_training_data().examples
    assert Example("what is mitid", "faq/mitid", "en") in examples
    assert Example("skattekort", "faq/tax-card", "da") not in examples
    exported = ankomst("messages", "export", str(files))
    assert exported.output.splitlines()[-1] == "2 files written."
    assert "0 changed, 0 kept" in ankomst("messages", "import").output
    again = ankomst("messages", "export", str(files))
    assert again.output == "0 files written.\n"


def test_what_is_wrong_is_one_line(files: Path, tmp_path: Path) -> None:
    no_tables = ankomst("messages", "export", str(tmp_path / "out"))
    assert no_tables.exit_code == 1
    ankomst("database", "upgrade")
    (files / "da.yml").write_text("nlu: 7", encoding="utf-8")
    for arguments in (("import",), ("import", str(tmp_path / "none")), ("export", str(files))):
        result = ankomst("messages", *arguments)
        assert result.exit_code == 1
        assert len(result.output.splitlines()) == 1
