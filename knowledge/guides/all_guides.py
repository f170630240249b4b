"""The guides that have a page, and the articles that lead to them."""

from __future__ import annotations

from typing import Final

from knowledge.guides import form_04063, what_applies, words
from knowledge.guides.guide import Guide
from language.languages import Language

ALL_GUIDES: Final[tuple[Guide, ...]] = (what_applies.GUIDE, form_04063.GUIDE)


def guide_of(slug: str) -> Guide | None:
    """Return a guide by its name in addresses; None where there is none."""
    return next((guide for guide in ALL_GUIDES if guide.slug == slug), None)


def all_guide_titles(language: Language) -> list[tuple[str, str]]:
    """Return slug and title of all guides."""
    return [(guide.slug, words.guide_title(guide.slug, language)) for guide in ALL_GUIDES]


def guides_to(topic: str, language: Language) -> list[tuple[str, str]]:
    """Return slug and title of the guides that go with an article."""
    return [
        (guide.slug, words.guide_title(guide.slug, language))
        for guide in ALL_GUIDES
        if topic in guide.topics
    ]
