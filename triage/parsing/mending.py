"""Mends the beginning of a mail, so that a parser finds its headers where people see a mail.

Mail programs step over a broken line among the headers, a blank line before them, or a text in
UTF-16; Python's parser takes what follows for the text. Only the mail's own headers are mended,
never its parts.
"""

from __future__ import annotations

import codecs
import re

MAX_HEADER_LINES = 20_000
"""Lines beyond this are not mended."""

_LEADING = b"\xef\xbb\xbf \t\r\n\x00"
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"[!-9;-~]{1,120}[ \t]*:")
_MAILBOX_LINE = re.compile(rb">?From [^\r\n]*(?:\r\n|\r|\n)")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|sender|reply-to|message-id|mime-version|received|references"
    rb"|in-reply-to|return-path|list-[a-z]+|x-[a-z-]+|content-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_OF_THE_CONTENT = re.compile(rb"(?:content-[a-z-]+|mime-version)[ \t]*:", re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb"content-type[ \t]*:", re.IGNORECASE)
_ASCII = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
_SAMPLE = 400


def mend(raw: bytes) -> bytes:
    """Return a mail whose headers stand at its beginning, one field after the other.

    Args:
        raw: The mail as the server gave it.
    """
    content = _from_utf16(raw).lstrip(_LEADING)
    if b"\r\r\n" in content[:_SAMPLE]:
        # A gateway has put a carriage return before each line end, where one stood already.
        content = content.replace(b"\r\r\n", b"\r\n")
    content = content[_end_of_mailbox_line(content) :].lstrip(_LEADING)
    lines, body_at = _header_lines(content)
    if not lines:
        return content
    return b"".join(lines) + content[body_at:]


def _from_utf16(raw: bytes) -> bytes:
    """Return UTF-8 for a mail that was stored as UTF-16, with or without a mark."""
    sample = raw[:_SAMPLE]
    if _is_half_ascii(sample[::2], sample[1::2]):
        codec = "utf-16-le"
    elif _is_half_ascii(sample[1::2], sample[::2]):
        codec = "utf-16-be"
    else:
        return raw
    return raw.decode(codec, "replace").lstrip(codecs.BOM_UTF8.decode()).encode("utf-8", "replace")


def _is_half_ascii(low: bytes, high: bytes) -> bool:
    """Whether bytes are the halves of UTF-16 letters, nearly all of them ASCII as in headers."""
    if len(low) < 4:
        return False
    return len(low.translate(None, _ASCII)) < 0.1 * len(low) and high.count(0) > 0.7 * len(high)


def _end_of_mailbox_line(content: bytes) -> int:
    """Return where the line "From …" of an mbox file ends, 0 where there is none."""
    match = _MAILBOX_LINE.match(content)
    return match.end() if match else 0


def _header_lines(content: bytes) -> tuple[list[bytes], int]:
    """Return the lines of the header, and where in the content the rest begins.

    No lines are returned where the content does not begin with a header.
    """
    lines: list[bytes] = []
    at = 0
    has_type = False
    while at < len(content) and len(lines) < MAX_HEADER_LINES:
        line = _line(content, at)
        if not line.strip(b"\r\n\x00"):
            further = _after_blank(content, at)
            if has_type or not _OF_THE_CONTENT.match(content, further):
                break
            # The fields that tell what the content is come after a blank line.
            at = further
            continue
        at += len(line)
        if not line.startswith((b" ", b"\t")) and _FIELD.match(line) is None:
            if not lines or line.startswith(b"--") or not _more_fields(content, at):
                at -= len(line)
                break
            line = b" " + line
        has_type = has_type or _CONTENT_TYPE.match(line) is not None
        lines.append(line.replace(b"\x00", b""))
    return lines, at


def _line(content: bytes, at: int) -> bytes:
    match = _LINE.match(content, at)
    return match.group() if match else b""


def _after_blank(content: bytes, at: int) -> int:
    while content[at : at + 1] in (b"\r", b"\n"):
        at += 1
    return at


def _more_fields(content: bytes, at: int) -> bool:
    """Whether another field of a header follows before the next blank line, within ten lines."""
    for _ in range(10):
        line = _line(content, at)
        if not line.strip() or line.startswith(b"--"):
            return False
        if _KNOWN.match(line):
            return True
        at += len(line)
    return False
