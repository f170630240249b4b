"""Automatic answers that say so in their headers."""

from __future__ import annotations

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

# Set by programs from before RFC 3834, and by some to this day.
_OLDER = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-vacation")
_PRECEDENCE = {"auto_reply", "auto-reply"}
# auto_generated.py has the latter. A keyword that is not known is taken for an answer.
_NO_ANSWERS = {"", "no", "auto-generated"}


def keyword(mail: ParsedMail) -> str:
    """Return the keyword of Auto-Submitted, without parameters and comments (RFC 3834 section 5)."""
    return mail.header("auto-submitted").lower().partition(";")[0].partition("(")[0].strip()


def check(mail: ParsedMail, _own_addresses: OwnAddresses) -> str | None:
    """Return the header that says that the mail is an automatic answer."""
    if (found := keyword(mail)) not in _NO_ANSWERS:
        return f"Auto-Submitted: {found[:100]}"
    for name in _OLDER:
        value = mail.header(name)
        if value and value.lower() not in {"no", "none", "false"}:
            return f"{name}: {value[:100]}"
    if mail.header("precedence").lower().strip() in _PRECEDENCE:
        return f"Precedence: {mail.header('precedence')[:100]}"
    return None


RULE = Rule(
    name="auto_submitted",
    description="The header Auto-Submitted with another value than `no` and `auto-generated` (RFC "
    "3834 section 5), or an older header of that meaning.",
    kind="automatic",
    check=check,
)
