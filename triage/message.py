"""From the bytes of a mail to its parts. Never raises: a broken mail gives what can be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesParser

from triage import headers
from triage.charsets import clean, decode
from triage.html_text import QUOTE_MARK, html_to_text
from triage.identity import identity
from triage.quotes import split

MAX_PARTS = 500
"""Parts beyond this are not looked at, only noted."""

MAX_DEPTH = 30
"""Parts nested deeper than this are not looked at, only noted."""

MAX_TEXT = 200_000
"""Characters of text that are kept; more is machine-made."""

_MAX_HEADERS = 1_000
_MEANINGFUL = re.compile(r"[^\W\d_]{2}")
_HEADER_LINE = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that is no text to read.

    Attributes:
        name: Its file name, empty when it has none.
        content_type: Such as `application/pdf`, in lower case.
        size: In bytes, decoded.
        digest: SHA-256 of the decoded bytes, in hexadecimal digits.
        content: The decoded bytes; of an attached mail the mail as it came.
    """

    name: str
    content_type: str
    size: int
    digest: str
    content: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True)
class ParsedMail:
    """What a mail says, without any judgement. Nothing is masked here.

    Attributes:
        sender: Address of the From header in lower case, empty when there is none.
        sender_name: The name beside it.
        reply_to: Addresses of Reply-To, in lower case.
        recipients: Addresses of To and Cc, in lower case.
        subject: Decoded, on one line.
        date: Of the Date header, in UTC; None when it is missing or wrong.
        message_id: With its brackets, None when it is missing; a hint, never an identity.
        references: Message ids of the thread, oldest first.
        text_new: What was written now; with `text_quoted` this is all text of the mail.
        text_quoted: The older thread, and forwarded mails.
        html: The first HTML part as it came, None when there is none.
        attachments: In the order of the mail.
        headers: All headers by name in lower case, decoded, in the order of the mail.
        content_type: Of the whole mail, such as `multipart/report`.
        defects: What was wrong with it, as keys: `no_headers`, `empty`, `too_many_parts` …
        identity: What fingerprints are made of, see `triage.identity`; empty where there is none.
    """

    sender: str = ""
    sender_name: str = ""
    reply_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    references: tuple[str, ...] = ()
    text_new: str = ""
    text_quoted: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    content_type: str = "text/plain"
    defects: tuple[str, ...] = ()
    identity: str = ""

    def header(self, name: str) -> str:
        """Return the first header of that name (in lower case), empty when there is none."""
        values = self.headers.get(name)
        return values[0] if values else ""

    @property
    def is_readable(self) -> bool:
        """Whether anything in it can be read by a person: text, a subject or an attachment."""
        if self.text_new or self.text_quoted or self.attachments:
            return True
        return bool(self.sender and self.subject)

    @property
    def text(self) -> str:
        """What is judged: the subject, an empty line, the new text or, if none is new, the quoted."""
        return f"{self.subject}\n\n{self.text_new or self.text_quoted}".strip()


def parse(raw: bytes) -> ParsedMail:
    """Parse a mail.

    Args:
        raw: The mail as the server gave it, with any line ends.
    """
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        return _parsed(message, raw)
    except Exception as error:  # noqa: BLE001 (the one place where a mail's fault ends)
        return _salvaged(raw, type(error).__name__)


def _salvaged(raw: bytes, error: str) -> ParsedMail:
    """What can be read where the parser gave up: the bytes as text."""
    text = clean(decode(raw[:MAX_TEXT]))
    readable = text if _MEANINGFUL.search(text) else ""
    return ParsedMail(text_new=readable, defects=("parser_failed", error))


def _parsed(message: Message, raw: bytes) -> ParsedMail:
    found = _headers(message)
    raw_values = {name.lower(): value for name, value in reversed(list(message.raw_items()))}
    collected = _Collected()
    _walk(message, collected)
    defects = list(collected.defects)
    text = clean("\n\n".join(filter(None, (part.strip() for part in collected.texts))))
    if not found or not _HEADER_LINE.match(raw.lstrip(b"\xef\xbb\xbf \t\r\n")):
        defects.append("no_headers")
    if len(text) > MAX_TEXT:
        defects.append("long_text")
        text = text[:MAX_TEXT]
    divided = split(text)
    forwarded = clean("\n\n".join(collected.forwarded))[:MAX_TEXT]
    quoted = "\n\n".join(filter(None, (divided.quoted, forwarded)))
    new = divided.new if _MEANINGFUL.search(divided.new) else ""
    if not new and not quoted:
        defects.append("empty")
    from_pairs = headers.addresses(raw_values.get("from", ""))
    if not from_pairs:
        from_pairs = headers.addresses(raw_values.get("sender", ""))
    sender_name, sender = from_pairs[0] if from_pairs else ("", "")
    ids = headers.message_ids(raw_values.get("message-id", ""))
    return ParsedMail(
        sender=sender,
        sender_name=sender_name,
        reply_to=_all_addresses(raw_values, "reply-to"),
        recipients=_all_addresses(raw_values, "to", "cc"),
        subject=headers.decoded(raw_values.get("subject", "")),
        date=headers.date(raw_values.get("date", "")),
        message_id=ids[0] if ids else None,
        references=headers.message_ids(
            raw_values.get("references", "") or raw_values.get("in-reply-to", "")
        ),
        text_new=new,
        text_quoted=quoted,
        html=collected.html,
        attachments=tuple(collected.attachments),
        headers=found,
        content_type=message.get_content_type(),
        defects=tuple(defects),
        identity=identity(message),
    )


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in list(message.raw_items())[:_MAX_HEADERS]:
        key = name.strip().lower()
        found[key] = (*found.get(key, ()), headers.decoded(str(value)))
    return found


