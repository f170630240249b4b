"""A text that is being written, as readers would get it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import nh3
from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.addresses import topic_links
from knowledge.answers import (
    chat_text,
    in_chat,
    read_more,
    sources_of,
    title,
    topics_with_translation,
)
from knowledge.articles import Text
from knowledge.catalogue import catalogue
from knowledge.centres import centre_names
from knowledge.comparing import differences
from knowledge.documents import problems
from knowledge.fact_filling import filled
from knowledge.facts import Facts
from knowledge.guides.all_guides import guide_links
from knowledge.markdown import TopicAddress, to_html
from knowledge.models import Article
from knowledge.rows import all_facts
from knowledge.situation_words import for_whom, name
from knowledge.situations import NOT_KNOWN, Situation
from knowledge.strict_yaml import Line
from knowledge.text_rules import Topics, text_findings
from knowledge.translations import latest, published, text_of
from language.languages import Language
from web.dates import today
from web.pages import Pages
from web.site import Site
from web.translations import later

_LINE: TypeAdapter[str] = TypeAdapter(Line)
_DANISH = later("the Danish text")

_PAGE_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "h2", "br", "div"}
# Without the ids of the headings, which the page of the preview has for itself.
_PAGE_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_PAGE_CLASSES = {"div": {"only"}, "p": {"only-for"}}


class Breach(NamedTuple):
    """A rule that a text breaks, so that it cannot be shown.

    Attributes:
        line: The line of the body, counted from 1; None where it is the title.
        message: What is wrong and what to do, in the admin's language.
        excerpt: How the line begins.
    """

    line: int | None
    message: str
    excerpt: str


class _Source(NamedTuple):
    title: str
    url: str
    date: str


@dataclass(frozen=True)
class _ChatMessage:
    """A message as the template of the chat takes it."""

    text: str
    language: Language
    topic: str
    variant: str | None
    sources: tuple[_Source, ...]
    kind: str = "answer"
    confidence: float | None = None
    buttons: tuple[()] = ()
    number: None = None
    form: None = None
    reference: None = None


class Shown(NamedTuple):
    """HTML for people in some situations.

    Attributes:
        for_whom: The situations, in the admin's language; empty where it is for everybody.
        html: What they get.
    """

    for_whom: tuple[str, ...]
    html: Markup


@dataclass(frozen=True)
class Preview:
    """What readers would get.

    Attributes:
        breaches: Rules that are broken; there is nothing to show then.
        warnings: What may be wrong although it can be shown, in the admin's language.
        chat: The message of the chat, for each situation where they differ.
        page: The article's page, with marks where it differs; None where there is nothing to show.
        reviewed: The day on which the facts were last checked; None without an article.
    """

    breaches: tuple[Breach, ...]
    warnings: tuple[str, ...] = ()
    chat: tuple[Shown, ...] = ()
    page: Markup | None = None
    reviewed: date | None = None


def breaches(text: Text, reader: Language) -> tuple[Breach, ...]:
    """Return every rule that a text breaks.

    Args:
        text: The text.
        reader: The language of the admin.
    """
    return tuple(_breaches(text, reader))


def _breaches(text: Text, reader: Language) -> Iterator[Breach]:
    try:
        _LINE.validate_python(text.title)
    except ValidationError:
        message = later("The title is one line of text; write it.")
        yield Breach(None, message.in_language(reader), "")
    lines = text.body.split("\n")
    for error in problems(text.body):
        yield Breach(error.line, error.message.in_language(reader), lines[error.line - 1][:80])


def preview(
    session: Session, site: Site, topic: str, language: Language, text: Text, reader: Language
) -> Preview:
    """Return a text as readers would get it, by the functions and templates that they get it from.

    Args:
        session: Read only.
        site: With the templates of all rooms and the address of the public pages.
        topic: The slug.
        language: The language of the text.
        text: The text, which may break any rule.
        reader: The language of the admin.
    """
    broken = breaches(text, reader)
    if broken:
        return Preview(broken)
    article = session.get(Article, topic)
    facts = all_facts(session)
    links = _links(session, article, topic, language, text, facts, site.public_url)
    return Preview(
        breaches=(),
        warnings=tuple(_warnings(session, topic, language, text, facts, reader)),
        chat=tuple(_chat(site.pages, article, text, links, reader)),
        page=_page(text, links),
        reviewed=article.reviewed if article else None,
    )


def danish_text(session: Session, topic: str) -> Text | None:
    """Return the Danish text that the other languages render: the published, else the newest."""
    version = published(session, topic, "da") or latest(session, topic, "da")
    return text_of(version) if version else None


def _warnings(
    session: Session, topic: str, language: Language, text: Text, facts: Facts, reader: Language
) -> Iterator[str]:
    topics = Topics(catalogue(session).topics, frozenset(session.scalars(select(Article.topic))))
    for finding in text_findings(language, text, topics, facts, centre_names(session)):
        yield finding.in_language(reader)
    danish = danish_text(session, topic) if language != "da" else None
    if danish is not None:
        for finding in differences(("da", danish), (language, text), _DANISH):
            yield finding.in_language(reader)


@dataclass(frozen=True)
class _Links:
    """Where the links of an answer on a topic lead.

    Attributes:
        topic: The slug of the topic.
        language: Of the text.
        titles: Of the topic and of those that go with it and can be read in this language.
        readable: All topics that can be read in this language once this one is published.
        facts: All facts.
        centres: The names of the centres by their slugs.
        public_url: Address of the public pages.
    """

    topic: str
    language: Language
    titles: Mapping[str, str]
    readable: frozenset[str]
    facts: Facts
    centres: Mapping[str, str]
    public_url: str

    def address(self, situation: Situation) -> TopicAddress:
        """Return what gives the address of a topic's page to people in a situation."""
        return topic_links(self.language, self.readable, situation, self.public_url)

    def guides(self, situation: Situation) -> Mapping[str, str]:
        """Return the titles of the guides that go with the topic, by their addresses."""
        return guide_links(self.topic, self.language, situation, self.public_url)


