"""Marks in the text of a mail the sentences that carried the decision."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from language.masking import MASK

# A number that is hidden in the sentence may be shown in the text.
_NUMBER = r"(?:\[CPR\]|[\d .\-/_:\u2010-\u2015]{10,15})"


def marked(text: str, sentences: Iterable[str]) -> Markup:
    """Return a text as safe HTML, with each sentence that is found in it inside of `<mark>`.

    Args:
        text: Plain text.
        sentences: As the decision's reasons give them: blanks may differ, the end may be cut off.
    """
    places = sorted(place for sentence in sentences for place in _places(text, sentence))
    pieces: list[Markup] = []
    end = 0
    for start, stop in places:
        if start < end:
            continue
        pieces += [escape(text[end:start]), Markup("<mark>{}</mark>").format(text[start:stop])]
        end = stop
    return Markup("").join([*pieces, escape(text[end:])])


def _places(text: str, sentence: str) -> list[tuple[int, int]]:
    words = sentence.split()
    if not words:
        return []
    pattern = r"\s+".join(_NUMBER.join(re.escape(part) for part in w.split(MASK)) for w in words)
    return [found.span() for found in re.finditer(pattern, text)]
