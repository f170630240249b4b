"""Mails as they come to an office, many times over: plain, HTML, with files, below threads, automatic."""

from __future__ import annotations

import random
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cache

from settings import ROOT

_SEED = 1
_SAMPLES = ("triage/demo/*.eml", "tests/triage/mails/*/*.eml")

# Of ten mails: a file is attached to three, two are HTML beside the plain text.
_WITH_FILE = 0.3
_WITH_HTML = 0.2
_FILE_BYTES = (20_000, 400_000)


def mixed_mails(count: int) -> Iterator[bytes]:
    """Yield so many mails, each with a sender and a Message-ID of its own; always the same ones."""
    chance = random.Random(_SEED)  # noqa: S311 (it must be the same each time)
    samples = _samples()
    for number in range(count):
        yield _mail(samples[number % len(samples)], number, chance)


@cache
def _samples() -> tuple[bytes, ...]:
    paths = sorted(path for pattern in _SAMPLES for path in ROOT.glob(pattern))
    return tuple(path.read_bytes() for path in paths)


def _mail(sample: bytes, number: int, chance: random.Random) -> bytes:
    mail = BytesParser(EmailMessage, policy=policy.SMTP).parsebytes(sample)
    for name in ("Message-ID", "From", "Reply-To"):
        del mail[name]
    mail["Message-ID"] = f"<{number}@bench.example.org>"
    mail["From"] = f"person{number}@example.org"
    if mail.get_content_type() == "text/plain":
        if chance.random() < _WITH_HTML:
            mail.add_alternative(_as_html(mail.get_content()), subtype="html")
        if chance.random() < _WITH_FILE:
            content = b"%PDF-1.4\n" + chance.randbytes(chance.randint(*_FILE_BYTES))
            mail.add_attachment(content, maintype="application", subtype="pdf", filename="a.pdf")
    return mail.as_bytes()


def _as_html(text: str) -> str:
    lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f"<html><body>{lines}</body></html>"
