"""Facts put into texts: the value where it may be shown, else a link to the page that holds it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from knowledge.documents import FACT_LINK, Document, Section
from knowledge.facts import Facts
from language.languages import Language


def filled(document: Document, facts: Facts, language: Language, today: date) -> Document:
    """Return a document without links to facts.

    Args:
        document: What is shown.
        facts: All facts; of one that is missing the link's words stay.
        language: Of the document.
        today: The day in Denmark, by which a value may be shown or not.
    """

    def value(link: re.Match[str]) -> str:
        fact, words = facts.get(link["fact"]), link["words"]
        if fact is None:
            return words
        if fact.is_confirmed(today):
            return fact.in_words(language)
        return f"[{words}]({fact.source.url})"

    def section(part: Section) -> Section:
        return replace(
            part,
            blocks=tuple(
                replace(block, text=FACT_LINK.sub(value, block.text)) for block in part.blocks
            ),
        )

    return Document(section(document.lead), tuple(section(part) for part in document.sections))


def facts_named(document: Document) -> tuple[str, ...]:
    """Return the names of the facts in a document, each once, in the order in which they stand."""
    names = (
        link["fact"]
        for part in document.parts
        for block in part.blocks
        for link in FACT_LINK.finditer(block.text)
    )
    return tuple(dict.fromkeys(names))
