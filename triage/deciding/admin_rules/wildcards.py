"""Patterns in which `*` stands for any characters, or none; all others stand for themselves."""

from __future__ import annotations

from dataclasses import dataclass

ANY = "*"


@dataclass(frozen=True)
class Wildcard:
    """A pattern for a whole text.

    Attributes:
        first: What stands before the first asterisk.
        between: What stands between two, in their order.
        last: What stands after the last one; None where there is no asterisk.
    """

    first: str
    between: tuple[str, ...]
    last: str | None

    def matches(self, text: str) -> bool:
        """Return whether the pattern is the text from beginning to end.

        Each piece is taken where it first comes, from left to right: where that does not fit, no
        other choice does either, so nothing is ever tried again.
        """
        last = self.last
        if last is None:
            return text == self.first
        if not text.endswith(last) or not text.startswith(self.first):
            return False
        start, end = len(self.first), len(text) - len(last)
        for piece in self.between:
            found = text.find(piece, start, end)
            if found < 0:
                return False
            start = found + len(piece)
        return start <= end


def wildcard(pattern: str) -> Wildcard:
    """Read a pattern; it and the texts must be folded alike by who calls."""
    first, *others = pattern.split(ANY)
    if not others:
        return Wildcard(first, (), None)
    # Several asterisks in a row say what one does.
    return Wildcard(first, tuple(filter(None, others[:-1])), others[-1])
