"""What changed between two versions of a text, line by line, with the words that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from knowledge.articles import Text, write_text

Kind = Literal["same", "removed", "added"]

CONTEXT = 2
"""So many unchanged lines are shown around what changed."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some characters of a line, and what became of them."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the old text (removed), of the new one (added) or of both (same).

    Attributes:
        kind: What became of it.
        pieces: Its characters; in a line that was changed the words that were are marked.
        after_gap: Whether unchanged lines before it are left out.
    """

    kind: Kind
    pieces: tuple[Piece, ...]
    after_gap: bool = False


def difference(old: Text | None, new: Text, context: int | None = CONTEXT) -> list[Line]:
    """Return what changed, in the order of the lines.

    Args:
        old: The text before; None where there was none.
        new: The text after.
        context: How many unchanged lines are kept around a change; None for all of them.

    Returns:
        The lines of title, state of reading and body; empty when nothing changed.
    """
    return line_difference(_lines(old) if old else [], _lines(new), context)


def line_difference(
    before: Sequence[str], after: Sequence[str], context: int | None = CONTEXT
) -> list[Line]:
    """Return what changed between two lists of lines; see `difference`."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if context is None:
        return list(_compared(matcher.get_opcodes(), before, after))
    found: list[Line] = []
    for group in matcher.get_grouped_opcodes(context):
        first, *rest = _compared(group, before, after)
        found += [Line(first.kind, first.pieces, after_gap=group[0][1] > 0), *rest]
    return found


def _lines(text: Text) -> list[str]:
    return write_text(text).splitlines()[1:]  # without the fence at its beginning


def _compared(
    opcodes: Sequence[tuple[str, int, int, int, int]], before: Sequence[str], after: Sequence[str]
) -> Iterator[Line]:
    for operation, old_start, old_end, new_start, new_end in opcodes:
        old, new = before[old_start:old_end], after[new_start:new_end]
        if operation == "equal":
            yield from (Line("same", (Piece("same", line),)) for line in old)
            continue
        pairs = [_changed_words(a, b) for a, b in zip_longest(old, new)]
        yield from (Line("removed", removed) for removed, _ in pairs if removed is not None)
        yield from (Line("added", added) for _, added in pairs if added is not None)


def _changed_words(
    old: str | None, new: str | None
) -> tuple[tuple[Piece, ...] | None, tuple[Piece, ...] | None]:
    if old is None or new is None:
        return (
            None if old is None else (Piece("removed", old),),
            None if new is None else (Piece("added", new),),
        )
    before, after = _WORD.findall(old), _WORD.findall(new)
    removed: list[Piece] = []
    added: list[Piece] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        is_same = operation == "equal"
        if b > a:
            removed.append(Piece("same" if is_same else "removed", "".join(before[a:b])))
        if d > c:
            added.append(Piece("same" if is_same else "added", "".join(after[c:d])))
    return tuple(removed), tuple(added)
