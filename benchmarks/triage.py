"""A whole inbox through the worker as `ankomst triage worker` runs it, with the real model.

Dovecot holds the mails, aiosmtpd takes the acknowledgements, SQLite the ledger. The peer is a bare
loop over the same server that fetches each mail and moves it.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from cryptography.fernet import Fernet
from imapclient import IMAPClient
from sqlalchemy import func, insert, select

from benchmarks.figures import Figures, Held, Rate, figures
from benchmarks.installation import KEPT
from benchmarks.mixed_mails import mixed_mails
from settings import ENV_FILE_VARIABLE, PREFIX, ROOT
from storage.database import Database
from storage.migrate import upgrade
from storage.times import now
from tests.bot.servers import adopt, train
from tests.interop.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.triage.servers import RunningServers, running_servers
from triage.models import Mail, Mailbox, MailTransition
from triage.states import MailState

_INBOX = 2_000
_BARE = 500

_ARRIVALS_A_SECOND = 1.5
_ARRIVAL_SECONDS = 180.0

_MANY = 20_000
_MEMORY_EVERY = 4_000

_ROWS = (1_000, 100_000)
_BESIDE_ROWS = 300


def measure() -> Iterator[Figures | Rate | Held]:
    """Time an inbox with one worker and with two, arrivals, memory, and mails beside many rows."""
    models = _trained(KEPT)
    small = _trained(KEPT / "hashing", **{f"{PREFIX}ENCODER": "hashing"})
    with running_dovecot() as dovecot:
        bare = _bare(dovecot)
        yield bare
        yield _inbox(dovecot, models, workers=1, peer=bare)
        yield _inbox(dovecot, models, workers=2, peer=bare)
        yield _arrivals(dovecot, models)
        yield from _memory(dovecot, small)
        yield from _beside_rows(dovecot, small)


def _trained(kept: Path, **settings: str) -> Path:
    kept.mkdir(parents=True, exist_ok=True)
    return train(ROOT, kept, **settings)


@dataclass(frozen=True)
class Office:
    """A mailbox with its database, and the means to start workers for it."""

    user: str
    dovecot: Dovecot
    database: Database
    environment: Mapping[str, str]

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker until the block ends."""
        log = Path(self.environment[f"{PREFIX}DATA_DIRECTORY"]) / "triage.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(Path(sys.executable).parent / "ankomst"), "triage", "worker"],
                env={**os.environ, **self.environment},
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def fill(self, mails: Iterable[bytes]) -> None:
        """Put mails into the inbox."""
        with self.connected() as client:
            for mail in mails:
                client.append("INBOX", mail)

    @contextmanager
    def connected(self) -> Iterator[IMAPClient]:
        """Connect as somebody else who uses the mailbox."""
        with IMAPClient("127.0.0.1", self.dovecot.port, ssl=False) as client:
            client.login(self.user, PASSWORD)
            yield client

    def finished(self) -> int:
        """Return how many mails have come to their end."""
        with self.database.reading() as session:
            return session.scalars(
                select(func.count(Mail.id)).where(Mail.due_at.is_(None), Mail.folder == "INBOX")
            ).one()

    def wait_for(self, count: int, process: subprocess.Popen[bytes]) -> None:
        """Wait until so many mails have come to their end."""
        while self.finished() < count:
            if process.poll() is not None:
                raise RuntimeError(f"The worker of {self.user} has ended.")
            time.sleep(0.25)


@contextmanager
def _office(dovecot: Dovecot, models: Path, user: str) -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder)
        (data / "models").symlink_to(models, target_is_directory=True)
        database = Database(f"sqlite:///{data / 'ankomst.db'}")
        upgrade(database)
        adopt(f"sqlite:///{data / 'ankomst.db'}", models)
        stack.callback(database.close)
        smtp = stack.enter_context(running_servers(data / "smtp"))
        yield Office(user, dovecot, database, _environment(data, dovecot, smtp, user))


def _environment(
    data: Path, dovecot: Dovecot, smtp: RunningServers, user: str
) -> Mapping[str, str]:
    settings = {
        "DATA_DIRECTORY": str(data),
        "ORIGINALS_KEYS": Fernet.generate_key().decode(),
        "IMAP_PORT": str(dovecot.port),
        "IMAP_SECURITY": "none",
        "IMAP_USER": user,
        "IMAP_PASSWORD": PASSWORD,
        "SMTP_PORT": str(smtp.smtp_port),
        "SMTP_SECURITY": "none",
        "OLD_MAIL": "as_new",
        "ACKNOWLEDGEMENTS_PER_HOUR_IN_ALL": "1000000",
    }
    return {ENV_FILE_VARIABLE: os.devnull, **{PREFIX + name: v for name, v in settings.items()}}


def _bare(dovecot: Dovecot) -> Figures:
    """Fetch each mail and move it, and do nothing else."""
    seconds = []
    with IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login("bare", PASSWORD)
        for mail in mixed_mails(_BARE):
            client.append("INBOX", mail)
        client.create_folder("Queues")
        client.select_folder("INBOX")
        for uid in client.search():
            started = time.perf_counter()
            client.fetch([uid], ["BODY.PEEK[]"])
            client.move([uid], "Queues")
            seconds.append(time.perf_counter() - started)
    return figures("fetch and move, nothing else (peer)", seconds)


