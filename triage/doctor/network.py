"""Whether a server can be reached at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from triage.doctor.findings import Finding, error, ok


def check_network(step: str, host: str, port: int, timeout: float) -> Iterator[Finding]:
    """Look whether a name is known and the port answers; nothing is said to the server.

    Args:
        step: What is looked at, "imap" or "smtp".
        host: The server.
        port: Its port.
        timeout: Seconds for each of its addresses.

    Yields:
        One finding for each step; none after an error.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as reason:
        yield error(
            f"{step} name",
            f"{host} is not known ({reason}); check the spelling of ANKOMST_{step.upper()}_HOST, and "
            "the name server of this machine",
        )
        return
    addresses = sorted({str(address[0]) for *_, address in found})
    yield ok(f"{step} name", f"{host} is {', '.join(addresses)}")
    try:
        socket.create_connection((host, port), timeout).close()
    except ConnectionRefusedError:
        yield error(
            f"{step} port",
            f"nothing listens at {host}:{port}; check ANKOMST_{step.upper()}_PORT",
        )
    except OSError as reason:
        yield error(
            f"{step} port",
            f"{host}:{port} does not answer ({reason}); ask for the way there to be opened in the "
            "firewall",
        )
    else:
        yield ok(f"{step} port", f"{host}:{port} answers")
