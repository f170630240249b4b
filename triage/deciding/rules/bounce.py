"""Delivery reports and read receipts."""

from __future__ import annotations

import re

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

# RFC 2142 section 7 and what mail servers call themselves in practice.
_DAEMON = re.compile(
    r"(?:mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon|mdaemon|bounces?(?:[-+=_].*)?"
    r"|microsoftexchange[0-9a-f]{20,})@"
)
_HEADERS = ("x-failed-recipients", "x-ms-exchange-message-is-ndr")


def is_daemon(address: str) -> bool:
    """Return whether an address (in lower case) is one that a mail server calls itself by."""
    return _DAEMON.match(address) is not None


def check(mail: ParsedMail, _own_addresses: OwnAddresses) -> str | None:
    """Return the sign of a report on delivery or reading."""
    if mail.content_type == "multipart/report":
        return f"Content-Type: {mail.header('content-type')[:100]}"
    if is_daemon(mail.sender):
        return f"From: {mail.sender}"
    for name in _HEADERS:
        if mail.header(name):
            return f"{name}: {mail.header(name)[:100]}"
    if "return-path" in mail.headers and mail.header("return-path").strip() in {"<>", ""}:
        return "Return-Path: <>"
    return None


RULE = Rule(
    name="bounce",
    description="A report of a mail server (RFC 3464, RFC 8098), or mail with the null return "
    "path, which is never answered (RFC 5321 section 4.5.5).",
    kind="automatic",
    check=check,
)
