"""What the forms of training messages offer to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from knowledge.catalogue import Catalogue, catalogue, dialogue_intents
from learning.labels import labels
from understanding.examples import OUT_OF_SCOPE
from understanding.queues import QUEUES, Queue
from web.site import site_of


@dataclass(frozen=True)
class Section:
    """Labels that stand together.

    Attributes:
        queue: Of these topics; None for what is no topic.
        labels: In the order of the catalogue.
    """

    queue: Queue | None
    labels: Sequence[str]


def catalogue_of(request: Request) -> Catalogue:
    """Return the topics as they are now."""
    with site_of(request).database.transaction() as session:
        return catalogue(session)


def sections(known: Catalogue) -> list[Section]:
    """Return all labels: the topics by queue, then the dialogue and what is not for us."""
    topics = known.topics.values()
    return [
        *(
            Section(queue, [f"faq/{topic.slug}" for topic in topics if topic.queue == queue])
            for queue in QUEUES
        ),
        Section(None, [*dialogue_intents(), *_others()]),
    ]


def is_label(label: str, known: Catalogue) -> bool:
    """Return whether a message may stand under a label."""
    return label in labels(known)


def _others() -> list[str]:
    return [] if OUT_OF_SCOPE in dialogue_intents() else [OUT_OF_SCOPE]
