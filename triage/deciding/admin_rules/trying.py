"""Tries a rule on past mail: what it would have decided, had it been there, and what would have differed.

The mail is not read again. What the ledger kept of each is enough: its sender, recipients, subject and
names of attachments, and what was decided and why.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from storage.times import now
from triage.deciding.admin_rules.phases import Phase, phase_after
from triage.deciding.admin_rules.rule import first
from triage.deciding.admin_rules.rule_book import RuleDraft, all_rows, rule_in
from triage.deciding.admin_rules.traits import traits
from triage.deciding.rules.table import FINAL, RULES
from triage.models import Case, Confirmation, Mail, Reply
from triage.shelves import Shelf
from understanding.queues import is_queue

DAYS = 90
MOST_MAILS = 5_000
MOST_SECONDS = 5.0
"""It looks so far back, at so many mails at most, and for so long."""

MOST_SHOWN = 25

_BLOCK = 500
_FINAL = frozenset(f"rule.{rule.name}" for rule in FINAL)
_BUILT_IN = frozenset(f"rule.{rule.name}" for rule in RULES)
_SHELVES: Mapping[str, Shelf] = {shelf: shelf for shelf in get_args(Shelf)}


@dataclass(frozen=True)
class TriedMail:
    """A past mail that the rule would have decided.

    Attributes:
        case_id: Its case.
        received_at: When it came.
        subject: Masked.
        matched: The values that it matched, one of each condition.
        decided: The shelf that it was put on.
        lies: The shelf where its case lies now.
        confirmation: What a caseworker did about that; None for nothing yet.
        answered: Whether a caseworker answered it.
        differs: Whether the rule would have put it on another shelf than the decision did.
        contradicts: Whether it would have put it elsewhere than a caseworker found right.
    """

    case_id: int
    received_at: datetime
    subject: str
    matched: tuple[str, ...]
    decided: Shelf
    lies: Shelf
    confirmation: Confirmation | None
    answered: bool
    differs: bool
    contradicts: bool


@dataclass
class Trial:
    """What a rule would have done.

    Attributes:
        looked_at: How many mails were looked at.
        since: When the oldest of them came; None where there was none.
        complete: Whether these were all of the last 90 days.
        matched: How many the rule would have decided.
        differing: How many of them it would have put on another shelf than they were put on.
        confirmed: How many of them caseworkers found right elsewhere, by that shelf.
        answered: How many of those a caseworker answered.
        earlier: How many match, and are decided before the rule is asked: by a rule that comes
            before it, or as automatic mail that no rule can overrule.
        released: How many the rule decided as it is kept now, and would not decide any more.
        unknown: How many came before recipients were kept, so that it cannot be told.
        shown: Some of the mails, those that contradict a caseworker first, then those that differ.
    """

    looked_at: int = 0
    since: datetime | None = None
    complete: bool = True
    matched: int = 0
    differing: int = 0
    confirmed: Counter[Shelf] = field(default_factory=Counter)
    answered: int = 0
    earlier: int = 0
    released: int = 0
    unknown: int = 0
    shown: list[TriedMail] = field(default_factory=list)

    @property
    def contradicting(self) -> int:
        """How many it would have put elsewhere than a caseworker found right."""
        return self.confirmed.total()


def try_on_past_mail(session: Session, draft: RuleDraft) -> Trial:
    """Return what a rule would have decided in the last 90 days.

    It is looked at together with the rules in use, as if it stood among them; one that is off, as if
    it were in use.

    Args:
        session: Reads only.
        draft: The rule as it is written now.
    """
    trying = _Trying(session, draft)
    ends = time.monotonic() + MOST_SECONDS
    for row in session.execute(_past_mails()).yield_per(_BLOCK):
        if time.monotonic() > ends:
            trying.trial.complete = False
            break
        trying.look_at(row)
    return trying.finished()


class _Trying:
    """One trial: its rules, and what was found so far."""

    def __init__(self, session: Session, draft: RuleDraft) -> None:
        kept = all_rows(session)
        others = [row for row in kept if row.id != draft.rule.id]
        # A new rule has no id yet, and comes after others of the same position.
        number = draft.rule.id or max((row.id for row in kept), default=0) + 1
        self._rule = replace(draft.rule, id=number)
        placed = [((row.position, row.id), rule_in(row)) for row in others if row.active]
        placed.append(((draft.position, number), self._rule))
        self._rules = [rule for _, rule in sorted(placed, key=lambda one: one[0])]
        self._phases: dict[int, Phase] = {row.id: row.phase for row in kept}
        self._found: list[TriedMail] = []
        self.trial = Trial()

    def look_at(self, row: Row[Any]) -> None:
        """Find out what the rule would have done with one mail, and count it."""
        trial, rule = self.trial, self._rule
        trial.looked_at += 1
        trial.since = row.sighted_at
        was_decided = row.rule_id is not None and row.rule_id == rule.id
        seen = traits(
            row.sender or "",
            row.recipients or (),
            row.subject or "",
            [str(attachment["name"]) for attachment in row.attachments or ()],
        )
        if row.recipients is None and rule.conditions.get("recipients"):
            trial.unknown += 1
            return
        matched = rule.match(seen)
        if matched is None or not self._may_take(row):
            trial.released += was_decided
            return
        phases = _phases_of(row, self._phases)
        winner = next(filter(None, (first(self._rules, phase, seen) for phase in phases)), None)
        if winner is not rule:
            trial.released += was_decided
            trial.earlier += rule.phase in phases or rule.phase == "before"
            return
        self._count(row, matched)

    def _may_take(self, row: Row[Any]) -> bool:
        """What comes from the form stays a question of a person."""
        return row.mailbox_id is not None or self._rule.keeps_a_question

    def _count(self, row: Row[Any], matched: tuple[str, ...]) -> None:
        trial, target = self.trial, self._rule.target
        lies = _SHELVES[row.lies]
        mail = TriedMail(
            case_id=row.case_id,
            received_at=row.received_at or row.sighted_at,
            subject=row.subject or "",
            matched=matched,
            decided=_SHELVES[row.decided_shelf],
            lies=lies,
            confirmation=row.confirmation,
            answered=row.answered or row.confirmation == "answered",
            differs=row.decided_shelf != target,
            contradicts=row.confirmation is not None and lies != target,
        )
        trial.matched += 1
        trial.differing += mail.differs
        if mail.contradicts:
            trial.confirmed[lies] += 1
            trial.answered += mail.answered
        self._found.append(mail)

    def finished(self) -> Trial:
        """Return what came of it."""
        trial = self.trial
        trial.complete = trial.complete and trial.looked_at < MOST_MAILS
        # Sorting keeps the newest first among those that are alike.
        ranked = sorted(self._found, key=lambda mail: (not mail.contradicts, not mail.differs))
        trial.shown = ranked[:MOST_SHOWN]
        return trial


def _past_mails() -> Select[Any]:
    """What the ledger knows of the mails that were decided on, the newest first."""
    return (
        select(
            Mail.case_id,
            Mail.mailbox_id,
            Mail.sighted_at,
            Mail.received_at,
            Mail.sender,
            Mail.recipients,
            Mail.subject,
            Mail.attachments,
            Mail.reasons,
            Mail.queue,
            Mail.decided,
            Mail.rule_id,
            Mail.shelf.label("decided_shelf"),
            Case.shelf.label("lies"),
            Case.confirmation,
            exists().where(Reply.case_id == Case.id).label("answered"),
        )
        .join(Case, Case.id == Mail.case_id)
        .where(
            Mail.shelf.is_not(None),
            Mail.erased_at.is_(None),
            Mail.sighted_at >= now() - timedelta(days=DAYS),
        )
        .order_by(Mail.id.desc())
        .limit(MOST_MAILS)
    )


def _phases_of(row: Row[Any], rule_phases: Mapping[int, Phase]) -> Sequence[Phase]:
    """The phases at which rules of admins were, or would have been, asked about a past mail."""
    keys = {reason["key"] for reason in row.reasons or ()}
    if row.decided_shelf == "unreadable" or "not_judged" in keys or keys & _FINAL:
        return ()
    if keys & _BUILT_IN:
        return ("before",)
    if "rule.admin" in keys:
        # What the text would have said is known only of rules that are asked after it.
        after = rule_phases.get(row.rule_id or 0, "before")
        return ("before",) if after == "before" else ("before", after)
    if not is_queue(row.queue):
        return ("before",)
    return ("before", phase_after(row.queue, decided=bool(row.decided)))
