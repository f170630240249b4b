"""Which of the six languages words are in, by their letters: a small model, trained on our texts.

It knows what lingua cannot: which Danish words people of every language write in Denmark, and how
the six are typed without diacritics. Made by `ankomst language train` (language/word_training.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from language.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL_FILE = Path(__file__).parent / "data" / "words.npz"

BUCKETS = 1 << 16
"""The n-grams of all words share so many rows of weights."""

LONGEST_N_GRAM = 6

_MOST_WORDS = 200  # a longer text has long said what it is in
_LONGEST_WORD = 40
_SPACE = ord(" ")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

# How often a word of a text is borrowed, whatever the text is in: one Danish or English word, be it
# ever so surely Danish, says no more than this allows. Twice as much measured a little worse.
_BORROWED = {"da": 0.04, "en": 0.015}

# Weights were chosen for texts of 1, 2, 3 to 5, and 6 or more words.
_FROM_WORDS = (1, 2, 3, 6)
SIZES = len(_FROM_WORDS)


def size_of(words: int) -> int:
    """Return to which of the `SIZES` classes of length a text of so many words belongs."""
    return max(1, sum(words >= least for least in _FROM_WORDS)) - 1


class NGrams(NamedTuple):
    """The character n-grams of words, word by word.

    Attributes:
        buckets: The row of weights of each n-gram.
        starts: Where those of each word begin.
    """

    buckets: NDArray[np.int64]
    starts: NDArray[np.int64]


def n_grams(words: Sequence[str]) -> NGrams:
    """Take words apart into n-grams of 1 to `LONGEST_N_GRAM` characters, their edges included.

    Args:
        words: At least one; no word is empty or holds a space. Case does not matter.
    """
    text = "".join(f" {word.casefold()[:_LONGEST_WORD]} " for word in words)
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    # Odd from the space before a word on, even at the space after it.
    spaces = np.cumsum(codes == _SPACE)
    hashes = np.zeros(len(codes), np.uint64)
    buckets, owners = [], []
    for n in range(1, LONGEST_N_GRAM + 1):
        count = len(codes) - n + 1
        if count <= 0:
            break
        hashes = (hashes[:count] + codes[n - 1 :] + np.uint64(1)) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
        first, last = spaces[:count], spaces[n - 1 :]
        inside = (first % 2 == 1) & (last - first <= 1)
        buckets.append((hashes[inside] >> np.uint64(20)) % np.uint64(BUCKETS))
        owners.append(first[inside] // 2)
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return NGrams(
        np.concatenate(buckets)[order].astype(np.int64),
        np.searchsorted(owner[order], np.arange(len(words))),
    )


@dataclass(frozen=True)
class WordModel:
    """The trained model.

    Attributes:
        weights: Of each bucket for each language, in units of `scale`; such coarse ones measure
            alike and take a sixth of the space.
        scale: One unit.
        bias: Of each language.
        joining: How much this model and lingua count, for each size of text.
    """

    weights: NDArray[np.int8]
    scale: float
    bias: NDArray[np.float64]
    joining: NDArray[np.float64]

    def word_probabilities(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Return for each word how likely each of the six languages is, in their order."""
        grams = n_grams(words)
        counts = np.diff(np.append(grams.starts, len(grams.buckets)))
        sums = np.add.reduceat(self.weights[grams.buckets].astype(np.float64), grams.starts, axis=0)
        scores = self.scale * sums / np.sqrt(counts)[:, np.newaxis] + self.bias
        return _normalised(scores)

    def evidence(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Return the logarithm of how well the words fit each language, before joining."""
        probabilities = self.word_probabilities(words[:_MOST_WORDS])
        mixed = (1.0 - sum(_BORROWED.values())) * probabilities
        for code, share in _BORROWED.items():
            mixed += share * probabilities[:, [LANGUAGES.index(code)]]
        return np.asarray(np.log(mixed + 1e-9).sum(axis=0))

    def familiarity(self, words: Sequence[str]) -> float:
        """Return how well the words fit the one language that they fit best: 0 at most, a word's mean.

        Words of a seventh language look like one of the six here and like another there.
        """
        return float(self.evidence(words).max()) / min(len(words), _MOST_WORDS)

    def joined(self, words: Sequence[str], by_lingua: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated probability of each language.

        Args:
            words: What tells something in the text, at least one word.
            by_lingua: lingua's probabilities of the six for the same words, none of them 0.
        """
        own, lingua = self.joining[size_of(len(words))]
        return _normalised(own * self.evidence(words) + lingua * np.log(by_lingua))

    @classmethod
    def load(cls, path: Path) -> WordModel:
        """Read a model that `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(file["weights"], float(file["scale"]), file["bias"], file["joining"])

    def save(self, path: Path) -> None:
        """Write the model to a file."""
        fields: dict[str, Any] = {
            "weights": self.weights,
            "scale": self.scale,
            "bias": self.bias,
            "joining": self.joining,
        }
        np.savez_compressed(path, **fields)


def _normalised(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@cache
def word_model() -> WordModel:
    """Return the model that ships with Ankomst."""
    return WordModel.load(MODEL_FILE)
