"""Splits what a person wrote now from the older thread that their mail program added."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from language.normalisation import fold
from triage.parsing.html_text import QUOTE_MARK
from triage.parsing.quote_patterns import ELSEWHERE, PATTERNS, QuotePatterns

MAX_LINES = 20_000
"""Lines beyond this are not looked at; they count as quoted."""

# An introduction is broken over so many lines at most, and a block of headers stands within so many.
_WRAPPED_LINES = 4
_HEADER_LINES = 12

# A quoted line of this length may have been torn by a mail program that wraps at 70 or 80.
_FULL_LINE = 60

_ALL = (*PATTERNS.values(), ELSEWHERE)


def _every(field: str) -> frozenset[str]:
    return frozenset(word for patterns in _ALL for word in _words(patterns, field))


def _words(patterns: QuotePatterns, field: str) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(patterns, field)
    return words


_SENDER = _every("sender")
_SUBJECT = _every("subject")
_HEADERS = _every("headers") | _SUBJECT
_SEPARATORS = tuple(_every("separators"))
_QUOTING = tuple(f"{word} " for word in _every("quoting"))
_WROTE = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(verb) for verb in sorted(_every("wrote"), key=len, reverse=True))
    + r")(?!\w)"
)
_OPENING = re.compile(
    r"(?:"
    + "|".join(re.escape(word) for word in sorted(_every("openings"), key=len, reverse=True))
    + r")(?!\w)|\d{4}\b|\d{1,2}[./-]\s?\w"
)
_HEADER = re.compile(r"[\s>*_]{0,10}([^\W\d_][\w \-]{0,28}?)[\s*_]{0,5}:[\s*_]{0,5}(.*)$")
_RULE = re.compile(r"\s*[-_=*–—\u2500]{5,}\s*$")
_DECORATED = re.compile(r"\s*[>\s]*[-_=*–—\u2500]{2,}\s*(.+?)\s*[-_=*–—\u2500]{2,}\s*$")
# "On …, Anna<anna@example.org> wrote:   The old text": as some programs on telephones run them on.
_RUN_ON = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>[^:<>@]{1,40}:(?=\s{2,}\S)")
_BRACKETED = re.compile(r"<\s?[^<>\s]{1,200}@[^<>\s]{1,200}>")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class Split:
    """A text in two parts, each without blank lines around it.

    Attributes:
        new: What the sender wrote now; answers between quoted lines belong to it.
        quoted: The older thread, or what was forwarded, with its introduction.
    """

    new: str
    quoted: str


def split(text: str) -> Split:
    r"""Split a mail's text at what introduces a quoted or forwarded thread, in any language.

    Args:
        text: Plain text with `\n` at line ends; a line `QUOTE_MARK` stands where markup began
            the quotation.
    """
    lines = text.split("\n")
    beyond = lines[MAX_LINES:]
    lines = lines[:MAX_LINES]
    new: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        end = _introduction_end(lines, at)
        if end is None:
            target = quoted if _is_quoted(lines, at) else new
            target.append(lines[at])
            at += 1
        elif _next_is_quoted(lines, end):
            quoted.extend(lines[at:end])
            at = end
        else:
            quoted.extend(lines[at:])
            break
    quoted.extend(beyond)
    return Split(_trimmed(new), _trimmed(line for line in quoted if line != QUOTE_MARK))


def _trimmed(lines: Iterable[str]) -> str:
    kept = list(lines)
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip("\n")


def _is_quoted(lines: list[str], at: int) -> bool:
    """Whether a line is quoted, or is the torn-off end of a quoted line."""
    if lines[at].lstrip().startswith(">"):
        return True
    return (
        0 < at < len(lines) - 1
        and bool(lines[at].strip())
        and lines[at - 1].lstrip().startswith(">")
        and len(lines[at - 1]) >= _FULL_LINE
        and lines[at + 1].lstrip().startswith(">")
    )


def _next_is_quoted(lines: list[str], at: int) -> bool:
    """Whether the next line with anything in it begins with `>`."""
    for line in lines[at:]:
        if line.strip():
            return line.lstrip().startswith(">")
    return False


def _introduction_end(lines: list[str], at: int) -> int | None:
    """Return the line after the introduction of a quotation that begins here, None if none does."""
    line = lines[at].strip()
    if not line:
        return None
    if line == QUOTE_MARK:
        return _marked_end(lines, at)
    if _is_separator(line) or _is_quoting(line):
        return at + 1
    if _is_header_block(lines, at) or _is_turned_header_block(lines, at) or _is_run_on(line):
        return at + 1
    return _attribution_end(lines, at)


def _marked_end(lines: list[str], at: int) -> int:
    """Return the line after the mark and, if quoted lines follow soon, after what leads to them."""
    for ahead in range(at + 1, min(at + 2 + _WRAPPED_LINES * 2, len(lines))):
        if lines[ahead].lstrip().startswith(">"):
            return ahead
    return at + 1


def _is_separator(line: str) -> bool:
    decorated = _DECORATED.match(line) if len(line) < 300 else None
    if decorated is None and not (line.endswith(":") and len(line) < 60):
        return False
    return fold(decorated[1] if decorated else line.rstrip(": ")).startswith(_SEPARATORS)


def _is_quoting(line: str) -> bool:
    """Whether a line is "Quoting Anna <anna@example.org>:"."""
    return (
        line.endswith(":") and len(line) < 200 and "@" in line and fold(line).startswith(_QUOTING)
    )


def _is_run_on(line: str) -> bool:
    """Whether an introduction begins a line that goes on with the old text."""
    found = _RUN_ON.search(line[:500])
    return found is not None and _is_attribution(fold(line[: found.end()]), wrapped=False)


def _is_turned_header_block(lines: list[str], at: int) -> bool:
    """Whether a block of headers begins here that does not begin with the sender: "Date: … From: …".

    People write such lists too; with three headers, a sender with an address, and a subject or a time
    among them they do not.
    """
    names: set[str] = set()
    is_sent_by_somebody, is_dated = False, False
    for line in lines[at : at + _HEADER_LINES]:
        header = _header(line)
        if header is None or header[0] not in _HEADERS | _SENDER:
            break
        names.add(header[0])
        is_sent_by_somebody = is_sent_by_somebody or (header[0] in _SENDER and "@" in header[1])
        is_dated = is_dated or _TIME.search(header[1]) is not None
    return len(names) >= 3 and is_sent_by_somebody and (is_dated or bool(names & _SUBJECT))


def _is_header_block(lines: list[str], at: int) -> bool:
    """Whether a block as "From: … Sent: … To: … Subject: …" begins here."""
    first = _header(lines[at])
    if first is None or first[0] not in _SENDER:
        return False
    names, address = set(), "@" in first[1]
    for line in lines[at + 1 : at + _HEADER_LINES]:
        header = _header(line)
        if header is not None and header[0] in _HEADERS:
            names.add(header[0])
            address = address or "@" in header[1]
    if address:
        return len(names) >= 1
    return len(names) >= 2 and bool(names & _SUBJECT)


def _header(line: str) -> tuple[str, str] | None:
    match = _HEADER.match(line[:400])
    return None if match is None else (fold(match[1]), match[2])


def _attribution_end(lines: list[str], at: int) -> int | None:
    """Return the line after "On …, … wrote:", which may be broken over several lines."""
    for end in range(at + 1, min(at + _WRAPPED_LINES, len(lines)) + 1):
        last = lines[end - 1].strip()
        if not last:
            return None
        if not last.endswith((":", ":*")):
            continue
        introduction = " ".join(line.strip() for line in lines[at:end])
        if len(introduction) > 500:
            return None
        if _is_attribution(fold(introduction), wrapped=end > at + 1) and (
            _is_dated(introduction) or _next_is_quoted(lines, end)
        ):
            return end
        return end if _is_of_any_language(introduction, lines[at]) else None
    return None


def _is_attribution(introduction: str, *, wrapped: bool) -> bool:
    if _WROTE.search(introduction) is None:
        return False
    bare = introduction.lstrip("> *<")
    if _OPENING.match(bare):
        return True
    return not wrapped and ("@" in bare or _TIME.search(bare) is not None)


def _is_of_any_language(introduction: str, first_line: str) -> bool:
    """Whether it names an address in brackets, a time and a year, whatever the words between mean."""
    begins = _TIME.search(first_line) is not None or _YEAR.search(first_line) is not None
    dated = _TIME.search(introduction) is not None and _YEAR.search(introduction) is not None
    return begins and dated and _BRACKETED.search(introduction) is not None


def _is_dated(introduction: str) -> bool:
    """Whether it holds an address, or both a time and a year: nobody writes so by hand."""
    if "@" in introduction:
        return True
    return _TIME.search(introduction) is not None and _YEAR.search(introduction) is not None
