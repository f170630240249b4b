"""Typed replies to the questions for a person's situation, read from situation_replies.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Final, cast

import yaml

from knowledge.figures import NUMBER_WORDS
from knowledge.situations import Condition, Dimension, Stay
from language.languages import Language
from language.normalisation import fold
from language.word_patterns import word_pattern

FILE = Path(__file__).parent / "situation_replies.yml"

_WORD: Final = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_NUMERAL: Final = re.compile(r"\d+(?:[.,]\d+)?")
_DAYS: Final[Mapping[str, float]] = {
    "day": 1,
    "week": 7,
    "month": 30.4,
    "half_year": 182.5,
    "year": 365,
}

# "13 weeks" and "3 months" are both up to three months, "26 weeks" are up to six.
_UP_TO_3_MONTHS: Final = 92
_UP_TO_6_MONTHS: Final = 184

_LONGER: Final = 2  # days, by which "more than 6 months" are longer than 6 months

# Several months may be two or ten.
_SEVERAL: Final[Mapping[str, Stay]] = {"year": "over_6_months", "week": "up_to_3_months"}

# So many words may stand between a number and its unit: "from 3 up to 6 months".
_WORDS_OF_A_NUMBER: Final = 4

Words = Mapping[Language, Sequence[str]]


class SituationReplies:
    """How people say their situation in their own words.

    Args:
        answers: By dimension and answer, the words for it.
        words: The words for units of time, for half, more and less, for a denial, and for not
            knowing.
    """

    def __init__(
        self, answers: Mapping[str, Mapping[str, Words]], words: Mapping[str, Words]
    ) -> None:
        self._answers, self._words = answers, words

    def read(self, dimension: Dimension, text: str, language: Language) -> Condition | None:
        """Return what a text says of a dimension.

        Args:
            dimension: The one that was asked for; citizenship is read elsewhere.
            text: What was typed.
            language: Of the conversation.

        Returns:
            The word, or None where the text says nothing of it, or more than one thing.
        """
        if dimension == "stay":
            return self._stay(text, language)
        said = _plain(text)
        found = []
        for answer, words in self._answers.get(dimension, {}).items():
            rest = word_pattern(words[language]).sub(" ", said)
            if rest != said:
                found.append(answer)
            said = rest
        if found == ["jobseeker", "employee"]:
            found = ["jobseeker"]  # who looks for work names it too
        return cast("Condition", found[0]) if len(found) == 1 else None

    def denies(self, text: str, language: Language) -> bool:
        """Return whether a text says what does not fit, rather than what does."""
        return self._says("denial", _plain(text), language)

    def says_not_known(self, text: str, language: Language) -> bool:
        """Return whether a text says that the person does not know what was asked."""
        return self._says("not_known", _plain(text), language)

    def _stay(self, text: str, language: Language) -> Stay | None:
        said = _plain(_with_decimals(text))
        if self._says("for_good", said, language):
            return "over_6_months"
        words = said.split()
        found, start = set(), 0
        for place, word in enumerate(words):
            unit = self._unit(word, language)
            if unit is not None:
                before = words[max(start, place - _WORDS_OF_A_NUMBER) : place]
                found.add(self._stay_of(before, unit, language))
                start = place + 1
        return found.pop() if len(found) == 1 else None

    def _unit(self, word: str, language: Language) -> str | None:
        return next(
            (u for u in _DAYS if word_pattern(self._words[u][language]).fullmatch(word)),
            None,
        )

    def _stay_of(self, before: Sequence[str], unit: str, language: Language) -> Stay | None:
        """Return the stay that some words before a unit of time tell; None where it may be two."""
        said, days = " ".join(before), _DAYS[unit]
        counts = self._counts(before, language)
        if not counts and self._says("several", said, language):
            return _SEVERAL.get(unit)
        shortest, longest = (counts or [1])[-1], (counts or [1])[-1]
        if len(counts) > 1 and counts[-2] < longest:
            shortest = counts[-2]
        elif self._says("more", said, language):
            longest = inf
        elif self._says("less", said, language):
            shortest = 0
        # "3 to 6 months" begins after the three months.
        begins = shortest * days + (_LONGER if shortest < longest else 0)
        stay = _stay_of(begins)
        return stay if stay == _stay_of(longest * days) else None

    def _counts(self, before: Sequence[str], language: Language) -> list[float]:
        if self._says("and_a_half", " ".join(before), language):
            return [1.5]
        counts: list[float] = []
        for word in before:
            if _NUMERAL.fullmatch(word):
                counts.append(float(word.replace(",", ".")))
            elif self._says("half", word, language):
                counts.append((counts.pop() if counts else 0) + 0.5)
            else:
                numbers = NUMBER_WORDS[language].items()
                counts += [n for n, pattern in numbers if re.fullmatch(pattern, word)]
        return counts

    def _says(self, what: str, said: str, language: Language) -> bool:
        return word_pattern(self._words[what][language]).search(said) is not None


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _with_decimals(text: str) -> str:
    """Write halves as decimals: 2½ as 2,5."""
    halves = text.replace("1/2", "½")
    return re.sub(r"(\d*) ?½", lambda half: f"{half[1] or 0},5", halves)


def _stay_of(days: float) -> Stay:
    if days <= _UP_TO_3_MONTHS:
        return "up_to_3_months"
    return "3_to_6_months" if days <= _UP_TO_6_MONTHS else "over_6_months"


def load_situation_replies() -> SituationReplies:
    """Read the file.

    Raises:
        OSError: It cannot be read.
        yaml.YAMLError: It is no YAML.
    """
    return SituationReplies(**yaml.safe_load(FILE.read_text(encoding="utf-8")))
