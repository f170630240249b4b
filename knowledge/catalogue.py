"""The catalogue of topics: each topic's slug, queue and title, and the dialogue intents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from knowledge.errors import UnknownTopicError
from knowledge.strict_yaml import read_yaml
from understanding.queues import QUEUES, Queue

TOPICS_FILE = Path(__file__).parent / "topics.yml"

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


@dataclass(frozen=True)
class Topic:
    """One thing people ask about.

    Attributes:
        slug: The name, everywhere: of the topic, the article, the label of training messages.
        queue: The queue that owns mail about it.
        title: A title in English, for staff; articles have titles of their own.
    """

    slug: str
    queue: Queue
    title: str


@dataclass(frozen=True)
class Catalogue:
    """All topics by slug, in the file's order, and the names of the dialogue intents."""

    topics: Mapping[str, Topic]
    dialogue: tuple[str, ...]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    variants: Literal["citizenship"] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tax: dict[Slug, _Entry]
    jobseeker: dict[Slug, _Entry]
    visitation: dict[Slug, _Entry]
    dialogue: tuple[str, ...]

    @model_validator(mode="after")
    def _agrees(self) -> _File:
        counts = Counter((*self.tax, *self.jobseeker, *self.visitation, *self.dialogue))
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0]} is there twice; a name belongs to one queue")
        return self


def read_catalogue(path: Path) -> Catalogue:
    """Read a file of topics.

    Raises:
        ContentError: The file cannot be read, or holds something else.
    """
    file = read_yaml(path, _File)
    groups: dict[Queue, dict[str, _Entry]] = {queue: getattr(file, queue) for queue in QUEUES}
    topics = {
        slug: Topic(slug, queue, entry.title)
        for queue, entries in groups.items()
        for slug, entry in entries.items()
    }
    return Catalogue(topics, file.dialogue)


@cache
def catalogue() -> Catalogue:
    """Return the project's catalogue, read at the first call."""
    return read_catalogue(TOPICS_FILE)


def require_topic(slug: str) -> Topic:
    """Return a topic of the catalogue.

    Raises:
        UnknownTopicError: There is no topic of that name.
    """
    try:
        return catalogue().topics[slug]
    except KeyError as error:
        raise UnknownTopicError(
            f"{slug} is no topic; knowledge/topics.yml lists them, and takes new ones."
        ) from error


def topic_queues() -> dict[str, Queue]:
    """Return the queue of each topic."""
    return {slug: topic.queue for slug, topic in catalogue().topics.items()}


def titles() -> dict[str, str]:
    """Return the English title of each topic."""
    return {slug: topic.title for slug, topic in catalogue().topics.items()}


def dialogue_intents() -> tuple[str, ...]:
    """Return the intents that are no article, such as `greet`."""
    return catalogue().dialogue
