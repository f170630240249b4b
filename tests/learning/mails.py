"""Mails whose routing somebody has confirmed, as the worker and caseworkers leave them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.database import Database
from tests.triage.desk.ledger import Ledger
from triage.cases import handling
from triage.models import Case


def a_mail(
    number: int,
    body: str,
    subject: str = "A question",
    sender: str = "Anna Nowak <anna.nowak@example.test>",
) -> bytes:
    """The bytes of a plain mail; its Message-ID is its own."""
    return (
        f"From: {sender}\nTo: ics@example.test\nSubject: {subject}\nMessage-ID: <{number}@m.test>\n"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    ).encode()


def kept(database: Database, raw: bytes, shelf: str = "tax", **columns: Any) -> int:
    """Put a mail on a shelf, decided as the model did; returns its case."""
    return Ledger(database).add(raw, shelf, **({"language": "en"} | columns))


def confirmed(database: Database, raw: bytes, shelf: str = "tax", **columns: Any) -> int:
    """Put a mail on a shelf and have a caseworker confirm it; returns its case."""
    case_id = kept(database, raw, shelf, **columns)
    with database.transaction() as session:
        handling.confirm(session, case_id, session.get_one(Case, case_id).revision, "kim")
    return case_id


def corrected(
    database: Database, raw: bytes, to: handling.CorrectedTo, shelf: str = "tax", **columns: Any
) -> int:
    """Put a mail on a shelf and have a caseworker put it on another one; returns its case."""
    case_id = kept(database, raw, shelf, **columns)
    with database.transaction() as session:
        handling.correct(session, case_id, session.get_one(Case, case_id).revision, to, "kim")
    return case_id


def revision_of(database: Database, case_id: int) -> int:
    """Return the revision of a case."""
    with database.transaction() as session:
        return session.get_one(Case, case_id).revision


TEXTS: Sequence[str] = (
    "My employer asks for a tax card and I do not have one. Where do I get it?",
    "I look for work with my benefit from Spain and hold a PD U2. Where do I register?",
    "We move to Aarhus in March. Which papers does my wife need for a CPR number?",
    "Why was 55 per cent taken from my first wages? The card was there in time, they say.",
    "Can the job centre look at my CV before I send it to a farm near Holstebro?",
    "Is a lease enough to register our address, or do you need the landlord's signature?",
)
"""Different enough from each other, all in English."""
