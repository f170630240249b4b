"""Mail that a program has written by itself: notices, and also what people fill in on a website."""

from __future__ import annotations

from triage.deciding.rules.auto_submitted import keyword
from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail


def check(mail: ParsedMail, _own_addresses: OwnAddresses) -> str | None:
    """Return the header that says that a program wrote the mail by itself."""
    found = keyword(mail)
    return f"Auto-Submitted: {found[:100]}" if found and found != "no" else None


RULE = Rule(
    name="auto_generated",
    description="The header Auto-Submitted says that a program wrote the mail, and that it answers "
    "none (RFC 3834 section 5.1).",
    kind="automatic",
    check=check,
)
