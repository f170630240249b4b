"""What an import of training messages changes, and what it leaves as it is here."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from learning.errors import MessageFilesError
from learning.messages import add, chosen, move, remove, standing, training_examples
from tests.learning.conftest import (
    DANISH,
    ENGLISH,
    import_message_files,
    write_message_files,
)

TAX, CPR = "faq/tax-card", "faq/cpr-number"


@pytest.fixture
def files(session: Session, tmp_path: Path) -> Path:
    """Files that have been imported."""
    directory = write_message_files(tmp_path)
    assert len(import_message_files(session, directory)) == 6
    return directory


def test_a_first_import_adds_and_a_second_changes_nothing(session: Session, files: Path) -> None:
    assert len(training_examples(session)) == 6
    message = standing(session, "da", "hej")
    assert message is not None
    assert (message.label, message.origin, message.author, message.in_files) == (
        *("greet", "import", "import"),
        True,
    )
    before = message.revision
    assert import_message_files(session, files) == []
    assert message.revision == before


def test_changes_of_the_files_are_taken_over(session: Session, files: Path) -> None:
    english = ENGLISH.replace("- intent: faq/cpr-number", "- intent: faq/mitid")
    english = english.replace("    - tax card\n", "    - Tax card\n    - new one 010190-1234\n")
    danish = DANISH.replace("    - hej\n", "    - dav\n")
    write_message_files(files, danish, english)
    assert import_message_files(session, files) == [
        ("da.yml greet", '"dav"', "add", ""),
        ("en.yml faq/tax-card", '"Tax card"', "change", "spelt anew"),
        ("en.yml faq/tax-card", '"new one [CPR]"', "add", ""),
        ("en.yml faq/mitid", '"cpr number"', "change", f"moved from {CPR}"),
        ("da.yml greet", '"hej"', "change", "removed; no longer in the files"),
    ]
    assert standing(session, "da", "hej") is None
    assert import_message_files(session, files) == []
    write_message_files(files)
    changes = {item: note for _, item, _, note in import_message_files(session, files)}
    assert changes['"hej"'] == "brought back"
    assert standing(session, "da", "hej") is not None


def test_what_was_done_here_is_never_undone_unless_told_to(session: Session, files: Path) -> None:
    moved, removed = chosen(session, [1, 2], TAX, "da")
    move(session, [moved], CPR)
    remove(session, [removed], "alex")
    [added] = add(session, "da", CPR, ["nyt"], "alex")
    kept = [
        ("da.yml faq/tax-card", '"skattekort"', "keep", f"stands here under {CPR}"),
        (
            "da.yml faq/tax-card",
            '"Hvordan får jeg et skattekort?"',
            "keep",
            "removed here by alex",
        ),
        (f"da.yml {CPR}", '"nyt"', "keep", "only here; export writes it"),
    ]
    assert import_message_files(session, files) == kept
    assert import_message_files(session, files) == kept
    assert (moved.label, removed.removed_by) == (CPR, "alex")
    changes = import_message_files(session, files, overwrite=True)
    assert [(action, note) for _, _, action, note in changes] == [
        ("change", f"overwrites: stands here under {CPR}"),
        ("change", "overwrites: removed here by alex"),
        ("keep", "only here; export writes it"),
    ]
    assert (moved.label, removed.removed_at, added.label) == (TAX, None, CPR)
    (files / "da.yml").write_text(DANISH + "- intent: faq/cpr-number\n  examples: |\n    - nyt\n")
    assert import_message_files(session, files) == []
    assert added.in_files


def test_a_language_without_a_file_is_left_alone(session: Session, files: Path) -> None:
    (files / "en.yml").unlink()
    assert import_message_files(session, files) == []
    assert standing(session, "en", "tax card") is not None


def test_a_text_under_two_labels_stops_the_import(session: Session, tmp_path: Path) -> None:
    twice = ENGLISH.replace("    - cpr number\n", "    - Täx  card\n")
    with pytest.raises(MessageFilesError, match=r"'Täx card' stands under .* keep one"):
        import_message_files(session, write_message_files(tmp_path, english=twice))
    assert training_examples(session) == []
