"""What understanding is trained on, collected from the rooms that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.catalogue import topic_queues
from settings import ROOT
from understanding.examples import Example, MailExample, read_mails, read_nlu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understanding.queues import Queue

MESSAGES = ROOT / "bot" / "data" / "nlu"
MAILS = ROOT / "triage" / "data"
VALIDATION = ROOT / "benchmarks" / "validation"


@dataclass(frozen=True)
class TrainingData:
    """Messages by intent, mails by queue, and the queue of each topic."""

    examples: list[Example]
    mails: list[MailExample]
    topic_queues: Mapping[str, Queue]


def read_training_data() -> TrainingData:
    """Read the training data of this installation.

    Raises:
        ExamplesError: A file is missing or cannot be read; the message says which.
    """
    return TrainingData(read_nlu(MESSAGES), read_mails(MAILS), topic_queues())


def read_validation() -> list[Example]:
    """Read the messages that no model is ever trained on; there may be none.

    Raises:
        ExamplesError: A file cannot be read; the message says which.
    """
    return read_nlu(VALIDATION) if any(VALIDATION.glob("*.yml")) else []
