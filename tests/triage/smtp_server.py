"""An SMTP server for tests that answers what it is told to, and remembers what it took."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.postgres import free_port


class MoodySmtp:
    """Takes mail, unless an answer is set for a stage.

    Attributes:
        recipient_answer: Given to RCPT in place of consent.
        content_answer: Given after the content in place of consent.
        hangs: Whether it takes the content and then says nothing.
        took: The recipients whose mail it took.
        offered: How often it was asked for consent to a recipient.
    """

    def __init__(self) -> None:
        self.recipient_answer: str | None = None
        self.content_answer: str | None = None
        self.hangs = False
        self.took: list[str] = []
        self.contents: list[bytes] = []
        self.offered = 0

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        self.offered += 1
        if self.recipient_answer is not None:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.content_answer is not None:
            return self.content_answer
        self.took += envelope.rcpt_tos
        self.contents.append(envelope.original_content or b"")
        if self.hangs:
            await asyncio.sleep(30)
        return "250 OK"


@contextmanager
def moody_smtp() -> Iterator[tuple[MoodySmtp, int]]:
    """The server and its port."""
    moody = MoodySmtp()
    controller = Controller(moody, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield moody, controller.port
    finally:
        controller.stop()
