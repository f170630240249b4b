"""Reads reports of mail servers that a mail of ours was not delivered, in the shapes that they have.

As RFC 3464 has them, with the mail or its headers returned; and as plain text, from servers that
know no other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser, Parser
from typing import Literal

from triage.deciding.rules.bounce import is_daemon
from triage.parsing import headers
from triage.parsing.charsets import decode
from triage.reference import numbers_in

Action = Literal["failed", "delayed"]

MOST_BYTES = 1_000_000
"""Of a report so much is read; what it returns comes before, and may be long."""

_MOST_PARTS = 100
_MOST_TEXT = 50_000

# RFC 3463 section 2; written with a number sign by qmail.
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP_CODE = re.compile(r"(?<![\d.])([45][0-5]\d)(?=[ -])")
_ID_LINE = re.compile(r"^[>| \t]*Message-I[dD]:\s*(<[^<>\s]{1,490}>)", re.MULTILINE)
_SUBJECT_LINE = re.compile(r"^[>| \t]*Subject:(.*)$", re.MULTILINE)
_ADDRESS = re.compile(r"<?([^\s<>@\"',;:()]{1,64}@[^\s<>@\"',;:()]{1,255})>?")


@dataclass(frozen=True)
class DeliveryReport:
    """What a report says of one mail.

    Attributes:
        action: Given up, or still being tried (RFC 3464 section 2.3.3).
        status: The enhanced status code (RFC 3463) such as "5.1.1", else the SMTP code such as
            "550", else empty.
        recipient: Who was not reached, in lower case; empty if the report does not say.
        message_ids: By which the mail may have gone, the likeliest first.
        cases: Numbers of cases in the subject of what was returned.
    """

    action: Action
    status: str
    recipient: str
    message_ids: tuple[str, ...]
    cases: tuple[int, ...]


def read_report(raw: bytes) -> DeliveryReport | None:
    """Return what a report on delivery says; None where a mail is no such report.

    Args:
        raw: The mail as it came.
    """
    message = BytesParser(policy=policy.compat32).parsebytes(raw[:MOST_BYTES])
    collected = _collected(message)
    if collected.recipients:
        return _of_recipients(message, collected)
    return _of_text(message, collected)


@dataclass
class _Collected:
    """What the parts of a report bring together."""

    recipients: list[Message] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    text: str = ""


def _collected(message: Message) -> _Collected:
    collected = _Collected()
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        content_type = part.get_content_type()
        if content_type == "message/delivery-status":
            collected.recipients += [
                block for block in _blocks(part) if block["Action"] or block["Status"]
            ]
            for block in _blocks(part):
                collected.ids += headers.message_ids(str(block["Original-Message-ID"] or ""))
        elif content_type in {"message/rfc822", "message/global"}:
            for returned in _blocks(part):
                _note_returned(returned, collected)
        elif content_type in {"text/rfc822-headers", "message/global-headers"}:
            _note_returned(Parser(policy=policy.compat32).parsestr(_text(part)), collected)
        elif content_type == "text/plain" and len(collected.text) < _MOST_TEXT:
            collected.text += _text(part)[:_MOST_TEXT]
    # Servers that answer in the thread name it here.
    for name in ("In-Reply-To", "References"):
        collected.ids += reversed(headers.message_ids(str(message[name] or "")))
    return collected


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))


def _note_returned(returned: Message, collected: _Collected) -> None:
    """Note by which id and with which reference the returned mail had gone."""
    collected.ids += headers.message_ids(str(returned["Message-ID"] or ""))
    collected.cases += numbers_in(headers.decoded(str(returned["Subject"] or "")))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload) if isinstance(payload, bytes) else ""


def _of_recipients(message: Message, collected: _Collected) -> DeliveryReport | None:
    """Read the fields of a recipient: of the first that failed, else of the first that is late."""
    for action in _ACTIONS:
        for fields in collected.recipients:
            if str(fields["Action"] or "failed").strip().lower().split(" ")[0] != action:
                continue
            status = _first(_STATUS, f"{fields['Status'] or ''} {fields['Diagnostic-Code'] or ''}")
            address = str(fields["Original-Recipient"] or fields["Final-Recipient"] or "")
            recipient = _recipient(address.partition(";")[2] or address, message)
            return _report(action, status, recipient, collected)
    return None


_ACTIONS: tuple[Action, ...] = ("failed", "delayed")


def _of_text(message: Message, collected: _Collected) -> DeliveryReport | None:
    """Read a report that is nothing but text; only of a mail server, and with a code of failure."""
    senders = headers.addresses(str(message["From"] or ""))
    is_of_server = any(is_daemon(address) for _, address in senders)
    if not is_of_server and not message["X-Failed-Recipients"]:
        return None
    # What the server says comes before the mail that it returns.
    said = _ID_LINE.split(collected.text)[0]
    status = _first(_STATUS, said) or _first(_SMTP_CODE, said)
    if not status:
        return None
    collected.ids[:0] = _ID_LINE.findall(collected.text)
    for subject in _SUBJECT_LINE.findall(collected.text):
        collected.cases += numbers_in(headers.decoded(subject))
    action: Action = "delayed" if status.startswith("4") else "failed"
    return _report(action, status, _recipient(said, message), collected)


def _report(
    action: Action, status: str, recipient: str, collected: _Collected
) -> DeliveryReport | None:
    ids, cases = tuple(dict.fromkeys(collected.ids)), tuple(dict.fromkeys(collected.cases))
    return DeliveryReport(action, status, recipient, ids, cases) if ids or cases else None


def _recipient(text: str, message: Message) -> str:
    """The first address of a text that is not one of the server's own, else as a header names it."""
    own = {address for _, address in headers.addresses(str(message["From"] or ""))}
    own |= {address for _, address in headers.addresses(str(message["To"] or ""))}
    named = headers.addresses(str(message["X-Failed-Recipients"] or ""))
    found = [*(address for _, address in named), *_ADDRESS.findall(text.lower())]
    return next((address for address in found if address not in own), "")[:320]


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
