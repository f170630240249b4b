"""Patterns in which `*` stands for any characters, or none; all others stand for themselves."""

from __future__ import annotations

from dataclasses import dataclass

ANY = "*"


@dataclass(frozen=True)
class Wildcard:
    """A pattern for a whole text.

    Attributes:
        pieces: What stands between the asterisks.
    """

    pieces: tuple[str, ...]

    def matches(self, text: str) -> bool:
        """Return whether the pattern is the text from beginning to end.

        Each piece is taken where it first comes, from left to right: where that does not fit, no
        other choice does either, so nothing is ever tried again.
        """
        first, *between = self.pieces
        if not between:
            return text == first
        last = between.pop()
        start, end = len(first), len(text) - len(last)
        if start > end or not text.startswith(first) or not text.endswith(last):
            return False
        for piece in between:
            found = text.find(piece, start, end)
            if found < 0:
                return False
            start = found + len(piece)
        return True


def wildcard(pattern: str) -> Wildcard:
    """Read a pattern; it and the texts must be folded alike by who calls."""
    return Wildcard(tuple(pattern.split(ANY)))
