"""Puts a worker together for tests: real servers and database, and a decider that needs no model.

Which queue a mail belongs in is not what these tests are about, so a stand-in reads it from the
subject; rules, shelves and all other parts are the real ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from ankomst.mailboxes import own_addresses
from ankomst.triage_worker import compose_worker
from language.identification import Identification
from language.languages import LANGUAGES, Language
from settings import Settings
from storage.database import Database
from storage.times import now
from tests.triage.servers import OWN_ADDRESS, PASSWORD, USER
from triage.deciding.classifier import Decision, decide
from triage.ledger import Observer
from triage.models import Correction, Mail, Reply
from triage.parsing.message import ParsedMail
from triage.worker import Worker
from understanding.queues import QUEUES, Kind, Queue

ORIGINALS_KEY = Fernet.generate_key().decode()


@dataclass(frozen=True)
class StandInJudgement:
    """What the stand-in found in the subject."""

    queue: Queue
    decided: bool
    confidence: float = 0.9
    kind: Kind = "mail"
    kind_confidence: float = 1.0
    topics: tuple[str, ...] = ("tax-card",)
    carrying: tuple[str, ...] = ("a sentence",)


class SubjectJudge:
    """Takes the queue from the subject: the first of the three names in it; else unsure."""

    def judge_mail(self, text: str) -> StandInJudgement:
        """Judge by the first line."""
        subject = text.partition("\n")[0]
        if "cannot be judged" in subject:
            raise ArithmeticError("a fault that only this mail causes")
        for queue in QUEUES:
            if queue in subject:
                return StandInJudgement(queue, decided=True)
        return StandInJudgement("visitation", decided=False, confidence=0.4)


def identified(text: str) -> Identification:
    """The language that the text names, "(da)"; English if none."""
    named: Language = next((code for code in LANGUAGES if f"({code})" in text), "en")
    return Identification(named, 1.0)


def stand_in(mail: ParsedMail) -> Decision:
    """Decide without a model: the real rules, then the subject."""
    return decide(mail, SubjectJudge(), frozenset({OWN_ADDRESS}), identifier=identified)


def settings_for(
    database_url: str, folder: Path, imap_port: int, smtp_port: int, **changes: Any
) -> Settings:
    """Settings of a worker on servers on 127.0.0.1, with short times."""
    values: dict[str, Any] = {
        "data_directory": folder,
        "database_url": database_url,
        "originals_keys": ORIGINALS_KEY,
        "imap_port": imap_port,
        "imap_security": "none",
        "imap_user": USER,
        "imap_password": PASSWORD,
        "imap_timeout_seconds": 10,
        "smtp_port": smtp_port,
        "smtp_security": "none",
        "smtp_timeout_seconds": 5,
        "mail_address": OWN_ADDRESS,
        "old_mail": "as_new",
        "claim_seconds": 60,
        "imap_poll_seconds": 0.2,
        "folder_seconds": 1,
        **changes,
    }
    return Settings(_env_file=None, **values)


def ignore_step(_step: str, _mail_id: int) -> None:
    """Observe nothing."""


def worker_for(
    configuration: Settings, database: Database, observe: Observer = ignore_step
) -> Worker:
    """A worker with the stand-in decider."""
    assert OWN_ADDRESS in own_addresses([configuration])
    return compose_worker(configuration, database, stand_in, observe)


def mails_of(database: Database) -> list[Mail]:
    """Return all rows of the ledger, oldest first."""
    with database.transaction() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def make_mails_due(database: Database) -> None:
    """Let all pauses of mails be over."""
    with database.transaction() as session:
        session.execute(update(Mail).where(Mail.due_at.is_not(None)).values(due_at=now()))


def make_errands_due(database: Database) -> None:
    """Let all pauses of corrections and replies be over."""
    with database.transaction() as session:
        for table in (Correction, Reply):
            session.execute(update(table).where(table.due_at.is_not(None)).values(due_at=now()))


def end_all(workers: Iterable[Worker]) -> None:
    """Let workers that are run by rounds give back what they hold."""
    for worker in workers:
        worker.stop()
        worker.run()


def a_mail(number: int, about: str = "tax", **headers: str) -> bytes:
    """A plain mail; sender, subject, text and Message-ID are its own.

    Args:
        number: Makes it different from the others.
        about: Part of the subject.
        headers: Further headers, `_` standing for `-`.
    """
    lines = {
        "From": f"Person {number} <person{number}@example.org>",
        "To": OWN_ADDRESS,
        "Subject": f"{about} question {number}",
        "Date": "Mon, 16 Nov 2026 10:00:00 +0100",
        "Message-ID": f"<{number}@mail.example.org>",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items() if value)
    return f"{head}\r\n\r\nHello, this is question number {number} on {about}.\r\n".encode()


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds that another thread brings about; fail after a minute."""
    for _ in range(600):
        if holds():
            return
        threading.Event().wait(0.1)
    pytest.fail("it did not come about in a minute")
