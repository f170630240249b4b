"""A certificate authority of the tests' own, and the certificates that it gives."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """Gives certificates; nobody believes it but who is told its file.

    Args:
        folder: Where the files are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA()
        self.file = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(self.file)

    def certificate(
        self, name: str = "127.0.0.1", valid_for: timedelta = timedelta(days=100)
    ) -> tuple[Path, Path]:
        """Return the files of a certificate with its chain, and of its key."""
        given = self._ca.issue_cert(
            name,
            not_before=datetime.now(UTC) - timedelta(days=365),
            not_after=datetime.now(UTC) + valid_for,
        )
        chain, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        chain.write_bytes(b"".join(part.bytes() for part in given.cert_chain_pems))
        given.private_key_pem.write_to_path(key)
        return chain, key

    def context(self, **arguments: object) -> ssl.SSLContext:
        """Return what a server with such a certificate uses."""
        chain, key = self.certificate(**arguments)  # type: ignore[arg-type]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
        return context
