"""Words and phrases as people write them, put into one regular expression: for files of words kept by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from language.normalisation import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY_WORD: Final = r"\w+"

_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"\([^)]*\)|\S+")
_GAP = ".."
_GAP_WORDS = 4


def plain_words(text: str) -> str:
    """Return the words of a text as patterns see them: folded, one space between, no signs."""
    return " ".join(_WORD.findall(fold(text)))


def word_pattern(patterns: Sequence[str], gap: str = ANY_WORD) -> re.Pattern[str]:
    """Return what finds any of some patterns as whole words; nothing where there are none.

    Args:
        patterns: Words of a folded text; `*` at the end of one is any ending, `..` up to four words,
            `(a|b c)` one of several.
        gap: What a word of a `..` looks like, as a regular expression.
    """
    found = "|".join(_regex(one, gap) for one in patterns)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)" if patterns else r"(?!)")


def _regex(pattern: str, gap: str) -> str:
    found = ""
    for piece in _PIECE.findall(pattern):
        if piece == _GAP:
            found += rf"(?: {gap}){{0,{_GAP_WORDS}}}"
            continue
        ways = piece[1:-1].split("|") if piece.startswith("(") else [piece]
        words = "|".join(" ".join(_word(word) for word in way.split()) for way in ways)
        found += (" " if found else "") + f"(?:{words})"
    return found


def _word(word: str) -> str:
    return re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word)
