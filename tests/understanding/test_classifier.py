"""One linear layer, and its training."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from understanding.classifier import TrainingSet, deal_folds, train_classifier


def clouds(
    labels: list[str], per_label: int, spread: float
) -> tuple[NDArray[np.float32], list[str]]:
    random = np.random.default_rng(1)
    centres = random.normal(size=(len(labels), 16))
    rows = [centre + spread * random.normal(size=(per_label, 16)) for centre in centres]
    vectors = np.concatenate(rows)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), [label for label in labels for _ in range(per_label)]


def training_set(labels: list[str], per_label: int = 40, spread: float = 0.8) -> TrainingSet:
    vectors, targets = clouds(labels, per_label, spread)
    keys = [(label, str(number)) for number, label in enumerate(targets)]
    return TrainingSet((vectors,), tuple(targets), deal_folds(keys, 5), np.ones(len(targets)))


def test_each_fold_has_its_share_of_every_kind() -> None:
    keys = [
        (label, language, str(n)) for label in "ab" for language in ("da", "pl") for n in range(10)
    ]
    folds = deal_folds(keys, 5)
    shares = Counter((key[0], key[1], int(fold)) for key, fold in zip(keys, folds, strict=True))
    assert set(shares.values()) == {2}
    assert len(shares) == 20


def test_folds_do_not_depend_on_the_order_of_texts() -> None:
    keys = [("a", str(n)) for n in range(23)]
    forwards = dict(zip(keys, deal_folds(keys, 5).tolist(), strict=True))
    backwards = dict(zip(keys[::-1], deal_folds(keys[::-1], 5).tolist(), strict=True))
    assert forwards == backwards


@pytest.mark.parametrize("labels", [["a", "b"], ["a", "b", "c", "d"]])
def test_what_was_trained_is_told_apart(labels: list[str]) -> None:
    data = training_set(labels)
    trained = train_classifier(data, 10.0)
    assert trained.classifier.labels == tuple(labels)
    probabilities = trained.classifier.probabilities(data.copies[0])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (probabilities.argmax(axis=1) == trained.right).mean() > 0.95


def test_out_of_fold_probabilities_are_honest() -> None:
    trained = train_classifier(training_set(["a", "b", "c"], 200, spread=1.5), 10.0)
    right = trained.out_of_fold.argmax(axis=1) == trained.right
    assert 0.6 < right.mean() < 0.99
    assert abs(trained.out_of_fold.max(axis=1).mean() - right.mean()) < 0.05


def test_a_copy_is_trained_on_but_never_judged() -> None:
    data = training_set(["a", "b"])
    # In the copies the labels are the other way round: by as many votes, and then by weight.
    swapped = np.concatenate([data.copies[0][40:], data.copies[0][:40]])
    alone = train_classifier(data, 10.0)
    misled = train_classifier(
        TrainingSet((data.copies[0], swapped, swapped), data.labels, data.folds, data.weights), 10.0
    )
    assert (alone.out_of_fold.argmax(axis=1) == alone.right).mean() > 0.9
    assert (misled.out_of_fold.argmax(axis=1) == misled.right).mean() < 0.1
    assert misled.out_of_fold.shape == (80, 2)


def test_training_gives_the_same_twice() -> None:
    first, second = (train_classifier(training_set(["a", "b", "c"]), 1.0) for _ in range(2))
    np.testing.assert_array_equal(first.classifier.weights, second.classifier.weights)
    assert first.classifier.temperature == second.classifier.temperature


def test_weights_weigh() -> None:
    vectors = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [1, 0], [0, 1]], dtype=np.float32)
    labels = ("a", "a", "a", "b", "b", "b")
    folds = np.array([0, 1, 0, 1, 1, 0])
    light = TrainingSet((vectors,), labels, folds, np.array([1.0, 1, 1, 1, 1, 1]))
    heavy = TrainingSet((vectors,), labels, folds, np.array([1.0, 1, 1, 1, 50, 1]))
    column = 1
    assert train_classifier(light, 10.0).classifier.logits(vectors)[0, column] < 0
    assert train_classifier(heavy, 10.0).classifier.logits(vectors)[0, column] > 0
