"""Typed replies to the questions for a person's situation, read from situation_replies.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import yaml

from knowledge.figures import NUMBER_WORDS
from knowledge.situations import Condition, Dimension
from language.languages import Language
from language.normalisation import fold

FILE = Path(__file__).parent / "situation_replies.yml"

_WORD: Final = re.compile(r"\d+|[^\W\d]+")
_DAYS: Final[Mapping[str, int]] = {"days": 1, "weeks": 7, "months": 30, "years": 365}

# Three and six months, by days as counted above: "3 months" and "13 weeks" are both up to three.
_UP_TO_3_MONTHS: Final = 92
_UP_TO_6_MONTHS: Final = 184

Stems = Mapping[Language, Sequence[str]]


class SituationReplies:
    """How people say their situation in their own words.

    Args:
        stems: For the occupation and the address the beginnings of words for each answer, and for
            units of time under `stay_units`; each by language.
    """

    def __init__(self, stems: Mapping[str, Mapping[str, Stems]]) -> None:
        self._stems = stems

    def read(self, dimension: Dimension, text: str, language: Language) -> Condition | None:
        """Return what a text says of a dimension.

        Args:
            dimension: The one that was asked for; citizenship is read elsewhere.
            text: What was typed.
            language: Of the conversation.

        Returns:
            The word, or None where the text says nothing of it, or more than one thing.
        """
        words = _WORD.findall(fold(text))
        if dimension == "stay":
            return self._stay(words, language)
        found = {
            answer
            for answer, stems in self._stems.get(dimension, {}).items()
            if any(word.startswith(tuple(stems[language])) for word in words)
        }
        return cast("Condition", found.pop()) if len(found) == 1 else None

    def _stay(self, words: Sequence[str], language: Language) -> Condition | None:
        units = self._stems["stay_units"]
        for place, word in enumerate(words):
            for unit, stems in units.items():
                if word.startswith(tuple(stems[language])):
                    count = _count(words[:place], language)
                    return _stay_of(count * _DAYS[unit])
        return None


def _count(before: Sequence[str], language: Language) -> int:
    """Return the number that was named last; one where none was ("a year")."""
    for word in reversed(before):
        if word.isdigit():
            return int(word)
        for number, pattern in NUMBER_WORDS[language].items():
            if re.fullmatch(pattern, word):
                return number
    return 1


def _stay_of(days: int) -> Condition:
    if days <= _UP_TO_3_MONTHS:
        return "up_to_3_months"
    return "3_to_6_months" if days <= _UP_TO_6_MONTHS else "over_6_months"


def load_situation_replies() -> SituationReplies:
    """Read the file.

    Raises:
        OSError: It cannot be read.
        yaml.YAMLError: It is no YAML.
    """
    return SituationReplies(yaml.safe_load(FILE.read_text(encoding="utf-8")))
