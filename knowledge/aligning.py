"""A text taken apart into its lead and sections, so that two languages stand side by side.

Unlike `knowledge.documents` it keeps each part as it was typed, with its heading and its marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, get_args

from knowledge.differences import Line, line_difference
from knowledge.documents import SectionKey, parse_document

PartKey = Literal["lead", SectionKey]

PART_KEYS: tuple[PartKey, ...] = get_args(PartKey)
"""The parts that a text may have, in the order in which they stand."""

Parts = Mapping[PartKey, str]
"""Markdown of each part, without empty lines around it."""


def parts(body: str) -> Parts:
    """Take a body apart.

    Raises:
        MarkdownError: It breaks a rule.
    """
    document = parse_document(body)
    lines = body.split("\n")
    starts = [0, *(section.line - 1 for section in document.sections), len(lines)]
    keys = [section.key or "lead" for section in document.parts]
    return {
        key: "\n".join(lines[start:end]).strip("\n")
        for key, (start, end) in zip(keys, pairwise(starts), strict=True)
    }


def joined(found: Parts) -> str:
    """Put a body together: the parts in their order, an empty line between them."""
    texts = [found[key].strip("\n") for key in PART_KEYS if found.get(key, "").strip()]
    return "\n\n".join(texts) + "\n" if texts else ""


def part_at(found: Parts, line: int) -> tuple[PartKey, int]:
    """Return the part in which a line of the body lies, and the number of the line within it.

    Args:
        found: The parts that `joined` made the body of.
        line: Counted from 1.
    """
    first = 1
    place: tuple[PartKey, int] = ("lead", line)
    for key in PART_KEYS:
        text = found.get(key, "").strip("\n")
        if text.strip() and line >= first:
            place = (key, line - first + 1)
            first += text.count("\n") + 2
    return place


def changed_parts(old: Parts, new: Parts) -> Mapping[PartKey, Sequence[Line]]:
    """Return what changed in each part that did."""
    found = {
        key: line_difference(old.get(key, "").splitlines(), new.get(key, "").splitlines())
        for key in PART_KEYS
    }
    return {key: lines for key, lines in found.items() if lines}
