"""Sends one mail by SMTP in two halves, so that the ledger can be written between them.

`offer` goes as far as the server's consent to the recipient: up to there nothing is sent and
everything can be tried again. `deliver` sends the content: from there on an answer that does not
come leaves it open whether the mail was accepted. `send` is both, with the record between them.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from triage.connections.tls import certificate_ends_at, explained, tls_context
from triage.connections.tokens import Tokens
from triage.errors import (
    DeliveryPostponedError,
    DeliveryUncertainError,
    RecipientRefusedError,
    SmtpUnavailableError,
    TokenRefusedError,
    TokenUnavailableError,
)

# A connection that was quiet for so long may have been dropped on the way.
_QUIET_SECONDS = 30.0

# Enhanced status codes of refusals that are about us and not about the recipient: 5.5 protocol,
# 5.7 policy and security (RFC 3463 section 3).
_ABOUT_US = re.compile(r"\b5\.[57]\.\d")

_ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")

Outcome = Literal["sent", "uncertain", "refused"]
"""Accepted by the server; nobody knows; never taken by the server."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class SmtpAccount:
    """Where mail is sent, and how to get in.

    `timeout` is in seconds, for each answer; `tokens` are shown in place of the password where
    there are any; `ca_file` is as of `tls.tls_context`.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: str = ""
    hostname: str = "localhost"
    """How we greet the server."""
    timeout: float = 30.0
    tokens: Tokens | None = None
    ca_file: Path | None = None


@dataclass(frozen=True)
class Probe:
    """What was found out about a server that takes our mail.

    Attributes:
        greeting: What it greets with.
        certificate_ends_at: As of `tls.certificate_ends_at`.
    """

    greeting: str
    certificate_ends_at: datetime | None


class SmtpSender:
    """A connection to the SMTP server, kept from mail to mail and made anew when it broke."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._runner = asyncio.Runner()
        self._client: SMTP | None = None
        self._used_at = 0.0
        self._pause = _Pause()
        self._closed = False
        self._greeting = ""

    def send(
        self, recipient: str, content: bytes, sender: str, record: Callable[[], None]
    ) -> Outcome:
        """Send a mail to a recipient; while the server is away, it is not asked for each mail.

        Args:
            recipient: One address.
            content: The whole mail, with its headers.
            sender: Envelope sender; empty for the null sender.
            record: Called between the server's consent and the content; it records that the mail
                may have been sent. When it raises, nothing is sent.

        Raises:
            SmtpUnavailableError: Nothing was sent: the server is away, or takes nothing from us.
            DeliveryPostponedError: Nothing was sent: it takes mail to this recipient later.
        """
        if self._pause.is_on:
            raise SmtpUnavailableError("The SMTP server was away a moment ago.")
        try:
            self.offer(recipient, sender)
        except RecipientRefusedError:
            return "refused"
        except SmtpUnavailableError:
            self._pause.begin()
            raise
        self._pause.end()
        try:
            record()
        except BaseException:
            self.abandon()
            raise
        try:
            self.deliver(content)
        except RecipientRefusedError:
            return "refused"
        except DeliveryUncertainError:
            return "uncertain"
        return "sent"

    def offer(self, recipient: str, sender: str = "") -> None:
        """Get the server's consent to send to a recipient; nothing is sent yet.

        Args:
            recipient: One address.
            sender: Envelope sender; empty for the null sender, to which nobody answers.

        Raises:
            SmtpUnavailableError: The server is away, or does not take mail from us.
            DeliveryPostponedError: It takes mail to this recipient later.
            RecipientRefusedError: It never takes mail to this recipient.
        """
        self._with_token(lambda token: self._offer(recipient, sender, token))

    def probe(self, sender: str) -> Probe:
        """Connect, log in and ask whether mail from an address is taken; then take it back.

        Raises:
            SmtpUnavailableError: The server is away, or does not take mail from us.
        """
        return self._with_token(lambda token: self._probe(sender, token))

    def deliver(self, content: bytes) -> None:
        """Send the content to the recipient that was offered.

        Args:
            content: The whole mail, with its headers.

        Raises:
            DeliveryPostponedError: Surely not accepted (a 4xx answer).
            RecipientRefusedError: Surely not accepted, and never will be (a 5xx answer).
            DeliveryUncertainError: Nobody knows.
        """
        self._run(self._deliver(content))

    def abandon(self) -> None:
        """Give up what was offered."""
        self._run(self._close())

    def close(self) -> None:
        """Hang up for good; does nothing the second time."""
        if not self._closed:
            self._closed = True
            self._run(self._close())
            self._runner.close()

    def _run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        return self._runner.run(coroutine)

    def _with_token(self, act: Callable[[str | None], Coroutine[Any, Any, _T]]) -> _T:
        """Do something that may log in; a token that is refused is replaced once by a fresh one."""
        tokens = self._account.tokens
        if tokens is None:
            return self._run(act(None))
        try:
            try:
                return self._run(act(tokens.token().value))
            except SmtpUnavailableError as error:
                if not isinstance(error.__cause__, SMTPAuthenticationError):
                    raise
                tokens.discard()
                return self._run(act(tokens.token().value))
        except (TokenRefusedError, TokenUnavailableError) as error:
            raise SmtpUnavailableError(str(error)) from error

    async def _offer(self, recipient: str, sender: str, token: str | None) -> None:
        if self._client is not None and time.monotonic() - self._used_at > _QUIET_SECONDS:
            await self._close()
        was_open = self._client is not None
        try:
            await self._try_offer(recipient, sender, token)
        except SmtpUnavailableError:
            if not was_open:
                raise
            # The kept connection was dropped; a new one tells whether the server is there.
            await self._try_offer(recipient, sender, token)
        self._used_at = time.monotonic()

    async def _probe(self, sender: str, token: str | None) -> Probe:
        await self._close()
        try:
            client = await self._connect(token)
            await client.mail(sender)
            await client.rset()
            ends_at = certificate_ends_at(client.get_transport_info("ssl_object"))
            return Probe(self._greeting, ends_at)
        except (SMTPException, OSError, ValueError) as error:
            raise self._unavailable(error) from error
        finally:
            await self._close()

    async def _try_offer(self, recipient: str, sender: str, token: str | None) -> None:
        try:
            client = self._client or await self._connect(token)
            await client.mail(sender)
            await client.rcpt(recipient)
        except SMTPRecipientRefused as error:
            await self._close()
            raise _refusal(error) from error
        except UnicodeEncodeError as error:
            await self._close()
            raise RecipientRefusedError("The address has characters that SMTP has not.") from error
        except (SMTPException, OSError, ValueError) as error:
            await self._close()
            raise self._unavailable(error) from error

    def _unavailable(self, error: BaseException) -> SmtpUnavailableError:
        account = self._account
        reason = explained(error) or _short(error)
        if isinstance(error, SMTPAuthenticationError):
            names = "ANKOMST_SMTP_USER and ANKOMST_SMTP_PASSWORD"
            reason += "; check " + (
                names
                if account.tokens is None
                else "ANKOMST_SMTP_USER, and the rights of the application to send as this mailbox"
            )
        elif isinstance(error, SMTPSenderRefused):
            reason += "; check ANKOMST_MAIL_ADDRESS, and whether ANKOMST_SMTP_USER may send as it"
        return SmtpUnavailableError(f"{account.host}:{account.port}: {reason}")

    async def _connect(self, token: str | None) -> SMTP:
        account = self._account

        async def _token() -> str:
            return token or ""

        client = _Client(
            hostname=account.host,
            port=account.port,
            use_tls=account.security == "tls",
            start_tls=account.security == "starttls",
            username=account.user or None,
            password=(account.password or None) if token is None else None,
            oauth_token_generator=None if token is None else _token,
            local_hostname=account.hostname,
            timeout=account.timeout,
            tls_context=tls_context(account.ca_file),
        )
        try:
            self._greeting = (await client.connect()).message
        except BaseException:
            await _hang_up(client)
            raise
        self._client = client
        return client

    async def _deliver(self, content: bytes) -> None:
        client = self._client
        if client is None:
            raise DeliveryUncertainError("There is no connection: offer a recipient first.")
        try:
            await client.data(content)
        except SMTPDataError as error:
            await self._close()
            raise _refusal(error) from error
        except (SMTPException, OSError) as error:
            await self._close()
            raise DeliveryUncertainError(_short(error)) from error
        self._used_at = time.monotonic()

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(SMTPException, SMTPServerDisconnected, OSError):
            await client.quit(timeout=2)
        await _hang_up(client)


class _Client(SMTP):
    """Hangs up at once: a polite end of TLS takes turns of the loop that nobody gives it."""

    def close(self) -> None:
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.Transport):
            transport.abort()


async def _hang_up(client: SMTP) -> None:
    client.close()
    # The socket is closed in the loop's next turn, and perhaps nothing else runs in this loop.
    await asyncio.sleep(0)


class _Pause:
    """A pause after a failure, longer with each that follows."""

    def __init__(self, first: float = 2.0, longest: float = 60.0) -> None:
        self._first, self._longest = first, longest
        self._length = 0.0
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._length = min(self._longest, self._length * 2 or self._first)
        self._until = time.monotonic() + self._length

    def end(self) -> None:
        self._length = self._until = 0.0


def _refusal(error: SMTPResponseException) -> Exception:
    # What a server says of a recipient may name them: of that the codes alone are kept.
    message = " ".join([str(error.code), *_ENHANCED.findall(error.message[:20])])
    if 500 <= error.code < 600 and not _ABOUT_US.search(error.message[:20]):
        return RecipientRefusedError(message)
    if 500 <= error.code < 600:
        return SmtpUnavailableError(f"The server refuses us: {error.code} {error.message}"[:200])
    return DeliveryPostponedError(message)


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
