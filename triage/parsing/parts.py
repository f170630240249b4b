"""Goes through the parts of a mail: what of them is text to read, and what a file.

A part that is broken, or that is not what it is called, takes nothing from the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import TypeVar

from triage.parsing import formats, headers
from triage.parsing.charsets import clean, decode
from triage.parsing.flowed import joined
from triage.parsing.html_text import QUOTE_MARK, html_to_text
from triage.parsing.mending import mend
from triage.parsing.pgp import without_pgp
from triage.parsing.transfer import content_of, payload_of, take_out_files

MAX_PARTS = 20_000
"""Parts beyond this are not looked at, only noted."""

MAX_DEPTH = 100
"""Parts nested deeper than this are not looked at, only noted."""

MAX_ATTACHMENTS = 500
"""Attachments beyond this are not listed, only noted."""

_T = TypeVar("_T")

_MAX_TEXT_BYTES = 10_000_000
_MAX_TEXT = 1_000_000
_STUB = 120
"""Plain text shorter than this may be "your program cannot show this mail"."""

_MAIL_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
_REPORT_TYPES = frozenset(
    {"message/delivery-status", "message/disposition-notification", "message/feedback-report",
     "message/global-delivery-status", "message/tracking-status"}
)  # fmt: skip
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_WINMAIL_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_RTF_TYPES = frozenset({"text/rtf", "text/richtext-format", "application/rtf"})
_ENRICHED_TYPES = frozenset({"text/enriched", "text/richtext"})
_FILE_TYPES = frozenset({"text/vcard", "text/x-vcard", "text/directory"})

# A line of a boundary, and what must follow it at once.
_BOUNDARY = re.compile(
    rb"^--([^\r\n]{1,200}?)[ \t]*(?:\r\n|\r|\n)(?:content-[a-z-]{1,40}|mime-version)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>]|<head>|<body[\s>])", re.IGNORECASE)
_TAG = re.compile(r"<[!/A-Za-z]")
_DATA_LINE = re.compile(r"[A-Za-z0-9+/]{56,}={0,2}")
_ABOUT_MIME = re.compile(r"\bMIME\b|multi-?part", re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that is no text to read.

    Attributes:
        name: Its file name, empty when it has none.
        content_type: Such as `application/pdf`, in lower case.
        size: In bytes, decoded.
        digest: SHA-256 of the decoded bytes, in hexadecimal digits.
        content: The decoded bytes; of an attached mail the mail as it came.
        text: What can be read in it; empty unless `attachment_text.with_texts` read it.
    """

    name: str
    content_type: str
    size: int
    digest: str
    content: bytes = field(default=b"", repr=False, compare=False)
    text: str = field(default="", repr=False)


@dataclass
class Collected:
    """What the way through a mail's parts brings together.

    Attributes:
        parts: How many parts were looked at.
        texts: What the person wrote.
        spare: What is read where there is no such text: what stands between the parts, or in
            another format.
        events: What invitations are about.
        forwarded: Attached mails, and what mail servers report.
        html: The first HTML part as it came.
        attachments: In the order of the mail.
        defects: What was wrong, as keys.
        marks: What a caseworker should know of the mail's form, as keys.
    """

    parts: int = 0
    texts: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    defects: dict[str, None] = field(default_factory=dict)
    marks: dict[str, None] = field(default_factory=dict)

    def attach(
        self, name: str, content_type: str, content: bytes, covered: bytes | None = None
    ) -> None:
        """List a file.

        Args:
            name: Perhaps empty.
            content_type: In lower case.
            content: Its bytes.
            covered: What size and digest are made of; the content unless given.
        """
        if len(self.attachments) >= MAX_ATTACHMENTS:
            self.defects["too_many_attachments"] = None
            return
        told = content if covered is None else covered
        digest = hashlib.sha256(told).hexdigest()
        clean_type = clean(content_type)[:255]
        self.attachments.append(Attachment(name, clean_type, len(told), digest, content))

    @property
    def readable(self) -> list[str]:
        """The texts that are read: what the person wrote, or else what there is in its place."""
        texts = [text.strip() for text in self.texts if text.strip()]
        return texts or [text.strip() for text in (*self.spare, *self.events) if text.strip()]

    @property
    def beside(self) -> list[str]:
        """What is read after these, as forwarded."""
        return [*(self.events if any(map(str.strip, self.texts)) else ()), *self.forwarded]


def collect(message: Message) -> Collected:
    """Go through all parts of a mail.

    Args:
        message: The mail as Python's parser gives it.
    """
    collected = Collected()
    _walk(message, collected)
    if not collected.readable and not any(map(_WORD.search, collected.forwarded)):
        _read_attached_text(message, collected)
    return collected


