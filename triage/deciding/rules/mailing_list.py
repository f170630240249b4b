"""Mail that comes by a mailing list."""

from __future__ import annotations

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

# RFC 2369 and RFC 2919; one of them is enough.
_HEADERS = ("list-id", "list-unsubscribe", "list-post", "list-help", "list-subscribe",
            "list-archive", "list-owner")  # fmt: skip
_PRECEDENCE = {"bulk", "list", "junk"}


def check(mail: ParsedMail, own_addresses: OwnAddresses) -> str | None:
    """Return the header that shows a list; not for a list that is the ICS' own address."""
    for name in _HEADERS:
        value = mail.header(name)
        if value and not _is_own(value, own_addresses):
            return f"{name}: {value[:100]}"
    if any(name in mail.headers for name in _HEADERS):
        return None
    if mail.header("precedence").lower().strip() in _PRECEDENCE:
        return f"Precedence: {mail.header('precedence')[:100]}"
    return None


def _is_own(value: str, own_addresses: OwnAddresses) -> bool:
    """Whether a list's header names the ICS: some offices receive their mail by a group address.

    In List-Id the address is written with a dot for the @ (RFC 2919 section 2).
    """
    lowered = value.lower()
    return any(
        address in lowered or address.replace("@", ".") in lowered for address in own_addresses
    )


RULE = Rule(
    name="mailing_list",
    description="A List-* header (RFC 2369, RFC 2919) or a Precedence of bulk, list or junk.",
    kind="automatic",
    check=check,
)
