"""Answer, offer a choice, or refuse."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from understanding.bands import Decider, Thresholds

LABELS = ["faq/a", "faq/b", "faq/c", "faq/d", "greet", "out_of_scope"]
THRESHOLDS = Thresholds(answer=0.7, choice=0.4, dialogue=0.6)


def decide(*probabilities: float) -> tuple[str, str | None, float, str]:
    decision = Decider(LABELS).decide(np.array(probabilities), THRESHOLDS)
    return decision.intent, decision.topic, decision.confidence, decision.band


@pytest.mark.parametrize(
    ("probabilities", "decision"),
    [
        ((0.8, 0.1, 0, 0, 0, 0.1), ("faq", "a", 0.8, "answer")),
        ((0, 0.7, 0.1, 0.1, 0, 0.1), ("faq", "b", 0.7, "answer")),
        ((0.6, 0.2, 0, 0, 0, 0.2), ("faq", "a", 0.6, "choice")),
        # Out of scope is likeliest, but three topics together may still be it.
        ((0.2, 0.2, 0.1, 0, 0, 0.5), ("faq", "a", 0.2, "choice")),
        # The fourth topic is not offered and does not count.
        ((0.13, 0.13, 0.13, 0.13, 0, 0.48), ("out_of_scope", None, 0.48, "refuse")),
        ((0.1, 0, 0, 0, 0.2, 0.7), ("out_of_scope", None, 0.7, "refuse")),
        ((0.1, 0, 0, 0, 0.6, 0.3), ("greet", None, 0.6, "answer")),
        # A greeting that is not sure is not taken for one.
        ((0.1, 0, 0, 0, 0.55, 0.35), ("out_of_scope", None, 0.35, "refuse")),
        ((0.3, 0.15, 0, 0, 0.5, 0.05), ("faq", "a", 0.3, "choice")),
    ],
)
def test_the_three_bands(
    probabilities: tuple[float, ...], decision: tuple[str, str | None, float, str]
) -> None:
    assert decide(*probabilities) == decision


def test_the_ranking_holds_topics_alone_the_likeliest_first() -> None:
    decision = Decider(LABELS).decide(np.array([0.1, 0.3, 0.1, 0.2, 0.2, 0.1]), THRESHOLDS)
    assert decision.ranking == (("b", 0.3), ("d", 0.2), ("a", 0.1), ("c", 0.1))


def simulated(seed: int, size: int = 3000) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return calibrated probabilities over LABELS, and right labels drawn from them."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet([0.12] * len(LABELS), size=size)
    right = np.array([random.choice(len(LABELS), p=row) for row in probabilities])
    return probabilities, right


def test_chosen_thresholds_keep_to_their_bounds_on_new_messages() -> None:
    decider = Decider(LABELS)
    thresholds = decider.choose_thresholds(*simulated(1))
    probabilities, right = simulated(2)
    decisions = [decider.decide(row, thresholds) for row in probabilities]
    in_scope = [(d, LABELS[r]) for d, r in zip(decisions, right, strict=True) if r < 4]
    beyond = [d for d, r in zip(decisions, right, strict=True) if LABELS[r] == "out_of_scope"]
    wrong = [d.band == "answer" and f"faq/{d.topic}" != label for d, label in in_scope]
    foreign = [d.band == "answer" and d.intent == "faq" for d in beyond]
    refused = [d.band == "refuse" for d, _ in in_scope]
    greeted = [LABELS[r] for d, r in zip(decisions, right, strict=True) if d.intent == "greet"]
    assert np.mean(wrong) < 0.05
    assert np.mean(foreign) < 0.07
    assert np.mean(refused) < 0.08
    assert np.mean([label == "greet" for label in greeted]) > 0.85
    answered = [d.band == "answer" and d.intent == "faq" for d, _ in in_scope]
    assert np.mean(answered) > 0.4


def test_where_nothing_goes_wrong_nothing_unlikely_is_answered() -> None:
    probabilities = np.eye(len(LABELS)).repeat(20, axis=0) * 0.9 + 0.1 / len(LABELS)
    right = np.arange(len(LABELS)).repeat(20)
    thresholds = Decider(LABELS).choose_thresholds(probabilities, right)
    assert thresholds.answer == 0.5
    # Between the messages in scope (0.95) and those beyond (0.05), not at the edge of either.
    assert thresholds.choice == pytest.approx(0.5, abs=0.05)
    assert thresholds.dialogue == pytest.approx(0.9, abs=0.05)
