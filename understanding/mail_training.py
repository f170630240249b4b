"""Training of what mails are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from language.masking import mask
from language.normalisation import fold
from understanding.calibration import NEVER, fit_temperature, lowest_threshold, softmax
from understanding.classifier import UNJUDGED, TrainingSet, deal_folds, fit_layer
from understanding.examples import OUT_OF_SCOPE, topic_of
from understanding.mails import (
    NO_QUEUE,
    MailWeights,
    PairClassifier,
    encode_passages,
    mail_passages,
)
from understanding.ngrams import Ngrams, fit_ngrams, ngrams_of
from understanding.queues import KINDS, QUEUES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from understanding.encoder import Encoder
    from understanding.examples import Example, MailExample
    from understanding.queues import Queue

DECIDED_RIGHT = 0.97
"""At least this share of the mails that are decided must be in the right queue."""

HELD_WRONGLY = 0.003
"""At most this share of the mails by persons may be held as automatic or spam."""

_FOLDS = 5
_MEANING_STRENGTH = 2.0
_WORDS_STRENGTH = 20.0
_MESSAGE_WEIGHT = 0.1  # a mail weighs as much as ten chat messages of its queue's topics


@dataclass(frozen=True)
class QueueMessages:
    """The chat's messages as far as they tell queues: by their topic; out of scope is of none.

    Attributes:
        texts: n messages.
        copies: Their vectors, as they were typed and folded, each n × dimensions.
        labels: n queues, or `NO_QUEUE`.
        languages: n languages.
        judged: n truth values: whether what is made of them proves anything.
    """

    texts: tuple[str, ...]
    copies: tuple[NDArray[np.float32], ...]
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    judged: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        examples: Sequence[Example],
        copies: tuple[NDArray[np.float32], ...],
        new: NDArray[np.bool_],
        topic_queues: Mapping[str, Queue],
    ) -> QueueMessages:
        """Choose those that are of a queue or out of scope.

        Args:
            examples: All messages.
            copies: Their vectors.
            new: Which of them the encoder was not tuned on.
            topic_queues: The queue of each topic.
        """
        owners = [
            NO_QUEUE if e.label == OUT_OF_SCOPE else topic_queues.get(topic_of(e.label) or "")
            for e in examples
        ]
        chosen = [place for place, owner in enumerate(owners) if owner is not None]
        return cls(
            tuple(examples[place].text for place in chosen),
            tuple(copy[chosen] for copy in copies),
            tuple(str(owners[place]) for place in chosen),
            tuple(examples[place].language for place in chosen),
            new[chosen],
        )


@dataclass(frozen=True)
class _Reading:
    """Mails and messages as both readers see them; n texts, the mails first."""

    data: TrainingSet
    words: list[Ngrams]


@dataclass(frozen=True)
class _Trained:
    pair: PairClassifier
    # n × labels: the calibrated probabilities of pairs that did not learn from the text.
    out_of_fold: NDArray[np.float64]


def train_mails(
    mails: Sequence[MailExample], messages: QueueMessages, encoder: Encoder
) -> MailWeights:
    """Train on mails, and on messages by their topic's queue.

    Args:
        mails: In all languages; with few of them, the queues follow the topics. Kinds are learnt where
            there are mails of each.
        messages: The chat's.
        encoder: Gives the vectors.
    """
    masked = [mask(mail.text) for mail in mails]
    passages = [mail_passages(text) for text in masked]
    copies = (
        encode_passages(passages, encoder),
        encode_passages([[fold(passage) for passage in group] for group in passages], encoder),
    )
    words = [ngrams_of(text) for text in masked]
    folds = deal_folds([(mail.label, mail.language, mail.text) for mail in mails], _FOLDS)
    labels = tuple(mail.kind for mail in mails)
    of_mails = _Reading(TrainingSet(copies, labels, folds, np.ones(len(mails))), words)
    kinds = _train_pair(of_mails) if set(labels) == set(KINDS) else None
    personal = np.array([kind == "mail" for kind in labels], dtype=np.bool_)
    queues = _train_pair(_with_messages(mails, of_mails, personal, messages))
    return _weights(mails, of_mails, personal, kinds, queues)


def _with_messages(
    mails: Sequence[MailExample],
    of_mails: _Reading,
    personal: NDArray[np.bool_],
    messages: QueueMessages,
) -> _Reading:
    """Put the mails by persons before the messages."""
    of_messages = np.full(len(messages.texts), UNJUDGED, dtype=np.intp)
    keys = list(zip(messages.labels, messages.languages, messages.texts, strict=True))
    new = np.flatnonzero(messages.judged)
    of_messages[new] = deal_folds([keys[place] for place in new], _FOLDS)
    data = TrainingSet(
        copies=tuple(
            np.concatenate([mail_copy[personal], message_copy])
            for mail_copy, message_copy in zip(of_mails.data.copies, messages.copies, strict=True)
        ),
        labels=(*(str(m.label) for m in mails if m.kind == "mail"), *messages.labels),
        folds=np.concatenate([of_mails.data.folds[personal], of_messages]),
        weights=np.concatenate(
            [np.ones(int(personal.sum())), np.full(len(messages.texts), _MESSAGE_WEIGHT)]
        ),
    )
    return _Reading(
        data,
        [
            *(of_mails.words[at] for at in np.flatnonzero(personal)),
            *(ngrams_of(mask(text)) for text in messages.texts),
        ],
    )


def _train_pair(reading: _Reading) -> _Trained:
    data = reading.data
    labels = tuple(sorted(set(data.labels)))
    right = np.array([labels.index(label) for label in data.labels], dtype=np.intp)
    logits = np.zeros((len(right), len(labels)))
    for number in np.unique(data.folds[data.folds != UNJUDGED]):
        held_out = data.folds == number
        part = _fit_pair(reading, labels, right, ~held_out)
        logits[held_out] = part.logits(
            data.copies[0][held_out], [reading.words[at] for at in np.flatnonzero(held_out)]
        )
    whole = _fit_pair(reading, labels, right, np.ones(len(right), dtype=np.bool_))
    judged = data.folds != UNJUDGED
    temperature = fit_temperature(logits[judged], right[judged])
    pair = PairClassifier(whole.of_meaning, whole.of_words, temperature)
    return _Trained(pair, softmax(logits / temperature))


def _fit_pair(
    reading: _Reading,
    labels: tuple[str, ...],
    right: NDArray[np.intp],
    chosen: NDArray[np.bool_],
) -> PairClassifier:
    data = reading.data
    return PairClassifier(
        fit_layer(data, labels, right, chosen, _MEANING_STRENGTH),
        fit_ngrams(
            [reading.words[at] for at in np.flatnonzero(chosen)],
            labels,
            right[chosen],
            data.weights[chosen],
            _WORDS_STRENGTH,
        ),
        temperature=1.0,
    )


def _weights(
    mails: Sequence[MailExample],
    reading: _Reading,
    personal: NDArray[np.bool_],
    kinds: _Trained | None,
    queues: _Trained,
) -> MailWeights:
    """Choose the thresholds by what was made of mails that it had not been learnt from."""
    if not mails:
        return MailWeights(None, queues.pair, NEVER, NEVER)
    labels = queues.pair.labels
    columns = [labels.index(queue) for queue in QUEUES if queue in labels]
    # No queue learns from machines' mail, so all of it is out of fold.
    shares = queues.pair.probabilities(reading.data.copies[0], reading.words)[:, columns]
    shares[personal] = queues.out_of_fold[: int(personal.sum())][:, columns]
    confidence = shares.max(axis=1)
    held = NEVER
    if kinds is not None:
        by_person = kinds.out_of_fold[:, kinds.pair.labels.index("mail")]
        held = _lowest_held(1 - by_person[personal])
        confidence *= by_person
        confidence[1 - by_person >= held] = 0.0
    likeliest = [labels[columns[place]] for place in shares.argmax(axis=1)]
    right = np.array([a == m.label for a, m in zip(likeliest, mails, strict=True)], dtype=np.bool_)
    decided = lowest_threshold(confidence, right, DECIDED_RIGHT)
    return MailWeights(kinds.pair if kinds else None, queues.pair, decided, held)


def _lowest_held(shares: NDArray[np.float64]) -> float:
    """Return the lowest threshold that holds at most `HELD_WRONGLY` of the mails by persons.

    Args:
        shares: How likely it was taken that no person wrote each of n mails that persons wrote.
    """
    allowed = int(HELD_WRONGLY * len(shares))
    descending = np.sort(shares)[::-1]
    return float(np.nextafter(descending[allowed], 1.0)) if len(shares) > allowed else NEVER
