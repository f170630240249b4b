"""Judges a mail: whether a person wrote it, which queue it belongs in, what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from language.masking import mask
from understanding.calibration import softmax
from understanding.examples import topic_of
from understanding.ngrams import READ, NgramClassifier, Ngrams, ngrams_of
from understanding.queues import QUEUES, Kind, Queue
from understanding.sentences import passages, sentences
from understanding.spelling import prepare_passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from understanding.classifier import LinearClassifier
    from understanding.encoder import Encoder

CARRYING = 2
"""At most so many sentences are named as what carried a queue."""

TOPICS = 3
"""At most so many topics of a mail are named."""

LIKELY = 0.02
"""From this probability on a topic is named."""

NO_QUEUE = "none"
"""The queue classifier's label of texts that are no business of an ICS."""


@dataclass(frozen=True)
class PairClassifier:
    """Two readers of one text, the encoder's layer and the n-grams', who are believed alike.

    Attributes:
        of_meaning: Over the encoder's vectors.
        of_words: Over n-grams; of the same labels.
        temperature: By which their mean is divided, so that probabilities are calibrated.
    """

    of_meaning: LinearClassifier
    of_words: NgramClassifier
    temperature: float

    @property
    def labels(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return self.of_meaning.labels

    def logits(self, vectors: NDArray[np.float32], texts: Sequence[Ngrams]) -> NDArray[np.float64]:
        """Return n × labels, not yet calibrated, for n texts with their vectors."""
        return mean_of_readers(self.of_meaning.logits(vectors), self.of_words.logits(texts))

    def probabilities(
        self, vectors: NDArray[np.float32], texts: Sequence[Ngrams]
    ) -> NDArray[np.float64]:
        """Return n × labels, calibrated, each row summing to one."""
        return softmax(self.logits(vectors, texts) / self.temperature)


def mean_of_readers(
    of_meaning: NDArray[np.float64], of_words: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean of the logarithms of two readers' probabilities, given their logits."""
    return (np.log(softmax(of_meaning) + 1e-9) + np.log(softmax(of_words) + 1e-9)) / 2


@dataclass(frozen=True)
class MailWeights:
    """What training brings forth for mails.

    Attributes:
        kinds: Over mail, automatic and spam; None where nothing was learnt of machines' mail.
        queues: Over the queues and `NO_QUEUE`.
        decided: From which probability of kind and queue on a queue is decided.
        held: From which probability on that no person wrote it a mail is not put into a queue.
    """

    kinds: PairClassifier | None
    queues: PairClassifier
    decided: float
    held: float


@dataclass(frozen=True)
class MailJudgement:
    """What a mail's text says of where it belongs.

    Attributes:
        kind: `automatic` or `spam` only where that is so sure that the mail may be held.
        kind_confidence: The calibrated probability of that kind.
        queue: The likeliest queue.
        confidence: The calibrated probability that a person wrote it and it belongs there.
        decided: Whether that is sure enough that no person need look at it.
        probabilities: Of each queue; what is missing to one is that it belongs in none.
        topics: Slugs of topics that the mail is likely about, the likeliest first, at most three.
        carrying: Sentences that spoke most for the kind or the queue, in the mail's order, at
            most two.
    """

    kind: Kind
    kind_confidence: float
    queue: Queue
    confidence: float
    decided: bool
    probabilities: dict[Queue, float]
    topics: tuple[str, ...]
    carrying: tuple[str, ...]


def judge_mail(
    text: str, weights: MailWeights, topics: LinearClassifier, encoder: Encoder
) -> MailJudgement:
    """Judge a mail.

    Args:
        text: Subject, an empty line, and what was newly written. Of its meaning the beginning is
            read, about 900 characters; of its words the first `ngrams.READ` characters.
        weights: As trained.
        topics: The chat's classifier of topics.
        encoder: The one that all of these were trained on.
    """
    masked = mask(text)
    words = ngrams_of(masked)
    vector = encode_mails([masked], encoder)
    kind, of_kind = _kind(weights, vector, words)
    row = weights.queues.probabilities(vector, [words])[0]
    found = dict(zip(weights.queues.labels, row.tolist(), strict=True))
    probabilities: dict[Queue, float] = {queue: found.get(queue, 0.0) for queue in QUEUES}
    queue = max(QUEUES, key=lambda name: probabilities[name])
    confidence = of_kind["mail"] * probabilities[queue]
    parts = sentences(masked[: 2 * READ])
    return MailJudgement(
        kind=kind,
        kind_confidence=of_kind[kind],
        queue=queue,
        confidence=confidence,
        decided=kind == "mail" and confidence >= weights.decided,
        probabilities=probabilities,
        topics=_topics(topics.probabilities(vector)[0], topics.labels),
        carrying=(
            _carrying(parts, words, weights.queues.of_words, queue)
            if kind == "mail" or weights.kinds is None
            else _carrying(parts, words, weights.kinds.of_words, kind)
        ),
    )


def mail_passages(masked: str) -> list[str]:
    """Return the passages of a mail whose meaning is read, each as the encoder wants it."""
    groups = passages(sentences(masked)) or [[""]]
    return [prepare_passage(" ".join(group)) for group in groups]


def encode_mails(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    """Return n × dimensions for n mails, each the mean of its passages by their length.

    Args:
        texts: Subject, an empty line and new text, personal numbers masked.
        encoder: Any.
    """
    return encode_passages([mail_passages(text) for text in texts], encoder)


def encode_passages(groups: Sequence[Sequence[str]], encoder: Encoder) -> NDArray[np.float32]:
    """Return one vector for each group of passages: their mean by length, of unit length."""
    vectors = encoder.encode([passage for group in groups for passage in group])
    rows = np.zeros((len(groups), encoder.dimensions), dtype=np.float32)
    start = 0
    for row, group in zip(rows, groups, strict=True):
        shares = np.array([float(len(passage) + 1) for passage in group], dtype=np.float32)
        mean = shares @ vectors[start : start + len(group)]
        row[:] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        start += len(group)
    return rows


def may_be_held(shares: dict[Kind, float], held: float) -> Kind:
    """Return what a mail is taken for: the likelier of automatic and spam, where neither is a risk.

    Args:
        shares: The probability of each kind.
        held: From which probability on that no person wrote it it may be held.
    """
    if 1 - shares["mail"] < held:
        return "mail"
    return "spam" if shares["spam"] > shares["automatic"] else "automatic"


def _kind(
    weights: MailWeights, vector: NDArray[np.float32], words: Ngrams
) -> tuple[Kind, dict[Kind, float]]:
    if weights.kinds is None:
        return "mail", {"mail": 1.0, "automatic": 0.0, "spam": 0.0}
    row = weights.kinds.probabilities(vector, [words])[0].tolist()
    shares = dict(zip(cast("tuple[Kind, ...]", weights.kinds.labels), row, strict=True))
    return may_be_held(shares, weights.held), shares


def _topics(shares: NDArray[np.float64], labels: Sequence[str]) -> tuple[str, ...]:
    likely = {
        slug: float(share)
        for label, share in zip(labels, shares, strict=True)
        if (slug := topic_of(label)) is not None and share >= LIKELY
    }
    return tuple(sorted(likely, key=lambda slug: (-likely[slug], slug))[:TOPICS])


def _carrying(
    parts: Sequence[str], whole: Ngrams, classifier: NgramClassifier, label: str
) -> tuple[str, ...]:
    """Return the sentences whose words spoke most for a label, against the others."""
    if not parts or label not in classifier.labels:
        return ()
    column = classifier.labels.index(label)
    shares = classifier.contributions([ngrams_of(part) for part in parts], whole)
    gains = shares[:, column] - (shares.sum(axis=1) - shares[:, column]) / (len(shares[0]) - 1)
    clearest = sorted(np.flatnonzero(gains > 0).tolist(), key=lambda at: (-gains[at], at))
    return tuple(parts[at] for at in sorted(clearest[:CARRYING]))
