"""Undoes the transfer encodings of parts, also where they are broken or not what they are called."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.message import Message

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\r\n\t ]")
_OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_BETWEEN_WORDS = re.compile(rb"\S[ \t]+(?=\S)")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_LINE_END = re.compile(rb"\r\n?|\n")
_PADDING = re.compile(rb"=+")
_UU_BEGIN = re.compile(r"begin(-base64)? [0-7]{3,4} ?(.{0,200})")
_UU_LINE = re.compile(r"[ -`]{1,90}")
_YENC_BEGIN = re.compile(r"=ybegin .{0,200}?name=(.{1,200})")


@dataclass(frozen=True)
class InlineFile:
    """A file that stood within a text, as programs from before MIME wrote it.

    Attributes:
        name: As it stood there, perhaps empty.
        content: Decoded.
    """

    name: str
    content: bytes


def payload_of(part: Message) -> bytes:
    """Return the bytes of a part as they came, its transfer encoding not undone.

    Args:
        part: A part without parts of its own.
    """
    # The public way reads them in the declared character set, for good or ill.
    payload = part._payload  # type: ignore[attr-defined]  # noqa: SLF001
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def content_of(part: Message) -> bytes:
    """Return the bytes of a part with its transfer encoding undone; never raises on bad ones.

    An encoding that is unknown, or that the content plainly does not have, is left alone.

    Args:
        part: A part without parts of its own.
    """
    raw = payload_of(part)
    encoding = re.sub(r"[^a-z0-9]", "", str(part.get("content-transfer-encoding", "")).lower())
    if encoding.startswith("base64"):
        if part.get_content_maintype() != "text":
            return from_base64(raw)[0]
        decoded, rest = (raw, b"") if _is_words(raw) else from_base64(raw)
        return decoded + b"\n\n" + rest if rest else decoded
    if encoding.startswith(("quotedprintable", "quotable", "qp")):
        return binascii.a2b_qp(_LINE_END.sub(b"\n", raw))
    if encoding in {"uuencode", "xuuencode", "uue", "xuue", "uu"}:
        found = take_out_files(raw)[1]
        return found[0].content if found else raw
    return raw


def from_base64(raw: bytes) -> tuple[bytes, bytes]:
    """Decode what is called base64, as far as it is any.

    Returns:
        The content, and lines at the end that are no base64, such as a list's footer.
    """
    body = raw.rstrip(b"= \t\r\n")
    if b"=" not in body and not raw.translate(None, _OF_BASE64):
        # As it should be, which is most: a large file takes no time then.
        return _quads(body.translate(None, b" \t\r\n")), b""
    lines = _LINE_END.split(raw)
    at = len(lines)
    while at and not _BASE64_LINE.fullmatch(lines[at - 1].strip()):
        at -= 1
    text = _NOT_BASE64.sub(b"", b"".join(b"".join(lines[: at or len(lines)]).split()))
    decoded = b"".join(_quads(piece) for piece in _PADDING.split(text))
    return decoded, b"\n".join(lines[at:]).strip() if at else b""


def _is_words(raw: bytes) -> bool:
    """Whether a text that is called base64 is plainly none."""
    if len(_NOT_BASE64.findall(raw)) * 20 > len(raw):
        return True
    if len(_BETWEEN_WORDS.findall(raw)) > raw.count(b"\n") + 1:
        return True
    letters = b"".join(raw.split()).rstrip(b"=")
    return len(letters) % 4 == 1 and len(letters) < 100


def _quads(piece: bytes) -> bytes:
    """Decode a run of base64 without its padding; a last character that is alone is dropped."""
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def take_out_files(content: bytes) -> tuple[bytes, tuple[InlineFile, ...]]:
    """Return a text without the files that stand in it as uuencode or yEnc, and these files.

    Args:
        content: The bytes of a text.
    """
    if b"begin" not in content:
        return content, ()
    lines = content.decode("latin-1").split("\n")
    kept: list[str] = []
    files: list[InlineFile] = []
    at = 0
    while at < len(lines):
        line = lines[at].rstrip("\r")
        end = _end_of_file(lines, at, line)
        if end is None:
            kept.append(lines[at])
            at += 1
            continue
        files.append(_inline_file(line, [one.rstrip("\r") for one in lines[at + 1 : end + 1]]))
        at = end + 1
    return "\n".join(kept).encode("latin-1"), tuple(files)


def _end_of_file(lines: list[str], at: int, line: str) -> int | None:
    """Return the last line of the file that begins here, None where none begins."""
    begin = _UU_BEGIN.fullmatch(line)
    if begin is None:
        if _YENC_BEGIN.match(line) is None:
            return None
        ends = (n for n in range(at + 1, len(lines)) if lines[n].startswith("=yend"))
        return next(ends, len(lines) - 1)
    for number in range(at + 1, len(lines)):
        found = lines[number].rstrip("\r")
        if found.strip() in {"end", "===="}:
            return number
        if found.strip() and not _UU_LINE.fullmatch(found):
            return number - 1 if number > at + 2 else None
    return len(lines) - 1 if len(lines) > at + 2 else None


def _inline_file(line: str, content: list[str]) -> InlineFile:
    begin = _UU_BEGIN.fullmatch(line)
    if begin is None:
        name = _YENC_BEGIN.match(line)
        return InlineFile(name[1].strip() if name else "", _from_yenc(content))
    if begin[1]:
        return InlineFile(begin[2], from_base64("\n".join(content).encode("ascii", "replace"))[0])
    return InlineFile(begin[2], b"".join(_from_uu(one) for one in content if one != "end"))


def _from_uu(line: str) -> bytes:
    try:
        return binascii.a2b_uu(line.encode("ascii", "replace"))
    except binascii.Error:
        try:
            # Some encoders add characters at the end of a line.
            size = ((ord(line[0]) - 32) & 63) * 4 // 3 + 4
            return binascii.a2b_uu(line[:size].encode("ascii", "replace"))
        except (binascii.Error, IndexError):
            return b""


def _from_yenc(lines: list[str]) -> bytes:
    """Decode yEnc (yenc.org, version 1.3); lines of its own header are left out."""
    decoded = bytearray()
    for line in lines:
        if line.startswith(("=ypart", "=yend")):
            continue
        raw = line.encode("latin-1", "replace")
        escaped = False
        for byte in raw:
            if byte == 0x3D and not escaped:
                escaped = True
                continue
            decoded.append((byte - 42 - (64 if escaped else 0)) & 0xFF)
            escaped = False
    return bytes(decoded)
