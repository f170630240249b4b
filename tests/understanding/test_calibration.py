"""Confidence that means what it says."""

from __future__ import annotations

import numpy as np
import pytest

from understanding.calibration import (
    NEVER,
    expected_calibration_error,
    fit_temperature,
    lowest_threshold,
    softmax,
)


def test_softmax_bears_large_numbers() -> None:
    probabilities = softmax(np.array([[1000.0, 0.0], [0.0, 0.0], [-1000.0, -1000.0]]))
    np.testing.assert_allclose(probabilities, np.array([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]]))


@pytest.mark.parametrize("factor", [0.2, 1.0, 5.0])
def test_the_temperature_undoes_a_factor(factor: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 4)) * 2
    right = np.array([random.choice(4, p=row) for row in softmax(logits)])
    assert fit_temperature(logits * factor, right) == pytest.approx(factor, rel=0.1)


def test_few_texts_that_all_went_right_do_not_give_certainty() -> None:
    logits = np.array([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0]])
    right = np.array([0, 1, 0])
    temperature = fit_temperature(logits, right)
    assert softmax(logits / temperature)[0, 0] == pytest.approx(4 / 5, abs=0.01)


def test_the_calibration_error_of_an_honest_judge_is_nothing() -> None:
    confidences = np.array([0.75] * 4 + [0.5] * 2)
    right = np.array([True, True, True, False, True, False])
    assert expected_calibration_error(confidences, right) == pytest.approx(0.0)


def test_the_calibration_error_of_a_braggart() -> None:
    assert expected_calibration_error(np.ones(4), np.array([True, False, False, False])) == 0.75


def test_the_calibration_error_of_nothing() -> None:
    assert expected_calibration_error(np.zeros(0), np.zeros(0, dtype=np.bool_)) == 0.0


def test_the_threshold_keeps_to_its_share() -> None:
    confidences = np.linspace(0.999, 0.0, 1000)
    right = confidences > 0.5
    threshold = lowest_threshold(confidences, right, 0.9)
    reached = confidences >= threshold
    assert 0.89 < right[reached].mean() < 0.91


def test_a_few_right_ones_prove_little() -> None:
    assert lowest_threshold(np.array([0.9, 0.8]), np.array([True, True]), 0.97) == NEVER
    assert lowest_threshold(np.zeros(0), np.zeros(0, dtype=np.bool_), 0.5) == NEVER
