"""The text of attachments: PDF, DOCX, RTF, HTML and plain text, read in part and within limits.

It is looked at and thrown away: it says which document an attachment is, is kept nowhere and never
logged. What cannot be read has no text, and takes nothing from the mail. Libraries are imported
where they are used, for few mails need them.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

from triage.parsing.charsets import clean, decode
from triage.parsing.formats import MAX_BYTES, rtf_to_text
from triage.parsing.html_text import html_to_text
from triage.parsing.message import ParsedMail
from triage.parsing.parts import Attachment

MAX_TEXT = 20_000
"""Characters that are read of one attachment."""

MAX_TEXTS = 100_000
"""Characters that are read of all attachments of a mail."""

MAX_PAGES = 20
"""Pages of a PDF that are read: a document says at its beginning what it is."""

SECONDS = 8.0
"""By the clock, for all attachments of a mail: after that no other page is begun."""

_MAX_PAGE_BYTES = 2_000_000
"""A page that is drawn by more is a map or a plan. At this size it takes some 3 s, far beyond minutes."""

_MAX_UNPACKED = 50_000_000
_MAX_FILES = 2_000
_MAX_PLAIN_BYTES = 4 * MAX_TEXT

_DOCX = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_WITHIN = 1_024
"""Bytes within which a PDF may begin (ISO 32000-2, Annex C, of what readers accept)."""


def with_texts(mail: ParsedMail) -> ParsedMail:
    """Return a mail whose attachments have their texts, as far as these can be read.

    Args:
        mail: A mail as `message.parse` gives it, with the contents of its attachments.

    Raises:
        MemoryError: The process may not have as much memory as this takes; nothing else.
    """
    until = time.monotonic() + SECONDS
    left = MAX_TEXTS
    read: list[Attachment] = []
    for attachment in mail.attachments:
        text = _text(attachment, until)[: min(MAX_TEXT, left)] if left else ""
        left -= len(text)
        read.append(replace(attachment, text=text) if text else attachment)
    return replace(mail, attachments=tuple(read))


def _text(attachment: Attachment, until: float) -> str:
    reader = _reader_of(attachment)
    if reader is None or len(attachment.content) > MAX_BYTES or time.monotonic() > until:
        return ""
    found: list[str] = []
    length = 0
    try:
        for piece in reader(attachment.content):
            found.append(piece)
            length += len(piece)
            if length >= MAX_TEXT or time.monotonic() > until:
                break
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 (a stranger's file; what was read of it counts)
        pass
    return clean("\n".join(found)).strip()


def _reader_of(attachment: Attachment) -> Callable[[bytes], Iterator[str]] | None:
    """Return what reads an attachment, by its content, for names and types are often wrong."""
    content, name = attachment.content, attachment.name.lower()
    if _PDF in content[:_PDF_WITHIN]:
        return _pdf
    if content.startswith(_DOCX):
        return _docx
    if content.lstrip()[:5] == b"{\\rtf":
        return _rtf
    if attachment.content_type == "text/html" or name.endswith((".htm", ".html")):
        return _html
    if attachment.content_type == "text/plain" or name.endswith(".txt"):
        return _plain
    return None


def _pdf(content: bytes) -> Iterator[str]:
    """Yield the text of the pages; none where they are pictures, or where a password is needed."""
    from pypdf import PdfReader  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(content))
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            break
        drawn = page.get_contents()
        if drawn is not None and len(drawn.get_data()) <= _MAX_PAGE_BYTES:
            yield page.extract_text()


def _docx(content: bytes) -> Iterator[str]:
    """Yield the paragraphs, those in tables, text boxes and fields of forms too."""
    from docx import Document  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = packed.infolist()
        # zipfile unpacks no more than is declared, so the declared sizes can be relied on.
        unpacked = sum(file.file_size for file in files)
        if len(files) > _MAX_FILES or unpacked > _MAX_UNPACKED:
            return
    for paragraph in Document(io.BytesIO(content)).element.body.iter(qn("w:p")):
        yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def _rtf(content: bytes) -> Iterator[str]:
    yield rtf_to_text(content)


def _html(content: bytes) -> Iterator[str]:
    yield html_to_text(decode(content[:_MAX_PLAIN_BYTES]))


def _plain(content: bytes) -> Iterator[str]:
    yield decode(content[:_MAX_PLAIN_BYTES])
