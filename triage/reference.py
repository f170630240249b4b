"""The reference of a case: what the person is told, and caseworkers look it up by."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"ICS-?0*([0-9]{1,9})", re.IGNORECASE)


_IN_TEXT = re.compile(r"\bICS-0*([1-9][0-9]{0,8})\b", re.IGNORECASE)


def numbers_in(text: str) -> list[int]:
    """Return the numbers of the references that stand in a text, such as a subject."""
    found = [int(digits) for digits in _IN_TEXT.findall(text)]
    return [number for number in found if number < 2**31]


def reference(case_id: int) -> str:
    """Return the reference of a case as the person is told it, "ICS-000123"."""
    return f"ICS-{case_id:06d}"


def number(text: str) -> int | None:
    """Return the number that a reference carries, or None for any other text.

    Args:
        text: As people type it, "ICS-000123" or "ics123".
    """
    found = _REFERENCE.fullmatch(text.strip())
    return None if found is None else int(found[1])
