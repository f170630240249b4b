"""Folding: one spelling for a text however it was typed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)


class Folded(NamedTuple):
    """A folded text, with the place in the original of each of its characters."""

    text: str
    positions: list[int]


def fold_with_positions(text: str) -> Folded:
    """Fold a text character by character, remembering where each character came from.

    White space is kept as it is, so that words keep their order and distance.
    """
    characters: list[str] = []
    positions: list[int] = []
    for index, character in enumerate(text):
        for folded in _fold_character(character):
            characters.append(folded)
            positions.append(index)
    return Folded("".join(characters), positions)


@lru_cache(maxsize=4096)  # texts are made of few characters, and every message is folded many times
def _fold_character(character: str) -> str:
    # Decomposing may give capitals anew: 𝕊 has no small letter of its own.
    decomposed = unicodedata.normalize("NFKD", character.casefold()).casefold()
    base = "".join(c for c in decomposed if not unicodedata.combining(c))
    return base.translate(_LETTERS)


def fold(text: str) -> str:
    """Return the text in lower case, without diacritics, with single spaces.

    å becomes a, ø o, æ ae, ł l, ß ss: as people type on a keyboard without these letters.
    """
    return " ".join(fold_with_positions(text).text.split())


def without_diacritics(text: str) -> str:
    """Return the text without diacritics, its case and spacing kept: as many people type it."""
    out: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        plain = _fold_character(character)
        out.append(plain.upper() if character.isupper() and not character.islower() else plain)
    return "".join(out)