def _inbox(dovecot: Dovecot, models: Path, workers: int, peer: Figures) -> Rate:
    """Empty a full inbox; the time counts from the first mail seen to the last one's end."""
    with _office(dovecot, models, f"inbox{workers}") as office, ExitStack() as stack:
        office.fill(mixed_mails(_INBOX))
        running = [stack.enter_context(office.worker()) for _ in range(workers)]
        office.wait_for(_INBOX, running[0])
        with office.database.reading() as session:
            first, last = session.execute(
                select(func.min(MailTransition.at), func.max(MailTransition.at))
            ).one()
    per_second = _INBOX / (last - first).total_seconds()
    name = "an inbox with one worker" if workers == 1 else f"the same with {workers} workers"
    return Rate(name, _INBOX, per_second, 1000 / per_second / peer.median_ms)


def _arrivals(dovecot: Dovecot, models: Path) -> Figures:
    """Let mails arrive at random moments; from the moment of each until it is in its folder."""
    chance = random.Random(1)  # noqa: S311 (it must be the same each time)
    with _office(dovecot, models, "arrivals") as office, office.worker() as process:
        _warm_up(office, process)
        arrived = []
        mails = mixed_mails(int(2 * _ARRIVALS_A_SECOND * _ARRIVAL_SECONDS))
        with office.connected() as client:
            until = time.monotonic() + _ARRIVAL_SECONDS
            at = time.monotonic()
            while (at := at + chance.expovariate(_ARRIVALS_A_SECOND)) < until:
                time.sleep(max(0.0, at - time.monotonic()))
                client.append("INBOX", next(mails))
                arrived.append(now())
        office.wait_for(1 + len(arrived), process)
        with office.database.reading() as session:
            moved = session.scalars(
                select(MailTransition.at)
                .join(Mail, Mail.id == MailTransition.mail_id)
                .where(MailTransition.to_state == MailState.MOVED)
                .order_by(Mail.uid)
            ).all()
    seconds = [
        (end - begin) / timedelta(seconds=1) for begin, end in zip(arrived, moved[1:], strict=True)
    ]
    return figures(f"arrived to moved, {_ARRIVALS_A_SECOND:g} mails a second", seconds)


def _warm_up(office: Office, process: subprocess.Popen[bytes]) -> None:
    """Let a first mail through, so that the model is loaded and the connections are open."""
    office.fill(mixed_mails(1))
    office.wait_for(1, process)


def _memory(dovecot: Dovecot, models: Path) -> Iterator[Held]:
    """Tell what the worker holds as mails go by; with the small deterministic encoder."""
    with _office(dovecot, models, "memory") as office, office.worker() as process:
        mails = mixed_mails(_MANY)
        done = 0
        while batch := list(islice(mails, _MEMORY_EVERY)):
            office.fill(batch)
            done += len(batch)
            office.wait_for(done, process)
            yield Held(f"a worker's memory after {done:,} mails", _resident_mb(process.pid))


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _beside_rows(dovecot: Dovecot, models: Path) -> Iterator[Rate]:
    """Time mails in a ledger with few rows and with many; with the small deterministic encoder."""
    peer: float | None = None
    for rows in _ROWS:
        with _office(dovecot, models, f"rows{rows}") as office:
            _add_rows(office.database, office.user, rows)
            with office.worker() as process:
                _warm_up(office, process)
                started = time.perf_counter()
                office.fill(islice(mixed_mails(_BESIDE_ROWS + 1), 1, None))
                office.wait_for(rows + 1 + _BESIDE_ROWS, process)
                each = (time.perf_counter() - started) / _BESIDE_ROWS
        yield Rate(f"beside {rows:,} rows", _BESIDE_ROWS, 1 / each, each / peer if peer else None)
        peer = peer or each


def _add_rows(database: Database, user: str, count: int) -> None:
    """Add mails to the ledger that were finished long ago, and moved on by people."""
    with database.transaction() as session:
        mailbox = Mailbox(name=user)
        session.add(mailbox)
        session.flush()
        session.execute(
            insert(Mail),
            [
                {
                    "mailbox_id": mailbox.id,
                    "folder": "INBOX",
                    "uidvalidity": 1,
                    "uid": number,
                    "sighted_at": now(),
                    "state": MailState.ACKNOWLEDGED,
                    "attempts": 0,
                    "old": False,
                    "original_complete": True,
                    "left_in_inbox": False,
                    "fingerprint": f"1:{number:064x}",
                    "message_id": f"<{number}@before.example.org>",
                    "reply_to": f"person{number}@example.org",
                    "acknowledged_at": now() - timedelta(days=30),
                    "moved_at": now() - timedelta(days=30),
                    "shelf": "tax",
                    "target_folder": "Elsewhere",
                    "target_uidvalidity": 1,
                    "target_uid": number,
                }
                for number in range(1, count + 1)
            ],
        )
