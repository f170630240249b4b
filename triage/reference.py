"""The reference of a mail: what its sender is told, and caseworkers look it up by."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"ICS-?0*([0-9]{1,9})", re.IGNORECASE)


def reference(mail_id: int) -> str:
    """Return the reference of a mail as its sender is told it, "ICS-000123"."""
    return f"ICS-{mail_id:06d}"


def number(text: str) -> int | None:
    """Return the number that a reference carries, or None for any other text.

    Args:
        text: As people type it, "ICS-000123" or "ics123".
    """
    found = _REFERENCE.fullmatch(text.strip())
    return None if found is None else int(found[1])
