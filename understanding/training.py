"""Training: from messages and mails to a model. The same data give the same model."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from language.masking import mask
from language.normalisation import fold
from understanding.bands import Decider
from understanding.classifier import (
    UNJUDGED,
    Trained,
    TrainingSet,
    deal_folds,
    train_classifier,
)
from understanding.errors import ExamplesError
from understanding.examples import OUT_OF_SCOPE, fingerprint, mails_fingerprint, topic_of
from understanding.judgements import judge_out_of_fold
from understanding.mail_training import QueueMessages, train_mails
from understanding.mails import mail_passages
from understanding.memory import remember
from understanding.model import Understanding, Weights
from understanding.queues import QUEUES
from understanding.spelling import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from understanding.encoder import Encoder
    from understanding.examples import Example, MailExample
    from understanding.judgements import Judgement
    from understanding.queues import Queue

RECIPE = 4
"""Raised when training itself changes, so that every installation trains anew."""

_FOLDS = 5
_LEAST_JUDGED = 200  # where fewer are new to the encoder, all are judged
_TOPIC_STRENGTH = 10.0


@dataclass(frozen=True)
class Judged:
    """A trained model, and what classifiers that were not trained on a message made of it.

    Messages that the encoder was tuned on are not judged.
    """

    model: Understanding
    judgements: list[tuple[Example, Judgement]]


def train(
    examples: Sequence[Example],
    mails: Sequence[MailExample],
    topic_queues: Mapping[str, Queue],
    encoder: Encoder,
) -> Understanding:
    """Train a model; as `train_and_judge`, without the judgements."""
    return train_and_judge(examples, mails, topic_queues, encoder).model


def train_and_judge(
    examples: Sequence[Example],
    mails: Sequence[MailExample],
    topic_queues: Mapping[str, Queue],
    encoder: Encoder,
) -> Judged:
    """Train a model, and judge the messages that it was trained on out of fold.

    Every text is trained on twice, as it is and folded (small letters, no diacritics): so
    those who type without diacritics lose 0.3 instead of 0.9 points.

    Args:
        examples: Messages in all languages.
        mails: Mails in all languages; with few of them, the queues follow the topics.
        topic_queues: The queue of each topic.
        encoder: Gives the vectors; it is stored by name.

    Raises:
        ExamplesError: Too little to train on, or a topic that has no queue.
    """
    _check(examples, mails, topic_queues)
    typed = [prepare(example.text) for example in examples]
    copies = (encoder.encode(typed), encoder.encode([fold(text) for text in typed]))
    folds = message_folds(examples, encoder, _FOLDS)
    topics = _train_topics(examples, copies, folds)
    decider = Decider(topics.classifier.labels)
    messages = QueueMessages.of(examples, copies, folds != UNJUDGED, topic_queues)
    model = Understanding(
        encoder,
        Weights(
            topics.classifier,
            decider.choose_thresholds(topics.out_of_fold, topics.right),
            train_mails(mails, messages, encoder),
            remember(examples, topics.classifier.labels),
        ),
        messages_fingerprint=fingerprint(examples),
        training_fingerprint=fingerprint_of(examples, mails, topic_queues, encoder),
    )
    judgements = judge_out_of_fold(
        topics.classifier.labels, topics.out_of_fold, topics.right, folds[topics.judged]
    )
    judged = [examples[place] for place in topics.judged]
    return Judged(model, list(zip(judged, judgements, strict=True)))


def _judged(examples: Sequence[Example], encoder: Encoder) -> NDArray[np.bool_]:
    """Return which messages tell how well strangers are understood: those new to the encoder."""
    new = np.array([not encoder.was_tuned_on(example.text) for example in examples], dtype=np.bool_)
    return new if new.sum() >= _LEAST_JUDGED else np.ones(len(examples), dtype=np.bool_)


def message_folds(examples: Sequence[Example], encoder: Encoder, folds: int) -> NDArray[np.intp]:
    """Deal messages out to folds; those that the encoder was tuned on are `UNJUDGED`."""
    keys = [(e.label, e.language, e.text) for e in examples]
    return _deal(keys, _judged(examples, encoder), folds)


def _deal(
    keys: Sequence[tuple[str, ...]], judged: NDArray[np.bool_], folds: int
) -> NDArray[np.intp]:
    dealt = np.full(len(keys), UNJUDGED, dtype=np.intp)
    dealt[judged] = deal_folds([key for key, one in zip(keys, judged, strict=True) if one], folds)
    return dealt


def texts_to_encode(examples: Sequence[Example], mails: Sequence[MailExample]) -> list[str]:
    """Return all that a training encodes, so that it can be done, and counted, beforehand."""
    typed = [prepare(example.text) for example in examples]
    passages = [passage for mail in mails for passage in mail_passages(mask(mail.text))]
    return [*typed, *passages, *(fold(text) for text in (*typed, *passages))]


def fingerprint_of(
    examples: Sequence[Example],
    mails: Sequence[MailExample],
    topic_queues: Mapping[str, Queue],
    encoder: Encoder,
) -> str:
    """Return a hash over all that a training depends on."""
    used = {slug for example in examples if (slug := topic_of(example.label)) is not None}
    parts = [
        RECIPE,
        encoder.name,
        encoder.version,
        fingerprint(examples),
        mails_fingerprint(mails),
        sorted((slug, queue) for slug, queue in topic_queues.items() if slug in used),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _check(
    examples: Sequence[Example],
    mails: Sequence[MailExample],
    topic_queues: Mapping[str, Queue],
) -> None:
    counts = Counter(example.label for example in examples)
    if OUT_OF_SCOPE not in counts:
        raise ExamplesError(f"There are no messages under {OUT_OF_SCOPE}; write some.")
    topics = {label: slug for label in counts if (slug := topic_of(label)) is not None}
    if not topics:
        raise ExamplesError("There are no messages under faq/<topic>; write some.")
    for label, count in sorted(counts.items()):
        if count < 2:
            raise ExamplesError(f"There is one message under {label}; write a second one.")
    for label, slug in sorted(topics.items()):
        if slug not in topic_queues:
            raise ExamplesError(f"{label} is no topic of knowledge/topics.yml; add it there.")
    present = {topic_queues[slug] for slug in topics.values()} | {mail.label for mail in mails}
    missing = [queue for queue in QUEUES if queue not in present]
    if missing:
        raise ExamplesError(f"Nothing is of the queue {missing[0]}; write mails or messages.")


def _train_topics(
    examples: Sequence[Example],
    copies: tuple[NDArray[np.float32], ...],
    folds: NDArray[np.intp],
) -> Trained:
    return train_classifier(
        TrainingSet(
            copies=copies,
            labels=tuple(example.label for example in examples),
            folds=folds,
            weights=np.ones(len(examples)),
        ),
        _TOPIC_STRENGTH,
    )
