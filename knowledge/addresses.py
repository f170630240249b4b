"""The stable addresses of what readers see of the knowledge."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from knowledge.markdown import TopicAddress
from knowledge.situations import NOT_KNOWN, OTHER_CENTRE, Situation, value_of
from language.languages import Language

ARTICLES = "articles/"
CENTRES = "centres/"
GUIDES = "guides/"
SEARCH = "search"
ALL_CENTRES_FRAGMENT = "centres.html"
"""What stands after the language in the address of a page."""

REGISTER = "centres.json"
"""Where the contact register is."""


def centre_fragment(slug: str) -> str:
    """Return what stands after the language in the address of a centre's piece of HTML."""
    return f"{CENTRES}{slug}.html"


def situation_query(situation: Situation) -> str:
    """Return the query that tells a page a person's situation; empty where nothing is known.

    Who is served by another centre than an article names may be served by one that the next names.
    """
    told = [(d, value_of(word)) for d, word in situation.items() if word != OTHER_CENTRE]
    return f"?{urlencode(told)}" if told else ""


def article_path(topic: str, language: Language, situation: Situation = NOT_KNOWN) -> str:
    """Return the path of an article's page, for a person's situation as far as it is known."""
    return f"/{language}/{ARTICLES}{topic}{situation_query(situation)}"


def guide_path(guide: str, language: Language, situation: Situation = NOT_KNOWN) -> str:
    """Return the path of a guide's page, with what is known of a person's citizenship filled in.

    Args:
        guide: Its slug.
        language: Of the page.
        situation: The person's, as far as it is known.
    """
    known: Situation = {d: word for d, word in situation.items() if d == "citizenship"}
    return f"/{language}/{GUIDES}{guide}{situation_query(known)}"


def articles_path(language: Language) -> str:
    """Return the path of the list of articles."""
    return f"/{language}/{ARTICLES}"


def centres_path(language: Language) -> str:
    """Return the path of the page of the centres."""
    return f"/{language}/{CENTRES}"


def topic_links(
    language: Language,
    readable: Collection[str],
    situation: Situation = NOT_KNOWN,
    public_url: str = "",
) -> TopicAddress:
    """Return what gives the address of a topic's page, or None where there is no such page.

    Args:
        language: Of the pages.
        readable: The topics that are published in this language.
        situation: The reader's, as far as it is known.
        public_url: Of the whole site, where the links are read elsewhere; empty for paths.
    """

    def address(topic: str) -> str | None:
        if topic not in readable:
            return None
        return public_url + article_path(topic, language, situation)

    return address
