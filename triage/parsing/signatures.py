"""Splits what a person wrote from what stands below it: signature, disclaimer, "sent from my phone".

What is in doubt stays with the text: a line too many does less harm than a question lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from language.normalisation import fold
from language.word_patterns import word_pattern
from triage.parsing.signature_patterns import (
    PATTERNS,
    SENT_BY,
    SENT_FROM_ELSEWHERE,
    SignaturePatterns,
)

_ALL = tuple(PATTERNS.values())

# A signature is looked for in so many lines at the end of a mail.
_LINES = 40

# A line of a signature is short; what is longer was written.
_LONGEST_LINE = 90

_NAME_LETTERS = 3
_NAME_WORDS = 5

# After "Best regards" a line has at most so many words more, such as the name or where it is from.
_CLOSING_WORDS = 4

# With more words in small letters than this, a line is a sentence, also with a number in it.
_SENTENCE_WORDS = 2

# A new text of so few words, greeting and closing aside, says little; the rest is looked at too.
_FEW_WORDS = 8

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
_POSTSCRIPT = re.compile(r"\W*p\.?\s?s\b", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[^\w]+")


def _every(name: str) -> tuple[str, ...]:
    words = {word for patterns in _ALL for word in _words(patterns, name)}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _words(patterns: SignaturePatterns, name: str) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(patterns, name)
    return words


def _any_of(words: tuple[str, ...]) -> str:
    return r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + r")(?!\w)"


_CLOSING = re.compile(_any_of(_every("closings")))
_SENT_FROM = re.compile(_any_of((*_every("sent_from"), *SENT_FROM_ELSEWHERE)))
_SENT_BY = word_pattern(SENT_BY)
_LABEL = re.compile(
    r"(?:" + "|".join(re.escape(word) for word in _every("labels")) + r")\s?\.?\s?[:.|]?\s?[\d+@w]"
)
_DISCLAIMER = word_pattern(_every("disclaimers"))


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

    A text that is nothing but a signature has an empty first part.

    Args:
        text: What was newly written, without the quoted thread.
    """
    lines = text.split("\n")
    end = _written_end(lines)
    return Signed(_trimmed(lines[:end]), _trimmed(lines[end:]))


def says_little(text: str) -> bool:
    """Whether a new text, without its signature, is a few words without a question, as "see below".

    Args:
        text: What was newly written.
    """
    if "?" in text:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    closing = next((at for at, line in enumerate(lines) if at and _is_closing(line)), len(lines))
    lines = lines[:closing]
    if len(lines) > 1 and lines[0].rstrip().endswith((",", "!")):
        lines = lines[1:]
    return len(" ".join(lines).split()) <= _FEW_WORDS


