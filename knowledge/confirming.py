"""What an editor must confirm: values that readers are not shown, and open points of articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.catalogue import catalogue
from knowledge.fact_filling import facts_named
from knowledge.facts import Fact
from knowledge.models import Article, TranslationVersion
from knowledge.rows import all_facts
from knowledge.translations import text_of


@dataclass(frozen=True)
class FactState:
    """How far a fact may be shown, and where it stands.

    Attributes:
        name: Its name.
        fact: What it says.
        is_shown: Whether readers get the value; else they get the source's link.
        shown_until: The last day on which they get it; None where they do not, or for ever.
        topics: The topics whose published texts name it, in the catalogue's order.
    """

    name: str
    fact: Fact
    is_shown: bool
    shown_until: date | None
    topics: tuple[str, ...]


def fact_states(session: Session, today: date) -> list[FactState]:
    """Return how all facts stand, those that wait to be confirmed first, then by name.

    Args:
        session: Read only.
        today: The day in Denmark.
    """
    topics = _topics(session)
    states = [
        FactState(
            name,
            fact,
            fact.is_confirmed(today),
            fact.confirmed_until() if fact.is_confirmed(today) else None,
            topics.get(name, ()),
        )
        for name, fact in all_facts(session).items()
    ]
    return sorted(states, key=lambda state: (state.is_shown, state.name))


def open_points(session: Session) -> Mapping[str, tuple[str, ...]]:
    """Return what editors must still find out, in English, by topic in the catalogue's order."""
    rows = session.execute(select(Article.topic, Article.to_confirm))
    points = {topic: tuple(notes) for topic, notes in rows if notes}
    return {topic: points[topic] for topic in catalogue(session).topics if topic in points}


def _topics(session: Session) -> dict[str, tuple[str, ...]]:
    versions = session.scalars(
        select(TranslationVersion).where(TranslationVersion.state == "published")
    )
    named: dict[str, set[str]] = {}
    for version in versions:
        for name in facts_named(text_of(version).document):
            named.setdefault(name, set()).add(version.topic)
    order = list(catalogue(session).topics)
    return {
        name: tuple(topic for topic in order if topic in found) for name, found in named.items()
    }
