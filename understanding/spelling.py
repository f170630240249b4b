"""What of a text is encoded: without personal numbers, of bounded length, not shouted."""

from __future__ import annotations

import unicodedata

from language.masking import mask

_FIRST = 200
_LAST = 300
_LONGEST_PASSAGE = 600
_ABBREVIATION = 5  # "CPR", "PD U2", "EURES"
_BEFORE_A_TEXT = "/\\*>#~|•–—-_.,;: "


def prepare(text: str) -> str:
    """Return a message as it is encoded.

    Personal numbers are masked. Of a long message the first 200 and the last 300 characters
    are kept: people begin with who they are and end with what they ask. A text in capitals
    alone is put in small letters, without which a quarter fewer of them are understood. Signs before
    the first word, of a list or a command, are left out: a slash alone made another topic of a text.
    """
    whole = " ".join(mask(_composed(text)).split())
    words = whole.lstrip(_BEFORE_A_TEXT) or whole
    if len(words) > _FIRST + _LAST:
        first = words[:_FIRST].rsplit(" ", 1)[0]
        last = words[-_LAST:].split(" ", 1)[-1]
        words = f"{first} {last}"
    return _softened(words)


def prepare_passage(text: str) -> str:
    """Return a part of a mail, of which personal numbers are masked, as it is encoded."""
    return _softened(_composed(text)[:_LONGEST_PASSAGE])


def _composed(text: str) -> str:
    # As the encoder does by itself, but before the length is bounded: one character can become
    # eighteen (Unicode Standard Annex 15, NFKC).
    return unicodedata.normalize("NFKC", text)


def _softened(text: str) -> str:
    return text.lower() if text.isupper() and len(text) > _ABBREVIATION else text
