"""Questions from the form of the chat, taken in as the pages do, with a decider that needs no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from language.languages import Language
from storage.database import Database
from storage.originals import Originals
from tests.triage.composition import ORIGINALS_KEY, StandInJudgement, identified
from tests.triage.servers import OWN_ADDRESS
from triage.cases.asking import Asked, Decider, Intake, IntakeRules
from triage.deciding.classifier import Decision, decide
from triage.parsing.message import ParsedMail
from understanding.queues import QUEUES

QUESTION = "Where do I get the yellow health card?"


class TextJudge:
    """Takes the queue from the text: the first of the three names in it; else unsure."""

    def judge_mail(self, text: str) -> StandInJudgement:
        """Judge by the first name of a queue."""
        for queue in QUEUES:
            if queue in text:
                return StandInJudgement(queue, decided=True)
        return StandInJudgement("visitation", decided=False, confidence=0.4)


def stand_in(mail: ParsedMail, _page: Language) -> Decision:
    """Decide without a model: the real rules, then the text."""
    return decide(mail, TextJudge(), frozenset({OWN_ADDRESS}), identifier=identified)


def asked(question: str = QUESTION, **changes: Any) -> Asked:
    """Return what somebody sent by the form."""
    values: dict[str, Any] = {
        "browser": "browser-1",
        "question": question,
        "name": "Anna Nowak",
        "address": "anna@example.org",
        "language": "en",
        "municipality": None,
        "conversation_id": None,
        "with_conversation": False,
    }
    return Asked(**(values | changes))


@dataclass(frozen=True)
class Office:
    """Takes in questions on a database."""

    database: Database

    def intake(self, decide_on: Decider = stand_in, **rules: Any) -> Intake:
        """Return what takes them in."""
        values: dict[str, Any] = {
            "address": OWN_ADDRESS,
            "own_addresses": frozenset({OWN_ADDRESS}),
            "centre": None,
            "confirmation_share": 0.0,
            "receipts_per_hour": 100,
        }
        return Intake(
            self.database, Originals(ORIGINALS_KEY), decide_on, IntakeRules(**(values | rules))
        )
