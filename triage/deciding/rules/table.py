"""The rules in the order in which they are tried; the first that applies decides."""

from __future__ import annotations

from triage.deciding.rules import (
    auto_submitted,
    automatic_subject,
    bounce,
    mailing_list,
    marked_as_spam,
    no_reply,
    own_address,
)
from triage.deciding.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    # What came back from ourselves, before anything else could answer it.
    own_address.RULE,
    # What a machine says of itself.
    bounce.RULE,
    auto_submitted.RULE,
    automatic_subject.RULE,
    # Before the lists: much spam claims to be one.
    marked_as_spam.RULE,
    mailing_list.RULE,
    no_reply.RULE,
)
