"""An IMAP server that stops talking, or nearly, where it is told to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Manner = Literal["says nothing", "dribbles", "dies"]
"""How an answer comes: not at all; a byte every tenth of a second, without end; half of it."""


class SlowImap:
    """Answers one user of an empty mailbox, but for one command.

    Args:
        at: The command with which it is slow; "greeting" or "TLS" before any.
        manner: How it is slow then.
    """

    def __init__(self, at: str, manner: Manner) -> None:
        self._at = at
        self._manner = manner
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._ended = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening; those that are being kept waiting are hung up on."""
        self._ended.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError, ValueError), line:
            if self._at in {"greeting", "TLS"}:
                # A record of TLS that promises 16 kB (RFC 8446 section 5.1), or a greeting.
                self._be_slow(line, b"\x16\x03\x03\x40\x00" if self._at == "TLS" else b"* OK ")
                return
            line.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE] ready\r\n")
            for asked in line.makefile("rb"):
                tag, command, *rest = asked.split()
                word = (rest[0] if command == b"UID" else command).decode().upper()
                if word == self._at:
                    begun = (
                        b"* 1 FETCH (UID 1 BODY[] {5000}\r\nSubject: "
                        if word == "FETCH"
                        else b"* OK "
                    )
                    self._be_slow(line, begun)
                    return
                line.sendall(_ANSWERS.get(word, b"") + tag + b" OK done\r\n")

    def _be_slow(self, line: socket.socket, begun: bytes) -> None:
        if self._manner != "says nothing":
            line.sendall(begun)
        while self._manner != "dies" and not self._ended.is_set():
            if self._manner == "dribbles":
                line.sendall(b"x")
            time.sleep(0.1)


_ANSWERS = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE\r\n",
    "LIST": b'* LIST (\\Noselect) "/" ""\r\n',
    "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\n",
    "SEARCH": b"* SEARCH 1\r\n",
    "LOGOUT": b"* BYE\r\n",
}


@contextmanager
def slow_imap(at: str, manner: Manner) -> Iterator[SlowImap]:
    """The server, closed at the end."""
    server = SlowImap(at, manner)
    try:
        yield server
    finally:
        server.close()
