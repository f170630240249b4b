"""The rules that admins wrote, as they are kept: reading, changing and removing them, their use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from storage.times import now
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.admin_rules.traits import Field
from triage.errors import RuleChangedError, RuleNameTakenError, UnknownRuleError
from triage.models import Mail, MailRule

USE_DAYS = 30
"""The use of a rule is counted over so many days."""


@dataclass(frozen=True)
class RuleDraft:
    """What an admin writes.

    Attributes:
        rule: What it says; its id is None while it is not kept.
        position: Of several that apply, the one with the lowest number decides.
        active: Whether it is in use.
        note: Why there is such a rule.
    """

    rule: AdminRule
    position: int
    active: bool
    note: str


@dataclass(frozen=True)
class Use:
    """How much a rule is used.

    Attributes:
        lately: How many mails it decided in the last 30 days.
        last_at: When it decided one last.
    """

    lately: int = 0
    last_at: datetime | None = None


def all_rows(session: Session) -> list[MailRule]:
    """Return all rules in the order in which they are asked, those that are off too."""
    return list(session.scalars(select(MailRule).order_by(MailRule.position, MailRule.id)))


def row_of(session: Session, rule_id: int) -> MailRule:
    """Return a rule.

    Raises:
        UnknownRuleError: There is none.
    """
    row = session.get(MailRule, rule_id)
    if row is None:
        raise UnknownRuleError(f"There is no rule {rule_id}.")
    return row


def rule_in(row: MailRule) -> AdminRule:
    """Return what a row says."""
    conditions: dict[Field, tuple[str, ...]] = {
        "senders": tuple(row.senders),
        "recipients": tuple(row.recipients),
        "subjects": tuple(row.subjects),
        "attachments": tuple(row.attachments),
    }
    return AdminRule(row.id, row.name, row.phase, row.target, conditions)


def save(session: Session, draft: RuleDraft, revision: int, user_name: str) -> int:
    """Write down a rule, a new one where its id is None, and return its id.

    Args:
        session: A unit of work.
        draft: What it says.
        revision: The one that the admin had before them; 0 for a new rule.
        user_name: Who writes it.

    Raises:
        UnknownRuleError: It was removed meanwhile.
        RuleChangedError: Somebody else has changed it.
        RuleNameTakenError: Another rule is called so.
    """
    rule = draft.rule
    row = MailRule() if rule.id is None else _taken(session, rule.id, revision)
    taken = select(MailRule.id).where(MailRule.name == rule.name, MailRule.id != (rule.id or 0))
    with session.no_autoflush:
        if session.scalar(taken) is not None:
            raise RuleNameTakenError(f"Another rule is called {rule.name}.")
    row.name, row.phase, row.target = rule.name, rule.phase, rule.target
    row.senders = list(rule.conditions.get("senders", ()))
    row.recipients = list(rule.conditions.get("recipients", ()))
    row.subjects = list(rule.conditions.get("subjects", ()))
    row.attachments = list(rule.conditions.get("attachments", ()))
    row.position, row.active, row.note = draft.position, draft.active, draft.note
    row.changed_by, row.changed_at = user_name, now()
    session.add(row)
    _flush(session, rule.name)
    return row.id


def remove(session: Session, rule_id: int, revision: int) -> None:
    """Remove a rule for good; the mails that it decided stay where they are, with its name.

    Raises:
        UnknownRuleError: There is none.
        RuleChangedError: Somebody else has changed it.
    """
    session.delete(_taken(session, rule_id, revision))
    _flush(session, "")


def uses(session: Session) -> Mapping[int, Use]:
    """Return the use of each rule that was used, by its id."""
    since = now() - timedelta(days=USE_DAYS)
    rows = session.execute(
        select(
            Mail.rule_id,
            func.count(Mail.id).filter(Mail.sighted_at >= since),
            func.max(Mail.sighted_at),
        )
        .where(Mail.rule_id.is_not(None))
        .group_by(Mail.rule_id)
    )
    return {rule_id: Use(lately, at) for rule_id, lately, at in rows if rule_id is not None}


def _taken(session: Session, rule_id: int, revision: int) -> MailRule:
    row = row_of(session, rule_id)
    if row.revision != revision:
        raise RuleChangedError(f"Rule {rule_id} is at revision {row.revision}, not {revision}.")
    return row


def _flush(session: Session, name: str) -> None:
    """Write, and say in our words what another transaction has done meanwhile."""
    try:
        session.flush()
    except StaleDataError as error:
        raise RuleChangedError("Somebody else has changed the rule at this moment.") from error
    except IntegrityError as error:
        raise RuleNameTakenError(f"Another rule is called {name}.") from error
