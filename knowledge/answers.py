"""The answer to a question on a topic, in a person's language and for their situation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.documents import Document, Section, SectionKey
from knowledge.fact_filling import facts_named, filled
from knowledge.facts import Facts
from knowledge.markdown import TopicAddress, no_address, to_chat
from knowledge.models import Article, TranslationVersion
from knowledge.rows import all_facts
from knowledge.situations import NOT_KNOWN, Dimension, Situation, in_words
from knowledge.translations import published, text_of
from language.languages import Language
from web.dates import today
from web.translations import translations

IN_CHAT: Final[tuple[SectionKey, ...]] = ("steps", "bring")
"""The sections that the chat shows after the lead; the whole article stands on its page."""


_NO_LINKS: Final[Mapping[str, str]] = {}


class AnswerSource(NamedTuple):
    """A page that an answer rests on, and the day on which it was last read."""

    title: str
    url: str
    date: date


@dataclass(frozen=True)
class Answer:
    """What a person is told.

    Attributes:
        topic: The slug.
        title: The article's title.
        variant: The situation the text is for, as its words with spaces between; None where what
            the chat shows is the same for everybody.
        language: The language of the text.
        text: For the chat: title in bold, lead, steps and what to bring, in the subset of
            Markdown that knowledge.markdown describes.
        sources: The pages it rests on.
        reviewed: The day on which its facts were last checked.
        related: Slugs of topics that go with it and can be read in this language.
    """

    topic: str
    title: str
    variant: str | None
    language: Language
    text: str
    sources: tuple[AnswerSource, ...]
    reviewed: date
    related: tuple[str, ...]


@dataclass(frozen=True)
class PartWanted:
    """What somebody wants to know of a topic.

    Attributes:
        sections: Those that may tell it, the likeliest first; None is the lead.
        tells: Whether a section's text tells it.
    """

    sections: tuple[SectionKey | None, ...]
    tells: Callable[[str], bool]

    def first_of(self, document: Document) -> Section | None:
        """Return the first section that tells it, None where none does."""
        by_key = {part.key: part for part in document.parts if part.blocks}
        there = (by_key[key] for key in self.sections if key in by_key)
        return next((part for part in there if self.tells(part.text)), None)


@dataclass(frozen=True)
class NeedsSituation:
    """What the chat shows depends on the person's situation, of which this has to be asked next."""

    topic: str
    dimension: Dimension


def answer(
    session: Session,
    topic: str,
    language: Language,
    situation: Situation = NOT_KNOWN,
    topic_address: TopicAddress = no_address,
    guides: Mapping[str, str] = _NO_LINKS,
) -> Answer | NeedsSituation | None:
    """Return what is published on a topic, for a person's situation.

    Args:
        session: Read only.
        topic: The slug.
        language: The language of the answer.
        situation: What is known of the person.
        topic_address: Gives the address of a topic's page, for links to it and to the article's
            own page at the end of the answer.
        guides: Titles of the guides that go with it, by their addresses.

    Returns:
        The answer; or what must be asked first; or None when nothing is published in this language.
    """
    found = _read(session, topic, language)
    if found is None:
        return None
    version, article = found
    document = in_chat(text_of(version).document)
    theirs = document.for_situation(situation)
    if theirs.dimensions:
        return NeedsSituation(topic, theirs.dimensions[0])
    related = _readable(session, language, article.related)
    pages = {topic: version.title, **_titles(session, language, related)}
    facts = all_facts(session)
    shown = filled(theirs, facts, language, today())
    return Answer(
        topic=topic,
        title=version.title,
        variant=in_words(document.as_told_apart(situation)),
        language=language,
        text=chat_text(version.title, shown, topic_address)
        + read_more(language, pages, topic_address, guides),
        sources=sources_of(article, theirs, facts),
        reviewed=article.reviewed,
        related=related,
    )


