"""Mail addresses as people type them."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address

LONGEST = 254
"""Characters of an address (RFC 5321, erratum 1690)."""

# One address with a dot after the @; what mail servers take is found out by sending.
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


def bare(address: str) -> str:
    """Return an address in lower case without what stands behind a plus (RFC 5233).

    Mail to all such variants goes to one mailbox.
    """
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def is_address(text: str) -> bool:
    """Return whether a text is one mail address, without a name or anything else beside it."""
    if _ADDRESS.fullmatch(text) is None:
        return False
    try:
        Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return True
