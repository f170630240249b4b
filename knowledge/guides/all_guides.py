"""The guides that have a page, and the articles that lead to them."""

from __future__ import annotations

from typing import Final

from knowledge.addresses import guide_path
from knowledge.guides import form_04063, what_applies, words
from knowledge.guides.guide import Guide
from knowledge.situations import Situation
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


def guide_links(
    topic: str, language: Language, situation: Situation, public_url: str
) -> dict[str, str]:
    """Return the guides that go with an article: the title of each by its address.

    Args:
        topic: The slug.
        language: Of titles and pages.
        situation: The reader's; what is known of it is filled in.
        public_url: Of the whole site.
    """
    return {
        public_url + guide_path(slug, language, situation): name
        for slug, name in guides_to(topic, language)
    }
