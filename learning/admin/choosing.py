"""What the forms of training messages offer to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.catalogue import catalogue, dialogue_intents
from learning.labels import labels
from understanding.examples import OUT_OF_SCOPE
from understanding.queues import QUEUES, Queue


@dataclass(frozen=True)
class Section:
    """Labels that stand together.

    Attributes:
        queue: Of these topics; None for what is no topic.
        labels: In the order of the catalogue.
    """

    queue: Queue | None
    labels: Sequence[str]


def sections() -> list[Section]:
    """Return all labels: the topics by queue, then the dialogue and what is not for us."""
    topics = catalogue().topics.values()
    return [
        *(
            Section(queue, [f"faq/{topic.slug}" for topic in topics if topic.queue == queue])
            for queue in QUEUES
        ),
        Section(None, [*dialogue_intents(), *_others()]),
    ]


def is_label(label: str) -> bool:
    """Return whether a message may stand under a label."""
    return label in labels()


def _others() -> list[str]:
    return [] if OUT_OF_SCOPE in dialogue_intents() else [OUT_OF_SCOPE]
