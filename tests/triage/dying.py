"""Worker processes for tests that end by SIGKILL right after a step of theirs.

The step comes from the observer that every worker's composition takes; nothing in the product
knows of it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event

from settings import Settings
from storage.database import Database
from tests.triage.composition import worker_for
from triage.workers import Workers

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.triage.warmed"])


@dataclass
class KillAfter:
    """Kills its own process after a step; `times` says at which occurrence of it."""

    step: str
    times: int = 1
    seen: int = field(default=0)

    def __call__(self, step: str, _mail_id: int) -> None:
        """Count the step, and end."""
        if step == self.step:
            self.seen += 1
            if self.seen == self.times:
                os.kill(os.getpid(), signal.SIGKILL)


def _work(configuration: Settings, step: str, times: int, ready: Event) -> None:
    database = Database(configuration.effective_database_url())
    workers = Workers({"demo": worker_for(configuration, database, KillAfter(step, times))})
    signal.signal(signal.SIGTERM, lambda _number, _frame: workers.stop())
    ready.set()
    workers.run()
    database.close()


def start_worker(
    configuration: Settings, step: str = "never", times: int = 1
) -> multiprocessing.process.BaseProcess:
    """Start a worker in a process of its own, which dies after a step; it can be ended at once."""
    ready = _context.Event()
    process = _context.Process(target=_work, args=(configuration, step, times, ready), daemon=True)
    process.start()
    assert ready.wait(60), "the worker did not start"
    return process


def wait_for_death(process: multiprocessing.process.BaseProcess) -> None:
    """Wait until the worker was killed by its own hand."""
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"the worker did not die: {process.exitcode}"


def end_worker(process: multiprocessing.process.BaseProcess) -> None:
    """Ask a worker to end, as a supervisor does, and check that it ends cleanly."""
    process.terminate()
    process.join(30)
    assert process.exitcode == 0
