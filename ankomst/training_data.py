"""What understanding is trained on, collected from the rooms that keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, make_url

from ankomst.commands.database import opened_database
from knowledge.catalogue import catalogue, shipped_catalogue
from language.normalisation import fold
from learning.messages import training_examples
from learning.models import TrainingMessage
from learning.training_mails import KeptBack, kept_back_mails, training_mails
from settings import ROOT, settings
from understanding.examples import Example, MailExample, read_mails, read_nlu
from understanding.judgements import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from understanding.queues import Queue

MESSAGES = ROOT / "bot" / "data" / "nlu"
MAILS = ROOT / "triage" / "data"
VALIDATION = ROOT / "benchmarks" / "validation"
MAILS_FOR_VALIDATION = VALIDATION / "mails"


@dataclass(frozen=True)
class TrainingData:
    """What a training takes, and what its model is judged on.

    Attributes:
        examples: Messages by intent.
        mails: Mails by queue: those of the files, and those that were accepted here.
        topic_queues: The queue of each topic.
        kept_back: Mails that were accepted here and are never trained on.
    """

    examples: list[Example]
    mails: list[MailExample]
    topic_queues: Mapping[str, Queue]
    kept_back: list[KeptBack] = field(default_factory=list)


def read_training_data() -> TrainingData:
    """Read the training data of this installation.

    The messages are those of the database, or those of the files where it has none yet. To the mails
    of the files come those that were accepted here.

    Raises:
        click.ClickException: The database is away, or its settings are wrong.
        ExamplesError: A file is missing or cannot be read; the message says which.
    """
    return _kept_here() or shipped_training_data()


def shipped_training_data() -> TrainingData:
    """Read the training data of the files alone.

    Raises:
        ExamplesError: A file is missing or cannot be read; the message says which.
    """
    return TrainingData(read_nlu(MESSAGES), read_mails(MAILS), shipped_catalogue().queues)


def _kept_here() -> TrainingData | None:
    """Return the data with the messages and topics of the database; None where it has none yet."""
    url = make_url(settings().effective_database_url())
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None  # looking into it would make an empty one
    with opened_database() as database, database.transaction() as session:
        if not inspect(session.connection()).has_table(TrainingMessage.__tablename__):
            return None
        examples = training_examples(session)
        if not examples:
            return None
        return TrainingData(
            examples,
            _together(read_mails(MAILS), training_mails(session)),
            catalogue(session).queues,
            kept_back_mails(session),
        )


def _together(shipped: list[MailExample], accepted: list[MailExample]) -> list[MailExample]:
    """Return the mails of the files and those accepted here that were not exported into the files."""
    known = {fold(mail.text) for mail in shipped}
    return [*shipped, *(mail for mail in accepted if fold(mail.text) not in known)]


def read_validation() -> list[Example]:
    """Read the messages that no model is ever trained on; there may be none.

    Raises:
        ExamplesError: A file cannot be read; the message says which.
    """
    return read_nlu(VALIDATION) if any(VALIDATION.glob("*.yml")) else []


def validation_unknown_to(examples: Iterable[Example]) -> list[Example]:
    """Read the messages for validation without those that stand word for word among others.

    Args:
        examples: What a model was trained on.

    Raises:
        ExamplesError: A file cannot be read; the message says which.
    """
    known = {key_of(example) for example in examples}
    return [one for one in read_validation() if key_of(one) not in known]
