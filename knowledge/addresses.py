"""The stable addresses of what readers see of the knowledge."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from knowledge.markdown import TopicAddress
from knowledge.situations import Citizenship
from language.languages import Language

ARTICLES = "articles/"
CENTRES = "centres/"
SEARCH = "search"
"""What stands after the language in the address of a page."""


def article_path(topic: str, language: Language, citizenship: Citizenship | None = None) -> str:
    """Return the path of an article's page, for a person's citizenship where that is chosen."""
    query = f"?{urlencode({'citizenship': citizenship})}" if citizenship else ""
    return f"/{language}/{ARTICLES}{topic}{query}"


def articles_path(language: Language) -> str:
    """Return the path of the list of articles."""
    return f"/{language}/{ARTICLES}"


def centres_path(language: Language) -> str:
    """Return the path of the page of the centres."""
    return f"/{language}/{CENTRES}"


def topic_links(
    language: Language,
    readable: Collection[str],
    citizenship: Citizenship | None = None,
    public_url: str = "",
) -> TopicAddress:
    """Return what gives the address of a topic's page, or None where there is no such page.

    Args:
        language: Of the pages.
        readable: The topics that are published in this language.
        citizenship: The reader's, where it is chosen.
        public_url: Of the whole site, where the links are read elsewhere; empty for paths.
    """

    def address(topic: str) -> str | None:
        if topic not in readable:
            return None
        return public_url + article_path(topic, language, citizenship)

    return address
