"""The same mail has the same fingerprint, another has another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.originals import Originals
from tests.triage.composition import ORIGINALS_KEY, a_mail
from tests.triage.folders.office import Office
from tests.triage.servers import RunningServers
from triage.fingerprint import Fingerprints, open_fingerprints
from triage.models import Mail
from triage.parsing.message import parse

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


def test_how_the_text_is_read_does_not_count() -> None:
    parsed = parse(MAIL)
    otherwise = replace(parsed, text_new="", text_quoted="Hello", subject="?", attachments=())
    assert PRINTS.of(otherwise, MAIL) == _of(MAIL)


def test_how_the_text_is_divided_does_not_count_in_the_first_version_either() -> None:
    raw = MAIL.rstrip() + b"\r\n\r\nSent from my iPhone\r\n\r\n> old\r\n"
    parsed = parse(raw)
    assert parsed.text_signature == "Sent from my iPhone"
    whole = f"{parsed.text_new}\n\n{parsed.text_signature}"
    before = replace(parsed, text_new=whole, text_signature="")
    assert PRINTS.all_of(parsed, raw) == PRINTS.all_of(before, raw)


def test_fingerprints_of_the_first_version_are_still_found() -> None:
    # What version 1 gave for this mail with this key.
    first = "1:9d34acda1cf3dd33418ab430ca5266a4af47061835f6fa1a298ef4cefb48db15"
    assert _of(MAIL) != first
    assert PRINTS.all_of(parse(MAIL), MAIL) == {_of(MAIL), first, PRINTS.of(None, MAIL)}


def test_what_could_not_be_read_once_is_recognised_by_its_bytes() -> None:
    unread = PRINTS.of(None, MAIL)
    assert unread != _of(MAIL)
    assert unread in PRINTS.all_of(parse(MAIL), MAIL)


def test_a_row_of_the_first_version_is_recognised_and_brought_up_to_date(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    office = Office(sqlite_database, servers, tmp_path)
    office.append(MAIL)
    worker = office.worker()
    worker.round()
    prints = open_fingerprints(sqlite_database, Originals(ORIGINALS_KEY))
    now_given = office.mail().fingerprint
    with sqlite_database.transaction() as session:
        kept = Originals(ORIGINALS_KEY).read(session, office.mail().original_id or 0)
        (first,) = (f for f in prints.all_of(parse(kept), kept) if f.startswith("1:"))
        session.execute(update(Mail).values(fingerprint=first))
    office.move(1, "Queues/Visitation", source="Queues/Tax")
    worker.round()
    office.end()
    assert (office.mail().target_folder, office.mail().fingerprint) == (
        "Queues/Visitation",
        now_given,
    )


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
