"""The source of a mail, for a person to look into: as it came, but masked and without long code."""

from __future__ import annotations

import re

from language.masking import mask
from triage.parsing.charsets import clean, decode

MOST_BYTES = 200_000
"""Of the source so much is shown; the original can be saved whole."""

# Three or more lines of base64 (RFC 2045 section 6.8): nobody can read them, and no mask sees into
# them.
_CODE = re.compile(
    r"(?:^[A-Za-z0-9+/]{40,}={0,2}\r?\n){2,}(?:^[A-Za-z0-9+/]+={0,2}\r?$)?", re.MULTILINE
)


def readable_source(raw: bytes) -> str:
    """Return the headers and the source of a mail as text; it is not parsed, and CPR numbers masked.

    Args:
        raw: The mail as it came.
    """
    text = clean(decode(raw[:MOST_BYTES]))
    return mask(_CODE.sub("[…]\n", text))
