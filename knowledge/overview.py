"""Which topic can be read in which language, and what has to be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.topics_used import NOT_USED, Use, topics_used
from knowledge.catalogue import Topic, catalogue
from knowledge.confirming import fact_states
from knowledge.editing import Editor, Editors, editors
from knowledge.models import Article, TranslationVersion
from knowledge.reviews import ReviewState, review_states
from language.languages import LANGUAGES, Language
from web.dates import midnight

Mark = Literal[
    "published",
    "draft",
    "scheduled",
    "in_review",
    "changes_wanted",
    "approved",
    "review_put_off",
    "missing",
    "withdrawn",
    "stale",
]
"""published: readers get it. draft: there is a newer text that they do not get yet. scheduled: there
is one that is published by itself. in_review: it waits for a second person's review. changes_wanted:
they want changes. approved: they approved it, and readers do not get it yet. review_put_off: readers
get a text before its review, which has still to be made. missing: it was never written. withdrawn: it
was taken away from readers. stale: the Danish text was published anew since the newest text was
written."""

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
        open_reviews: The reviews of its texts that nobody has decided yet.
        editors: Who is editing it now, in each language that somebody is editing.
    """

    topic: Topic
    review_due: date | None
    overdue: bool
    titles: Mapping[Language, str]
    marks: Mapping[Language, tuple[Mark, ...]]
    publish_at: Mapping[Language, datetime]
    open_reviews: tuple[ReviewState, ...]
    editors: Mapping[Language, list[Editor]]

    def waits_for(self, name: str) -> bool:
        """Return whether a review of one of its texts waits for a user."""
        return any(review.waits_for(name) for review in self.open_reviews)


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
    texts = _texts(session)
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
        _state(topic, due.get(topic.slug), texts, today)
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
    return _state(topic, due, _texts(session, topic), today)


class _Texts(NamedTuple):
    """Versions, reviews and editors of the texts of one topic, or of all."""

    versions: _Versions
    reviews: Mapping[str, list[ReviewState]]
    editors: Editors


def _texts(session: Session, topic: Topic | None = None) -> _Texts:
    slug = topic.slug if topic else None
    reviews: dict[str, list[ReviewState]] = {}
    for review in review_states(session, slug):
        reviews.setdefault(review.topic, []).append(review)
    return _Texts(_versions(session, topic), reviews, editors(session, slug))


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


def _state(topic: Topic, review_due: date | None, texts: _Texts, today: date) -> TopicState:
    versions = {code: texts.versions.get((topic.slug, code), []) for code in LANGUAGES}
    published = {code: _last(versions[code], "published") for code in LANGUAGES}
    reviews = texts.reviews.get(topic.slug, [])
    danish = {version.id: version.number for version in versions["da"]}
    return TopicState(
        topic=topic,
        review_due=review_due,
        overdue=review_due is not None and review_due < today,
        titles={code: version.title for code, version in published.items() if version},
        marks={
            code: _marks(
                versions[code],
                [one for one in reviews if one.language == code],
                danish if code != "da" else {},
                published["da"],
            )
            for code in LANGUAGES
        },
        publish_at={
            code: found[-1].publish_at
            for code, found in versions.items()
            if found and found[-1].publish_at is not None
        },
        open_reviews=tuple(one for one in reviews if one.outcome is None),
        editors={
            code: texts.editors[topic.slug, code]
            for code in LANGUAGES
            if (topic.slug, code) in texts.editors
        },
    )


def _last(versions: list[_Version], state: str) -> _Version | None:
    return next((one for one in reversed(versions) if one.state == state), None)


def _marks(
    versions: list[_Version],
    reviews: list[ReviewState],
    danish_numbers: Mapping[int, int],
    danish: _Version | None,
) -> tuple[Mark, ...]:
    if not versions:
        return ("missing",)
    shown, draft = _last(versions, "published"), _last(versions, "draft")
    newer = draft if draft and (shown is None or draft.number > shown.number) else None
    newest = newer or shown
    if newest is None:
        return ("withdrawn",)
    marks: list[Mark] = []
    if shown:
        marks.append("published")
    if newer:
        marks.append("scheduled" if newer.publish_at else "draft")
    marks += _review_marks(newest, reviews)
    if danish_numbers and danish is not None:
        rendered = danish_numbers.get(newest.translated_from_id or 0, 0)
        if rendered < danish.number:
            marks.append("stale")
    return tuple(marks)


def _review_marks(newest: _Version, reviews: list[ReviewState]) -> Iterator[Mark]:
    last = next((one for one in reversed(reviews) if one.version_id == newest.id), None)
    if last is not None:
        if last.outcome is None and not last.is_put_off:
            yield "in_review"
        elif last.outcome == "changes":
            yield "changes_wanted"
        elif last.outcome == "approved" and newest.state == "draft":
            yield "approved"
    if any(one.outcome is None and one.is_put_off for one in reviews):
        yield "review_put_off"
