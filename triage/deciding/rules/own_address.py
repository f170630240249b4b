"""Mail that the ICS sent itself."""

from __future__ import annotations

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail


def check(mail: ParsedMail, own_addresses: OwnAddresses) -> str | None:
    """Return the sender when it is one of the own addresses."""
    return f"From: {mail.sender}" if mail.sender in own_addresses else None


RULE = Rule(
    name="own_address",
    description="The sender is the ICS itself: what it sent came back (loops, RFC 3834 section 2).",
    kind="automatic",
    check=check,
)
