"""An article as its page shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.addresses import topic_links
from knowledge.answers import AnswerSource, sources_of, topics_with_translation
from knowledge.documents import Document
from knowledge.fact_filling import filled
from knowledge.markdown import ForWhom, to_html, to_passages
from knowledge.models import Article, TranslationVersion
from knowledge.rows import all_facts
from knowledge.situations import Dimension, Situation
from knowledge.translations import published, text_of
from language.languages import LANGUAGES, Language
from web.dates import today

_DESCRIPTION = 160
"""Characters that search engines show of a page."""


@dataclass(frozen=True)
class Reading:
    """An article for a reader.

    Attributes:
        topic: The slug.
        title: Its title.
        description: The beginning, as plain text.
        dimensions: Those of a reader's situation by which it differs.
        centres: The slugs of the centres where something of it is different.
        is_open: Whether parts of what is shown still hold for some readers only.
        html: Makes the text; takes what says for whom a part holds, to mark such parts with.
        sources: The pages it rests on.
        reviewed: The day on which its facts were last checked.
        related: Slug and title of topics that go with it.
        languages: Those in which it is published.
    """

    topic: str
    title: str
    description: str
    dimensions: tuple[Dimension, ...]
    centres: tuple[str, ...]
    is_open: bool
    html: Callable[[ForWhom], str]
    sources: tuple[AnswerSource, ...]
    reviewed: date
    related: tuple[tuple[str, str], ...]
    languages: tuple[Language, ...]


def reading(
    session: Session, topic: str, language: Language, situation: Situation
) -> Reading | None:
    """Return what is published on a topic.

    Args:
        session: Read only.
        topic: The slug, as it stands in an address.
        language: The language of the page.
        situation: The reader's; what it leaves open is shown for all, of the centres what holds
            for most.

    Returns:
        The article, or None when nothing is published in this language.
    """
    version = published(session, topic, language)
    article = session.get(Article, topic) if version else None
    if version is None or article is None:
        return None
    document = text_of(version).document
    facts = all_facts(session)
    theirs = document.for_situation(situation)
    if "centre" not in situation:
        theirs = theirs.for_all_centres()
    shown = filled(theirs, facts, language, today())
    links = topic_links(language, topics_with_translation(session, language), situation)
    return Reading(
        topic=topic,
        title=version.title,
        description=_description(filled(document, facts, language, today())),
        dimensions=document.dimensions,
        centres=document.centres,
        is_open=bool(theirs.dimensions),
        html=lambda for_whom: to_html(shown, links, for_whom),
        sources=sources_of(article, theirs, facts),
        reviewed=article.reviewed,
        related=_titles(session, article.related, language),
        languages=_languages(session, topic),
    )


def _description(document: Document) -> str:
    return shorten(to_passages(document.lead)[0], _DESCRIPTION, placeholder=" …")


def _titles(session: Session, topics: list[str], language: Language) -> tuple[tuple[str, str], ...]:
    versions = [published(session, topic, language) for topic in topics]
    return tuple((version.topic, version.title) for version in versions if version)


def _languages(session: Session, topic: str) -> tuple[Language, ...]:
    found = session.scalars(
        select(TranslationVersion.language).where(
            TranslationVersion.topic == topic, TranslationVersion.state == "published"
        )
    ).all()
    return tuple(language for language in LANGUAGES if language in found)
