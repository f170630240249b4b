"""Ranks texts by the words of a question: BM25, tolerant of endings, typos and missing diacritics.

Each word of a question also stands for words of the texts that begin with it or are spelt nearly
like it, with less weight: so "karty" finds "karta", and "skat" finds "skattekort".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from language.languages import Language
from language.normalisation import fold

Scores = NDArray[np.float32]
"""One number a text, the higher the better; 0 for a text that has nothing to do with it."""


class Ranked(NamedTuple):
    """How well texts fit a question, and the folded words of theirs that it stands for."""

    scores: Scores
    matching: frozenset[str]


_WORD = re.compile(r"[^\W_]+")

# Jaro-Winkler favours words that begin alike, as forms of one word do. Below this, other words
# come in ("tax" and "tap" have 0.82).
_LEAST_LIKENESS = 0.89
_MOST_ALIKE = 12

# Jaro-Winkler counts so many equal letters at the beginning.
_BEGINNING = 4

_ROUNDING = 1e-4

# A beginning of fewer letters than this is the beginning of too many words.
_SHORTEST_BEGINNING = 4
_WEIGHT_OF_A_BEGINNING = 0.5


class WordRanking:
    """An index of texts in one language.

    Args:
        texts: What is searched, at least one.
        language: Their language; its small words ("the", "how") count for nothing.
    """

    def __init__(self, texts: Sequence[str], language: Language) -> None:
        self._small_words = _small_words(language)
        words = [self._words(text) for text in texts]
        self._vocabulary = sorted({word for one in words for word in one})
        self._spellings = _Spellings(self._vocabulary)
        self._size = len(texts)
        self._bm25 = bm25s.BM25()
        if self._vocabulary:
            self._bm25.index(words, show_progress=False)

    def rank(self, question: str) -> Ranked:
        """Return how well each text fits a question, and by which words.

        Args:
            question: Words or a sentence, as typed.
        """
        scores = np.zeros(self._size, dtype=np.float32)
        matching: set[str] = set()
        for stands_for in self._readings(question):
            best = np.zeros(self._size, dtype=np.float32)
            for word, weight in stands_for.items():
                np.maximum(best, weight * self._bm25.get_scores([word]), out=best)
            scores += best
            matching.update(stands_for)
        return Ranked(scores, frozenset(matching))

    def _words(self, text: str) -> list[str]:
        return [word for word in _WORD.findall(fold(text)) if word not in self._small_words]

    def _readings(self, question: str) -> Iterator[Mapping[str, float]]:
        """Yield for each word of a question the words it may stand for, with their weights."""
        for word in dict.fromkeys(self._words(question)):
            alike = process.extract(
                word,
                self._spellings.perhaps_alike(word),
                scorer=JaroWinkler.similarity,
                score_cutoff=_LEAST_LIKENESS,
                limit=_MOST_ALIKE,
            )
            weights = dict.fromkeys(self._beginning_with(word), _WEIGHT_OF_A_BEGINNING)
            # Numbers are right or wrong: 04.063 is not 04.062.
            weights |= {
                found: likeness**3
                for found, likeness, _ in alike
                if found == word or not word.isdigit()
            }
            yield weights

    def _beginning_with(self, word: str) -> list[str]:
        if len(word) < _SHORTEST_BEGINNING:
            return []
        start = bisect_left(self._vocabulary, word)
        end = bisect_left(self._vocabulary, word + "\uffff")
        return self._vocabulary[start:end][:_MOST_ALIKE]


class _Spellings:
    """Tells at once of most words of a vocabulary that they are not spelt like another one.

    No two words are more alike than the letters that both have would make them in the best order, so
    nothing that the likeness would find is left out, and few words are left to compare: of 16,000 some
    hundred.

    Args:
        vocabulary: The words.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._vocabulary = np.array(vocabulary, dtype=object)
        self._lengths = np.array([len(word) for word in vocabulary], dtype=np.float32)
        letters = Counter(letter for word in vocabulary for letter in word)
        self._letters = {letter: place for place, (letter, _) in enumerate(letters.most_common())}
        self._counts = np.zeros((len(self._letters), len(vocabulary)), dtype=np.uint8)
        for column, word in enumerate(vocabulary):
            for letter in word:
                self._counts[self._letters[letter], column] += 1
        self._beginnings = np.array(
            [list(word[:_BEGINNING].ljust(_BEGINNING)) for word in vocabulary], dtype="U1"
        ).reshape(-1, _BEGINNING)

    def perhaps_alike(self, word: str) -> Sequence[str]:
        """Return the words that may be alike enough, in their order."""
        shared = np.zeros(len(self._vocabulary), dtype=np.float32)
        for letter, count in Counter(word).items():
            if letter in self._letters:
                shared += np.minimum(self._counts[self._letters[letter]], count)
        jaro = np.where(shared > 0, (shared / len(word) + shared / self._lengths + 1) / 3, 0)
        likeness = jaro + 0.1 * self._same_beginning(word) * (1 - jaro)
        return list(self._vocabulary[likeness >= _LEAST_LIKENESS - _ROUNDING])

    def _same_beginning(self, word: str) -> NDArray[np.int64]:
        same = np.zeros(len(self._vocabulary), dtype=np.int64)
        equal = np.ones(len(self._vocabulary), dtype=np.bool_)
        for place, letter in enumerate(word[:_BEGINNING]):
            equal &= self._beginnings[:, place] == letter
            same += equal
        return same


def _small_words(language: Language) -> frozenset[str]:
    words = import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    return frozenset(fold(word) for word in words)
