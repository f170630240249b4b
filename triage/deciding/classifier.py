"""Decides where a mail belongs. Pure: nothing is read, written or sent here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from language.identification import Identification, identify
from language.languages import Language
from language.masking import mask
from triage.deciding.admin_rules.phases import Target, phase_after
from triage.deciding.admin_rules.rule import AdminRule, first
from triage.deciding.admin_rules.traits import Traits, traits_of
from triage.deciding.documents import Document, documents_in, speaking_for, weigh
from triage.deciding.elsewhere import elsewhere
from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.deciding.rules.table import FINAL, OVERRULABLE
from triage.deciding.warnings import PREFIX, is_urgent, warnings_of
from triage.parsing.message import ParsedMail
from triage.parsing.signatures import says_little
from triage.reference import numbers_in
from triage.shelves import FOLDERS, Shelf
from understanding.queues import QUEUES, Kind, Queue

_QUOTED_SENTENCE = 300
_LANGUAGE_TEXT = 4_000
_ENOUGH_WORDS = 4
_KINDS: Mapping[Target, Kind] = {"automatic": "automatic", "spam": "spam"}

SURELY_HELD = 0.9
"""Below this probability a mail that is held for its words is shown as unsure on its shelf."""


class Judgement(Protocol):
    """What understanding says of a mail's text."""

    @property
    def kind(self) -> Kind:
        """`automatic` or `spam` only where that is so sure that the mail may be held."""

    @property
    def kind_confidence(self) -> float:
        """The calibrated probability of that kind, 0 to 1."""

    @property
    def queue(self) -> Queue:
        """The likeliest queue."""

    @property
    def confidence(self) -> float:
        """The calibrated probability that a person wrote it and it belongs there, 0 to 1."""

    @property
    def decided(self) -> bool:
        """Whether that is sure enough for no person to look."""

    @property
    def topics(self) -> Sequence[str]:
        """Slugs of topics, the likeliest first."""

    @property
    def carrying(self) -> Sequence[str]:
        """The sentences that carried it."""


class MailJudge(Protocol):
    """Whoever can judge a mail by its text; `understanding.model.Understanding` does."""

    def judge_mail(self, text: str) -> Judgement:
        """Judge the subject and the new text of a mail."""


@dataclass(frozen=True)
class Reason:
    """One reason of a decision.

    Attributes:
        key: For the desk to put into words: `rule.<name>`, `rule.admin` for a rule that an admin
            wrote, `sentence`, `below_threshold`, `held.<kind>`, `nothing_to_judge`, `not_judged`,
            `unreadable.<why>`, `document.<key>` for an attachment that speaks for the queue
            (`triage.deciding.document_kinds`), `mark.<mark>` for what a caseworker should know of
            the mail's form (`ParsedMail.marks`), `authority.<slug>` for the authority that it is
            probably meant for, and `warning.<key>` among the warnings.
        text: What it rests on, masked: a sentence of the mail, a header, the name of a file or of
            the admin's rule.
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
        rule_id: The admin's rule that decided; None when none did.
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
    rule_id: int | None = None
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
    understanding: MailJudge,
    own_addresses: frozenset[str] = frozenset(),
    *,
    identifier: Callable[[str], Identification] = identify,
    admin_rules: Sequence[AdminRule] = (),
    may_hold: bool = True,
) -> Decision:
    """Decide on a mail: rules first, then its text and its documents, then rules on what came of that.

    Args:
        mail: The parsed mail.
        understanding: Tells the queue from the text.
        own_addresses: The addresses that the ICS itself sends from, in lower case.
        identifier: Tells the language of a text.
        admin_rules: The rules that admins wrote, in their order.
        may_hold: Whether its words alone may keep it from the queues, as a machine's or as spam.
    """
    if not mail.is_readable:
        return unreadable("nothing_to_read", ", ".join(mail.defects))
    language = identifier(_language_text(mail))
    judgement = _judged(mail, understanding)
    decision = _routed(mail, judgement, language, own_addresses, admin_rules, may_hold=may_hold)
    decision = _unless_urgent(decision, mail, judgement, language)
    return _with_what_it_says(decision, mail) if decision.kind == "mail" else decision


def _routed(
    mail: ParsedMail,
    judgement: Judgement | None,
    language: Identification,
    own_addresses: OwnAddresses,
    admin_rules: Sequence[AdminRule],
    *,
    may_hold: bool,
) -> Decision:
    """Decide by rules, the text, the documents, and rules on what came of these."""
    traits = traits_of(mail)
    by_rule = _before_the_text(mail, own_addresses, admin_rules, traits, judgement, language)
    if by_rule is not None:
        return by_rule
    documents = () if mail.is_encrypted else documents_in(mail)
    if judgement is not None and may_hold and _reads_as_no_persons(mail, judgement, documents):
        return _held(judgement, language)
    decision = _by_text(mail, None if mail.is_encrypted else judgement, language)
    decision = _with_documents(decision, mail, documents)
    phase = phase_after(decision.queue, decided=decision.decided)
    if admin_rule := first(admin_rules, phase, traits):
        return _by_admin_rule(admin_rule, mail, judgement, language)
    return replace(decision, reasons=(*_marked(mail), *decision.reasons))


def _before_the_text(
    mail: ParsedMail,
    own_addresses: frozenset[str],
    admin_rules: Sequence[AdminRule],
    traits: Traits,
    judgement: Judgement | None,
    language: Identification,
) -> Decision | None:
    """Decide by the rules that need no text; None where none applies."""
    if found := _first_of(FINAL, mail, own_addresses):
        return _by_rule(*found, judgement, language)
    if admin_rule := first(admin_rules, "before", traits):
        return _by_admin_rule(admin_rule, mail, judgement, language)
    if found := _first_of(OVERRULABLE, mail, own_addresses):
        return _by_rule(*found, judgement, language)
    return None


def _first_of(
    rules: Sequence[Rule], mail: ParsedMail, own_addresses: OwnAddresses
) -> tuple[Rule, str] | None:
    """The first rule that applies, with what it rests on."""
    for rule in rules:
        found = rule.check(mail, own_addresses)
        if found is not None:
            return rule, found
    return None


def _marked(mail: ParsedMail) -> tuple[Reason, ...]:
    return tuple(Reason(f"mark.{mark}", "") for mark in mail.marks)


def _unless_urgent(
    decision: Decision, mail: ParsedMail, judgement: Judgement | None, language: Identification
) -> Decision:
    """Put what is held as spam, or for its words, before a person where it speaks of danger."""
    by_words = any(reason.key.startswith("held.") for reason in decision.reasons)
    if decision.kind != "spam" and not by_words:
        return decision
    if not is_urgent(one.key for one in warnings_of(mail)):
        return decision
    by_text = _by_text(mail, judgement, language)
    return replace(
        by_text,
        decided=False,
        reasons=(*_marked(mail), *decision.reasons, *by_text.reasons),
    )


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


def _judged(mail: ParsedMail, understanding: MailJudge) -> Judgement | None:
    return understanding.judge_mail(mail.text) if mail.text else None


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
        shelf=rule.kind,
    )


def _reads_as_no_persons(
    mail: ParsedMail, judgement: Judgement, documents: Sequence[Document]
) -> bool:
    """Whether a mail is held for its words: not one that answers us, nor one with a person's papers."""
    if judgement.kind == "mail" or mail.is_encrypted:
        return False
    return not documents and not numbers_in(mail.subject)