def file_name(part: Message) -> str:
    """Return the file name of a part, empty when it has none; RFC 2231 and encoded words decoded."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            value = part.get_param(parameter, None, header)
        except (UnicodeError, LookupError, ValueError, AttributeError, IndexError):
            return "unnamed"  # RFC 2231 that Python cannot put together
        if isinstance(value, tuple):
            value = decode(str(value[2]).encode("latin-1", "replace"), value[0])
        name = headers.decoded(str(value)) if value else ""
        if name:
            return name[:255]
    return ""


def _walk(part: Message, collected: Collected, depth: int = 0) -> None:
    collected.parts += 1
    if collected.parts > MAX_PARTS or depth > MAX_DEPTH:
        collected.defects["too_many_parts" if depth <= MAX_DEPTH else "nested_too_deep"] = None
        return
    try:
        _part(part, collected, depth)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 (one broken part takes nothing from the others)
        collected.defects["broken_part"] = None


def _part(part: Message, collected: Collected, depth: int) -> None:
    content_type = part.get_content_type()
    if not part.is_multipart():
        _leaf(part, content_type, collected, depth)
    elif content_type in _MAIL_TYPES:
        _attached_mail(part, collected, depth)
    elif content_type in _REPORT_TYPES:
        collected.forwarded.append(_fields_of(part))
    elif content_type == "message/external-body":
        _external(part, collected)
    elif content_type == "multipart/alternative":
        _alternative(part, collected, depth)
    else:
        _mark(part, content_type, collected)
        for child in _children(part):
            _walk(child, collected, depth + 1)
        _between(part, collected)


def _mark(part: Message, content_type: str, collected: Collected) -> None:
    """Note what the type of a part with parts says of the mail."""
    of_pgp = "pgp" in (_parameter(part, "protocol") or "").lower()
    if content_type == "multipart/encrypted":
        collected.marks["encrypted_pgp" if of_pgp else "encrypted_smime"] = None
    elif content_type == "multipart/signed":
        collected.marks["signed_pgp" if of_pgp else "signed_smime"] = None
    elif content_type == "message/partial":
        collected.marks["partial"] = None


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _between(part: Message, collected: Collected) -> None:
    """Keep what stands before the first part and after the last, in case there is no text."""
    for text in (part.preamble, part.epilogue):
        if text and _WORD.search(text) and not (len(text) < 400 and _ABOUT_MIME.search(text)):
            content = text.encode("utf-8", "surrogateescape")[:_MAX_TEXT_BYTES]
            collected.spare.append(clean(decode(content)))


def _leaf(part: Message, content_type: str, collected: Collected, depth: int) -> None:
    name = file_name(part)
    if part.get_content_maintype() == "multipart" or (depth == 0 and content_type == "text/plain"):
        inner = _resplit(part, lost=part.get_content_maintype() != "multipart")
        if inner is not None:
            _walk(inner, collected, depth + 1)
            return
    if part.get_content_maintype() == "multipart":
        # Its boundary is missing: all of it is one text.
        collected.texts.append(_plain(content_of(part), part, collected))
    elif content_type in _SEALED_TYPES or name.lower().endswith((".p7m", ".p7z")):
        _sealed(part, collected, depth)
    elif content_type in _WINMAIL_TYPES or name.lower() == "winmail.dat":
        _winmail(part, collected)
    elif content_type == "text/calendar":
        _calendar(part, collected)
    elif content_type in _REPORT_TYPES or content_type == "text/rfc822-headers":
        collected.forwarded.append(clean(decode(content_of(part)[:_MAX_TEXT_BYTES])))
    elif content_type in _RTF_TYPES and not name:
        _rich_text(part, collected)
    elif _is_text(part):
        collected.texts.append(_text(part, collected))
    else:
        _attach(part, collected)


def _resplit(part: Message, *, lost: bool) -> Message | None:
    """Split a text at boundaries that are not the declared ones; None where there are none.

    Args:
        part: The part that was left whole.
        lost: Whether nothing declares that it has parts; then a boundary must stand twice.
    """
    payload = payload_of(part)
    found = _BOUNDARY.search(payload)
    if found is None or (lost and payload.count(b"--" + found[1]) < 2):
        return None
    boundary = found[1].replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    inner = _message(b'Content-Type: multipart/mixed; boundary="%s"\n\n%s' % (boundary, payload))
    if lost and inner.preamble and _WORD.search(inner.preamble):
        before = Message(policy=policy.compat32)
        before.set_payload(inner.preamble)
        children = inner.get_payload()
        if isinstance(children, list):
            children.insert(0, before)
    return inner if inner.is_multipart() else None


def _message(raw: bytes) -> Message:
    return BytesParser(policy=policy.compat32).parsebytes(raw)


def _alternative(part: Message, collected: Collected, depth: int) -> None:
    """Take the plain text, unless it only says that there is HTML; the rest is no text."""
    read: dict[str, list[str]] = {"text/plain": [], "text/html": [], "text/enriched": []}
    html = read["text/html"]
    for child in _children(part):
        if _is_text(child) and child.get_content_type() in read:
            collected.parts += 1
            read[child.get_content_type()].append(_text(child, collected))
        elif _is_text(child):
            _attach(child, collected)  # the same once more, for some program or other
        elif child.is_multipart() and child.get_content_type() not in _MAIL_TYPES:
            # multipart/related: the HTML with its images.
            before = collected.texts
            collected.texts = html
            _walk(child, collected, depth + 1)
            collected.texts = before
        else:
            _walk(child, collected, depth + 1)
    text, richer = "\n".join(read["text/plain"]), "\n".join(html or read["text/enriched"])
    if not _WORD.search(text) or (len(text.strip()) < _STUB and len(richer) > 2 * len(text)):
        text = richer if _WORD.search(richer) else text
    if text:
        collected.texts.append(text)
    _between(part, collected)


def _is_text(part: Message) -> bool:
    """Whether a part is text to read, and no file."""
    if part.is_multipart() or part.get_content_maintype() != "text":
        return False
    if part.get_content_type() in {
        "text/calendar",
        "text/rfc822-headers",
        *_RTF_TYPES,
        *_FILE_TYPES,
    }:
        return False
    disposition = (part.get_content_disposition() or "").lower()
    return disposition != "attachment" and not file_name(part)


def _text(part: Message, collected: Collected) -> str:
    content = content_of(part)
    if part.get_content_type() != "text/html":
        return _plain(content, part, collected)
    return _html(clean(decode(content[:_MAX_TEXT_BYTES], _parameter(part, "charset"))), collected)


def _html(markup: str, collected: Collected) -> str:
    if _TAG.search(markup) is None:
        return markup  # called HTML, but it is none: its line ends count
    if collected.html is None:
        collected.html = markup
    return html_to_text(markup)


def _plain(content: bytes, part: Message, collected: Collected) -> str:
    content, files = take_out_files(content[:_MAX_TEXT_BYTES])
    for file in files:
        collected.attach(headers.decoded(file.name)[:255], "application/octet-stream", file.content)
    text = clean(decode(content, _parameter(part, "charset"))[:_MAX_TEXT])
    if _HTML.match(text):
        return _html(text, collected)
    if part.get_content_type() in _ENRICHED_TYPES:
        text = formats.enriched_to_text(text)
    if (_parameter(part, "format") or "").lower() == "flowed":
        delete_space = (_parameter(part, "delsp") or "").lower() == "yes"
        text = joined(text, delete_space=delete_space)
    if _is_data(text):
        collected.attach("", part.get_content_type(), content)
        return ""
    return _without_pgp(text.replace(QUOTE_MARK, ""), collected)


def _is_data(text: str) -> bool:
    """Whether a text is lines of base64 for the most part: a file that lost its headers."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) >= 5 and sum(
        _DATA_LINE.fullmatch(line) is not None for line in lines
    ) > 0.8 * len(lines)


