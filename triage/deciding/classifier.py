"""Decides where a mail belongs. Pure: nothing is read, written or sent here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from language.identification import Identification, identify
from language.languages import Language
from language.masking import mask
from triage.deciding.elsewhere import elsewhere
from triage.deciding.rules.rule import Rule
from triage.deciding.rules.table import RULES
from triage.deciding.warnings import PREFIX, URGENT, warnings_of
from triage.parsing.message import ParsedMail
from triage.shelves import FOLDERS, Kind, Shelf
from understanding.queues import Queue

_QUOTED_SENTENCE = 300
_LANGUAGE_TEXT = 4_000
_ENOUGH_WORDS = 4


class Judgement(Protocol):
    """What understanding says of a mail's text."""

    @property
    def queue(self) -> Queue:
        """The likeliest queue."""

    @property
    def confidence(self) -> float:
        """The calibrated probability of that queue, 0 to 1."""

    @property
    def decided(self) -> bool:
        """Whether that is sure enough for no person to look."""

    @property
    def topics(self) -> Sequence[str]:
        """Slugs of topics, the likeliest first."""

    @property
    def carrying(self) -> Sequence[str]:
        """The sentences that carried it."""


class QueueJudge(Protocol):
    """Whoever can tell a mail's queue from its text; `understanding.model.Understanding` does."""

    def judge_queue(self, text: str) -> Judgement:
        """Judge the subject and the new text of a mail."""


@dataclass(frozen=True)
class Reason:
    """One reason of a decision.

    Attributes:
        key: For the desk to put into words: `rule.<name>`, `sentence`, `below_threshold`,
            `nothing_to_judge`, `not_judged`, `unreadable.<why>`, `mark.<mark>` for what a
            caseworker should know of the mail's form (`ParsedMail.marks`), `authority.<slug>` for
            the authority that it is probably meant for, and `warning.<key>` among the warnings.
        text: What it rests on, masked: a sentence of the mail, a header.
    """

    key: str
    text: str


@dataclass(frozen=True)
class Decision:
    """Where a mail belongs, and why.

    Attributes:
        kind: Written by a person, sent by a machine, or unwanted.
        queue: The best guess among the three queues, also for other shelves.
        confidence: 0 to 1 that kind and queue are right.
        decided: False when a person must look.
        language: One of the six; None when it is another, or there is nothing to go by.
        language_confidence: 0 to 1.
        topics: Slugs of topics, the likeliest first.
        reasons: At least one.
        shelf: Where it is put: an unsure mail goes to visitation, marked as unsure. A mail taken for
            spam that speaks of danger goes where its text points to, unsure too.
        authority: The other authority that it is probably meant for (`triage.authorities`).
        warnings: What a caseworker must see first, with what each rests on.
    """

    kind: Kind
    queue: Queue
    confidence: float
    decided: bool
    language: Language | None
    language_confidence: float
    topics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    shelf: Shelf
    authority: str | None = None
    warnings: tuple[Reason, ...] = ()

    @property
    def routed_to(self) -> str:
        """The folder of the shelf, its levels separated by `/`."""
        return FOLDERS[self.shelf]

    def as_dict(self) -> dict[str, Any]:
        """Return what `ankomst triage classify` prints, without the path."""
        return {
            "language": self.language,
            "kind": self.kind,
            "queue": self.queue,
            "confidence": round(self.confidence, 4),
            "decided": self.decided,
            "routed_to": self.routed_to,
            "topics": list(self.topics),
            "reasons": [asdict(reason) for reason in self.reasons],
            "authority": self.authority,
            "warnings": [asdict(warning) for warning in self.warnings],
        }


def decide(
    mail: ParsedMail,
    understanding: QueueJudge,
    own_addresses: frozenset[str] = frozenset(),
    *,
    identifier: Callable[[str], Identification] = identify,
) -> Decision:
    """Decide on a mail: rules first, in their order, then understanding.

    Args:
        mail: The parsed mail.
        understanding: Tells the queue from the text.
        own_addresses: The addresses that the ICS itself sends from, in lower case.
        identifier: Tells the language of a text.
    """
    if not mail.is_readable:
        return unreadable("nothing_to_read", ", ".join(mail.defects))
    language = identifier(_language_text(mail))
    judgement = _judged(mail, understanding)
    for rule in RULES:
        found = rule.check(mail, own_addresses)
        if found is not None:
            decision = _by_rule(rule, found, judgement, language)
            return _unless_urgent(decision, mail, judgement, language)
    decision = _by_text(mail, None if mail.is_encrypted else judgement, language)
    return _with_what_it_says(replace(decision, reasons=(*_marked(mail), *decision.reasons)), mail)