def _held(judgement: Judgement, language: Identification) -> Decision:
    """Hold a mail that reads as a machine's or as spam: it is shown on its shelf, never deleted."""
    reason = Reason(f"held.{judgement.kind}", f"{judgement.kind_confidence:.2f}")
    return Decision(
        kind=judgement.kind,
        queue=judgement.queue,
        confidence=judgement.kind_confidence,
        decided=judgement.kind_confidence >= SURELY_HELD,
        language=language.language,
        language_confidence=language.confidence,
        topics=tuple(judgement.topics),
        reasons=(reason, *_sentences(judgement.carrying)),
        shelf="spam" if judgement.kind == "spam" else "automatic",
    )


def _with_documents(
    decision: Decision, mail: ParsedMail, documents: Sequence[Document]
) -> Decision:
    """Take what is attached into account; a text that is sure stays where it is.

    The documents that speak for the queue stand among the reasons, also where the text was sure.
    """
    # However sure the judgement of it is: "see attached" says nothing of a queue.
    is_judged = decision.confidence > 0 and not says_little(mail.text_new)
    if not (decision.decided and is_judged):
        weighed = weigh(decision.queue if is_judged else None, decision.confidence, documents)
        if weighed is not None and not (decision.decided and decision.queue == weighed.queue):
            decision = replace(
                decision,
                queue=weighed.queue,
                confidence=weighed.confidence,
                decided=weighed.decided,
                reasons=_still_holding(decision.reasons, weighed.confidence, weighed.decided),
                shelf=weighed.queue if weighed.decided else "visitation",
            )
    found = tuple(
        Reason(f"document.{document.kind.key}", document.name[:_QUOTED_SENTENCE])
        for document in speaking_for(documents, decision.queue)
    )
    return replace(decision, reasons=(*found, *decision.reasons))


def _still_holding(
    reasons: Sequence[Reason], confidence: float, decided: bool
) -> tuple[Reason, ...]:
    """Return the reasons that hold after documents were weighed, with the new confidence."""
    unsure = Reason("below_threshold", f"{confidence:.2f}")
    others = tuple(reason for reason in reasons if reason.key != "below_threshold")
    return others if decided else (unsure, *others)


def _by_admin_rule(
    rule: AdminRule, mail: ParsedMail, judgement: Judgement | None, language: Identification
) -> Decision:
    """Where an admin's rule puts a mail; of the text the topics are told all the same."""
    to_queue = next((queue for queue in QUEUES if queue == rule.target), None)
    reason = Reason("rule.admin", mask(rule.name)[:_QUOTED_SENTENCE])
    return Decision(
        kind=_KINDS.get(rule.target, "mail"),
        queue=to_queue or (judgement.queue if judgement else "visitation"),
        confidence=1.0,
        decided=True,
        language=language.language,
        language_confidence=language.confidence,
        topics=tuple(judgement.topics) if judgement else (),
        reasons=(*_marked(mail), reason) if to_queue else (reason,),
        shelf=rule.target,
        rule_id=rule.id,
    )


def _by_text(mail: ParsedMail, judgement: Judgement | None, language: Identification) -> Decision:
    if judgement is None:
        reasons: tuple[Reason, ...] = (Reason("nothing_to_judge", ""),)
        return Decision(
            "mail", "visitation", 0.0, False, language.language, language.confidence, (), reasons,
            "visitation",
        )  # fmt: skip
    reasons = _sentences(judgement.carrying or (mail.text,))
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


def _sentences(carrying: Sequence[str]) -> tuple[Reason, ...]:
    return tuple(Reason("sentence", mask(sentence)[:_QUOTED_SENTENCE]) for sentence in carrying)
