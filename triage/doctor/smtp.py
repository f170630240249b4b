"""Whether mail can be sent; none is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aiosmtplib import SMTPAuthenticationError, SMTPSenderRefused

from triage.connections.delivery import SmtpAccount, SmtpSender
from triage.doctor.findings import Finding, about_certificate, about_clock, error, ok
from triage.doctor.network import check_network
from triage.errors import SmtpUnavailableError, TokenRefusedError, TokenUnavailableError

# Some servers greet with the time as in a header of a mail (RFC 5322 section 3.3).
_DATE = re.compile(r"\w{3}, +\d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")


def check_smtp(account: SmtpAccount, address: str) -> Iterator[Finding]:
    """Go the way of an acknowledgement up to its sender, and take it back.

    Args:
        account: Where mail is sent.
        address: The ICS' address, from which it is sent.

    Yields:
        One finding for each step; none after one that the next steps need.
    """
    for finding in check_network("smtp", account.host, account.port, account.timeout):
        yield finding
        if finding.level == "error":
            return
    sender = SmtpSender(account)
    try:
        probed = sender.probe(address)
    except SmtpUnavailableError as reason:
        yield error(_failed_step(reason), str(reason))
        return
    finally:
        sender.close()
    yield about_certificate("smtp encryption", probed.certificate_ends_at)
    if account.user:
        by = "a password" if account.tokens is None else "a token"
        yield ok("smtp log-in", f"{account.user} is logged in by {by}")
    else:
        yield ok("smtp log-in", "none is set: the server must take mail from this machine as it is")
    yield ok("smtp sender", f"mail from {address} is taken")
    yield from about_clock("smtp clock", _time_in(probed.greeting))


def _failed_step(reason: SmtpUnavailableError) -> str:
    if isinstance(reason.__cause__, SMTPSenderRefused):
        return "smtp sender"
    logs_in = (SMTPAuthenticationError, TokenRefusedError, TokenUnavailableError)
    return "smtp log-in" if isinstance(reason.__cause__, logs_in) else "smtp encryption"


def _time_in(greeting: str) -> datetime | None:
    found = _DATE.search(greeting)
    return parsedate_to_datetime(found[0]).astimezone(UTC) if found else None
