"""One linear layer over sentence vectors, with calibrated probabilities.

A layer rather than a finer machine: on six languages it comes within a point of a neural network
and of kernels, trains in seconds, and is two arrays that any version of numpy reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from understanding.calibration import fit_temperature, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class LinearClassifier:
    """A softmax over labels.

    Attributes:
        labels: In the order of the columns.
        weights: dimensions × labels.
        bias: One for each label.
        temperature: By which the logits are divided, so that probabilities are calibrated.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    def logits(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return n × labels, not yet calibrated, for n × dimensions."""
        product: NDArray[np.float64] = vectors.astype(np.float64) @ self.weights.astype(np.float64)
        return product + self.bias

    def probabilities(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return n × labels, calibrated, each row summing to one."""
        return softmax(self.logits(vectors) / self.temperature)


UNJUDGED = -1
"""The fold of a text that is always trained on, and never judged."""


@dataclass(frozen=True)
class TrainingSet:
    """Texts as vectors, with their labels.

    Attributes:
        copies: Arrays of n × dimensions: the texts as they were typed first, then in other
            spellings. All are trained on; only the first is ever judged.
        labels: n labels.
        folds: n numbers; what is judged was trained on the other folds. `UNJUDGED` for a text that
            is always trained on.
        weights: n weights, 1 for an ordinary text.
    """

    copies: tuple[NDArray[np.float32], ...]
    labels: tuple[str, ...]
    folds: NDArray[np.intp]
    weights: NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """A classifier, and what it would have said of texts it was not trained on.

    Attributes:
        classifier: Trained on everything, calibrated.
        judged: Places of the m texts that were judged.
        out_of_fold: m × labels, the calibrated probabilities of classifiers that were trained
            without the fold of the text.
        right: m indices of the right labels.
    """

    classifier: LinearClassifier
    judged: NDArray[np.intp]
    out_of_fold: NDArray[np.float64]
    right: NDArray[np.intp]


def deal_folds(keys: Sequence[tuple[str, ...]], folds: int) -> NDArray[np.intp]:
    """Deal texts out to folds so that each fold has its share of every kind.

    Args:
        keys: For each text its label, its language and the text itself: what differs in the
            first parts alone is dealt out evenly.
        folds: How many there are.
    """
    dealt = np.zeros(len(keys), dtype=np.intp)
    order = sorted(range(len(keys)), key=lambda i: keys[i])
    dealt[order] = np.arange(len(keys)) % folds
    return dealt


def train_classifier(data: TrainingSet, strength: float) -> Trained:
    """Train and calibrate.

    Args:
        data: At least two labels, and two texts for each; some of them judged.
        strength: Inverse of the regularisation, as scikit-learn's C.
    """
    labels = tuple(sorted(set(data.labels)))
    right = np.array([labels.index(label) for label in data.labels], dtype=np.intp)
    whole = fit_layer(data, labels, right, np.ones(len(right), dtype=np.bool_), strength)
    judged = np.flatnonzero(data.folds != UNJUDGED)
    logits = np.zeros((len(right), len(labels)))
    for fold in np.unique(data.folds[judged]):
        held_out = data.folds == fold
        # From nothing: begun at what was learnt of everything, it would know what it is judged on.
        part = fit_layer(data, labels, right, ~held_out, strength)
        logits[held_out] = part.logits(data.copies[0][held_out])
    temperature = fit_temperature(logits[judged], right[judged])
    return Trained(
        replace(whole, temperature=temperature),
        judged,
        softmax(logits[judged] / temperature),
        right[judged],
    )


def fit_layer(
    data: TrainingSet,
    labels: tuple[str, ...],
    right: NDArray[np.intp],
    chosen: NDArray[np.bool_],
    strength: float,
) -> LinearClassifier:
    """Train a layer, not calibrated yet.

    Args:
        data: As for `train_classifier`.
        labels: All of them, in the order of the columns.
        right: n indices of the right labels.
        chosen: n truth values: which texts are trained on.
        strength: Inverse of the regularisation, as scikit-learn's C.
    """
    # Needed for training alone: what only understands starts faster, and smaller, without.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415

    vectors = np.concatenate([copy[chosen] for copy in data.copies]).astype(np.float32)
    # e5's vectors lie close together (cosines of 0.7 and more): centred and stretched to unit
    # length on average, one strength suits all encoders.
    centre = vectors.mean(axis=0)
    vectors -= centre
    length = np.sqrt((vectors**2).sum(axis=1).mean()) or 1.0
    vectors /= length
    targets = np.tile(right[chosen], len(data.copies))
    weights = np.tile(data.weights[chosen], len(data.copies))
    # One thread: the matrices are small, and threads that wait for each other took 56 s instead
    # of 3 where other processes wanted the same cores.
    with threadpool_limits(limits=1):
        # In single precision it takes half the time.
        model = LogisticRegression(C=strength, max_iter=2000).fit(
            vectors, targets, sample_weight=weights
        )
    columns = np.zeros((vectors.shape[1], len(labels)))
    bias = np.full(len(labels), 0.0)
    # Two labels have one column between them.
    places = model.classes_ if len(model.classes_) > 2 else model.classes_[1:]
    columns[:, places] = model.coef_.T / length
    bias[places] = model.intercept_
    return LinearClassifier(
        labels,
        columns.astype(np.float32),
        (bias - centre @ columns).astype(np.float32),
        temperature=1.0,
    )
