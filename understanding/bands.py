"""The decision: answer, offer a choice of the closest topics, or refuse.

Three thresholds on calibrated probabilities. They are chosen on messages that the classifier was
not trained on, so that what is answered wrongly, and what is answered though it is out of scope,
stays within bounds that are written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from understanding.calibration import lowest_threshold
from understanding.examples import OUT_OF_SCOPE, topic_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Band = Literal["answer", "choice", "refuse"]
"""Answered outright; the closest topics are offered; out of scope or not understood."""

FAQ_INTENT = "faq"
"""The intent of every message about a topic."""

RANKED = 5
"""How many topics a ranking holds."""

SHOWN = 3
"""How many of them a choice offers."""

WRONGLY_ANSWERED = 0.05
"""At most this share of the messages in scope may be answered wrongly."""

OUT_OF_SCOPE_ANSWERED = 0.05
"""At most this share of the messages out of scope may be answered."""

REFUSED = 0.05
"""At most this share of the messages in scope may be refused."""

LEAST_SURE = 0.5
"""Nothing is answered that is likelier wrong than right."""

DIALOGUE_RIGHT = 0.9
"""At least this share of what is taken for a dialogue intent must be it."""


@dataclass(frozen=True)
class Thresholds:
    """From which calibrated probability on what is done.

    Attributes:
        answer: Of the first topic: it is answered.
        choice: Of the first three topics together: they are offered.
        dialogue: Of a dialogue intent: it is taken for it.
    """

    answer: float
    choice: float
    dialogue: float


@dataclass(frozen=True)
class Decision:
    """What a message was taken for.

    Attributes:
        intent: `faq`, a dialogue intent, or `out_of_scope`.
        topic: The slug of the first topic if the intent is `faq`, else None.
        confidence: Calibrated probability of intent and topic.
        band: What is done.
        ranking: The first five topics with their calibrated probabilities, the likeliest first.
    """

    intent: str
    topic: str | None
    confidence: float
    band: Band
    ranking: tuple[tuple[str, float], ...]


class Decider:
    """Turns probabilities over labels into decisions.

    Args:
        labels: The classifier's labels, in the order of its probabilities.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = tuple(labels)
        self._topics = [i for i, label in enumerate(labels) if topic_of(label) is not None]
        self._out_of_scope = self._labels.index(OUT_OF_SCOPE)

    def decide(self, probabilities: NDArray[np.float64], thresholds: Thresholds) -> Decision:
        """Decide on one message.

        Args:
            probabilities: Calibrated, one for each label.
            thresholds: As chosen in training.
        """
        by_topic = sorted(self._topics, key=lambda i: (-probabilities[i], self._labels[i]))
        ranking = tuple((self._slug(i), float(probabilities[i])) for i in by_topic[:RANKED])
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        label = self._labels[best]
        if topic_of(label) is not None and confidence >= thresholds.answer:
            return Decision(FAQ_INTENT, topic_of(label), confidence, "answer", ranking)
        if self._is_dialogue(best) and confidence >= thresholds.dialogue:
            return Decision(label, None, confidence, "answer", ranking)
        if sum(share for _, share in ranking[:SHOWN]) >= thresholds.choice:
            topic, confidence = ranking[0]
            return Decision(FAQ_INTENT, topic, confidence, "choice", ranking)
        confidence = float(probabilities[self._out_of_scope])
        return Decision(OUT_OF_SCOPE, None, confidence, "refuse", ranking)

    def choose_thresholds(
        self, probabilities: NDArray[np.float64], right: NDArray[np.intp]
    ) -> Thresholds:
        """Choose the thresholds on messages that the classifier was not trained on.

        Args:
            probabilities: n × labels, calibrated.
            right: n indices of the right labels.

        Returns:
            The lowest `answer` threshold that keeps to `WRONGLY_ANSWERED` and
            `OUT_OF_SCOPE_ANSWERED`, so that as much as possible is answered; the `choice`
            threshold that parts messages in scope from those out of scope best, refusing at
            most `REFUSED` of those in scope; the lowest `dialogue` threshold that keeps to
            `DIALOGUE_RIGHT`.
        """
        best = probabilities.argmax(axis=1)
        confidence = probabilities.max(axis=1)
        in_scope = np.isin(right, self._topics)
        out_of_scope = right == self._out_of_scope
        topic_first = np.isin(best, self._topics)
        dialogue_first = ~topic_first & (best != self._out_of_scope)

        wrong = confidence[topic_first & in_scope & (best != right)]
        foreign = confidence[topic_first & out_of_scope]
        answer = max(
            LEAST_SURE,
            _above_all_but(wrong, int(WRONGLY_ANSWERED * in_scope.sum())),
            _above_all_but(foreign, int(OUT_OF_SCOPE_ANSWERED * out_of_scope.sum())),
        )
        dialogue = lowest_threshold(
            confidence[dialogue_first], (best == right)[dialogue_first], DIALOGUE_RIGHT
        )
        shown = np.sort(probabilities[:, self._topics], axis=1)[:, -SHOWN:].sum(axis=1)
        choice = _parting(shown[in_scope], shown[out_of_scope])
        return Thresholds(answer=answer, choice=choice, dialogue=dialogue)

    def _is_dialogue(self, index: int) -> bool:
        return index not in self._topics and index != self._out_of_scope

    def _slug(self, index: int) -> str:
        slug = topic_of(self._labels[index])
        if slug is None:
            raise ValueError(f"{self._labels[index]} is no topic")
        return slug


def _above_all_but(values: NDArray[np.float64], permitted: int) -> float:
    """Return the lowest threshold that at most `permitted` of the values reach."""
    if len(values) <= permitted:
        return 0.0
    return float(np.nextafter(np.sort(values)[-permitted - 1], 1.0))


def _parting(in_scope: NDArray[np.float64], out_of_scope: NDArray[np.float64]) -> float:
    """Return the threshold with the most of one group above it and of the other below.

    It lies in the middle between the last value above it and the first below.
    """
    permitted = int(REFUSED * len(in_scope))
    candidates = np.sort(in_scope)[: permitted + 1]
    gain = [(in_scope >= c).mean() - (out_of_scope >= c).mean() for c in candidates]
    chosen = float(candidates[int(np.argmax(gain))])
    values = np.concatenate([in_scope, out_of_scope])
    below = float(values[values < chosen].max(initial=0.0))
    return (chosen + below) / 2
