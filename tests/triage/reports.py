"""Delivery reports in the shapes of the servers that write them, about a mail of ours.

All were written for these tests: addresses and texts are nobody's.
"""

from __future__ import annotations

from collections.abc import Callable

OWN = "ics@example.test"


def _joined(*lines: str) -> bytes:
    return "\r\n".join(lines).encode() + b"\r\n"


def postfix(message_id: str, subject: str, recipient: str) -> bytes:
    """A report with the returned mail, as Postfix writes it."""
    return _joined(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)",
        f"To: {OWN}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "Message-Id: <report-postfix@mx.example.net>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=pf",
        "",
        "--pf",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "The mail below was not delivered.",
        "",
        "--pf",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.net",
        "X-Postfix-Queue-ID: 4AbCdE",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Original-Recipient: rfc822;{recipient}",
        "Action: failed",
        "Status: 5.1.1",
        f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: user unknown here",
        "",
        "--pf",
        "Content-Description: Undelivered Message",
        "Content-Type: message/rfc822",
        "",
        f"From: {OWN}",
        f"To: {recipient}",
        f"Subject: {subject}",
        f"Message-ID: {message_id}",
        "",
        "Our text.",
        "--pf--",
    )


def exim(message_id: str, subject: str, recipient: str) -> bytes:
    """A report that names the mail in its thread and returns its headers, as Exim writes it."""
    return _joined(
        "Return-path: <>",
        "From: Mail Delivery System <Mailer-Daemon@mail.example.net>",
        f"To: {OWN}",
        f"X-Failed-Recipients: {recipient}",
        "Auto-Submitted: auto-replied",
        f"References: {message_id}",
        "Subject: Mail delivery failed: returning message to sender",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=ex",
        "",
        "--ex",
        "Content-type: text/plain; charset=us-ascii",
        "",
        "Nothing could be done for this address:",
        f"  {recipient}",
        "",
        "--ex",
        "Content-type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.example.net",
        "",
        "Action: failed",
        f"Final-Recipient: rfc822;{recipient}",
        "Status: 5.2.2",
        "Remote-MTA: dns; store.example.net",
        "Diagnostic-Code: smtp; 552 5.2.2 no room is left in the mailbox",
        "",
        "--ex",
        "Content-type: message/rfc822",
        "",
        f"Subject: {subject}",
        f"From: {OWN}",
        "",
        "--ex--",
    )


def exchange(message_id: str, subject: str, recipient: str) -> bytes:
    """A report with the returned headers alone, as Exchange writes it."""
    return _joined(
        "From: <postmaster@tenant.example>",
        f"To: {OWN}",
        f"In-Reply-To: {message_id}",
        "X-MS-Exchange-Message-Is-Ndr: ",
        f"Subject: Undeliverable: {subject}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x_1_"',
        "",
        "--x_1_",
        'Content-Type: multipart/alternative; boundary="x_2_"',
        "",
        "--x_2_",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "The receiving organisation turned the message away.",
        "--x_2_",
        "Content-Type: text/html; charset=utf-8",
        "",
        "<p>The receiving organisation turned the message away.</p>",
        "--x_2_--",
        "--x_1_",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns;EX01.tenant.example",
        "Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000",
        "",
        f"Final-Recipient: rfc822;{recipient}",
        "Action: failed",
        "Status: 5.7.1",
        "Diagnostic-Code: smtp;550 5.7.1 taken for spam",
        "",
        "--x_1_",
        "Content-Type: text/rfc822-headers",
        "",
        f"From: {OWN}",
        f"Subject: {subject}",
        f"Message-ID: {message_id}",
        "",
        "--x_1_--",
    )


def gmail(message_id: str, subject: str, recipient: str) -> bytes:
    """A report in the thread of the mail, as Gmail writes it."""
    return _joined(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        f"To: {OWN}",
        "Auto-Submitted: auto-replied",
        "Subject: Delivery Status Notification (Failure)",
        f"References: {message_id}",
        f"In-Reply-To: {message_id}",
        f"X-Failed-Recipients: {recipient}",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; boundary="gm"; report-type=delivery-status',
        "",
        "--gm",
        'Content-Type: multipart/related; boundary="gm2"',
        "",
        "--gm2",
        'Content-Type: text/plain; charset="UTF-8"',
        "",
        f"No such mailbox: {recipient}",
        "--gm2--",
        "--gm",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; googlemail.example",
        f"X-Original-Message-ID: {message_id}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550-5.1.1 nobody is here by that name",
        "",
        "--gm",
        "Content-Type: message/rfc822",
        "",
        f"Message-ID: {message_id}",
        f"Subject: {subject}",
        "",
        "Our text.",
        "--gm--",
    )


def qmail(message_id: str, subject: str, recipient: str) -> bytes:
    """A report that is nothing but text, as qmail writes it."""
    return _joined(
        "Return-Path: <>",
        "From: MAILER-DAEMON@old.example.net",
        f"To: {OWN}",
        "Subject: failure notice",
        "",
        "This is the mail program at old.example.net.",
        "It has given up on the address below.",
        "",
        f"<{recipient}>:",
        "192.0.2.7 does not like the recipient.",
        "Remote host said: 550 no mailbox here by that name (#5.1.1)",
        "",
        "--- Below this line is a copy of the message.",
        "",
        f"Return-Path: <{OWN}>",
        f"Message-ID: {message_id}",
        f"From: {OWN}",
        f"Subject: {subject}",
        "",
        "Our text of 1.1.2027.",
    )


SHAPES: dict[str, tuple[Callable[[str, str, str], bytes], str]] = {
    "postfix": (postfix, "5.1.1"),
    "exim": (exim, "5.2.2"),
    "exchange": (exchange, "5.7.1"),
    "gmail": (gmail, "5.1.1"),
    "qmail": (qmail, "5.1.1"),
}
"""Each shape, and the status code that it reports."""
