"""Whether the ports that the system wants are free."""

from __future__ import annotations

import socket
from collections.abc import Mapping


class PortTakenError(OSError):
    """Another program listens on a port; the message says which setting names another."""


def require_free(ports: Mapping[str, tuple[str, int]]) -> None:
    """Check that nothing listens on the given addresses.

    Args:
        ports: setting that names the port -> (host, port).

    Raises:
        PortTakenError: One of them is taken.
    """
    for setting, (host, port) in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PortTakenError(
                    f"Port {port} on {host} is taken: end the program that listens there, "
                    f"or set {setting} to another port in var/ankomst.env."
                ) from error
