"""The mailbox of the fault test: mail comes in, a colleague works in it, the server forgets numbers."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from imapclient import DELETED, SEEN, IMAPClient

from tests.faults.mails import digest
from tests.interop.dovecot import PASSWORD, Dovecot
from triage.connections.mailbox import Status
from triage.shelves import FOLDERS

USER = "office"
PRIVATE = "Private"
"""Where the colleague puts mail."""

Act = Literal["read", "copy", "move", "remove", "sort"]
"""What a colleague does with a mail of the inbox, or, to sort it by hand, of a queue's folder."""
ACTS: tuple[Act, ...] = get_args(Act)


@dataclass(frozen=True)
class Lying:
    """A mail as it lies in a folder."""

    folder: str
    uidvalidity: int
    uid: int
    digest: str
    deleted: bool


class Office:
    """The mailbox, seen by everybody but the workers.

    Attributes:
        delivered: How often a mail was put into the inbox, by its digest.
        taken: How often the colleague may have taken it out of the inbox.
        sorted: How often the colleague may have moved it from one queue's folder to another.
        touched: What the colleague did with a mail, to explain what became of it.
    """

    def __init__(self, server: Dovecot, chance: Random) -> None:
        self.delivered: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.sorted: Counter[str] = Counter()
        self.touched: dict[str, list[str]] = {}
        self._server = server
        self._chance = chance
        self._acts: dict[Act, Callable[[IMAPClient, int, str], None]] = {
            "read": self._read,
            "copy": self._copy,
            "move": self._move,
            "remove": self._remove,
            "sort": self._sort,
        }
        self._maildir = server.folder / "mails" / USER / "Maildir"
        with self._client() as client:
            client.create_folder(PRIVATE)

    def deliver(self, content: bytes) -> None:
        """Put a mail into the inbox as a mail server does, whether IMAP is up or not."""
        number = self.delivered.total()
        name = f"{int(time.time())}.M{number}P{os.getpid()}.office"
        path = self._maildir / "tmp" / name
        path.write_bytes(content)
        owner = self._maildir.stat()
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)
        self.delivered[digest(content)] += 1
        path.rename(self._maildir / "new" / name)

    def meddle(self, act: Act) -> bool:
        """Do with a mail what a colleague with Outlook does; whether there was one."""
        with self._client() as client:
            uid = self._some_mail(client, self._queues(client) if act == "sort" else ["INBOX"])
            if uid is None:
                return False
            content = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
            if content is None:
                return False
            known = digest(content)
            self.touched.setdefault(known, []).append(f"colleague: {act}")
            self._acts[act](client, uid, known)
        return True

    def _some_mail(self, client: IMAPClient, folders: list[str]) -> int | None:
        """Select the first folder with mail in it, and draw one; None when all are empty."""
        for folder in self._chance.sample(folders, len(folders)):
            client.select_folder(folder)
            uids: list[int] = client.search("UNDELETED")
            if uids:
                return self._chance.choice(uids)
        return None

    @staticmethod
    def _queues(client: IMAPClient) -> list[str]:
        return [name for name in sorted(queue_folders()) if client.folder_exists(name)]

    def _read(self, client: IMAPClient, uid: int, _known: str) -> None:
        client.add_flags([uid], [SEEN])

    def _copy(self, client: IMAPClient, uid: int, _known: str) -> None:
        client.copy([uid], PRIVATE)

    def _move(self, client: IMAPClient, uid: int, known: str) -> None:
        self.taken[known] += 1
        self._put(client, uid, PRIVATE)

    def _sort(self, client: IMAPClient, uid: int, known: str) -> None:
        self.sorted[known] += 1
        self._put(client, uid, self._chance.choice(self._queues(client)))

    def _put(self, client: IMAPClient, uid: int, folder: str) -> None:
        if client.has_capability("MOVE"):
            client.move([uid], folder)
        else:
            client.copy([uid], folder)
            self._expunge(client, uid)

    def _remove(self, client: IMAPClient, uid: int, known: str) -> None:
        self.taken[known] += 1
        self._expunge(client, uid)

    def _expunge(self, client: IMAPClient, uid: int) -> None:
        """As mail programs do: what others have marked goes too."""
        client.add_flags([uid], [DELETED])
        client.expunge()

    def go_away(self) -> None:
        """End the server, with all connections."""
        self._server.stop()

    def come_back(self) -> None:
        """Start the server again."""
        self._server.start()

    def forget_numbers(self, folder: str) -> None:
        """While it is away: a folder gets a new UIDVALIDITY and new UIDs, as restored from a backup."""
        self._server.renumber(USER, folder)

    def lying(self) -> list[Lying]:
        """Return every mail in every folder."""
        found = []
        with self._client() as client:
            for flags, _, folder in client.list_folders():
                if b"\\Noselect" in flags:
                    continue
                answer = client.select_folder(folder, readonly=True)
                uids = client.search("ALL")
                for start in range(0, len(uids), 100):
                    mails = client.fetch(uids[start : start + 100], ["BODY.PEEK[]", "FLAGS"])
                    found += [
                        Lying(
                            folder,
                            int(answer[b"UIDVALIDITY"]),
                            uid,
                            digest(mail[b"BODY[]"]),
                            DELETED in mail[b"FLAGS"],
                        )
                        for uid, mail in mails.items()
                    ]
        return found

    def statuses(self) -> dict[str, Status]:
        """Return what the server tells of each queue's folder, by its name."""
        asked = ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]
        with self._client() as client:
            if client.has_capability("CONDSTORE"):
                asked.append("HIGHESTMODSEQ")
            told = {name: client.folder_status(name, asked) for name in self._queues(client)}
        return {
            name: Status(
                name, *(numbers.get(one.encode()) for one in (*asked, "HIGHESTMODSEQ")[:4])
            )
            for name, numbers in told.items()
        }

    def inbox_is_done(self) -> bool:
        """Whether nothing is left in the inbox but what is marked as deleted."""
        with self._client() as client:
            client.select_folder("INBOX", readonly=True)
            return not client.search("UNDELETED")

    def _client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self._server.port, ssl=False, timeout=20)
        client.login(USER, PASSWORD)
        return client


def queue_folders() -> set[str]:
    """Return the names of the folders that mail is sorted into."""
    return set(FOLDERS.values())
