"""How well messages are understood that a model was not trained on, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from language.languages import LANGUAGES, Language
from language.normalisation import without_diacritics
from understanding.bands import FAQ_INTENT, SHOWN
from understanding.calibration import expected_calibration_error
from understanding.classifier import deal_folds
from understanding.examples import OUT_OF_SCOPE, topic_of
from understanding.intervals import wilson_interval
from understanding.training import message_folds, train

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from understanding.encoder import Encoder
    from understanding.examples import Example, MailExample
    from understanding.model import Understanding, Understood
    from understanding.queues import Queue


@dataclass(frozen=True)
class MessageFigures:
    """Figures of the messages of one language, or of all; shares from 0 to 1.

    Attributes:
        language: None for all languages together.
        in_scope: Number of messages about a topic.
        first_right: Of these: the right topic is the likeliest, whatever the band.
        first_right_from: The lower end of the 95 % interval of that share.
        first_right_to: Its upper end.
        first_right_plain: The same with the diacritics left out.
        shown_right: Of these: it is the answer, or among the choices shown.
        answered_right: Of these: it is the answer.
        answered_wrongly: Of these: another topic, or a dialogue intent, is the answer.
        refused: Of these: refused.
        out_of_scope: Number of messages out of scope.
        out_of_scope_answered: Of these: answered as if in scope.
        out_of_scope_offered: Of these: topics are offered.
        dialogue: Number of messages with a dialogue intent.
        dialogue_right: Of these: taken for it.
        calibration_error: Expected calibration error of the confidence, over all messages.
    """

    language: Language | None
    in_scope: int
    first_right: float
    first_right_from: float
    first_right_to: float
    first_right_plain: float
    shown_right: float
    answered_right: float
    answered_wrongly: float
    refused: float
    out_of_scope: int
    out_of_scope_answered: float
    out_of_scope_offered: float
    dialogue: int
    dialogue_right: float
    calibration_error: float


@dataclass(frozen=True)
class HeldOut:
    """A part of the data, and a model that was trained on the other parts.

    Attributes:
        model: Knows nothing of what follows.
        examples: Messages.
        mails: Places of mails in what was given.
    """

    model: Understanding
    examples: tuple[Example, ...]
    mails: tuple[int, ...]


@dataclass(frozen=True)
class JudgedMessage:
    """A message, what was understood of it, and of it without diacritics."""

    example: Example
    understood: Understood
    plain: Understood


def hold_out(
    examples: Sequence[Example],
    mails: Sequence[MailExample],
    topic_queues: Mapping[str, Queue],
    encoder: Encoder,
    folds: int = 5,
) -> Iterator[HeldOut]:
    """Train on all parts of the data but one, for each in turn.

    Temperature and thresholds, too, are chosen without the part that is held out. Messages that the
    encoder was tuned on are always trained on, and never held out.

    Args:
        examples: As for `training.train`.
        mails: As for `training.train`.
        topic_queues: As for `training.train`.
        encoder: As for `training.train`; one that keeps its encodings is much faster.
        folds: Into how many parts the data are dealt.

    Raises:
        ExamplesError: Too little to train on.
    """
    of_messages = message_folds(examples, encoder, folds).tolist()
    of_mails = deal_folds([(m.label, m.language, m.text) for m in mails], folds).tolist()
    for number in range(folds):
        model = train(
            [e for e, fold in zip(examples, of_messages, strict=True) if fold != number],
            [m for m, fold in zip(mails, of_mails, strict=True) if fold != number],
            topic_queues,
            encoder,
        )
        yield HeldOut(
            model,
            tuple(e for e, fold in zip(examples, of_messages, strict=True) if fold == number),
            tuple(place for place, fold in enumerate(of_mails) if fold == number),
        )


def evaluate(
    examples: Sequence[Example],
    mails: Sequence[MailExample],
    topic_queues: Mapping[str, Queue],
    encoder: Encoder,
    folds: int = 5,
) -> tuple[MessageFigures, ...]:
    """Judge each message by a model that was not trained on it; arguments as for `hold_out`.

    Raises:
        ExamplesError: Too little to train on.
    """
    judged: list[JudgedMessage] = []
    for part in hold_out(examples, mails, topic_queues, encoder, folds):
        judged.extend(_judge(part.model, part.examples))
    return figures_by_language(judged)


def judge_messages(model: Understanding, examples: Sequence[Example]) -> tuple[MessageFigures, ...]:
    """Return a model's figures on messages that it was not trained on.

    Args:
        model: Any.
        examples: The messages; the language of each is given as a hint, as the page gives it.
    """
    return figures_by_language(_judge(model, examples))


def figures_by_language(judged: Sequence[JudgedMessage]) -> tuple[MessageFigures, ...]:
    """Return figures of judged messages: all languages together first, then each."""
    return tuple(
        _message_figures(language, [j for j in judged if language in (None, j.example.language)])
        for language in present_languages(j.example.language for j in judged)
    )


def present_languages(languages: Iterable[Language]) -> list[Language | None]:
    """Return what figures are given for: None for all together, then each language that is there."""
    present = set(languages)
    return [None, *(language for language in LANGUAGES if language in present)]


def _judge(model: Understanding, examples: Sequence[Example]) -> list[JudgedMessage]:
    typed = model.understand_all([(e.text, e.language) for e in examples])
    plain = model.understand_all([(without_diacritics(e.text), e.language) for e in examples])
    return [JudgedMessage(*triple) for triple in zip(examples, typed, plain, strict=True)]


def _message_figures(language: Language | None, judged: Sequence[JudgedMessage]) -> MessageFigures:
    in_scope = [j for j in judged if topic_of(j.example.label) is not None]
    out_of_scope = [j for j in judged if j.example.label == OUT_OF_SCOPE]
    dialogue = [
        j for j in judged if topic_of(j.example.label) is None and j.example.label != OUT_OF_SCOPE
    ]
    first = sum(_first(j.understood) == _topic(j) for j in in_scope)
    interval = wilson_interval(first, len(in_scope))
    return MessageFigures(
        language=language,
        in_scope=len(in_scope),
        first_right=first / max(len(in_scope), 1),
        first_right_from=interval[0],
        first_right_to=interval[1],
        first_right_plain=share_of(_first(j.plain) == _topic(j) for j in in_scope),
        shown_right=share_of(_topic(j) in _shown(j.understood) for j in in_scope),
        answered_right=share_of(_answered(j) and _is_right(j) for j in in_scope),
        answered_wrongly=share_of(_answered(j) and not _is_right(j) for j in in_scope),
        refused=share_of(j.understood.band == "refuse" for j in in_scope),
        out_of_scope=len(out_of_scope),
        out_of_scope_answered=share_of(
            _answered(j) and j.understood.intent == FAQ_INTENT for j in out_of_scope
        ),
        out_of_scope_offered=share_of(j.understood.band == "choice" for j in out_of_scope),
        dialogue=len(dialogue),
        dialogue_right=share_of(j.understood.intent == j.example.label for j in dialogue),
        calibration_error=expected_calibration_error(
            np.array([j.understood.confidence for j in judged]),
            np.array([_is_right(j) for j in judged], dtype=np.bool_),
        ),
    )


def _topic(judged: JudgedMessage) -> str | None:
    return topic_of(judged.example.label)


def _first(understood: Understood) -> str | None:
    return understood.ranking[0][0] if understood.ranking else None


def _shown(understood: Understood) -> list[str | None]:
    if understood.band == "choice":
        return [slug for slug, _ in understood.ranking[:SHOWN]]
    return [understood.topic] if understood.band == "answer" else []


def _answered(judged: JudgedMessage) -> bool:
    return judged.understood.band == "answer"


def _is_right(judged: JudgedMessage) -> bool:
    topic = _topic(judged)
    if topic is not None:
        return judged.understood.topic == topic
    return judged.understood.intent == judged.example.label


def share_of(values: Iterable[bool]) -> float:
    """Return the share that is true; 0 of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0
