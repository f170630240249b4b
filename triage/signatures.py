"""Splits what a person wrote from what stands below it: signature, disclaimer, "sent from my phone".

What is in doubt stays with the text: a line too many does less harm than a question lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from language.normalisation import fold
from language.word_patterns import word_pattern
from triage.signature_patterns import PATTERNS, SignaturePatterns

_ALL = tuple(PATTERNS.values())

# A signature is looked for in so many lines at the end of a mail.
_LINES = 40

# A line of a signature is short; what is longer was written.
_LONGEST_LINE = 90

_NAME_LETTERS = 3

# With more words in small letters than this, a line with a number in it is a sentence.
_CONTACT_WORDS = 3

_DELIMITER = re.compile(r"\s*(?:--|—|__)\s*$")
_RULE = re.compile(r"\s*[-_=*–—─]{3,}\s*$")
_CONTACT = re.compile(
    r"@|\bwww\.|https?://|(?:\+|\b00)\d[\d ().-]{6,}|\b\d{2}(?: \d{2}){3}\b"
    r"|\b(?:aps|a/s|i/s|gmbh|ltd|s\.?r\.?l|uab|sp\. ?z ?o\.? ?o|oü)\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"\b(?:dk-?|d-|pl-?|lt-?|ro-?)?\d{4,6}\b [^\W\d_]|\b\d{2}-\d{3} [^\W\d_]", re.IGNORECASE
)


def _every(name: str) -> tuple[str, ...]:
    words = {word for patterns in _ALL for word in _words(patterns, name)}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(patterns: SignaturePatterns, name: str) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(patterns, name)
    return words


def _beginning(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?:" + "|".join(re.escape(word) for word in words) + r")(?!\w)")


_CLOSING = _beginning(_every("closings"))
_SENT_FROM = _beginning(_every("sent_from"))
_LABEL = re.compile(
    r"(?:" + "|".join(re.escape(word) for word in _every("labels")) + r")\s?\.?\s?[:.|]?\s?[\d+@w]"
)
_DISCLAIMER = word_pattern(_every("disclaimers"))
_NOT_WORDS = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Signed:
    """A text in two parts, each without blank lines around it.

    Attributes:
        text: What the person wrote, with closing and name.
        signature: What stands below it.
    """

    text: str
    signature: str


def split_signature(text: str) -> Signed:
    """Split what was written from the signature below it, in any of the six languages.

    Args:
        text: What was newly written, without the quoted thread.
    """
    lines = text.split("\n")
    end = _written_end(lines)
    written = "\n".join(lines[:end]).strip("\n").rstrip()
    if not written:
        # A mail that is nothing but a signature is what was written.
        return Signed(text.strip("\n"), "")
    return Signed(written, "\n".join(lines[end:]).strip("\n").rstrip())


def _written_end(lines: list[str]) -> int:
    """Return the number of lines that were written."""
    first = max(0, len(lines) - _LINES)
    for at in range(first, len(lines)):
        # RFC 3676 section 4.3; some programs leave out the space after it.
        if _DELIMITER.match(lines[at]) and at > 0 and _is_short(lines[at + 1 :]):
            return at
    end = _without_added(lines)
    return _below_the_name(lines, first, end)


def _is_short(lines: list[str]) -> bool:
    return all(len(line) <= 2 * _LONGEST_LINE or _is_disclaimer(line) for line in lines)


def _without_added(lines: list[str]) -> int:
    """Return where the paragraphs begin that a program or an office added at the very end."""
    end = len(lines)
    while end > 0:
        begin = _paragraph_begin(lines, end)
        if begin is None:
            break
        if not _is_added(lines[begin:end]):
            # The program's line often stands right below the name.
            last = _last_filled(lines, end)
            return last if last is not None and _is_sent_from(lines[last]) else end
        end = begin
    return end


def _paragraph_begin(lines: list[str], end: int) -> int | None:
    last = _last_filled(lines, end)
    if last is None:
        return None
    begin = last
    while begin > 0 and lines[begin - 1].strip():
        begin -= 1
    return begin


def _last_filled(lines: list[str], end: int) -> int | None:
    return next((at for at in range(end - 1, -1, -1) if lines[at].strip()), None)


def _is_added(paragraph: list[str]) -> bool:
    filled = [line for line in paragraph if line.strip()]
    if all(_is_sent_from(line) or _RULE.match(line) for line in filled):
        return True
    return _is_disclaimer(" ".join(filled))


def _is_sent_from(line: str) -> bool:
    return len(line) < _LONGEST_LINE and bool(_SENT_FROM.match(fold(line).lstrip("[<(* ")))


def _is_disclaimer(text: str) -> bool:
    words = _NOT_WORDS.sub(" ", fold(text)).strip()
    return "?" not in text and bool(_DISCLAIMER.search(words))


def _below_the_name(lines: list[str], first: int, end: int) -> int:
    """Return where the block below closing and name begins, `end` where there is none."""
    for at in range(end - 1, first - 1, -1):
        if not _is_closing(lines[at]):
            continue
        block = _after_name(lines, at + 1, end)
        rest = [line for line in lines[block:end] if line.strip()]
        if rest and _is_block(rest, name=lines[block - 1]):
            return block
        return end
    return end


def _is_block(lines: list[str], name: str) -> bool:
    """Whether some lines are the block of a person or an office: short, and no sentence among them."""
    if any(len(line) > _LONGEST_LINE or ("?" in line and "://" not in line) for line in lines):
        return False
    return _names_again(name, lines[0]) or any(_is_contact_line(line) for line in lines)


def _names_again(name: str, line: str) -> bool:
    """Whether a line begins the block with the name that stands below the closing already."""
    known = {word for word in _NOT_WORDS.split(fold(name)) if len(word) >= _NAME_LETTERS}
    return any(word in known for word in _NOT_WORDS.split(fold(line)))


def _is_closing(line: str) -> bool:
    folded = fold(line).strip("*_ ")
    return len(folded) <= _LONGEST_LINE // 2 and bool(_CLOSING.match(folded))


def _after_name(lines: list[str], at: int, end: int) -> int:
    """Return the line after the name, which is the first filled one; an office may give none."""
    while at < end and not lines[at].strip():
        at += 1
    if at >= end:
        return end
    if _is_contact_line(lines[at]):
        return at
    return at + 1


def _is_contact_line(line: str) -> bool:
    if sum(word.isalpha() and word.islower() for word in line.split()) > _CONTACT_WORDS:
        return False
    folded = fold(line).strip("*_ |")
    return bool(_CONTACT.search(line) or _POSTCODE.search(line) or _LABEL.match(folded))
