"""A mail from the inbox to its queue: fetched, kept, parsed, decided, moved, acknowledged.

Dovecot holds the mails, aiosmtpd takes the acknowledgements, SQLite the ledger, and the model is
the real one. The peer is a bare loop over the same server that fetches each mail and moves it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

from cryptography.fernet import Fernet
from imapclient import IMAPClient

from ankomst.triage_worker import compose_worker, decider
from benchmarks.figures import Figures, figures
from settings import ROOT, Settings
from storage.database import Database
from storage.migrate import upgrade
from tests.bot.servers import train, trained_version
from tests.interop.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.triage.servers import running_servers
from triage.deciding.classifier import Decision
from triage.parsing.message import ParsedMail
from understanding.model import Understanding

_MAILS = 180


def measure() -> Iterator[Figures]:
    """Time each mail of an inbox of the demo's mails, many times over."""
    cache = ROOT / "var" / "benchmarks"
    cache.mkdir(parents=True, exist_ok=True)
    understanding = Understanding.load(trained_version(train(ROOT, cache)).understanding)
    with running_dovecot() as dovecot, tempfile.TemporaryDirectory() as folder:
        bare = figures("fetch and move, nothing else (peer)", _bare(dovecot))
        yield bare
        decisions: list[float] = []
        whole = _triaged(dovecot, Path(folder), understanding, decisions)
        yield figures("a mail through the worker", whole, bare)
        yield figures("  of it: deciding (rules and model)", decisions, bare)


def _fill(dovecot: Dovecot, user: str) -> None:
    samples = [path.read_bytes() for path in sorted((ROOT / "triage" / "demo").glob("*.eml"))]
    with IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login(user, PASSWORD)
        for number in range(_MAILS):
            mail = message_from_bytes(samples[number % len(samples)], policy=policy.SMTP)
            del mail["Message-ID"], mail["From"]
            mail["Message-ID"] = f"<{number}@bench.example.org>"
            mail["From"] = f"person{number}@example.org"
            client.append("INBOX", mail.as_bytes())


def _bare(dovecot: Dovecot) -> list[float]:
    _fill(dovecot, "bare")
    seconds = []
    with IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login("bare", PASSWORD)
        client.create_folder("Queues")
        client.select_folder("INBOX")
        for uid in client.search():
            started = time.perf_counter()
            client.fetch([uid], ["BODY.PEEK[]"])
            client.move([uid], "Queues")
            seconds.append(time.perf_counter() - started)
    return seconds


def _timed(
    decide: Callable[[ParsedMail], Decision], seconds: list[float]
) -> Callable[[ParsedMail], Decision]:
    def timed(mail: ParsedMail) -> Decision:
        started = time.perf_counter()
        decision = decide(mail)
        seconds.append(time.perf_counter() - started)
        return decision

    return timed


def _triaged(
    dovecot: Dovecot, folder: Path, understanding: Understanding, decisions: list[float]
) -> list[float]:
    _fill(dovecot, "triage")
    database = Database(f"sqlite:///{folder / 'ankomst.db'}")
    upgrade(database)
    ends: list[float] = []

    def observe(step: str, _mail_id: int) -> None:
        if step in {"acknowledged", "not_acknowledged"}:
            ends.append(time.perf_counter())

    with running_servers(folder / "smtp") as smtp:
        configuration = Settings(
            _env_file=None,
            data_directory=folder,
            originals_keys=Fernet.generate_key().decode(),
            imap_port=dovecot.port,
            imap_security="none",
            old_mail="as_new",
            imap_user="triage",
            imap_password=PASSWORD,
            smtp_port=smtp.smtp_port,
            smtp_security="none",
            acknowledgements_per_hour=10_000,
            acknowledgements_per_hour_in_all=10_000,
        )
        worker = compose_worker(
            configuration,
            database,
            _timed(decider(configuration, understanding), decisions),
            observe,
        )
        started = time.perf_counter()
        worker.round()
    database.close()
    if len(ends) != _MAILS:
        raise RuntimeError(f"Only {len(ends)} of {_MAILS} mails came to their end.")
    return [end - begin for begin, end in zip([started, *ends], ends, strict=False)]
