"""Automatic answers and notices that say so in their headers."""

from __future__ import annotations

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

# Set by programs from before RFC 3834, and by some to this day.
_OLDER = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-vacation")
_PRECEDENCE = {"auto_reply", "auto-reply"}


def check(mail: ParsedMail, _own_addresses: OwnAddresses) -> str | None:
    """Return the header that says that no person sent the mail."""
    # The keyword may be followed by parameters and comments (RFC 3834 section 5).
    keyword = mail.header("auto-submitted").lower().partition(";")[0].partition("(")[0].strip()
    if keyword and keyword != "no":
        return f"Auto-Submitted: {keyword[:100]}"
    for name in _OLDER:
        value = mail.header(name)
        if value and value.lower() not in {"no", "none", "false"}:
            return f"{name}: {value[:100]}"
    if mail.header("precedence").lower().strip() in _PRECEDENCE:
        return f"Precedence: {mail.header('precedence')[:100]}"
    return None


RULE = Rule(
    name="auto_submitted",
    description="The header Auto-Submitted with another value than `no` (RFC 3834 section 5), or "
    "an older header of that meaning.",
    kind="automatic",
    check=check,
)
