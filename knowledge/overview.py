"""Which topic can be read in which language, and what has to be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.topics_used import NOT_USED, Use, topics_used
from knowledge.catalogue import Topic, catalogue
from knowledge.confirming import fact_states
from knowledge.models import Article, TranslationVersion
from language.languages import LANGUAGES, Language
from web.dates import midnight

Mark = Literal["published", "draft", "scheduled", "missing", "withdrawn", "stale"]
"""published: readers get it. draft: there is a newer text that they do not get yet. scheduled: there
is one that is published by itself. missing: it was
never written. withdrawn: it was taken away from readers. stale: the Danish text was published anew
since the newest text was written."""

MARKS: tuple[Mark, ...] = get_args(Mark)

COUNTED_DAYS = 90
"""For so many days back it is counted how often an answer was given."""


@dataclass(frozen=True)
class TopicState:
    """How a topic's article stands.

    Attributes:
        topic: The topic of the catalogue.
        review_due: The day by which its facts must be checked again; None without an article.
        overdue: Whether that day has passed.
        titles: The published title in each language that has one.
        marks: For each language what holds for its text; never empty.
        publish_at: When a draft is published by itself, in each language in which one is.
    """

    topic: Topic
    review_due: date | None
    overdue: bool
    titles: Mapping[Language, str]
    marks: Mapping[Language, tuple[Mark, ...]]
    publish_at: Mapping[Language, datetime]


@dataclass(frozen=True)
class TableRow(TopicState):
    """How a topic's article stands, and what the table tells beside that.

    Attributes:
        facts_to_confirm: How many facts in its published texts readers are not shown.
        use: What became of its answer in the chat in the last `COUNTED_DAYS` days.
    """

    facts_to_confirm: int
    use: Use


class _Version(NamedTuple):
    id: int
    topic: str
    language: str
    number: int
    state: str
    title: str
    translated_from_id: int | None
    publish_at: datetime | None


_Versions = Mapping[tuple[str, str], list[_Version]]
"""The versions of each topic and language, the earliest first."""


def overview(session: Session, today: date) -> list[TableRow]:
    """Return how the article of each topic stands, in the order of the catalogue.

    Args:
        session: Read only.
        today: For reviews that are overdue, facts that are too old, and what is counted.
    """
    versions = _versions(session)
    due = {
        row.topic: row.review_due
        for row in session.execute(select(Article.topic, Article.review_due))
    }
    waiting = Counter(
        topic
        for state in fact_states(session, today)
        if not state.is_shown
        for topic in state.topics
    )
    used = topics_used(session, midnight(today - timedelta(days=COUNTED_DAYS)))
    states = (
        _state(topic, due.get(topic.slug), versions, today)
        for topic in catalogue(session).topics.values()
    )
    return [
        TableRow(
            **vars(state),
            facts_to_confirm=waiting[state.topic.slug],
            use=used.get(state.topic.slug, NOT_USED),
        )
        for state in states
    ]


def topic_state(session: Session, topic: Topic, today: date) -> TopicState:
    """Return how one article stands, without what only the table tells.

    Args:
        session: Read only.
        topic: The topic of the catalogue.
        today: For a review that is overdue.
    """
    article = session.get(Article, topic.slug)
    due = article.review_due if article else None
    return _state(topic, due, _versions(session, topic), today)


def _versions(session: Session, topic: Topic | None = None) -> _Versions:
    """Return the versions of one topic, or of all."""
    query = select(
        TranslationVersion.id,
        TranslationVersion.topic,
        TranslationVersion.language,
        TranslationVersion.number,
        TranslationVersion.state,
        TranslationVersion.title,
        TranslationVersion.translated_from_id,
        TranslationVersion.publish_at,
    ).order_by(TranslationVersion.number)
    if topic is not None:
        query = query.where(TranslationVersion.topic == topic.slug)
    found: dict[tuple[str, str], list[_Version]] = {}
    for row in session.execute(query):
        version = _Version(*row)
        found.setdefault((version.topic, version.language), []).append(version)
    return found


def _state(topic: Topic, review_due: date | None, by_text: _Versions, today: date) -> TopicState:
    versions = {code: by_text.get((topic.slug, code), []) for code in LANGUAGES}
    published = {code: _last(versions[code], "published") for code in LANGUAGES}
    return TopicState(
        topic=topic,
        review_due=review_due,
        overdue=review_due is not None and review_due < today,
        titles={code: version.title for code, version in published.items() if version},
        marks={code: _marks(code, versions[code], published) for code in LANGUAGES},
        publish_at={
            code: texts[-1].publish_at
            for code, texts in versions.items()
            if texts and texts[-1].publish_at is not None
        },
    )


def _last(versions: list[_Version], state: str) -> _Version | None:
    return next((one for one in reversed(versions) if one.state == state), None)


def _marks(
    language: Language,
    versions: list[_Version],
    published: Mapping[Language, _Version | None],
) -> tuple[Mark, ...]:
    if not versions:
        return ("missing",)
    shown, draft = published[language], _last(versions, "draft")
    newer = draft if draft and (shown is None or draft.number > shown.number) else None
    marks: list[Mark] = []
    if shown:
        marks.append("published")
    if newer:
        marks.append("scheduled" if newer.publish_at else "draft")
    newest = newer or shown
    if newest is None:
        return ("withdrawn",)
    danish = published["da"]
    if language != "da" and danish is not None and newest.translated_from_id != danish.id:
        marks.append("stale")
    return tuple(marks)
