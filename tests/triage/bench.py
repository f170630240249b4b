"""A mailbox on the embedded servers, with workers that a test lets go round by round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from settings import Settings
from storage.database import Database
from tests.triage.composition import end_all, ignore_step, make_mails_due, settings_for, worker_for
from tests.triage.servers import RunningServers
from triage.ledger import Observer
from triage.worker import Worker


class Bench:
    """The mailbox, its database, and what a test wants to change about its workers."""

    def __init__(self, database: Database, servers: RunningServers, folder: Path) -> None:
        self.database = database
        self.servers = servers
        self.folder = folder
        self._workers: list[Worker] = []

    def settings(self, **changes: Any) -> Settings:
        """Settings of a worker here."""
        ports = {"imap_port": self.servers.imap_port, "smtp_port": self.servers.smtp_port}
        url = self.database.engine.url.render_as_string(hide_password=False)
        return settings_for(url, self.folder, **{**ports, **changes})

    def worker(self, observe: Observer = ignore_step, **changes: Any) -> Worker:
        """A worker that lets go of everything at the end."""
        worker = worker_for(self.settings(**changes), self.database, observe)
        self._workers.append(worker)
        return worker

    def append(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder that is there."""
        with self.servers.view() as view:
            view.append(*mails, folder=folder)

    def folders(self) -> dict[str, int]:
        """How many mails each folder holds."""
        with self.servers.view() as view:
            return {name: len(mails) for name, mails in view.folders().items()}

    def places(self) -> dict[str, list[str]]:
        """The folders that hold each Message-ID."""
        with self.servers.view() as view:
            return view.places()

    def make_due(self) -> None:
        """Let all pauses of mails be over."""
        make_mails_due(self.database)

    def end(self) -> None:
        """Let the workers give back what they hold."""
        end_all(self._workers)
