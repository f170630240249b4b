"""Masking of Danish personal numbers (CPR numbers) before a text is kept, logged or sent on."""

from __future__ import annotations

import re

MASK = "[CPR]"

# DDMMYY and four digits, in one piece or with the separators that people write. In replacement
# and administrative numbers the day is raised by 60 (31 becomes 91); the checksum says nothing
# since numbers without it have been issued from 2007 on
# (CPR-kontoret, "Personnummeret i CPR", https://www.cpr.dk/media/12066/personnummeret-i-cpr.pdf).
_NUMBER = re.compile(
    r"""
    (?<![\d])                             # not inside a longer number
    (?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])   # day
    [ .\-/]?
    (?:0[1-9]|1[0-2])                     # month
    [ .\-/]?
    \d{2}                                 # year
    [ ]?[\u2010-\u2015\-./_:]?[ ]?
    \d{2}[ ]?\d{2}
    (?![\d])
    """,
    re.VERBOSE,
)


def find_personal_numbers(text: str) -> list[tuple[int, int]]:
    """Return the places (start, end) of everything that can be read as a CPR number.

    In doubt it counts as one: another ten-digit number that is hidden costs less than a CPR
    number that is shown.
    """
    return [match.span() for match in _NUMBER.finditer(text)]


def mask(text: str) -> str:
    """Return the text with each CPR number replaced by `[CPR]`."""
    return _NUMBER.sub(MASK, text)
