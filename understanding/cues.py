"""What a message says beside its topic, read by words: despair, an insult, a question on one's own case.

And whether a message is one that only makes sense after an answer ("and my wife?", "a ile to
kosztuje?"), and which parts of a message ask something. The words stand in `cue_words/<language>.yml`:
few cases, written by hand and read by hand, where a wrong guess would hurt more than a missed one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, TypeVar, cast

import yaml

from language.normalisation import fold
from language.word_patterns import ANY_WORD, plain_words, word_pattern
from understanding.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from language.languages import Language

Cue = Literal["despair", "danger", "insult", "own_case", "show_memory", "forget_memory"]
"""Does not want to live; is threatened, beaten or held; insults; asks for a case of their own; asks what
is remembered, or that it be forgotten."""

Aspect = Literal["bring", "cost", "when", "how_long", "where", "how", "next"]
"""What a short question asks of the topic before."""

Relative = Literal["partner", "child", "family"]
"""For whom a short question asks."""

_Name = TypeVar("_Name", bound=str)

_FOLDER = Path(__file__).parent / "cue_words"

_WORD = re.compile(r"[^\W_]+")
# People who ask on a phone go on with a small letter.
_AFTER_A_QUESTION = re.compile(r"(?<=\?)\s+")

# A longer message says by itself what it is about.
_LONGEST_LEANING = 10

# Fewer words between two joiners are one thing of several ("tax and pension"), no question.
_FEWEST_OF_A_PART = 3


@dataclass(frozen=True)
class Leaning:
    """A message that leans on the answer before.

    Attributes:
        aspects: What it asks of the same topic, in the order in which it asks.
        relative: For whom it asks, None where for nobody else.
    """

    aspects: tuple[Aspect, ...]
    relative: Relative | None


class _File(TypedDict):
    cues: dict[Cue, list[str]]
    aspects: dict[Aspect, list[str]]
    kin: dict[Relative, list[str]]
    fillers: list[str]
    speaks_of: dict[Aspect, list[str]]
    question_words: list[str]
    joiners: list[str]


class CueWords:
    """The words of one language.

    Args:
        words: As `cue_words/<language>.yml` has them.
    """

    def __init__(self, words: _File) -> None:
        fillers = [fold(word) for word in words["fillers"]]
        self._fillers = frozenset(fillers)
        only_fillers = "(?:" + "|".join(map(re.escape, fillers)) + ")"
        self._cues = _patterns(words["cues"])
        self._aspects = _patterns(words["aspects"], only_fillers)
        self._kin = _patterns(words["kin"])
        self._speaks_of = _patterns(words["speaks_of"])
        self._question = word_pattern(words["question_words"])
        self._joiner = re.compile(
            rf"[,;]?\s+(?:{'|'.join(map(re.escape, words['joiners']))})\s+", re.IGNORECASE
        )

    def cues(self, text: str) -> frozenset[Cue]:
        """Return the cues in a text."""
        said = plain_words(text)
        return frozenset(cue for cue, pattern in self._cues.items() if pattern.search(said))

    def leaning(self, text: str) -> Leaning | None:
        """Return on what of the answer before a message leans; None where it stands by itself."""
        said = plain_words(text)
        if not said or said.count(" ") >= _LONGEST_LEANING:
            return None
        aspects, rest = _taken_out(self._aspects, said)
        relatives, rest = _taken_out(self._kin, rest)
        if not (aspects or relatives) or set(rest.split()) - self._fillers:
            return None
        asked: tuple[Aspect, ...] = tuple(a for a in aspects if a != "how") or aspects
        return Leaning(asked, relatives[0] if relatives else None)

    def speaks_of(self, aspect: Aspect, text: str) -> bool:
        """Return whether a text of an article tells an aspect; of those without words it does."""
        pattern = self._speaks_of.get(aspect)
        return pattern is None or pattern.search(plain_words(text)) is not None

    def asking_parts(self, text: str) -> list[str]:
        """Return the parts of a message that ask something, in their order.

        Parts are sentences, and what stands between the joiners of a sentence where all of it asks.
        """
        found: list[str] = []
        questions = (_AFTER_A_QUESTION.split(sentence) for sentence in sentences(text))
        for sentence in chain.from_iterable(questions):
            parts = self._joiner.split(sentence)
            long_enough = all(len(_WORD.findall(part)) >= _FEWEST_OF_A_PART for part in parts)
            if long_enough and all(self._asks(part) for part in parts):
                found += parts
            elif self._asks(sentence):
                found.append(sentence)
        return found

    def _asks(self, part: str) -> bool:
        return "?" in part or self._question.search(plain_words(part)) is not None


@cache
def cue_words(language: Language) -> CueWords:
    """Return the words of a language, read once."""
    return CueWords(_read(language))


@cache
def cue_pattern(cue: Cue, language: Language) -> re.Pattern[str]:
    """Return what finds one cue in the words of a text, as `plain_words` gives them."""
    return word_pattern(_read(language)["cues"][cue])


@cache
def _read(language: Language) -> _File:
    path = _FOLDER / f"{language}.yml"
    return cast("_File", yaml.safe_load(path.read_text(encoding="utf-8")))


def cues_in(text: str, languages: Iterable[Language]) -> frozenset[Cue]:
    """Return the cues in a text.

    Args:
        text: As typed.
        languages: Those that it may be in: its own, and that of the conversation.
    """
    return frozenset().union(*(cue_words(language).cues(text) for language in languages))


def leaning_of(text: str, languages: Iterable[Language]) -> Leaning | None:
    """Return on what of the answer before a message leans; see `cues_in` and `CueWords.leaning`."""
    found = (cue_words(language).leaning(text) for language in languages)
    return next((one for one in found if one is not None), None)


def _taken_out(
    patterns: Mapping[_Name, re.Pattern[str]], said: str
) -> tuple[tuple[_Name, ...], str]:
    """Return what is said, in its order, and what is left of the text; longer matches come first."""
    matches = sorted(
        ((m.start(), m.end(), name) for name, p in patterns.items() for m in p.finditer(said)),
        key=lambda match: match[0] - match[1],
    )
    kept: list[tuple[int, int, _Name]] = []
    for start, end, name in matches:
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, name))
    rest = said
    for start, end, _ in kept:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return tuple(dict.fromkeys(name for _, _, name in sorted(kept))), rest


def _patterns(
    groups: Mapping[_Name, Sequence[str]], gap: str = ANY_WORD
) -> dict[_Name, re.Pattern[str]]:
    return {name: word_pattern(patterns, gap) for name, patterns in groups.items()}
