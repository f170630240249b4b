"""Masking of Danish personal numbers (CPR numbers) before a text is kept, logged or sent on."""

from __future__ import annotations

import re
import unicodedata

MASK = "[CPR]"

# DDMMYY and four digits, in one piece or with the separators that people write. In replacement
# and administrative numbers the day is raised by 60 (31 becomes 91); the checksum says nothing
# since numbers without it have been issued from 2007 on
# (CPR-kontoret, "Personnummeret i CPR", https://www.cpr.dk/media/12066/personnummeret-i-cpr.pdf).
_NUMBER = re.compile(
    r"""
    (?<![0-9])                                    # not inside a longer number
    (?:0[ ]?[1-9]|[12][ ]?[0-9]|3[ ]?[01]|6[ ]?[1-9]|[78][ ]?[0-9]|9[ ]?[01])   # day
    [ .\-/]?
    (?:0[ ]?[1-9]|1[ ]?[0-2])                     # month
    [ .\-/]?
    (?:
        [0-9][ ]?[0-9]                            # year
        [ ]{0,2}[\-./_:,]{0,2}[ ]{0,2}
      | 19[0-9]{2}[ ]?[\-./_:,]?[ ]?              # year with its century
      | 20[0-9]{2}[ ]?[\-/_][ ]?                  # without a dash rather a date and an amount
    )
    [0-9][ ]?[0-9][ ]?[0-9][ ]?[0-9]
    (?![0-9])
    """,
    re.VERBOSE,
)


class _Plain(dict[int, str]):
    """From a character to its like in ASCII if it is a digit, a dash or a blank; itself if not."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Nd":
            plain = str(unicodedata.decimal(character))
        elif category == "Pd" or character == "\N{MINUS SIGN}":
            plain = "-"
        # Cf: what is not seen, such as a soft hyphen or a space of no width.
        elif category == "Cf" or character.isspace():
            plain = " "
        else:
            plain = character
        self[code] = plain
        return plain


# One character for one, so that places in the text stay where they are.
_PLAIN = _Plain()


def find_personal_numbers(text: str) -> list[tuple[int, int]]:
    """Return the places (start, end) of everything that can be read as a CPR number.

    In doubt it counts as one: another ten-digit number that is hidden costs less than a CPR
    number that is shown.
    """
    return [match.span() for match in _NUMBER.finditer(text.translate(_PLAIN))]


def mask(text: str) -> str:
    """Return the text with each CPR number replaced by `[CPR]`."""
    parts: list[str] = []
    end_before = 0
    for start, end in find_personal_numbers(text):
        parts += [text[end_before:start], MASK]
        end_before = end
    return "".join([*parts, text[end_before:]])
