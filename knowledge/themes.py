"""The published articles in the order in which readers look for them: by theme."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from knowledge.catalogue import catalogue
from knowledge.translations import published_titles
from language.languages import Language
from understanding.queues import QUEUES, Queue


@dataclass(frozen=True)
class Theme:
    """The articles of one queue: slug and title of each, in the order of the catalogue."""

    queue: Queue
    articles: tuple[tuple[str, str], ...]


def themes(session: Session, language: Language) -> list[Theme]:
    """Return the themes in which there is something to read in a language."""
    titles = published_titles(session, language)
    topics = catalogue(session).topics.values()
    found = [
        Theme(
            queue,
            tuple(
                (t.slug, titles[t.slug]) for t in topics if t.queue == queue and t.slug in titles
            ),
        )
        for queue in QUEUES
    ]
    return [theme for theme in found if theme.articles]
