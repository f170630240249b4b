"""Writes rules into a database, as the pages do."""

from __future__ import annotations

from storage.database import Database
from triage.deciding.admin_rules.phases import Phase, Target
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.admin_rules.rule_book import RuleDraft, save
from triage.deciding.admin_rules.traits import Field


def a_draft(
    target: Target,
    phase: Phase = "before",
    *,
    name: str = "a rule",
    rule_id: int | None = None,
    position: int = 100,
    active: bool = True,
    **conditions: str,
) -> RuleDraft:
    """A rule with one value for each condition that is given."""
    values: dict[Field, tuple[str, ...]] = {}
    for field in ("senders", "recipients", "subjects", "attachments"):
        if field in conditions:
            values[field] = (conditions[field],)
    rule = AdminRule(rule_id, name, phase, target, values)
    return RuleDraft(rule, position, active, "")


def keep(database: Database, draft: RuleDraft, revision: int = 0) -> int:
    """Save a rule and return its id."""
    with database.transaction() as session:
        return save(session, draft, revision, "alex")
