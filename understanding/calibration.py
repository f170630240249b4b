"""Confidence that means what it says: of the answers given with 0.8, four in five are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = 2.0
"""A threshold that no probability reaches."""


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def fit_temperature(logits: NDArray[np.float64], right: NDArray[np.intp]) -> float:
    """Return the temperature under which the right classes are the most likely.

    One number by which all logits are divided; it changes no order (Guo et al. 2017, "On
    Calibration of Modern Neural Networks", arXiv:1706.04599). As in Platt 1999, one text more
    is counted that went wrong, so that few texts which all went right do not give certainty.

    Args:
        logits: n × classes, two classes or more, of texts that were not trained on.
        right: n indices of the right classes.
    """
    n, classes = logits.shape
    targets = np.full((n, classes), 1 / (n + 2) / (classes - 1))
    targets[np.arange(n), right] = 1 - 1 / (n + 2)

    def loss(temperature: float) -> float:
        logarithms = np.log(np.maximum(softmax(logits / temperature), 1e-300))
        return float(-(targets * logarithms).sum(axis=1).mean())

    # The loss has one minimum in the logarithm of the temperature: halve the interval round it.
    low, high = np.log(0.02), np.log(50.0)
    while high - low > 1e-4:
        third = (high - low) / 3
        if loss(float(np.exp(low + third))) < loss(float(np.exp(high - third))):
            high -= third
        else:
            low += third
    return float(np.exp((low + high) / 2))


def expected_calibration_error(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10
) -> float:
    """Return the mean distance between confidence and share right, over bins of equal width.

    Args:
        confidences: n values from 0 to 1.
        right: n truth values.
        bins: Into how many the values from 0 to 1 are put.
    """
    if len(confidences) == 0:
        return 0.0
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    distance = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            distance += inside.mean() * abs(confidences[inside].mean() - right[inside].mean())
    return float(distance)


def lowest_threshold(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], share: float
) -> float:
    """Return the lowest threshold from which on at least that share may be expected to be right.

    Of n that were tried, r right, (r + 1) / (n + 2) are expected (Laplace's rule of succession):
    a few that happen to be right prove little.

    Args:
        confidences: n values from 0 to 1.
        right: n truth values.
        share: From 0 to 1.

    Returns:
        One of the confidences; `NEVER` where none is high enough.
    """
    order = np.argsort(-confidences, kind="stable")
    shares = (np.cumsum(right[order]) + 1) / (np.arange(len(order)) + 3)
    enough = np.flatnonzero(shares >= share)
    return float(confidences[order][enough[-1]]) if len(enough) else NEVER
