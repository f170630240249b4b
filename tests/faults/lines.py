"""The line between the workers and the IMAP server: cut at a byte, silent, or slower than patience."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.triage.line import drain, hang_up


@dataclass
class LineFault:
    """What happens to the line.

    Attributes:
        name: For the figures.
        of_server: Whether it is the server's bytes that it happens to, or the client's.
        after_bytes: It happens after so many more bytes.
        command: Only to bytes with this in them: then they arrive and the answer does not.
        silent_seconds: The bytes wait for so long; 0 cuts the line.
        late: Whether what waited still arrives when the client has given up.
    """

    name: str
    of_server: bool
    after_bytes: int = 0
    command: bytes = b""
    silent_seconds: float = 0.0
    late: bool = False
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.after_bytes


class FaultyLine:
    """Forwards connections from a port of its own to a server's port on 127.0.0.1.

    Args:
        server_port: Where the server listens.
        bit: Told the name of each fault that happened.
    """

    def __init__(self, server_port: int, bit: Callable[[str], None]) -> None:
        self._server_port = server_port
        self._bit = bit
        self._armed: list[LineFault] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, fault: LineFault) -> None:
        """Let a fault happen as soon as the bytes come by that it is about; one of a kind waits."""
        with self._lock:
            if all(armed.name != fault.name for armed in self._armed):
                self._armed.append(fault)

    def hold(self) -> None:
        """Let nothing more happen."""
        with self._lock:
            self._armed.clear()

    def close(self) -> None:
        """Stop listening and hang up."""
        hang_up(self._listening)
        for end in list(self._open):
            hang_up(end)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                hang_up(client)  # The server is away.
                continue
            self._open |= {client, server}
            for source, target, of_server in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pump, args=(source, target, of_server), daemon=True
                ).start()

    def _pump(self, source: socket.socket, target: socket.socket, of_server: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                fault, passes = self._struck(data, of_server)
                if fault is None:
                    target.sendall(data)
                elif not self._suffered(fault, data[:passes], data[passes:], (source, target)):
                    break
        for end in (source, target):
            hang_up(end)
            self._open.discard(end)

    def _struck(self, data: bytes, of_server: bool) -> tuple[LineFault | None, int]:
        """The fault that happens to these bytes, and how many of them come before it."""
        with self._lock:
            for fault in self._armed:
                if fault.of_server != of_server or fault.command not in data:
                    continue
                if fault.left < len(data):
                    self._armed.remove(fault)
                    self._bit(fault.name)
                    return fault, fault.left
                fault.left -= len(data)
        return None, 0

    def _suffered(
        self,
        fault: LineFault,
        before: bytes,
        after: bytes,
        ends: tuple[socket.socket, socket.socket],
    ) -> bool:
        """Let it happen; whether the line still holds then."""
        source, target = ends
        if fault.command:
            # First the way back is broken, then it arrives, and is carried out.
            hang_up(source)
            target.sendall(before + after)
            drain(target)
            return False
        target.sendall(before)
        if not fault.silent_seconds:
            return False
        time.sleep(fault.silent_seconds)
        client = target if fault.of_server else source
        if _has_hung_up(client) and not fault.late:
            return False
        target.sendall(after)
        return True


def _has_hung_up(end: socket.socket) -> bool:
    if end.fileno() < 0:
        return True
    if not select.select([end], [], [], 0)[0]:
        return False
    return not end.recv(1, socket.MSG_PEEK)


@contextmanager
def faulty_line(server_port: int, bit: Callable[[str], None]) -> Iterator[FaultyLine]:
    """A line to a server, closed at the end."""
    line = FaultyLine(server_port, bit)
    try:
        yield line
    finally:
        line.close()
