"""A second reader beside the encoder: a linear layer over the character n-grams of a text.

The encoder knows what a text means, in its first part; n-grams see all of it, know the words that
give a form, a trick or a machine away, and cost next to nothing. Together they are right more often
than either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from language.normalisation import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BUCKETS = 2**17
"""N-grams are counted by a hash, in so many places."""

READ = 4_000
"""Characters of a text that are read, folded."""

_LENGTHS = (2, 3, 4, 5)
_BUCKET_BITS = BUCKETS.bit_length() - 1
# Odd numbers with their bits well mixed: of the polynomial, and Fibonacci hashing (2^64 / φ).
_BASE = np.uint64(0x100000001B3)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SPACE = ord(" ")


@dataclass(frozen=True)
class Ngrams:
    """The n-grams of a text.

    Attributes:
        places: The m buckets that are filled, ascending.
        values: Of each, 1 + the logarithm of how often.
    """

    places: NDArray[np.int64]
    values: NDArray[np.float32]


def ngrams_of(text: str) -> Ngrams:
    """Return the n-grams of two to five characters within the words of a text.

    Capitals and diacritics play no part. The beginning and the end of a word are characters too.

    Args:
        text: In any language; `READ` characters of it are read.
    """
    padded = f" {fold(text[: 2 * READ])[:READ]} "
    codes = np.frombuffer(padded.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    spaces = np.concatenate([[0], np.cumsum(codes == _SPACE)])
    found: list[NDArray[np.uint64]] = []
    hashes = np.full(len(codes), 1, dtype=np.uint64)
    for length in range(1, max(_LENGTHS) + 1):
        count = len(codes) - length + 1
        if count <= 0:
            break
        hashes = hashes[:count] * _BASE + codes[length - 1 :]
        if length in _LENGTHS:
            starts = np.arange(count)
            # No n-gram reaches over a space from one word into the next.
            within = spaces[starts + length - 1] - spaces[np.minimum(starts + 1, len(codes))] <= 0
            found.append(hashes[within])
    every = np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)
    buckets = ((every * _SPREAD) >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)
    places, counts = np.unique(buckets, return_counts=True)
    return Ngrams(places, (1 + np.log(counts)).astype(np.float32))


@dataclass(frozen=True)
class NgramClassifier:
    """A linear layer over the weighted n-grams of a text.

    Attributes:
        labels: In the order of the columns.
        rarity: `BUCKETS` numbers: how much an n-gram tells, by how few texts have it.
        weights: `BUCKETS` × labels.
        bias: One for each label.
    """

    labels: tuple[str, ...]
    rarity: NDArray[np.float16]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]

    def logits(self, texts: Sequence[Ngrams]) -> NDArray[np.float64]:
        """Return n × labels for n texts."""
        rows = [self._shares(text, self._length(text)) + self.bias for text in texts]
        return np.array(rows, dtype=np.float64).reshape(len(texts), len(self.labels))

    def contributions(self, parts: Sequence[Ngrams], whole: Ngrams) -> NDArray[np.float64]:
        """Return n × labels: what each part of a text adds to the logits of the whole."""
        length = self._length(whole)
        rows = [self._shares(part, length) for part in parts]
        return np.array(rows, dtype=np.float64).reshape(len(parts), len(self.labels))

    def _length(self, text: Ngrams) -> float:
        weighted = text.values * self.rarity[text.places].astype(np.float32)
        return float(np.linalg.norm(weighted)) or 1.0

    def _shares(self, text: Ngrams, length: float) -> NDArray[np.float32]:
        weighted = text.values * self.rarity[text.places].astype(np.float32)
        shares: NDArray[np.float32] = (weighted / length) @ self.weights[text.places].astype(
            np.float32
        )
        return shares


def fit_ngrams(
    texts: Sequence[Ngrams],
    labels: tuple[str, ...],
    right: NDArray[np.intp],
    weights: NDArray[np.float64],
    strength: float,
) -> NgramClassifier:
    """Train a layer.

    Args:
        texts: n texts.
        labels: All of them.
        right: n indices of the right labels.
        weights: n weights, 1 for an ordinary text.
        strength: Inverse of the regularisation, as scikit-learn's C.
    """
    # Needed for training alone, see understanding.classifier.
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415

    places = np.concatenate([text.places for text in texts])
    ends = np.cumsum([0, *(len(text.places) for text in texts)])
    having = np.bincount(places, minlength=BUCKETS)
    # As scikit-learn's smoothed idf; what only one text has is chance.
    rarity = np.where(having > 1, np.log((1 + len(texts)) / (1 + having)) + 1, 0).astype(np.float16)
    values = np.concatenate([text.values for text in texts]) * rarity[places].astype(np.float32)
    lengths = np.sqrt(np.add.reduceat(np.append(values**2, 0.0), ends[:-1]))
    lengths[np.diff(ends) == 0] = 1.0
    values /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(ends))
    # Only the columns that some text fills are fitted.
    used, columns = np.unique(places, return_inverse=True)
    matrix = csr_matrix((values, columns, ends), shape=(len(texts), len(used)))
    with threadpool_limits(limits=1):
        model = LogisticRegression(C=strength, max_iter=500).fit(
            matrix, right, sample_weight=weights
        )
    layer = np.zeros((BUCKETS, len(labels)), dtype=np.float16)
    bias = np.zeros(len(labels), dtype=np.float32)
    # Two labels have one column between them.
    present = model.classes_ if len(model.classes_) > 2 else model.classes_[1:]
    layer[np.ix_(used, present)] = model.coef_.T.astype(np.float16)
    bias[present] = model.intercept_
    missing = [place for place in range(len(labels)) if place not in set(model.classes_.tolist())]
    bias[missing] = -10.0
    return NgramClassifier(labels, rarity, layer, bias)
