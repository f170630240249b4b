"""What decides on a question from the form, by the same understanding and rules as on mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from language.identification import identify
from language.languages import Language
from triage.cases.asking import Decider
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.classifier import Decision, MailJudge, decide
from triage.parsing.message import ParsedMail


def question_decider(
    judge: MailJudge,
    own_addresses: frozenset[str],
    admin_rules: Callable[[], Sequence[AdminRule]],
) -> Decider:
    """Return what decides on a question and the language of the page that it was asked on.

    Who fills in the form is promised an answer: neither a rule nor its words take the question for
    something else.

    Args:
        judge: Tells the queue from the text.
        own_addresses: The addresses that the ICS itself sends from, in lower case.
        admin_rules: Gives the rules that admins wrote, as they are now.
    """

    def decide_on(mail: ParsedMail, page_language: Language) -> Decision:
        return decide(
            mail,
            judge,
            own_addresses,
            identifier=partial(identify, hint=page_language),
            admin_rules=[rule for rule in admin_rules() if rule.keeps_a_question],
            may_hold=False,
        )

    return decide_on
