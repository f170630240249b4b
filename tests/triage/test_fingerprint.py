"""The same mail has the same fingerprint, another has another."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.originals import Originals
from tests.triage.composition import ORIGINALS_KEY, a_mail
from triage.fingerprint import Fingerprints, open_fingerprints
from triage.message import parse

PRINTS = Fingerprints(b"k" * 32)


def _of(raw: bytes, prints: Fingerprints = PRINTS) -> str:
    return prints.of(parse(raw), raw)


MAIL = a_mail(1)


@pytest.mark.parametrize(
    "changed",
    [
        MAIL.replace(b"\r\n", b"\n"),
        b"Received: from somewhere\r\nX-Added: by a server\r\n" + MAIL,
        MAIL.replace(b"Hello, this", b"Hello,  this").rstrip() + b"\r\n\r\n",
        MAIL.replace(
            b"Content-Type: text/plain; charset=utf-8",
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
        ).replace(
            b"Hello, this is question number 1 on tax.\r\n",
            b"SGVsbG8sIHRoaXMgaXMgcXVlc3Rpb24gbnVtYmVyIDEgb24gdGF4Lg==\r\n",
        ),
    ],
    ids=["line-ends", "more-headers", "white-space", "transfer-encoding"],
)
def test_what_servers_change_does_not_count(changed: bytes) -> None:
    assert changed != MAIL
    assert _of(changed) == _of(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        a_mail(2),
        a_mail(1, Subject="another subject"),
        a_mail(1, Message_ID="<other@example.org>"),
        a_mail(1, Date="Mon, 16 Nov 2026 10:00:01 +0100"),
        MAIL.replace(b"question number 1 on", b"question number 1 and 2 on"),
    ],
)
def test_what_the_sender_changes_counts(other: bytes) -> None:
    assert _of(other) != _of(MAIL)


def test_mails_of_nothing_are_told_apart_by_their_bytes() -> None:
    assert _of(b"\x00\x01") != _of(b"\x00\x02")
    assert _of(b"\x00\x01") == _of(b"\x00\x01")


def test_it_is_keyed() -> None:
    assert _of(MAIL, Fingerprints(b"x" * 32)) != _of(MAIL)


def test_the_key_is_made_once_and_kept_encrypted(database: Database) -> None:
    originals = Originals(ORIGINALS_KEY)
    first = open_fingerprints(database, originals)
    assert open_fingerprints(database, originals) == first
    assert len(first.key) == 32
