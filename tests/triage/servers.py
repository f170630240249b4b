"""The embedded mail servers for tests, in a thread of their own, and a look into what they hold."""

from __future__ import annotations

import asyncio
import mailbox
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from types import TracebackType

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from triage.mailservers import RECEIVED, MailServerOptions, MailServers

USER = "demo"
PASSWORD = "demo-password"
OWN_ADDRESS = "ics@example.test"


class ImapView:
    """What a colleague with the same mailbox sees and does, on a connection of its own."""

    def __init__(self, port: int, user: str = USER, password: str = PASSWORD) -> None:
        self._client = IMAPClient("127.0.0.1", port, ssl=False, timeout=60)
        try:
            self._client.login(user, password)
        except IMAPClientError:
            self._client.shutdown()
            raise

    def append(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        for mail in mails:
            self._client.append(folder, mail)

    def folders(self) -> dict[str, list[Message]]:
        """Return all folders that hold mail, with their mails; nothing is marked as read."""
        found: dict[str, list[Message]] = {}
        for flags, _, name in self._client.list_folders():
            if b"\\Noselect" in flags:
                continue
            self._client.select_folder(name, readonly=True)
            uids = self._client.search("ALL")
            answers = self._client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
            mails = [message_from_bytes(answers[uid][b"BODY[]"]) for uid in sorted(answers)]
            if mails:
                found[name] = mails
        return found

    def places(self) -> dict[str, list[str]]:
        """Return for each Message-ID the folders that hold it, each as often as it does."""
        places: dict[str, list[str]] = {}
        for folder, mails in self.folders().items():
            for mail in mails:
                places.setdefault(str(mail["Message-ID"]), []).append(folder)
        return places

    def flags(self, folder: str) -> list[tuple[bytes, ...]]:
        """Return the flags of each mail of a folder, lowest UID first."""
        self._client.select_folder(folder, readonly=True)
        answers = self._client.fetch(self._client.search("ALL"), ["FLAGS"])
        return [
            tuple(flag for flag in answers[uid][b"FLAGS"] if flag != b"\\Recent")
            for uid in sorted(answers)
        ]

    def move(self, uid: int, folder: str, source: str = "INBOX") -> None:
        """Move a mail as somebody with Outlook would."""
        self._client.select_folder(source)
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
        self._client.move([uid], folder)

    def close(self) -> None:
        """Log out."""
        self._client.logout()

    def __enter__(self) -> ImapView:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _count(key: str) -> int:
    """The number that this process gave a mail of a Maildir; its microseconds have no fixed width."""
    return int(key.partition("Q")[2].partition(".")[0])


class RunningServers:
    """pymap and aiosmtpd with one mailbox, in a folder of the test."""

    def __init__(self, folder: Path, imap_port: int = 0, smtp_port: int = 0) -> None:
        self.folder = folder
        self._options = MailServerOptions(
            folder, USER, PASSWORD, OWN_ADDRESS, imap_port=imap_port, smtp_port=smtp_port
        )
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._error: BaseException | None = None
        self.imap_port = 0
        self.smtp_port = 0

    def start(self, demo_mails: Iterable[Path] = ()) -> None:
        """Start the servers and wait until they listen."""
        self._thread = threading.Thread(target=self._run, args=(list(demo_mails),))
        self._thread.start()
        assert self._ready.wait(20)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop the servers."""
        if self._loop is not None and self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)

    def _run(self, demo_mails: list[Path]) -> None:
        async def _serve() -> None:
            self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
            try:
                servers = await MailServers.start(self._options, demo_mails)
            except OSError as error:
                self._error = error
                self._ready.set()
                return
            self.imap_port, self.smtp_port = servers.imap_port, servers.smtp_port
            self._ready.set()
            await self._ended.wait()
            await servers.close()
            # Connections of clients that are still there end with the loop.
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run(_serve())

    def view(self) -> ImapView:
        """Connect as a colleague."""
        return ImapView(self.imap_port)

    def received(self) -> list[Message]:
        """Return what SMTP received for others than the ICS, oldest first."""
        box = mailbox.Maildir(self.folder / RECEIVED)
        return [message_from_bytes(box.get_bytes(key)) for key in sorted(box.keys(), key=_count)]

    def acknowledged(self) -> list[str]:
        """Return the addresses that got a mail, one entry for each mail."""
        return sorted(str(mail["Delivered-To"]) for mail in self.received())


@contextmanager
def running_servers(folder: Path) -> Iterator[RunningServers]:
    """Servers with an empty inbox, stopped at the end."""
    servers = RunningServers(folder)
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()
