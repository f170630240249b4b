"""A TCP line between a client and a server that breaks on demand."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Break:
    """When the line breaks, and where what was on it then is.

    Attributes:
        at: Bytes that the client sends, or, with `of_server`, the server.
        delivered: Whether these bytes still arrive; what comes back does not.
        times: How often it breaks; after that it holds.
        of_server: Whether it is the server's bytes that break it.
    """

    at: bytes
    delivered: bool
    times: int = 1
    of_server: bool = False
    broken: int = field(default=0)


class Line:
    """Forwards connections from a port of its own to a server's port on 127.0.0.1."""

    def __init__(self, server_port: int, breaks: Break | None = None) -> None:
        self._server_port = server_port
        self.breaks = breaks
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def hang_up(self) -> None:
        """Break all connections that are open now."""
        for end in self._open:
            hang_up(end)
        self._open.clear()

    def close(self) -> None:
        """Stop listening and hang up."""
        hang_up(self._listening)
        self.hang_up()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                return
            self._open += [client, server]
            for source, target, of_server in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pump, args=(source, target, of_server), daemon=True
                ).start()

    def _pump(self, source: socket.socket, target: socket.socket, of_server: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._breaks_here(data, of_server):
                    if self.breaks is not None and self.breaks.delivered:
                        # Nothing comes back: first the way back is broken, then it arrives.
                        hang_up(source)
                        target.sendall(data)
                        drain(target)
                    break
                target.sendall(data)
        hang_up(source)
        hang_up(target)

    def _breaks_here(self, data: bytes, of_server: bool) -> bool:
        breaks = self.breaks
        if breaks is None or breaks.of_server != of_server or breaks.broken >= breaks.times:
            return False
        if breaks.at not in data:
            return False
        breaks.broken += 1
        return True


def drain(end: socket.socket) -> None:
    """Wait for the server's answer, so that it has done what it was told; throw it away."""
    end.settimeout(5)
    with suppress(OSError):
        end.recv(65536)


def hang_up(end: socket.socket) -> None:
    """Close one end of a line, the other side told."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line_to(port: int, breaks: Break | None = None) -> Iterator[Line]:
    """A line to a server, closed at the end."""
    line = Line(port, breaks)
    try:
        yield line
    finally:
        line.close()
