"""Training messages become files and come back to the letter."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.catalogue import shipped_catalogue
from knowledge.importing import carry_out
from language.languages import LANGUAGES
from language.normalisation import fold
from learning.importing import plan
from learning.labels import labels
from learning.message_files import export_messages, read_messages, write_messages
from learning.messages import add, as_message, chosen, move, remove, training_examples
from settings import ROOT
from storage.database import Database
from tests.learning.conftest import DANISH, import_message_files, write_message_files
from understanding.errors import ExamplesError
from understanding.examples import Example, read_nlu

_TEXTS = st.text(min_size=1).map(as_message).filter(bool)
_EXAMPLES = st.lists(
    st.builds(
        Example, _TEXTS, st.sampled_from(labels(shipped_catalogue())), st.sampled_from(LANGUAGES)
    ),
    unique_by=lambda one: (fold(one.text), one.language),
)


@given(_EXAMPLES)
def test_any_messages_are_read_as_they_were_written(examples: list[Example]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = write_messages(examples, Path(folder))
        found = read_nlu(Path(folder)) if written else []
        assert sorted(found, key=repr) == sorted(examples, key=repr)
        assert write_messages(reversed(examples), Path(folder)) == []


@settings(max_examples=30)
@given(examples=_EXAMPLES)
def test_any_messages_pass_through_the_database(
    sqlite_template: Path, examples: list[Example]
) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with Session(database.engine) as session, tempfile.TemporaryDirectory() as folder:
        carry_out(session, plan(session, examples), "import")
        kept = training_examples(session)
        assert sorted(kept, key=repr) == sorted(examples, key=repr)
        export_messages(session, Path(folder))
        assert not examples or read_nlu(Path(folder)) == sorted(kept, key=lambda one: one.language)
        assert all(step.action == "same" for step in plan(session, examples))
    database.close()


def test_the_files_of_the_project_are_left_alone_after_an_import(session: Session) -> None:
    directory = ROOT / "bot" / "data" / "nlu"
    examples = read_messages(directory)
    assert all(as_message(one.text) == one.text for one in examples)
    carry_out(session, plan(session, examples), "import")
    assert set(training_examples(session)) == set(examples)
    assert export_messages(session, directory) == []


def test_a_file_keeps_its_head_and_order(session: Session, tmp_path: Path) -> None:
    directory = write_message_files(tmp_path)
    import_message_files(session, directory)
    assert export_messages(session, directory) == []
    assert (directory / "da.yml").read_text("utf-8") == DANISH
    [added] = add(session, "da", "faq/tax-card", ["Kort til skat?"], "alex")
    remove(session, chosen(session, [1], "faq/tax-card", "da"), "alex")
    assert [path.name for path in export_messages(session, directory)] == ["da.yml"]
    assert (directory / "da.yml").read_text("utf-8") == (
        '# Written by hand.\n\nversion: "3.1"\n\nnlu:\n'
        "- intent: faq/tax-card\n  examples: |\n"
        "    - Hvordan får jeg et skattekort?\n    - Kort til skat?\n"
        "- intent: greet\n  examples: |\n    - hej\n"
    )
    move(session, [added], "faq/mitid")
    export_messages(session, directory)
    assert Example("Kort til skat?", "faq/mitid", "da") in read_nlu(directory)


def test_a_language_without_messages_has_an_empty_file(session: Session, tmp_path: Path) -> None:
    directory = write_message_files(tmp_path)
    import_message_files(session, directory)
    for row in (
        *chosen(session, [1, 2], "faq/tax-card", "da"),
        *chosen(session, [3], "greet", "da"),
    ):
        remove(session, [row], "alex")
    export_messages(session, directory)
    assert (directory / "da.yml").read_text("utf-8").endswith("nlu: []\n")
    assert {one.language for one in read_nlu(directory)} == {"en"}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExamplesError, match="is no folder"):
        read_messages(tmp_path / "none")
