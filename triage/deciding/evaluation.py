"""How well mails are sorted that nothing was learnt from, by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from language.languages import Language
from triage.deciding.classifier import Decision
from triage.deciding.written_mails import WrittenMail
from triage.parsing.message import ParsedMail, parse
from understanding.calibration import expected_calibration_error
from understanding.evaluation import present_languages, share_of
from understanding.intervals import wilson_interval
from understanding.queues import MAIL_LABELS, QUEUES, MailLabel


@dataclass(frozen=True)
class Sorted:
    """A mail, and what was decided on it."""

    mail: WrittenMail
    decision: Decision

    @property
    def is_by_person(self) -> bool:
        """Whether a person wrote it."""
        return self.mail.example.kind == "mail"

    @property
    def is_held(self) -> bool:
        """Whether it does not come to a queue."""
        return self.decision.kind != "mail"

    @property
    def put(self) -> MailLabel:
        """What it was taken for: a queue, whether surely or not, or a kind that is held."""
        return self.decision.queue if self.decision.kind == "mail" else self.decision.kind

    @property
    def is_right(self) -> bool:
        """Whether that is what it is."""
        return self.put == self.mail.example.label


@dataclass(frozen=True)
class MailFigures:
    """Figures of the mails of one language, or of all; shares from 0 to 1.

    Attributes:
        language: None for all languages together.
        by_persons: Number of mails that persons wrote.
        queue_f1: Of these: the mean over the three queues of the harmonic mean of precision and
            recall (macro F1); one that is held counts as missed.
        right: Of these: in the right queue.
        right_from: The lower end of the 95 % interval of that share.
        right_to: Its upper end.
        decided: Of these: sure enough that no person need look.
        decided_right: Of all that is decided for a queue, machines' mail too: right.
        held_wrongly: Of these: taken for automatic or spam.
        others: Number of mails that no person wrote, or nobody wants.
        held: Of these: kept from the queues.
        held_by_text: Of those that their headers do not give away: kept from the queues.
        topic_in_three: Of the mails with topics: the best one is among those named.
        language_right: Of the mails by persons: in the right language.
        calibration_error: Expected calibration error of the confidence in a queue.
    """

    language: Language | None
    by_persons: int
    queue_f1: float
    right: float
    right_from: float
    right_to: float
    decided: float
    decided_right: float
    held_wrongly: float
    others: int
    held: float
    held_by_text: float
    topic_in_three: float
    language_right: float
    calibration_error: float


def sort_mails(
    mails: Iterable[WrittenMail], decide: Callable[[ParsedMail], Decision]
) -> list[Sorted]:
    """Take mails the whole way from their bytes to a decision."""
    return [Sorted(mail, decide(parse(mail.raw))) for mail in mails]


def figures_by_language(judged: Sequence[Sorted]) -> tuple[MailFigures, ...]:
    """Return figures: all languages together first, then each."""
    return tuple(
        _figures(code, [one for one in judged if code in (None, one.mail.example.language)])
        for code in present_languages(one.mail.example.language for one in judged)
    )


def confusion(judged: Iterable[Sorted]) -> dict[MailLabel, Counter[MailLabel]]:
    """Return for each label how often its mails were taken for each."""
    found: dict[MailLabel, Counter[MailLabel]] = {label: Counter() for label in MAIL_LABELS}
    for one in judged:
        found[one.mail.example.label][one.put] += 1
    return found


@dataclass(frozen=True)
class Band:
    """Mails of like confidence.

    Attributes:
        lowest: Of the confidence, 0 to 1.
        mails: How many.
        confidence: Their mean confidence.
        right: The share that is right.
    """

    lowest: float
    mails: int
    confidence: float
    right: float


def calibration(judged: Iterable[Sorted], bands: int = 10) -> list[Band]:
    """Return how often mails of like confidence in a queue are right; empty bands left out."""
    placed: dict[int, list[Sorted]] = {}
    for one in judged:
        if not one.is_held:
            placed.setdefault(min(int(one.decision.confidence * bands), bands - 1), []).append(one)
    return [
        Band(
            place / bands,
            len(those),
            sum(one.decision.confidence for one in those) / len(those),
            share_of(one.is_right for one in those),
        )
        for place, those in sorted(placed.items())
    ]


def _figures(language: Language | None, judged: Sequence[Sorted]) -> MailFigures:
    by_persons = [one for one in judged if one.is_by_person]
    others = [one for one in judged if not one.is_by_person]
    decided = [one for one in judged if one.decision.decided and not one.is_held]
    queued = [one for one in judged if not one.is_held]
    right = sum(one.is_right for one in by_persons)
    interval = wilson_interval(right, len(by_persons))
    return MailFigures(
        language=language,
        by_persons=len(by_persons),
        queue_f1=_macro_f1(by_persons),
        right=right / max(len(by_persons), 1),
        right_from=interval[0],
        right_to=interval[1],
        decided=share_of(one.decision.decided and not one.is_held for one in by_persons),
        decided_right=share_of(one.is_right for one in decided),
        held_wrongly=share_of(one.is_held for one in by_persons),
        others=len(others),
        held=share_of(one.is_held for one in others),
        held_by_text=share_of(one.is_held for one in others if not one.mail.tell_tale),
        topic_in_three=share_of(
            one.mail.example.topics[0] in one.decision.topics
            for one in by_persons
            if one.mail.example.topics
        ),
        language_right=share_of(
            one.decision.language == one.mail.example.language for one in by_persons
        ),
        calibration_error=expected_calibration_error(
            np.array([one.decision.confidence for one in queued]),
            np.array([one.is_right for one in queued], dtype=np.bool_),
        ),
    )


def _macro_f1(by_persons: Sequence[Sorted]) -> float:
    scores = []
    for queue in QUEUES:
        found = sum(one.put == queue for one in by_persons)
        there = sum(one.mail.example.label == queue for one in by_persons)
        both = sum(one.put == queue == one.mail.example.label for one in by_persons)
        scores.append(2 * both / (found + there) if found + there else 0.0)
    return sum(scores) / len(scores)