def _links(
    session: Session,
    article: Article | None,
    topic: str,
    language: Language,
    text: Text,
    facts: Facts,
    public_url: str,
) -> _Links:
    there = topics_with_translation(session, language)
    related = [one for one in (article.related if article else ()) if one in there]
    titles = {one: title(session, one, language) or one for one in related}
    return _Links(
        topic,
        language,
        {topic: text.title, **titles},
        there | {topic},
        facts,
        centre_names(session),
        public_url,
    )


def _chat(
    pages: Pages, article: Article | None, text: Text, links: _Links, reader: Language
) -> Iterator[Shown]:
    whole, language = in_chat(text.document), links.language
    situations: dict[str, list[Situation]] = {}
    for situation in whole.situations:
        said = chat_text(text.title, whole.for_situation(situation))
        situations.setdefault(said, []).append(situation)
    for alike in situations.values():
        theirs = whole.for_situation(alike[0])
        address = links.address(alike[0])
        said = chat_text(text.title, filled(theirs, links.facts, language, today()), address)
        sources = sources_of(article, theirs, links.facts) if article else ()
        message = _ChatMessage(
            text=said + read_more(language, links.titles, address, links.guides(alike[0])),
            language=language,
            topic=links.topic,
            variant=None,
            sources=tuple(_Source(s.title, s.url, s.date.isoformat()) for s in sources),
        )
        html = pages.html("bot_message.html", language, message=message)
        names = [
            ", ".join(name(word, reader, links.centres) for word in one.values()) for one in alike
        ]
        yield Shown(
            tuple(names) if len(situations) > 1 else (),
            Markup(html),  # noqa: S704 (a template, which escapes)
        )


def _page(text: Text, links: _Links) -> Markup:
    document = filled(text.document, links.facts, links.language, today())
    rendered = to_html(
        document,
        links.address(NOT_KNOWN),
        lambda only: for_whom(only, links.language, links.centres, document.centres),
    )
    html = nh3.clean(
        rendered, tags=_PAGE_TAGS, attributes=_PAGE_ATTRIBUTES, allowed_classes=_PAGE_CLASSES
    )
    return Markup(html)  # noqa: S704 (cleaned by nh3)
