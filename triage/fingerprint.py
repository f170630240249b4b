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
from triage.models import FingerprintKey
from triage.parsing.message import ParsedMail

VERSION = 2
"""Goes up when what is covered changes; older fingerprints keep their version before the colon.

A mail is looked for by those of all versions (`Fingerprints.all_of`), and a row that is found gets the
newest. Version 1 covered the text as it was read, divided and cut; version 2 is `triage.parsing.identity`.
"""

_KEY_VERSION = 1
"""Of the key, which stays: a fingerprint of an old key would never be found again."""

_KEY_BYTES = 32

# What is parsed begins with a bracket, so that the two kinds are never the same.
_BYTES = b"bytes:"


@dataclass(frozen=True)
class Fingerprints:
    """Makes fingerprints with one key."""

    key: bytes

    def of(self, mail: ParsedMail | None, raw: bytes) -> str:
        """Return the fingerprint of a mail, `<version>:<64 hexadecimal digits>`.

        Of a mail that cannot be read, or has nothing by which it could be told, the bytes count,
        without white space.

        Args:
            mail: The parsed mail; None when it cannot be read.
            raw: Its bytes.
        """
        covered = (mail.identity if mail else "") or _digest(raw)
        return self._keyed(VERSION, covered)

    def all_of(self, mail: ParsedMail | None, raw: bytes) -> frozenset[str]:
        """Return all that the same mail may have in the ledger, of every version.

        What could not be read once may be readable now, and the other way round.

        Args:
            mail: As for `of`.
            raw: Its bytes.
        """
        found = {self.of(mail, raw), self.of(None, raw)}
        if mail is not None:
            found.add(self._keyed(1, _covered_by_1(mail, raw)))
        return frozenset(found)

    def of_bytes(self, content: bytes) -> str:
        """Return the keyed digest of bytes as they are, in the form of a fingerprint.

        It needs no parsing, and tells of what was erased that it was this very thing.
        """
        return f"1:{self._digest(_BYTES + content)}"

    def _keyed(self, version: int, covered: str) -> str:
        content = covered if version == 1 else f"{version}:{covered}"
        return f"{version}:{self._digest(content.encode('ascii'))}"

    def _digest(self, content: bytes) -> str:
        return hmac.new(self.key, content, hashlib.sha256).hexdigest()


def _covered_by_1(mail: ParsedMail, raw: bytes) -> str:
    covered = [
        1,
        mail.sender,
        mail.subject,
        mail.date.isoformat() if mail.date else "",
        mail.message_id or "",
        " ".join(f"{mail.text_new} {mail.text_signature} {mail.text_quoted}".split()),
        sorted(attachment.digest for attachment in mail.attachments),
    ]
    if not any(covered[1:]):
        covered.append(_digest(raw))
    return json.dumps(covered, ensure_ascii=True)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(b"".join(raw.split())).hexdigest()


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
                session.add(FingerprintKey(version=_KEY_VERSION, original_id=original_id))
    except IntegrityError:
        # Another worker started in the same moment and was first: its key is the key.
        with database.transaction() as session:
            key = _stored(session, originals)
        if key is None:
            raise
    return Fingerprints(key)


def _stored(session: Session, originals: Originals) -> bytes | None:
    row = session.scalars(
        select(FingerprintKey).where(FingerprintKey.version == _KEY_VERSION)
    ).one_or_none()
    return None if row is None else originals.read(session, row.original_id)
