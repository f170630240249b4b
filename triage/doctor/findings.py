"""What the doctor found, one line a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.times import now

Level = Literal["ok", "warning", "error"]
"""As it should be; works, but something follows from it; does not work until it is mended."""

_CERTIFICATE_DAYS = 21
_CLOCK_SECONDS = 60.0


@dataclass(frozen=True)
class Finding:
    """One step.

    Attributes:
        step: What was looked at.
        level: How it is.
        text: What was found and, unless it is ok, what to do; English, one line.
    """

    step: str
    level: Level
    text: str


def ok(step: str, text: str) -> Finding:
    """Return a step that is as it should be."""
    return Finding(step, "ok", text)


def warning(step: str, text: str) -> Finding:
    """Return a step that works, but from which something follows."""
    return Finding(step, "warning", text)


def error(step: str, text: str) -> Finding:
    """Return a step that does not work."""
    return Finding(step, "error", text)


def about_certificate(step: str, ends_at: datetime | None) -> Finding:
    """Say until when a certificate, which was found right, is valid.

    Args:
        step: What was looked at.
        ends_at: UTC; None where the connection is not encrypted.
    """
    if ends_at is None:
        return warning(
            step,
            "not encrypted: everybody on the way can read mail and password; set the security to "
            "tls or starttls, unless the server is on this very machine",
        )
    days = (ends_at - now()).days
    if days < _CERTIFICATE_DAYS:
        return warning(
            step,
            f"the server's certificate is right, but ends in {days} days ({ends_at:%Y-%m-%d}); "
            "have it renewed there",
        )
    return ok(step, f"encrypted; the certificate is right, until {ends_at:%Y-%m-%d}")


def about_clock(step: str, theirs: datetime | None) -> list[Finding]:
    """Say how far the clock of a server is from ours, which was read at the same moment.

    Args:
        step: What was looked at.
        theirs: What the server says; None where it says nothing, of which nothing is found.
    """
    if theirs is None:
        return []
    seconds = abs((theirs - now()).total_seconds())
    if seconds > _CLOCK_SECONDS:
        return [
            warning(
                step,
                f"the server's clock and ours are {seconds:.0f} s apart; check the time of this "
                "machine, for certificates and tokens go by it",
            )
        ]
    return [ok(step, "the server's clock agrees with ours")]
