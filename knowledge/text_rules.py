"""What may be wrong in one text although it can be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from knowledge.articles import Text, text_passages
from knowledge.documents import FACT_LINK, Document, variants
from knowledge.fact_filling import facts_named
from knowledge.figures import figures
from knowledge.glossary import term_findings
from knowledge.markdown import links, to_passages
from knowledge.reading_level import EASY_ENOUGH, reading_level
from knowledge.sentences import sentences
from language.languages import Language
from web.translations import Translatable, later

MAX_LEAD_SENTENCES = 3

# What changes with time, and so is a fact: money, rates, times of day from and to.
_CHANGING = re.compile(
    r"\d[\d., \u00a0]*(?:kr\b|kroner|kronor|kronen|koron|kronų|kronas|coroane|DKK|EUR|euro|€)"
    r"|(?:DKK|EUR|€|\bkr\.) ?\d[\d.,]*"
    r"|\d[\d.,]* ?(?:%|procent|percent|per cent|pct\b|prozent|proc\b)"
    r"|\d{1,2}[.:]\d{2} ?[-–] ?\d{1,2}[.:]\d{2}",
    re.IGNORECASE,
)


class Topics(NamedTuple):
    """The topics that a text may link to.

    Attributes:
        known: All topics.
        with_article: Those that have an article.
    """

    known: Collection[str]
    with_article: Collection[str]


def text_findings(
    language: Language,
    text: Text,
    topics: Topics,
    facts: Collection[str],
    centres: Collection[str],
) -> Iterator[Translatable]:
    """Yield what is wrong in one text, although it can be shown.

    Args:
        language: Its language.
        text: The text; its body breaks no rule.
        topics: The topics that there are.
        facts: The names of the facts that there are.
        centres: The slugs of the centres that there are.
    """
    document = text.document
    for slug in document.centres:
        if slug not in centres:
            yield later(
                "there is no centre %(slug)s, which `::: only` names; the centres are %(centres)s.",
                slug=slug,
                centres=", ".join(sorted(centres)),
            )
    yield from _long_leads(document, language)
    yield from _dead_links(document, topics, facts)
    yield from _figures_that_change(text, language)
    level, most = reading_level(text, language), EASY_ENOUGH[language]
    if level > most:
        yield later(
            "the text is hard to read (LIX %(level)s, at most %(most)s); "
            "shorten the sentences and use shorter words.",
            level=round(level),
            most=most,
        )
    yield from term_findings(text, language)


def _long_leads(document: Document, language: Language) -> Iterator[Translatable]:
    longest = max(len(_lead_sentences(variant, language)) for variant in variants(document))
    if longest > MAX_LEAD_SENTENCES:
        yield later(
            "the direct answer before the first heading has %(count)s sentences; "
            "shorten it to %(most)s for each group of readers.",
            count=longest,
            most=MAX_LEAD_SENTENCES,
        )


def _lead_sentences(document: Document, language: Language) -> list[str]:
    return [
        sentence
        for passage in to_passages(document.lead)
        for sentence in sentences(passage, language)
    ]


def _dead_links(
    document: Document, topics: Topics, facts: Collection[str]
) -> Iterator[Translatable]:
    for topic in sorted(set(_topic_links(document)) - set(topics.with_article)):
        is_known = topic in topics.known
        yield later(
            "the link to topic:%(topic)s is dead, it %(reason)s; remove or correct it.",
            topic=topic,
            reason=later("has no article yet") if is_known else later("is no topic"),
        )
    for name in sorted(set(facts_named(document)) - set(facts)):
        yield later("there is no fact %(name)s; add it, or correct its name.", name=name)


def _topic_links(document: Document) -> list[str]:
    return [link.removeprefix("topic:") for link in links(document) if link.startswith("topic:")]


def _figures_that_change(text: Text, language: Language) -> Iterator[Translatable]:
    passages = text_passages(text)
    changing = [found.group() for line in passages for found in _CHANGING.finditer(line)]
    changing += sorted(figures("\n".join(passages), language).values["telephone number"])
    for figure in dict.fromkeys(changing):
        yield later(
            "%(figure)s changes with time; write it as a fact, [words](fact:name).",
            figure=figure.strip(),
        )
    for link in FACT_LINK.finditer(text.body):
        if re.search(r"\d", link["words"]):
            yield later(
                "the words %(words)s hold a figure, but stand where the value of %(name)s "
                "may not be shown; say where it is found.",
                words=link["words"],
                name=link["fact"],
            )