def _without_pgp(text: str, collected: Collected) -> str:
    found = without_pgp(text)
    if found.signed:
        collected.marks["signed_pgp"] = None
    for block in found.encrypted:
        collected.marks["encrypted_pgp"] = None
        collected.attach("", "application/pgp-encrypted", block.encode())
    return found.text


def _opened(open_: Callable[[bytes], _T], content: bytes) -> _T | None:
    """Return what is made of a file of a stranger; None where nothing can be."""
    try:
        return open_(content) if len(content) <= formats.MAX_BYTES else None
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 (a library's trouble with such a file, of any kind)
        return None


def _rich_text(part: Message, collected: Collected) -> None:
    text = _opened(formats.rtf_to_text, content_of(part))
    if text is None:
        _attach(part, collected)
    else:
        collected.texts.append(clean(text[:_MAX_TEXT]))


def _calendar(part: Message, collected: Collected) -> None:
    _attach(part, collected)
    collected.marks["calendar"] = None
    charset = _parameter(part, "charset")
    told = _opened(lambda content: formats.calendar_to_text(content, charset), content_of(part))
    collected.events.append(clean(told or "")[:_MAX_TEXT])


def _winmail(part: Message, collected: Collected) -> None:
    _attach(part, collected)
    opened = _opened(formats.open_winmail, content_of(part))
    if opened is None:
        collected.marks["winmail_closed"] = None
        return
    collected.spare.append(clean(opened.text[:_MAX_TEXT]))
    if collected.html is None and opened.html:
        collected.html = clean(opened.html)
    for name, content in opened.files:
        collected.attach(headers.decoded(name)[:255], "application/octet-stream", content)


def _sealed(part: Message, collected: Collected, depth: int) -> None:
    """Read opaque S/MIME that is signed; note that it is there where it is encrypted."""
    _attach(part, collected)
    seal = _opened(formats.open_seal, content_of(part))
    if seal is None:
        kind = (_parameter(part, "smime-type") or "").lower()
        seal = formats.Seal(is_encrypted=kind not in {"signed-data", "certs-only"})
    collected.marks["encrypted_smime" if seal.is_encrypted else "signed_smime"] = None
    if seal.mail:
        _walk(_message(mend(seal.mail)), collected, depth + 1)


def _fields_of(part: Message) -> str:
    """Return the blocks of fields of a report as text."""
    blocks = []
    for block in (part, *_children(part)):
        fields = block.items() if block is not part else ()
        text = "\n".join(f"{name}: {headers.decoded(str(value))}" for name, value in fields)
        rest = clean(decode(content_of(block)[:_MAX_TEXT_BYTES])).strip()
        blocks.append("\n".join(filter(None, (text, rest))))
    return "\n\n".join(filter(None, blocks))


def _external(part: Message, collected: Collected) -> None:
    """A file that is stored elsewhere (RFC 2046 section 5.2.3); it is not fetched."""
    collected.marks["stored_elsewhere"] = None
    told = [_parameter(part, key) or "" for key in ("site", "directory", "name", "url", "server")]
    name = headers.decoded("/".join(filter(None, told)))[:255]
    collected.attach(name, "message/external-body", b"")


def _parameter(part: Message, name: str) -> str | None:
    try:
        value = part.get_param(name)
    except (UnicodeError, LookupError, ValueError, AttributeError):
        return None
    if isinstance(value, tuple):
        value = value[2]
    return value if isinstance(value, str) and value else None


def _attach(part: Message, collected: Collected) -> None:
    collected.attach(file_name(part), part.get_content_type(), content_of(part))


def _read_attached_text(message: Message, collected: Collected) -> None:
    """Read texts that are sent as files, in a mail that has nothing else to read."""
    for part in message.walk():
        if part.is_multipart() or len(collected.spare) > 10:
            continue
        content_type = part.get_content_type()
        if content_type not in {"text/plain", "text/html"} or len(payload_of(part)) > _MAX_TEXT:
            continue
        if not _BINARY.search(content_of(part)):
            apart = Collected(html=collected.html)
            collected.spare.append(_text(part, apart))


def _attached_mail(part: Message, collected: Collected, depth: int) -> None:
    """A mail attached to the mail: listed, and its text counts as forwarded."""
    for inner in map(_decoded_mail, _children(part)):
        raw_values = {name.lower(): str(value) for name, value in inner.raw_items()}
        subject = headers.decoded(raw_values.get("subject", ""))
        within = Collected(parts=collected.parts)
        _walk(inner, within, depth + 1)
        collected.parts = within.parts
        collected.defects |= within.defects
        collected.marks |= {mark: None for mark in within.marks if mark.startswith("encrypted")}
        content = "\n".join(filter(None, [subject, *within.readable, *within.beside]))
        collected.forwarded.append(content)
        collected.attach(
            file_name(part) or subject[:255],
            "message/rfc822",
            _as_bytes(inner),
            content.encode("utf-8", "replace"),
        )
        for attachment in within.attachments[: MAX_ATTACHMENTS - len(collected.attachments)]:
            collected.attachments.append(attachment)


def _decoded_mail(inner: Message) -> Message:
    """Return an attached mail whose bytes were encoded, against RFC 2046 section 5.2.1."""
    payload = payload_of(inner)
    if inner.keys() or not _is_data(payload[:_MAX_TEXT].decode("latin-1")):
        return inner
    encoded = _message(b"Content-Transfer-Encoding: base64\n\n" + payload)
    return _message(mend(content_of(encoded)))


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
        # Python's generator has trouble with what its parser let pass.
        return payload_of(message)