def _trimmed(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _written_end(lines: list[str]) -> int:
    """Return the number of lines that were written."""
    first = max(0, len(lines) - _LINES)
    for at in range(first, len(lines)):
        # RFC 3676 section 4.3; some programs leave out the space after it.
        if _DELIMITER.match(lines[at]) and _is_below(lines[at + 1 :]):
            return at
    end = _without_added(lines)
    for block in (_below_the_name, _with_the_name_again, _at_the_end):
        begin = block(lines, first, end)
        if begin < end:
            return begin
    return end


def _is_below(lines: list[str]) -> bool:
    """Whether some lines can stand below a delimiter: nothing long is among them, and no question."""
    written = [line for line in lines if line.strip() and not _is_disclaimer(line)]
    if any(len(line) > 2 * _LONGEST_LINE for line in written):
        return False
    return not any(_is_question(line) for line in written)


def _without_added(lines: list[str]) -> int:
    """Return where the paragraphs begin that a program or an office added at the very end."""
    end = len(lines)
    while (begin := _paragraph_begin(lines, end)) is not None:
        if not _is_added(lines[begin:end], lines[:begin]):
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


def _is_added(paragraph: list[str], above: list[str]) -> bool:
    filled = [line for line in paragraph if line.strip()]
    if all(_is_sent_from(line) or _RULE.match(line) for line in filled):
        return True
    # "Please delete my personal data." is a question, but not below a closing.
    return any(_is_closing(line) for line in above[-_LINES:]) and _is_disclaimer(" ".join(filled))


def _is_sent_from(line: str) -> bool:
    if len(line) > _LONGEST_LINE or _is_question(line):
        return False
    words = _bare(line)
    found = _SENT_FROM.search(words)
    if found is None or found.start() > 0:
        return False
    return bool(_SENT_BY.search(words))


def _bare(text: str) -> str:
    return _NOT_WORDS.sub(" ", fold(text)).strip()


def _is_disclaimer(text: str) -> bool:
    return not _is_question(text) and bool(_DISCLAIMER.search(_bare(text)))


def _is_question(line: str) -> bool:
    return "?" in line and "://" not in line


def _below_the_name(lines: list[str], first: int, end: int) -> int:
    """Return where the block below closing and name begins, `end` where there is none."""
    for at in range(end - 1, first - 1, -1):
        if not _is_closing(lines[at]):
            continue
        block = _after_name(lines, at + 1, end)
        rest = lines[block:end]
        named_again = block > 0 and _names_again(lines[block - 1], _first_filled(rest))
        return block if _is_block(rest) and (named_again or _has_contact(rest)) else end
    return end


def _with_the_name_again(lines: list[str], first: int, end: int) -> int:
    """Return where a block begins with the name that the text above it ends with, else `end`."""
    for at in range(max(first, 1), end):
        if lines[at].strip() and not lines[at - 1].strip():
            above = _last_filled(lines, at)
            named = above is not None and _names_again(lines[above], lines[at])
            if named and _is_block(lines[at:end]):
                return at
    return end


def _at_the_end(lines: list[str], first: int, end: int) -> int:
    """Return where a last paragraph begins that is a block with contact lines, else `end`."""
    begin = _paragraph_begin(lines, end)
    if begin is None or begin <= first:
        return end
    above = _last_filled(lines, begin)
    block = [line for line in lines[begin:end] if line.strip()]
    if above is None or lines[above].rstrip().endswith(":") or len(block) < 3:
        return end
    # What a person lists of themselves has a label before each line, names and firms have none.
    named = not _is_sentence(block[0]) and not _LABEL.match(_label_text(block[0]))
    is_signature = named and ":" not in block[0] and _has_contact(block[1:])
    return begin if is_signature and _is_block(block) else end


def _first_filled(lines: list[str]) -> str:
    return next((line for line in lines if line.strip()), "")


def _is_block(lines: list[str]) -> bool:
    """Whether some lines are the block of a person or an office: short, and no question among them."""
    filled = [line for line in lines if line.strip() and not _is_disclaimer(line)]
    return bool(filled) and not any(
        len(line) > _LONGEST_LINE or _is_question(line) or _POSTSCRIPT.match(line)
        for line in filled
    )


def _has_contact(lines: list[str]) -> bool:
    return any(_is_contact_line(line) for line in lines)


def _names_again(name: str, line: str) -> bool:
    """Whether a line begins the block with the name that stands above it already."""
    if len(name.split()) > _NAME_WORDS + _CLOSING_WORDS or len(line) > _LONGEST_LINE:
        return False
    known = _capitalised(name)
    return any(word in known for word in _capitalised(" ".join(line.split()[:_NAME_WORDS])))


def _capitalised(line: str) -> set[str]:
    words = (word for word in _NOT_WORDS.split(line) if len(word) >= _NAME_LETTERS)
    return {fold(word) for word in words if word[0].isupper()}


def _is_closing(line: str) -> bool:
    """Whether a line ends a mail: such words begin it, or end it after a few others."""
    folded = fold(line).strip("*_ ,.!")
    if len(folded) > _LONGEST_LINE // 2 or _is_question(line):
        return False
    found = list(_CLOSING.finditer(folded))
    if not found:
        return False
    before = folded[: found[0].start()].split()
    after = folded[found[0].end() :].split()
    return (not before and len(after) <= _CLOSING_WORDS) or (
        len(before) <= _CLOSING_WORDS and found[-1].end() == len(folded)
    )


def _after_name(lines: list[str], at: int, end: int) -> int:
    """Return the line after the name, which is the first filled one; an office may give none."""
    while at < end and not lines[at].strip():
        at += 1
    if at >= end:
        return end
    return at if _is_contact_line(lines[at]) else at + 1


def _is_contact_line(line: str) -> bool:
    if _is_sentence(line):
        return False
    if _CONTACT.search(line) or _POSTCODE.search(line):
        return True
    return _LABEL.match(_label_text(line)) is not None


def _is_sentence(line: str) -> bool:
    return sum(word.isalpha() and word.islower() for word in line.split()) > _SENTENCE_WORDS


def _label_text(line: str) -> str:
    return fold(line).strip("*_ |")
