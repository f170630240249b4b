"""The answer to a question on a topic, in a person's language and for their situation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.documents import Document
from knowledge.markdown import TopicAddress, no_address, to_chat
from knowledge.models import Article, TranslationVersion
from knowledge.situations import CITIZENSHIPS, Citizenship, is_citizenship
from knowledge.translations import published, text_of
from language.languages import Language
from web.translations import translations

IN_CHAT = ("steps", "bring")
"""The sections that the chat shows after the lead; the whole article stands on its page."""


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
        variant: The citizenship the text is for; None where what the chat shows is the same
            for everybody.
        language: The language of the text.
        text: For the chat: title in bold, lead, steps and what to bring, in the subset of
            Markdown that knowledge.markdown describes.
        sources: The pages it rests on.
        reviewed: The day on which its facts were last checked.
        related: Slugs of topics that go with it and can be read in this language.
    """

    topic: str
    title: str
    variant: Citizenship | None
    language: Language
    text: str
    sources: tuple[AnswerSource, ...]
    reviewed: date
    related: tuple[str, ...]


@dataclass(frozen=True)
class NeedsSituation:
    """What the chat shows depends on the person's situation, which has to be asked first."""

    topic: str
    situation: Literal["citizenship"] = "citizenship"
    options: tuple[Citizenship, ...] = CITIZENSHIPS


def answer(
    session: Session,
    topic: str,
    language: Language,
    citizenship: str | None,
    topic_address: TopicAddress = no_address,
) -> Answer | NeedsSituation | None:
    """Return what is published on a topic, for a person's citizenship.

    Args:
        session: Read only.
        topic: The slug.
        language: The language of the answer.
        citizenship: nordic, eu_eea_ch or third_country; None where it is not known.
        topic_address: Gives the address of a topic's page, for links to it and to the article's
            own page at the end of the answer.

    Returns:
        The answer; or what must be asked first; or None when nothing is published in this language.

    Raises:
        ValueError: The citizenship is none of the three.
    """
    if citizenship is not None and not is_citizenship(citizenship):
        raise ValueError(f"{citizenship} is none of {', '.join(CITIZENSHIPS)}.")
    version = published(session, topic, language)
    article = session.get(Article, topic) if version else None
    if version is None or article is None:
        return None
    texts = chat_texts(version.title, text_of(version).document, topic_address)
    differs = len(set(texts.values())) > 1
    if differs and citizenship is None:
        return NeedsSituation(topic)
    variant = citizenship if differs else None
    related = _readable(session, language, article.related)
    pages = {topic: version.title, **_titles(session, language, related)}
    return Answer(
        topic=topic,
        title=version.title,
        variant=variant,
        language=language,
        text=texts[variant or CITIZENSHIPS[0]] + read_more(language, pages, topic_address),
        sources=tuple(AnswerSource(s.title, s.url, s.checked) for s in article.sources),
        reviewed=article.reviewed,
        related=related,
    )


def read_more(
    language: Language, pages: Mapping[str, str], topic_address: TopicAddress = no_address
) -> str:
    """Return the last paragraph of an answer in the chat: links to pages; empty without any.

    Args:
        language: Of the answer.
        pages: The titles of the topics whose pages are linked to.
        topic_address: Gives the address of a topic's page.
    """
    links = [
        f"[{name}]({address})"
        for topic, name in pages.items()
        if (address := topic_address(topic)) is not None
    ]
    words = translations(language).gettext("Read more")
    return f"\n\n{words}: {', '.join(links)}" if links else ""


def chat_texts(
    heading: str, document: Document, topic_address: TopicAddress = no_address
) -> dict[Citizenship, str]:
    """Return what the chat says to each group of citizens; all the same where nothing differs.

    Args:
        heading: The article's title.
        document: Its body.
        topic_address: Gives the address of another topic's page, for links to it.
    """
    return {
        citizenship: _chat_text(heading, document.for_citizenship(citizenship), topic_address)
        for citizenship in CITIZENSHIPS
    }


def _chat_text(heading: str, document: Document, topic_address: TopicAddress) -> str:
    parts = [document.lead, *(part for part in document.sections if part.key in IN_CHAT)]
    return "\n\n".join([f"**{heading}**", *(to_chat(part, topic_address) for part in parts)])


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