def answer_in_part(
    session: Session,
    topic: str,
    language: Language,
    parts: Sequence[PartWanted],
    situation: Situation = NOT_KNOWN,
    topic_address: TopicAddress = no_address,
) -> Answer | NeedsSituation | None:
    """Return what an article says of something, for a person's situation.

    Args:
        session: Read only.
        topic: The slug.
        language: The language of the answer.
        parts: What is wanted of it; of each the first section that tells it.
        situation: What is known of the person.
        topic_address: Gives the address of a topic's page.

    Returns:
        The sections under the article's title; or what must be asked first; or None when nothing
        is published in this language, or the article tells none of it.
    """
    found = _read(session, topic, language)
    if found is None:
        return None
    version, article = found
    facts = all_facts(session)
    document = text_of(version).document
    told = filled(document.for_situation(situation), facts, language, today())
    sections = [section for part in parts if (section := part.first_of(told)) is not None]
    keys = {section.key for section in sections}
    if not keys:
        return None
    theirs = _only_parts(document, keys).for_situation(situation)
    if theirs.dimensions:
        return NeedsSituation(topic, theirs.dimensions[0])
    shown = [to_chat(section, topic_address) for section in told.parts if section.key in keys]
    return Answer(
        topic=topic,
        title=version.title,
        variant=in_words(_only_parts(document, keys).as_told_apart(situation)),
        language=language,
        text="\n\n".join([f"**{version.title}**", *shown])
        + read_more(language, {topic: version.title}, topic_address),
        sources=sources_of(article, theirs, facts),
        reviewed=article.reviewed,
        related=_readable(session, language, article.related),
    )


def _read(
    session: Session, topic: str, language: Language
) -> tuple[TranslationVersion, Article] | None:
    version = published(session, topic, language)
    article = session.get(Article, topic) if version else None
    return (version, article) if version is not None and article is not None else None


def _only_parts(document: Document, keys: Collection[SectionKey | None]) -> Document:
    """Return some of the sections, and the lead only if it is among them."""
    lead = document.lead if None in keys else replace(document.lead, blocks=())
    return Document(lead, tuple(part for part in document.sections if part.key in keys))


def sources_of(article: Article, document: Document, facts: Facts) -> tuple[AnswerSource, ...]:
    """Return the pages that a text rests on: the article's, then those of values that it shows.

    Args:
        article: The article's shared data.
        document: What of its body is shown, before facts are filled in.
        facts: All facts.
    """
    found = [AnswerSource(s.title, s.url, s.checked) for s in article.sources]
    found += [
        AnswerSource(fact.source.title, fact.source.url, fact.checked)
        for fact in (facts[name] for name in facts_named(document) if name in facts)
        if fact.is_confirmed(today())
    ]
    return tuple({source.url: source for source in reversed(found)}.values())[::-1]


def read_more(
    language: Language,
    pages: Mapping[str, str],
    topic_address: TopicAddress = no_address,
    guides: Mapping[str, str] = _NO_LINKS,
) -> str:
    """Return the last paragraph of an answer in the chat: links to pages; empty without any.

    Args:
        language: Of the answer.
        pages: The titles of the topics whose pages are linked to.
        topic_address: Gives the address of a topic's page.
        guides: Titles of guides by their addresses.
    """
    links = [
        f"[{name}]({address})"
        for topic, name in pages.items()
        if (address := topic_address(topic)) is not None
    ]
    links += [f"[{name}]({address})" for address, name in guides.items()]
    words = translations(language).gettext("Read more")
    return f"\n\n{words}: {', '.join(links)}" if links else ""


def in_chat(document: Document) -> Document:
    """Return what the chat shows of an article: the lead and some of the sections."""
    return document.only_sections(IN_CHAT)


def chat_text(heading: str, document: Document, topic_address: TopicAddress = no_address) -> str:
    """Return what the chat says.

    Args:
        heading: The article's title.
        document: What of its body is shown to this person, with its facts filled in.
        topic_address: Gives the address of another topic's page, for links to it.
    """
    return "\n\n".join(
        [f"**{heading}**", *(to_chat(part, topic_address) for part in document.parts)]
    )


def _readable(session: Session, language: Language, topics: Iterable[str]) -> tuple[str, ...]:
    there = topics_with_translation(session, language)
    return tuple(topic for topic in topics if topic in there)


def _titles(session: Session, language: Language, topics: Iterable[str]) -> dict[str, str]:
    return {topic: title(session, topic, language) or topic for topic in topics}


def topics_with_translation(session: Session, language: Language) -> frozenset[str]:
    """Return the topics on which something is published in a language."""
    return frozenset(
        session.scalars(
            select(TranslationVersion.topic).where(
                TranslationVersion.language == language, TranslationVersion.state == "published"
            )
        )
    )


def title(session: Session, topic: str, language: Language) -> str | None:
    """Return the published title of a topic in a language; None when nothing is published."""
    version = published(session, topic, language)
    return version.title if version else None
