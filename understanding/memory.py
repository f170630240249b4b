"""Messages that are known word for word.

What stands in the training data is understood as it is filed there, whatever the classifier makes
of its neighbours; and a word that means one thing in one language and another in the next ("tak"
thanks in Danish and agrees in Polish) is told apart by its language.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from language.languages import LANGUAGES
from language.normalisation import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from language.identification import Identification
    from language.languages import Language
    from understanding.examples import Example

SURE = 0.99
"""The confidence of a message that is known word for word."""

_KEY_BYTES = 16


@dataclass(frozen=True)
class KnownMessages:
    """Training messages by a hash of their folded text: language -> index of the label."""

    labels: Mapping[bytes, Mapping[Language, int]]

    def apply(
        self,
        text: str,
        identification: Identification,
        probabilities: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the probabilities over labels, raised to `SURE` for the label of a known message.

        A message that is filed differently in two languages is as sure as its language is.
        """
        filed = self.labels.get(_key(text))
        if filed is None:
            return probabilities
        if len(set(filed.values())) == 1:
            label, sure = next(iter(filed.values())), SURE
        elif identification.language is not None and identification.language in filed:
            label, sure = filed[identification.language], min(SURE, identification.confidence)
        else:
            return probabilities
        if probabilities[label] >= sure:
            return probabilities
        others = np.where(np.arange(len(probabilities)) == label, 0.0, probabilities)
        raised: NDArray[np.float64] = others * (1 - sure) / others.sum()
        raised[label] = sure
        return raised

    def to_arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """Return n × 16 bytes of hashes, and n × 2 indices of language and label, sorted."""
        rows = sorted(
            (key, LANGUAGES.index(language), label)
            for key, filed in self.labels.items()
            for language, label in filed.items()
        )
        hashes = np.frombuffer(b"".join(key for key, _, _ in rows), dtype=np.uint8)
        indices = np.array([(language, label) for _, language, label in rows], dtype=np.int32)
        return hashes.reshape(-1, _KEY_BYTES), indices.reshape(-1, 2)

    @classmethod
    def from_arrays(cls, hashes: NDArray[np.uint8], indices: NDArray[np.int32]) -> KnownMessages:
        """Return what `to_arrays` was made from.

        Raises:
            ValueError: The arrays do not belong together.
            IndexError: An index is of no language.
        """
        if hashes.shape != (len(indices), _KEY_BYTES) or indices.shape != (len(hashes), 2):
            raise ValueError("the known messages are broken")
        labels: dict[bytes, dict[Language, int]] = {}
        for key, (language, label) in zip(hashes, indices.tolist(), strict=True):
            labels.setdefault(key.tobytes(), {})[LANGUAGES[language]] = label
        return cls(labels)


def remember(examples: Sequence[Example], labels: Sequence[str]) -> KnownMessages:
    """Return the memory of training messages.

    Args:
        examples: The messages.
        labels: The classifier's labels, in the order of its probabilities.
    """
    places = {label: place for place, label in enumerate(labels)}
    known: dict[bytes, dict[Language, int]] = {}
    for example in examples:
        known.setdefault(_key(example.text), {})[example.language] = places[example.label]
    return KnownMessages(known)


def _key(text: str) -> bytes:
    folded = fold(text).strip(" .,;:!?…")
    return hashlib.blake2b(folded.encode("utf-8"), digest_size=_KEY_BYTES).digest()
