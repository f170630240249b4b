"""The workers of all mailboxes in one process, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from triage.worker import Worker


class Workers:
    """Works on several mailboxes; one that hangs, is refused or is flooded holds up no other.

    Args:
        by_mailbox: The worker of each mailbox, by the mailbox's name.
    """

    def __init__(self, by_mailbox: Mapping[str, Worker]) -> None:
        self._by_mailbox = by_mailbox

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The names of the mailboxes."""
        return tuple(self._by_mailbox)

    def stop(self) -> None:
        """Ask all to end after the mail in hand; safe to call from a signal handler."""
        for worker in self._by_mailbox.values():
            worker.stop()

    def run(self) -> None:
        """Work until `stop` is called. Should one thread break, all end, and its error is raised."""
        with ThreadPoolExecutor(len(self._by_mailbox), "mailbox") as threads:
            running = [threads.submit(worker.run) for worker in self._by_mailbox.values()]
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            self.stop()
        for future in ended:
            future.result()
