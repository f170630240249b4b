"""From the raw headers of a mail to text, addresses and dates; never raises on bad ones."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from triage.parsing.charsets import clean, decode
from triage.parsing.transfer import from_base64

MAX_CHARACTERS = 20_000
"""What is longer is cut: no honest header is."""

ANSWER_MARKS = "re|sv|aw|odp|ats|răsp|rasp"
"""How mail programs mark the subject of an answer in the six languages, as a regular expression; a
forwarded mail has another mark."""

_PARTS = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_WORD = r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?="
_ENCODED = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_ADDRESS = re.compile(r"[^\s<>@\"',;:()]{1,64}@[^\s<>@\"',;:()]{1,255}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,490}>")


def readable(raw: str, charset: str | None = None) -> str:
    """Return a raw header's value with its 8-bit bytes read as text, words still encoded.

    Args:
        raw: The value as Python's parser gives it, bytes above 127 as surrogates.
        charset: The character set of the mail's text, for headers declare none.
    """
    value = raw[:MAX_CHARACTERS]
    content = value.encode("utf-8", "surrogateescape")
    return value if content.isascii() else decode(content, charset)


def unfold(raw: str) -> str:
    """Return a raw header's value on one line, its 8-bit bytes read as text, words still encoded.

    Args:
        raw: The value as Python's parser gives it, or as `readable` does.
    """
    return " ".join(clean(readable(raw).replace("\n", " ").replace("\r", " ")).split())


def decoded(raw: str) -> str:
    """Return a header's value as people read it (RFC 2047)."""
    text = _ENCODED.sub(lambda run: _decoded_words(run[0]), unfold(raw))
    return " ".join(clean(text).split())


def _decoded_words(run: str) -> str:
    """Decode encoded words in a row; a character may be split between two of them."""
    words: list[tuple[str, str, str]] = []
    for charset, encoding, text in _PARTS.findall(run):
        name, kind = charset.partition("*")[0].lower(), encoding.lower()
        if words and words[-1][:2] == (name, kind) == (name, "b") and len(words[-1][2]) % 4:
            # Split within the base64 too, where no word may be.
            words.append((name, kind, words.pop()[2] + text))
        else:
            words.append((name, kind, text))
    pieces: list[tuple[str, bytes]] = []
    for name, kind, text in words:
        encoded = text.encode("utf-8", "replace")
        content = from_base64(encoded)[0] if kind == "b" else binascii.a2b_qp(encoded, header=True)
        if pieces and pieces[-1][0] == name:
            content = pieces.pop()[1] + content
        pieces.append((name, content))
    return "".join(decode(content, name or "ascii") for name, content in pieces)


def addresses(raw: str) -> list[tuple[str, str]]:
    """Return the (name, address) pairs of a header as From or To, those without address left out.

    Addresses are in lower case: no mailbox in practice depends on the case.
    """
    value = unfold(raw)
    pairs = [(decoded(name), address.strip()) for name, address in getaddresses([value])]
    found = [(name, address.lower()) for name, address in pairs if _ADDRESS.fullmatch(address)]
    if found:
        return found
    # The whole of it encoded, brackets missing, commas within names: take what looks like one.
    text = decoded(raw)
    return [
        (" ".join(text.replace(address, "").strip("<>\"' ").split()), address.lower())
        for address in _ADDRESS.findall(text)[:50]
    ]


def date(raw: str) -> datetime | None:
    """Return the time of a Date header in UTC; None when it cannot be understood."""
    try:
        parsed = parsedate_to_datetime(unfold(raw))
        in_utc = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return in_utc if 1970 <= in_utc.year <= 2200 else None


def message_ids(raw: str) -> tuple[str, ...]:
    """Return the message ids of a header as Message-ID or References, brackets included."""
    return tuple(_MESSAGE_ID.findall(unfold(raw))[:100])
