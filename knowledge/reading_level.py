"""How hard a text is to read: LIX, the mean length of sentences and the share of long words."""

from __future__ import annotations

import re
from typing import Final

from knowledge.articles import Text, text_passages
from knowledge.sentences import sentences
from language.languages import Language

EASY_ENOUGH: Final[dict[Language, int]] = {
    "da": 42, "en": 40, "pl": 54, "lt": 66, "ro": 50, "de": 50,
}  # fmt: skip
"""The most that an article may have. Words are longer in some languages than in others: each limit
is what plain texts of that language reach, official names included."""

_LONG = 6
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def reading_level(text: Text, language: Language) -> float:
    """Return the LIX of a text (C.-H. Björnsson, Läsbarhet, 1968).

    It is the number of words in a sentence plus the percentage of words with more than six letters.
    """
    passages = text_passages(text)
    words = [word for passage in passages for word in _WORD.findall(passage)]
    count = sum(max(1, len(sentences(passage, language))) for passage in passages)
    long = sum(len(word) > _LONG for word in words)
    return len(words) / count + 100 * long / max(1, len(words))