def _all_addresses(raw_values: Mapping[str, str], *names: str) -> tuple[str, ...]:
    pairs = (pair for name in names for pair in headers.addresses(raw_values.get(name, "")))
    return tuple(dict.fromkeys(address for _, address in pairs))


class _Collected:
    """What the walk through a mail's parts brings together."""

    def __init__(self) -> None:
        self.parts = 0
        self.texts: list[str] = []
        self.forwarded: list[str] = []
        self.html: str | None = None
        self.attachments: list[Attachment] = []
        self.defects: dict[str, None] = {}


def _walk(part: Message, collected: _Collected, depth: int = 0) -> None:
    collected.parts += 1
    if collected.parts > MAX_PARTS or depth > MAX_DEPTH:
        collected.defects["too_many_parts" if depth <= MAX_DEPTH else "nested_too_deep"] = None
        return
    content_type = part.get_content_type()
    if content_type == "message/rfc822" and part.is_multipart():
        _forwarded(part, collected, depth)
    elif content_type == "multipart/alternative":
        _alternative(part, collected, depth)
    elif part.is_multipart():
        for child in _children(part):
            _walk(child, collected, depth + 1)
    else:
        _leaf(part, collected)


def _leaf(part: Message, collected: _Collected) -> None:
    try:
        if part.get_content_maintype() == "multipart":
            # Its boundary is missing: all of it is one text.
            collected.texts.append(_decoded_text(part))
        elif _is_text(part):
            collected.texts.append(_text(part, collected))
        else:
            _attach(part, collected)
    except Exception:  # noqa: BLE001 (one broken part takes nothing from the others)
        collected.defects["broken_part"] = None


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _alternative(part: Message, collected: _Collected, depth: int) -> None:
    """Take the plain text, unless it only says that there is HTML; the rest is no text."""
    plain: list[Message] = []
    html: list[Message] = []
    for child in _children(part):
        if _is_text(child):
            (html if child.get_content_type() == "text/html" else plain).append(child)
        elif child.is_multipart() and child.get_content_type() != "message/rfc822":
            # multipart/related: the HTML with its images.
            inner = _Collected()
            inner.parts = collected.parts
            _walk(child, inner, depth + 1)
            collected.parts = inner.parts
            collected.attachments += inner.attachments
            collected.html = collected.html or inner.html
            if not plain:
                collected.texts += inner.texts
        else:
            _walk(child, collected, depth + 1)
    text = "\n".join(_text(child, collected) for child in plain)
    for child in html:
        if collected.html is None:
            collected.html = _decoded_text(child)
    if html and len(text.strip()) < _STUB:
        richer = "\n".join(_text(child, collected) for child in html)
        text = richer if len(richer) > 2 * len(text) else text
    if text:
        collected.texts.append(text)


_STUB = 120
"""Plain text shorter than this may be "your program cannot show this mail"."""


def _is_text(part: Message) -> bool:
    """Whether a part is text to read, and no file."""
    if part.get_content_type() not in {"text/plain", "text/html"} or part.is_multipart():
        return False
    disposition = (part.get_content_disposition() or "").lower()
    return disposition != "attachment" and not _file_name(part)


def _text(part: Message, collected: _Collected) -> str:
    text = _decoded_text(part)
    if part.get_content_type() != "text/html":
        return text.replace(QUOTE_MARK, "")
    if collected.html is None:
        collected.html = text
    return html_to_text(text)


def _decoded_text(part: Message) -> str:
    return clean(decode(_content(part), _parameter(part, "charset")))


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return b""


def _parameter(part: Message, name: str) -> str | None:
    value = part.get_param(name)
    if isinstance(value, tuple):
        value = value[2]
    return value if isinstance(value, str) and value else None


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except (UnicodeError, LookupError, ValueError):
        # RFC 2231 with a character set that does not exist, or that lies.
        return "unnamed"
    return headers.decoded(str(name))[:255] if name else ""


def _attach(part: Message, collected: _Collected) -> None:
    content = _content(part)
    collected.attachments.append(
        Attachment(
            name=_file_name(part),
            content_type=part.get_content_type(),
            size=len(content),
            digest=hashlib.sha256(content).hexdigest(),
            content=content,
        )
    )


def _forwarded(part: Message, collected: _Collected, depth: int) -> None:
    """A mail attached to the mail: listed, and its text counts as forwarded."""
    for inner in _children(part):
        collected.parts += 1
        raw_values = {name.lower(): str(value) for name, value in inner.raw_items()}
        subject = headers.decoded(raw_values.get("subject", ""))
        within = _Collected()
        within.parts = collected.parts
        _walk(inner, within, depth + 1)
        collected.parts = within.parts
        collected.defects |= within.defects
        texts = [subject, *(text.strip() for text in within.texts), *within.forwarded]
        content = "\n".join(filter(None, texts))
        collected.forwarded.append(content)
        collected.attachments.append(
            Attachment(
                name=_file_name(part) or subject[:255],
                content_type="message/rfc822",
                size=len(content.encode("utf-8", "replace")),
                digest=hashlib.sha256(content.encode("utf-8", "replace")).hexdigest(),
                content=inner.as_bytes(),
            )
        )
        collected.attachments += within.attachments
