"""The workers of all mailboxes in one process, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from triage.worker import Worker

_SIGNAL_SECONDS = 0.5
"""So long a signal may go unseen: Python sees one that comes just before a wait only after it."""


class Workers:
    """Works on several mailboxes; one that hangs, is refused or is flooded holds up no other.

    Args:
        by_mailbox: The worker of each mailbox, by the mailbox's name.
    """

    def __init__(self, by_mailbox: Mapping[str, Worker]) -> None:
        self._by_mailbox = by_mailbox
        self._is_stopping = False

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The names of the mailboxes."""
        return tuple(self._by_mailbox)

    def stop(self) -> None:
        """Ask all to end after the mail in hand; safe to call from a signal handler."""
        # No lock is taken: the handler may have interrupted the thread that holds it.
        self._is_stopping = True

    def run(self) -> None:
        """Work until `stop` is called. Should one thread break, all end, and its error is raised."""
        with ThreadPoolExecutor(len(self._by_mailbox), "mailbox") as threads:
            running = [threads.submit(worker.run) for worker in self._by_mailbox.values()]
            has_ended = False
            while not (self._is_stopping or has_ended):
                has_ended = bool(wait(running, _SIGNAL_SECONDS, FIRST_COMPLETED).done)
            for worker in self._by_mailbox.values():
                worker.stop()
        for future in running:
            future.result()
