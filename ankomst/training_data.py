"""What understanding is trained on, collected from the rooms that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, make_url

from ankomst.commands.database import opened_database
from knowledge.catalogue import topic_queues
from learning.messages import training_examples
from learning.models import TrainingMessage
from settings import ROOT, settings
from understanding.examples import Example, MailExample, read_mails, read_nlu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understanding.queues import Queue

MESSAGES = ROOT / "bot" / "data" / "nlu"
MAILS = ROOT / "triage" / "data"


@dataclass(frozen=True)
class TrainingData:
    """Messages by intent, mails by queue, and the queue of each topic."""

    examples: list[Example]
    mails: list[MailExample]
    topic_queues: Mapping[str, Queue]


def read_training_data() -> TrainingData:
    """Read the training data of this installation.

    The messages are those of the database, or those of the files where it has none yet.

    Raises:
        click.ClickException: The database is away, or its settings are wrong.
        ExamplesError: A file is missing or cannot be read; the message says which.
    """
    examples = _messages_here() or read_nlu(MESSAGES)
    return TrainingData(examples, read_mails(MAILS), topic_queues())


def _messages_here() -> list[Example]:
    url = make_url(settings().effective_database_url())
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return []  # looking into it would make an empty one
    with opened_database() as database, database.transaction() as session:
        if not inspect(session.connection()).has_table(TrainingMessage.__tablename__):
            return []
        return training_examples(session)
