"""Texts as they are typed in a hurry: without diacritics, with slips of the finger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from language.normalisation import fold

if TYPE_CHECKING:
    from random import Random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FOLDED = 1 / 3
_WITH_SLIPS = 0.15
_SHORTEST = 6
_CHARACTERS_A_SLIP = 40


def spoil(text: str, chance: Random) -> str:
    """Return a text as it is, folded, with slips, or both."""
    typed = fold(text) if chance.random() < _FOLDED else text
    if chance.random() < _WITH_SLIPS:
        for _ in range(chance.randint(1, 1 + len(typed) // _CHARACTERS_A_SLIP)):
            typed = _slip(typed, chance)
    return typed


def _slip(text: str, chance: Random) -> str:
    """Return a text with one letter left out, exchanged with the next, doubled, or replaced."""
    if len(text) < _SHORTEST:
        return text
    place = chance.randrange(1, len(text) - 1)
    before, letter, after = text[:place], text[place], text[place + 1 :]
    slips = (
        before + after,
        before + after[0] + letter + after[1:],
        before + letter + letter + after,
        before + chance.choice(_LETTERS) + after,
    )
    return chance.choice(slips)
