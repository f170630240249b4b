"""Rules of admins and questions from the form: they go to another queue, and nowhere else."""

from __future__ import annotations

import pytest

from ankomst.question_decider import question_decider
from storage.database import Database
from tests.triage.composition import SubjectJudge, mails_of
from tests.triage.deciding.admin_rules.book import a_draft, keep
from tests.triage.questions import Office, asked
from tests.triage.servers import OWN_ADDRESS
from triage.deciding.admin_rules.current import CurrentRules
from triage.deciding.admin_rules.phases import Target


@pytest.mark.parametrize(
    ("target", "shelf", "has_rule"),
    [
        ("jobseeker", "jobseeker", True),
        ("spam", "visitation", False),
        ("automatic", "visitation", False),
    ],
)
def test_a_question_stays_a_question(
    database: Database, target: Target, shelf: str, *, has_rule: bool
) -> None:
    keep(database, a_draft(target, senders="example.org"))
    decide_on = question_decider(
        SubjectJudge(), frozenset({OWN_ADDRESS}), CurrentRules(database).rules
    )
    Office(database).intake(decide_on).receive(asked("How do I find a job in Denmark?"))
    (row,) = mails_of(database)
    assert (row.shelf, row.kind, row.rule_id is not None) == (shelf, "mail", has_rule)
