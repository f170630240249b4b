"""Automatic answers that only their subject gives away."""

from __future__ import annotations

import re

from language.normalisation import fold
from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

# What Outlook, Exchange, Gmail and the large providers put before the subject, in the six
# languages; folded. A colon must follow, or it must be all of the subject. Words that people also
# write about ("absence") are left out.
_BEGINNINGS = (
    "automatic reply", "auto reply", "autoreply", "auto-reply", "out of office",
    "out of the office", "vacation reply", "delivery status notification",
    "undeliverable", "undelivered mail returned to sender", "mail delivery failed",
    "mail delivery failure", "delivery status", "delivery failure", "failure notice",
    "returned mail: see transcript for details",
    "automatisk svar", "autosvar", "auto-svar", "fravaersmeddelelse",
    "automatische antwort", "automatische antwortnachricht", "abwesenheitsnotiz",
    "nicht zustellbar", "unzustellbar",
    "odpowiedz automatyczna", "automatyczna odpowiedz", "autoodpowiedz", "poza biurem",
    "niedostarczone",
    "automatinis atsakymas", "automatinis atsakiklis", "nepristatytas laiskas",
    "raspuns automat", "raspuns automatic", "mesaj nelivrat",
)  # fmt: skip
_SUBJECT = re.compile(
    r"(?:re: |sv: )?(?:" + "|".join(re.escape(beginning) for beginning in _BEGINNINGS) + r")(?::|$)"
)


def check(mail: ParsedMail, _own_addresses: OwnAddresses) -> str | None:
    """Return the subject when it begins as automatic answers and reports do."""
    return f"Subject: {mail.subject[:100]}" if _SUBJECT.match(fold(mail.subject[:200])) else None


RULE = Rule(
    name="automatic_subject",
    description="The subject begins as those of automatic answers and delivery reports do.",
    kind="automatic",
    check=check,
)
