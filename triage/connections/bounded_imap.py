"""imapclient with a limit for each whole answer, however slowly the server says it.

The limits of a socket are for silence: a server that says one byte a second never reaches them.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout


class BoundedClient(IMAPClient):  # type: ignore[misc]
    """A connection; made with the greeting read.

    Args:
        host: The server.
        port: Its port.
        context: For TLS from the first byte; None without.
        silence: After so many seconds without a byte the connection is given up.
        answer: After so many seconds an answer that has not ended is given up.

    Raises:
        OSError: It cannot be reached, or says no greeting in time.
    """

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, silence: float, answer: float
    ) -> None:
        self._answer = answer
        self._line: socket.socket | None = None
        self._is_late = threading.Event()
        with self.bounded():
            super().__init__(
                host,
                port,
                ssl=context is not None,
                ssl_context=context,
                timeout=SocketTimeout(silence, silence),
            )

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Break the connection when the block, which waits for an answer, takes too long.

        Raises:
            TimeoutError: It took too long.
        """
        is_late = self._is_late = threading.Event()

        def _break_off() -> None:
            is_late.set()
            self._cut()

        timer = threading.Timer(self._answer, _break_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if is_late.is_set():
                raise TimeoutError(f"no whole answer in {self._answer:g} s") from error
            raise
        finally:
            timer.cancel()

    def my_rights(self, folder: str) -> str:
        """Return our rights to a folder, a letter each (MYRIGHTS, RFC 4314)."""
        data = self._command_and_check("myrights", self._normalise_folder(folder))
        letters: str = data[0].split()[-1].decode("ascii", "replace").strip('"')
        return letters

    def shutdown(self) -> None:
        """Hang up."""
        try:
            super().shutdown()
        finally:
            self._let_go()

    def logout(self) -> bytes:
        """Say goodbye and hang up."""
        with self.bounded():
            said: bytes = super().logout()
        self._let_go()
        return said

    def _create_IMAP4(self) -> Any:  # noqa: N802 (imapclient's name)
        try:
            return _Connection(
                self.host, self.port, self._timeout.connect, self.ssl_context, self._hold
            )
        except BaseException:
            self._let_go()
            raise

    def _hold(self, line: socket.socket) -> None:
        # A second name for the same connection: TLS takes the first one over.
        self._line = line.dup()
        if self._is_late.is_set():
            self._cut()

    def _cut(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()


class _Connection(IMAP4WithTimeout):  # type: ignore[misc]
    """imaplib's connection, which shows its socket before anything is waited for on it."""

    def __init__(
        self,
        host: str,
        port: int,
        timeout: float,
        context: ssl.SSLContext | None,
        hold: Callable[[socket.socket], None],
    ) -> None:
        self._context = context
        self._hold = hold
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        line: socket.socket = super()._create_socket(timeout)
        self._hold(line)
        if self._context is None:
            return line
        try:
            return self._context.wrap_socket(line, server_hostname=self.host)
        except BaseException:
            line.close()
            raise
