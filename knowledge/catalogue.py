"""The catalogue of topics: each topic's slug, queue and title, in the database and as a file.

At run time the database has it, for topics are made there too; whoever needs it reads it in their
transaction, so that no process has to be told of a new topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models
from knowledge.errors import UnknownTopicError
from knowledge.strict_yaml import Line, read_text, read_yaml, write_yaml
from language.normalisation import fold
from understanding.queues import QUEUES, Queue

TOPICS_FILE = Path(__file__).parent / "topics.yml"
"""The topics that the program comes with."""

_LONGEST_SLUG = 60
_WORD = re.compile(r"[a-z0-9]+")

Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=_LONGEST_SLUG)
]
TopicTitle = Annotated[Line, StringConstraints(max_length=200)]


class Topic(BaseModel):
    """One thing people ask about.

    Attributes:
        slug: The name, everywhere: of the topic, the article, the label of training messages. It
            never changes.
        queue: The queue that owns mail about it; on public pages its theme.
        title: A title in English, for staff; articles have titles of their own.
        variants: A hint for authors, where the answer differs by citizenship.
        withdrawn: Whether it is offered nowhere any more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    queue: Queue
    title: TopicTitle
    variants: Literal["citizenship"] | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Catalogue:
    """All topics by slug, queue by queue, the withdrawn ones too."""

    every: Mapping[str, Topic]

    @property
    def topics(self) -> dict[str, Topic]:
        """The topics that are offered, in order."""
        return {slug: topic for slug, topic in self.every.items() if not topic.withdrawn}

    @property
    def queues(self) -> dict[str, Queue]:
        """The queue of each topic; also of withdrawn ones, which training messages may still name."""
        return {slug: topic.queue for slug, topic in self.every.items()}


def catalogue(session: Session) -> Catalogue:
    """Return the catalogue as it is now.

    Args:
        session: Read only.
    """
    rows = session.scalars(select(models.Topic).order_by(models.Topic.position, models.Topic.slug))
    return _by_queue({row.slug: topic_of(row) for row in rows})


def topic_of(row: models.Topic) -> Topic:
    """Return a topic as the file has it."""
    return Topic.model_validate(
        {
            "slug": row.slug,
            "queue": row.queue,
            "title": row.title,
            "variants": row.variants,
            "withdrawn": row.withdrawn,
        }
    )


def require_topic(session: Session, slug: str) -> Topic:
    """Return a topic that is offered.

    Raises:
        UnknownTopicError: There is no topic of that name.
    """
    row = session.get(models.Topic, slug)
    if row is None or row.withdrawn:
        raise UnknownTopicError(f"{slug} is no topic; correct the name, or make the topic first.")
    return topic_of(row)


def slug_of(title: str) -> str:
    """Return the slug that a new topic of this title gets; empty where the title has no words.

    Args:
        title: In any language of ours; other letters than those of the slug are left out.
    """
    slug = ""
    for word in _WORD.findall(fold(title)):
        longer = f"{slug}-{word}" if slug else word[:_LONGEST_SLUG]
        if len(longer) > _LONGEST_SLUG:
            break
        slug = longer
    return slug


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: TopicTitle
    variants: Literal["citizenship"] | None = None
    withdrawn: bool = False


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
    return Catalogue(
        {
            slug: Topic(slug=slug, queue=queue, **entry.model_dump())
            for queue, entries in groups.items()
            for slug, entry in entries.items()
        }
    )


@cache
def shipped_catalogue() -> Catalogue:
    """Return the topics that the program comes with, for its other files; read at the first call."""
    return read_catalogue(TOPICS_FILE)


@cache
def dialogue_intents() -> tuple[str, ...]:
    """Return the intents that are no topic, such as `greet`; they belong to the program."""
    return read_yaml(TOPICS_FILE, _File).dialogue


def write_catalogue(topics: Catalogue, head: str) -> str:
    """Return the content of a file of topics, a line a topic.

    Args:
        topics: What it holds.
        head: The comment at its beginning, as `head_of` gives it.
    """
    groups: dict[str, object] = {
        queue: {t.slug: _line(t) for t in topics.every.values() if t.queue == queue}
        for queue in QUEUES
    }
    dialogue = f"dialogue: [{', '.join(dialogue_intents())}]\n"
    return f"{head}{write_yaml(groups)}# Intents that are no article\n{dialogue}"


def head_of(path: Path) -> str:
    """Return the comment at the beginning of a file of topics.

    Raises:
        ContentError: The file cannot be read.
    """
    text = read_text(path)
    head = []
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            break
        head.append(line)
    return "".join(head)


def _line(topic: Topic) -> CommentedMap:
    """Return what stands behind a topic's slug, all on one line."""
    row = CommentedMap({"title": DoubleQuotedScalarString(topic.title)})
    if topic.variants is not None:
        row["variants"] = topic.variants
    if topic.withdrawn:
        row["withdrawn"] = True
    row.fa.set_flow_style()
    return row


def _by_queue(topics: Mapping[str, Topic]) -> Catalogue:
    return Catalogue(
        {slug: topic for queue in QUEUES for slug, topic in topics.items() if topic.queue == queue}
    )
