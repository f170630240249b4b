"""Recognises a mail again after the server gave it another number or another folder.

Keyed, so that who has the database alone cannot find out whether a known mail is in it; and over
what is decoded, for some servers change the bytes of a mail.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.originals import Originals
from triage.message import ParsedMail
from triage.models import FingerprintKey

VERSION = 1
"""Goes up when what is covered changes; older fingerprints keep their version before the colon."""

_KEY_BYTES = 32

# What is parsed begins with a bracket, so that the two kinds are never the same.
_BYTES = b"bytes:"


@dataclass(frozen=True)
class Fingerprints:
    """Makes fingerprints with one key."""

    key: bytes

    def of(self, mail: ParsedMail, raw: bytes) -> str:
        """Return the fingerprint of a mail, `<version>:<64 hexadecimal digits>`.

        It covers sender, subject, date, Message-ID, all text with single spaces, and the digests
        of the attachments. Of a mail that has none of these the bytes themselves count.

        Args:
            mail: The parsed mail.
            raw: Its bytes.
        """
        covered = [
            VERSION,
            mail.sender,
            mail.subject,
            mail.date.isoformat() if mail.date else "",
            mail.message_id or "",
            " ".join(f"{mail.text_new} {mail.text_quoted}".split()),
            sorted(attachment.digest for attachment in mail.attachments),
        ]
        if not any(covered[1:]):
            covered.append(hashlib.sha256(b"".join(raw.split())).hexdigest())
        return self._keyed(json.dumps(covered, ensure_ascii=True).encode("ascii"))

    def of_bytes(self, content: bytes) -> str:
        """Return the keyed digest of bytes as they are, in the form of a fingerprint.

        It needs no parsing, and tells of what was erased that it was this very thing.
        """
        return self._keyed(_BYTES + content)

    def _keyed(self, content: bytes) -> str:
        return f"{VERSION}:{hmac.new(self.key, content, hashlib.sha256).hexdigest()}"


def open_fingerprints(database: Database, originals: Originals) -> Fingerprints:
    """Return the fingerprints of this installation; the first call makes their key.

    Raises:
        DatabaseUnavailableError: The database is away.
        OriginalsError: No key opens the stored fingerprint key.
    """
    try:
        with database.transaction() as session:
            key = _stored(session, originals)
            if key is None:
                key = secrets.token_bytes(_KEY_BYTES)
                original_id = originals.keep(session, key)
                session.add(FingerprintKey(version=VERSION, original_id=original_id))
    except IntegrityError:
        # Another worker started in the same moment and was first: its key is the key.
        with database.transaction() as session:
            key = _stored(session, originals)
        if key is None:
            raise
    return Fingerprints(key)


def _stored(session: Session, originals: Originals) -> bytes | None:
    row = session.scalars(
        select(FingerprintKey).where(FingerprintKey.version == VERSION)
    ).one_or_none()
    return None if row is None else originals.read(session, row.original_id)
