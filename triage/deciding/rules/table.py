"""The rules in the order in which they are tried; the first that applies decides."""

from __future__ import annotations

from triage.deciding.rules import (
    auto_generated,
    auto_submitted,
    automatic_subject,
    bounce,
    mailing_list,
    marked_as_spam,
    no_reply,
    own_address,
)
from triage.deciding.rules.rule import Rule

FINAL: tuple[Rule, ...] = (
    # What came back from ourselves, before anything else could answer it.
    own_address.RULE,
    # What answers us by itself.
    bounce.RULE,
    auto_submitted.RULE,
    automatic_subject.RULE,
)
"""No rule of an admin is asked before these: what they recognise answers by itself, and would go
round in a circle."""

OVERRULABLE: tuple[Rule, ...] = (
    # What a machine says of itself.
    auto_generated.RULE,
    # Before the lists: much spam claims to be one.
    marked_as_spam.RULE,
    mailing_list.RULE,
    no_reply.RULE,
)
"""Rules of admins are asked before these, for people write by lists and forms too."""

RULES: tuple[Rule, ...] = FINAL + OVERRULABLE
