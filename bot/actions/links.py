"""Addresses of our pages for links in the bot's answers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from knowledge.addresses import topic_links
from knowledge.answers import topics_with_translation
from knowledge.markdown import TopicAddress
from knowledge.situations import Situation
from language.languages import Language


def links_of(
    session: Session, language: Language, situation: Situation, public_url: str
) -> TopicAddress:
    """Return what gives the address of the page of a topic that can be read in a language."""
    return topic_links(language, topics_with_translation(session, language), situation, public_url)
