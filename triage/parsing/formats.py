"""From content that is no plain text to the text that a person would see in it.

Each function takes bytes of a stranger and raises what it likes: whoever calls it lists the
content as an attachment then. Libraries are imported where they are used, for few mails need them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from triage.parsing.charsets import decode
from triage.parsing.html_text import html_to_text

MAX_BYTES = 20_000_000
"""Larger content is not opened."""

_ENRICHED_LINES = re.compile(r"(?<!\n)\n(?!\n)")
_ENRICHED_PARAMETER = re.compile(r"<param>[^<]{0,500}</param>", re.IGNORECASE)
_ENRICHED_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,60}>")


@dataclass(frozen=True)
class Opened:
    """What was in a container.

    Attributes:
        text: What a person reads, perhaps empty.
        html: The HTML that the text was made from, None when it was not.
        files: Names and contents.
    """

    text: str
    html: str | None = None
    files: tuple[tuple[str, bytes], ...] = ()


def enriched_to_text(text: str) -> str:
    """Return the text of text/enriched (RFC 1896): a single line break is a space."""
    lines = re.sub(r"\n\n+", lambda run: "\n" * (len(run[0]) - 1), _ENRICHED_LINES.sub(" ", text))
    without = _ENRICHED_TAG.sub("", _ENRICHED_PARAMETER.sub("", lines.replace("<<", "\x00")))
    return without.replace("\x00", "<")


def rtf_to_text(content: bytes) -> str:
    """Return the text of RTF.

    Raises:
        ValueError: It is none.
    """
    from striprtf.striprtf import rtf_to_text as stripped  # noqa: PLC0415

    if not content.lstrip().startswith(b"{\\rtf"):
        raise ValueError("It does not begin as RTF does.")
    text: str = stripped(  # type: ignore[no-untyped-call]
        content.decode("latin-1"), errors="replace"
    )
    return text.strip()


def calendar_to_text(content: bytes, charset: str | None) -> str:
    """Return what a calendar invitation is about, when and where, a line each.

    Args:
        content: iCalendar (RFC 5545).
        charset: The declared character set.

    Raises:
        ValueError: It is none.
    """
    from icalendar import Calendar  # noqa: PLC0415

    found: list[str] = []
    for calendar in Calendar.from_ical(decode(content, charset), multiple=True):
        for event in calendar.walk():
            if event.name in {"VEVENT", "VTODO", "VJOURNAL"} and len(found) < 10:
                found.append(_event(event))
    return "\n\n".join(filter(None, found))


def _event(event: object) -> str:
    get = event.get  # type: ignore[attr-defined]
    begin, end = _moment(get("DTSTART")), _moment(get("DTEND") or get("DUE"))
    organizer = str(get("ORGANIZER", "")).removeprefix("mailto:").removeprefix("MAILTO:")
    lines = [get("SUMMARY", ""), " – ".join(filter(None, (begin, end))), get("LOCATION", ""),
             organizer, "", get("DESCRIPTION", "")]  # fmt: skip
    return "\n".join(str(line).strip() for line in lines).strip()


def _moment(value: object) -> str:
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".strip()
    return f"{moment:%Y-%m-%d}" if isinstance(moment, date) else ""


def open_winmail(content: bytes) -> Opened:
    """Open a winmail.dat, in which Outlook hides text and attachments (MS-OXTNEF).

    Raises:
        ValueError: It is none.
    """
    from tnefparse import TNEF  # noqa: PLC0415

    opened = TNEF(content, do_checksum=False)
    html = opened.htmlbody
    if isinstance(html, bytes):
        html = decode(html)
    text = decode(opened.body) if isinstance(opened.body, bytes) else opened.body or ""
    if html:
        text = text if text.strip("\x00 \r\n") else html_to_text(html)
    elif not text.strip("\x00 \r\n"):
        text = _packed_rtf(getattr(opened, "_rtfbody", None))
    files = tuple((_file_name(one), bytes(one.data)) for one in opened.attachments)
    return Opened(text.replace("\x00", ""), html or None, files)


def _packed_rtf(packed: bytes | None) -> str:
    from compressed_rtf import decompress  # noqa: PLC0415

    return rtf_to_text(decompress(packed)) if packed else ""


def _file_name(attachment: object) -> str:
    name = attachment.long_filename()  # type: ignore[attr-defined]
    return decode(name).strip("\x00") if isinstance(name, bytes) else str(name).strip("\x00")


@dataclass(frozen=True)
class Seal:
    """What opaque S/MIME is.

    Attributes:
        is_encrypted: Whether nothing can be read without a key.
        mail: The mail within, where it is only signed.
    """

    is_encrypted: bool
    mail: bytes = b""


def open_seal(content: bytes) -> Seal:
    """Open opaque S/MIME as far as it can be without a key (RFC 8551); no signature is checked.

    Raises:
        ValueError: It is none.
    """
    from asn1crypto.cms import ContentInfo  # noqa: PLC0415

    info = ContentInfo.load(content)
    if info["content_type"].native != "signed_data":
        return Seal(is_encrypted=True)
    mail = info["content"]["encap_content_info"]["content"].native
    return Seal(is_encrypted=False, mail=mail if isinstance(mail, bytes) else b"")
