"""What makes a mail this mail and no other, as one digest: what fingerprints are made of.

It rests on the mail's own structure alone, neither on what is taken for its text nor on how that is
divided into new and quoted, so that a mail stays the same when its reading gets better. What servers
change in passing does not count: transfer encodings, line ends, white space, headers of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from email.message import Message

from triage.parsing import headers
from triage.parsing.charsets import decode

_HEADERS = ("from", "subject", "date", "message-id")
_MAX_PARTS = 1_000


def identity(message: Message) -> str:
    """Return 64 hexadecimal digits; empty where a mail has nothing by which it could be told.

    Covered are sender, subject, date and Message-ID, of each part of text its letters and digits, and
    of each other part the SHA-256 of its bytes.

    Args:
        message: The mail, parsed by policy compat32.
    """
    first: dict[str, str] = {}
    for name, value in message.raw_items():
        first.setdefault(name.strip().lower(), str(value))
    covered = [_letters(headers.decoded(first.get(name, ""))) for name in _HEADERS]
    covered += filter(None, (_of_part(part) for part in _leaves(message)))
    if not any(covered):
        return ""
    return hashlib.sha256(json.dumps(covered).encode("ascii")).hexdigest()


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold no others, in the order of the mail."""
    waiting = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting.extend(child for child in reversed(payload) if isinstance(child, Message))
        else:
            yield part


def _of_part(part: Message) -> str:
    try:
        return _covered(part)
    except Exception:  # noqa: BLE001 (one broken part takes nothing from the others)
        return ""


def _covered(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    if part.get_content_maintype() == "text":
        charset = part.get_param("charset")
        return _letters(decode(content, charset if isinstance(charset, str) else None))
    return hashlib.sha256(content).hexdigest() if content else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
