"""An SMTP server whose next answers can be spoilt, and which remembers what it took."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.postgres import free_port


@dataclass(frozen=True)
class Trouble:
    """What happens in place of consent.

    Attributes:
        name: For the figures.
        stage: `MAIL`, `RCPT` or `DATA`; the last is after the content.
        answer: What the server says; empty where it says nothing.
        hangs: Whether it stays silent; else, without an answer, it hangs up.
        takes: Whether it takes the mail all the same.
    """

    name: str
    stage: str
    answer: str = ""
    hangs: bool = False
    takes: bool = False


TROUBLES = (
    Trouble("SMTP 4xx at MAIL", "MAIL", "451 4.3.0 later"),
    Trouble("SMTP 5xx at MAIL", "MAIL", "550 5.7.1 not from you"),
    Trouble("SMTP 4xx at RCPT", "RCPT", "450 4.2.1 later"),
    Trouble("SMTP 5xx at RCPT", "RCPT", "550 5.1.1 nobody of that name"),
    Trouble("SMTP hangs at RCPT", "RCPT", hangs=True),
    Trouble("SMTP 4xx after DATA", "DATA", "451 4.3.0 later"),
    Trouble("SMTP 5xx after DATA", "DATA", "552 5.2.2 full"),
    Trouble("SMTP hangs after DATA, has taken it", "DATA", hangs=True, takes=True),
    Trouble("SMTP hangs after DATA, has not", "DATA", hangs=True),
    Trouble("SMTP hangs up after DATA, has taken it", "DATA", takes=True),
    Trouble("SMTP hangs up after DATA, has not", "DATA"),
)


@dataclass(frozen=True)
class Taken:
    """A mail that the server took: it is on its way to the recipient."""

    recipient: str
    content: bytes


class SpoiltSmtp:
    """Takes mail, unless the next consent was spoilt.

    Args:
        hanging_seconds: How long it is silent when it hangs: longer than anybody waits.
        bit: Told the name of each trouble that happened.
    """

    def __init__(self, hanging_seconds: float, bit: Callable[[str], None]) -> None:
        self.taken: list[Taken] = []
        self._hanging_seconds = hanging_seconds
        self._bit = bit
        self._armed: list[Trouble] = []
        self._lock = threading.Lock()

    def spoil(self, trouble: Trouble) -> None:
        """Let a trouble happen at the next consent of its stage; one of a kind waits."""
        with self._lock:
            if trouble not in self._armed:
                self._armed.append(trouble)

    def relent(self) -> None:
        """Give consent from now on."""
        with self._lock:
            self._armed.clear()

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer("MAIL", server, envelope)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._answer("RCPT", server, envelope)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        return await self._answer("DATA", server, envelope)

    async def _answer(self, stage: str, server: SMTP, envelope: Envelope) -> str:
        trouble = self._next(stage)
        if stage == "DATA" and (trouble is None or trouble.takes):
            content = envelope.original_content or b""
            self.taken += [Taken(address, content) for address in envelope.rcpt_tos]
        if trouble is None:
            return "250 OK"
        self._bit(trouble.name)
        if trouble.hangs:
            await asyncio.sleep(self._hanging_seconds)
        elif not trouble.answer and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return trouble.answer or "421 4.4.2 too late"

    def _next(self, stage: str) -> Trouble | None:
        with self._lock:
            for trouble in self._armed:
                if trouble.stage == stage:
                    self._armed.remove(trouble)
                    return trouble
        return None


@contextmanager
def spoilt_smtp(
    hanging_seconds: float, bit: Callable[[str], None]
) -> Iterator[tuple[SpoiltSmtp, int]]:
    """The server and its port."""
    spoilt = SpoiltSmtp(hanging_seconds, bit)
    controller = Controller(spoilt, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield spoilt, controller.port
    finally:
        controller.stop()