def _marked(mail: ParsedMail) -> tuple[Reason, ...]:
    return tuple(Reason(f"mark.{mark}", "") for mark in mail.marks)


def _unless_urgent(
    decision: Decision, mail: ParsedMail, judgement: Judgement | None, language: Identification
) -> Decision:
    """Leave a rule's decision as it is, but put suspected spam that speaks of danger before a person."""
    if decision.kind != "spam" or not any(one.key in URGENT for one in warnings_of(mail)):
        return decision
    by_text = _by_text(mail, judgement, language)
    by_text = replace(by_text, decided=False, reasons=(*decision.reasons, *by_text.reasons))
    return _with_what_it_says(by_text, mail)


def _with_what_it_says(decision: Decision, mail: ParsedMail) -> Decision:
    """Add to the decision on a person's mail its warnings, and the authority that it is meant for."""
    meant_for = elsewhere(mail, decision.language)
    warnings = tuple(
        Reason(f"{PREFIX}{one.key}", mask(one.evidence)[:_QUOTED_SENTENCE])
        for one in warnings_of(mail)
    )
    if meant_for is None:
        return replace(decision, warnings=warnings)
    reason = Reason(f"authority.{meant_for.authority}", mask(meant_for.evidence)[:_QUOTED_SENTENCE])
    return replace(
        decision,
        reasons=(*decision.reasons, reason),
        authority=meant_for.authority,
        warnings=warnings,
    )


def not_judged(
    mail: ParsedMail, *, identifier: Callable[[str], Identification] = identify
) -> Decision:
    """Return the decision on a mail that nothing could judge, by a fault of ours: a person looks.

    Args:
        mail: The parsed mail.
        identifier: Tells the language of a text.
    """
    language = identifier(_language_text(mail))
    decision = Decision(
        kind="mail",
        queue="visitation",
        confidence=0.0,
        decided=False,
        language=language.language,
        language_confidence=language.confidence,
        topics=(),
        reasons=(Reason("not_judged", ""),),
        shelf="visitation",
    )
    return _with_what_it_says(decision, mail)


def unreadable(why: str, detail: str = "") -> Decision:
    """Return the decision on a mail that cannot be read, by its own fault.

    Args:
        why: A key, such as `nothing_to_read` or `too_large`.
        detail: What is known about it.
    """
    return Decision(
        kind="mail",
        queue="visitation",
        confidence=0.0,
        decided=False,
        language=None,
        language_confidence=0.0,
        topics=(),
        reasons=(Reason(f"unreadable.{why}", mask(detail)[:_QUOTED_SENTENCE]),),
        shelf="unreadable",
    )


def _language_text(mail: ParsedMail) -> str:
    """The new text; where that is a word or two, the subject with it; else what is forwarded."""
    text = mail.text_new or mail.text_quoted
    if len(text.split()) < _ENOUGH_WORDS:
        text = f"{mail.subject}\n{text}"
    return text[:_LANGUAGE_TEXT]


def _judged(mail: ParsedMail, understanding: QueueJudge) -> Judgement | None:
    return understanding.judge_queue(mail.text) if mail.text else None


def _by_rule(
    rule: Rule, found: str, judgement: Judgement | None, language: Identification
) -> Decision:
    return Decision(
        kind=rule.kind,
        queue=judgement.queue if judgement else "visitation",
        confidence=1.0,
        decided=True,
        language=language.language,
        language_confidence=language.confidence,
        topics=tuple(judgement.topics) if judgement else (),
        reasons=(Reason(f"rule.{rule.name}", mask(found)[:_QUOTED_SENTENCE]),),
        shelf=rule.kind if rule.kind == "spam" else "automatic",
    )


def _by_text(mail: ParsedMail, judgement: Judgement | None, language: Identification) -> Decision:
    if judgement is None:
        reasons: tuple[Reason, ...] = (Reason("nothing_to_judge", ""),)
        return Decision(
            "mail", "visitation", 0.0, False, language.language, language.confidence, (), reasons,
            "visitation",
        )  # fmt: skip
    reasons = tuple(
        Reason("sentence", mask(sentence)[:_QUOTED_SENTENCE])
        for sentence in judgement.carrying or (mail.text,)
    )
    if not judgement.decided:
        reasons = (Reason("below_threshold", f"{judgement.confidence:.2f}"), *reasons)
    return Decision(
        kind="mail",
        queue=judgement.queue,
        confidence=judgement.confidence,
        decided=judgement.decided,
        language=language.language,
        language_confidence=language.confidence,
        topics=tuple(judgement.topics),
        reasons=reasons,
        shelf=judgement.queue if judgement.decided else "visitation",
    )
