"""A transaction on a database of each kind, and messages as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.importing import carry_out
from learning.importing import plan
from learning.message_files import read_messages
from storage.database import Database

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
