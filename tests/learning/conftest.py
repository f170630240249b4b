"""A transaction on a database of each kind, messages as files, small models as versions on disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.importing import carry_out
from learning.importing import plan
from learning.message_files import read_messages
from learning.versions import Version, Versions
from storage.database import Database
from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.examples import Example
from understanding.judgements import key_of, save_judgements
from understanding.training import train_and_judge

DANISH = """\
# Written by hand.

version: "3.1"
nlu:
- intent: faq/tax-card
  examples: |
    - skattekort
    - Hvordan får jeg et skattekort?
- intent: greet
  examples: |
    - hej
"""

ENGLISH = """\
version: "3.1"
nlu:
- intent: faq/tax-card
  examples: |
    - tax card
    - How do I get a tax card?
- intent: faq/cpr-number
  examples: |
    - cpr number
"""


def write_message_files(directory: Path, danish: str = DANISH, english: str = ENGLISH) -> Path:
    """Write messages of two languages as files."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "da.yml").write_text(danish, encoding="utf-8")
    (directory / "en.yml").write_text(english, encoding="utf-8")
    return directory


def import_message_files(
    session: Session, directory: Path, *, overwrite: bool = False
) -> list[tuple[str, str, str, str]]:
    """Import messages; returns what was not the same: group, text, action and note."""
    steps = plan(session, read_messages(directory), overwrite=overwrite)
    carry_out(session, steps, "import")
    return [
        (step.group, step.item, step.action, step.note) for step in steps if step.action != "same"
    ]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction on an empty database, rolled back at the end."""
    with Session(database.engine) as session:
        yield session


WITHOUT = "faq/jobnet-cv"
"""The small model of before knows nothing of this topic."""


def write_version(version: Version, name: str, examples: Sequence[Example]) -> None:
    """Make a version of the small data; Rasa's archive in it is none that Rasa reads."""
    judged = train_and_judge(examples, MAILS, TOPIC_QUEUES, open_encoder("hashing"))
    judged.model.save(version.understanding)
    save_judgements(version.judgements, {key_of(e): j for e, j in judged.judgements})
    version.archive.write_bytes(name.encode())


@pytest.fixture(scope="session")
def small_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models directory with the versions `old`, which lacks a topic, and `new`."""
    models = tmp_path_factory.mktemp("models")
    versions = Versions(models)
    for name, examples in (
        ("old", [example for example in EXAMPLES if example.label != WITHOUT]),
        ("new", list(EXAMPLES)),
    ):
        with versions.making(name) as version:
            write_version(version, name, examples)
    return models


@pytest.fixture
def models(small_versions: Path, tmp_path: Path) -> Path:
    """A copy of these versions of the test's own."""
    return Path(shutil.copytree(small_versions, tmp_path / "models"))


@pytest.fixture
def versions(models: Path) -> Versions:
    """The versions `old` and `new`."""
    return Versions(models)
