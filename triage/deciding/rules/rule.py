"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from triage.parsing.message import ParsedMail

OwnAddresses = frozenset[str]
"""The addresses that the ICS itself sends from, in lower case."""


@dataclass(frozen=True)
class Rule:
    """One reason why a mail is not a person's mail.

    Attributes:
        name: The key of the reason; the desk puts it into words.
        description: One sentence on what it recognises, and the source of the rule.
        kind: What the mail is when the rule applies.
        check: Takes the mail and the ICS' own addresses; returns what it rests on, such as the
            header with its value, or None when the rule does not apply.
    """

    name: str
    description: str
    kind: Literal["automatic", "spam"]
    check: Callable[[ParsedMail, OwnAddresses], str | None]
