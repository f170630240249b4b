"""A mail's text taken apart into sentences, of which a bounded number is understood."""

from __future__ import annotations

import re

LONGEST = 300
"""A longer sentence is cut: encoding time grows faster than length."""

PASSAGE = 450
"""Sentences are encoded together up to this length: a mail as a whole says more than its parts."""

PASSAGES = 2
"""So many passages of a mail are read: of most mails that is all."""

# The end of a sentence: its mark, then white space, then no small letter ("f.eks. er", "np. w").
_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”»)]))\s+(?=[^\sa-zà-öø-ÿąćęłńóśźżăâîșțėįšųūž])")
_LETTER = re.compile(r"[^\W\d_]")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in any of the six languages, in order.

    Lines are joined where a sentence goes on over them; an empty line and a short line (a
    salutation, a name, an item of a list) end a sentence. What has no letters is left out.
    """
    found: list[str] = []
    for paragraph in _paragraphs(text):
        found.extend(part.strip() for part in _END.split(paragraph))
    return [sentence for sentence in found if _LETTER.search(sentence)]


def passages(parts: list[str]) -> list[list[str]]:
    """Return the first sentences, put together to at most `PASSAGES` groups of up to `PASSAGE`.

    Each sentence is cut to `LONGEST`; the first sentence is always among them.
    """
    groups: list[list[str]] = []
    room = 0
    for part in parts:
        cut = part[:LONGEST]
        if len(cut) > room:
            if len(groups) == PASSAGES:
                break
            groups.append([])
            room = PASSAGE
        groups[-1].append(cut)
        room -= len(cut) + 1
    return groups


_FULL_LINE = 50


def _paragraphs(text: str) -> list[str]:
    """Join wrapped lines: a line of full length goes on in the next one."""
    paragraphs: list[str] = []
    goes_on = False
    for line in text.splitlines():
        stripped = " ".join(line.split())
        if not stripped:
            goes_on = False
            continue
        if goes_on:
            paragraphs[-1] += f" {stripped}"
        else:
            paragraphs.append(stripped)
        goes_on = len(stripped) >= _FULL_LINE and stripped[-1] not in ".!?:"
    return paragraphs
