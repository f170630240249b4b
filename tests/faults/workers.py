"""The workers of the fault test, and who starts them anew when they have ended."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import triage.worker
import triage.workers
from ankomst.logs import configure_logs
from settings import Settings
from storage.database import Database, DatabaseUnavailableError
from tests.triage.composition import worker_for

AWAY = 75
"""Exit code of a worker that could not begin since the database was away (EX_TEMPFAIL)."""

_LONGEST_PAUSE = 1.0
"""Seconds between two rounds that fail, at most."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.workers"])


def _work(configuration: Settings, log: Path) -> None:
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), 2)
    configure_logs("json")
    # Else whole runs would be sat out: nobody waits for minutes here.
    triage.worker.LONGEST_PAUSE = _LONGEST_PAUSE
    database = Database(configuration.effective_database_url())
    try:
        workers = triage.workers.Workers({"demo": worker_for(configuration, database)})
    except DatabaseUnavailableError:
        sys.exit(AWAY)
    signal.signal(signal.SIGTERM, lambda _number, _frame: workers.stop())
    workers.run()
    database.close()


class Workers:
    """Keeps workers running, as a supervisor does.

    Attributes:
        ends: The exit codes of workers that ended unasked and were not killed.
    """

    def __init__(self, configuration: Settings, log: Path, count: int) -> None:
        self.ends: list[int] = []
        self._configuration = configuration
        self._log = log
        self._running: list[multiprocessing.process.BaseProcess | None] = [None] * count
        self._not_before = [0.0] * count

    def keep_running(self) -> None:
        """Start those that have ended and have been away for long enough."""
        for place, worker in enumerate(self._running):
            if worker is None:
                self._start(place)
            elif worker.exitcode is not None:
                if worker.exitcode != -signal.SIGKILL:
                    self.ends.append(worker.exitcode)
                self._running[place] = None
                self._not_before[place] = time.monotonic() + 0.3

    def _start(self, place: int) -> None:
        if time.monotonic() >= self._not_before[place]:
            process = _context.Process(
                target=_work, args=(self._configuration, self._log), daemon=True
            )
            process.start()
            self._running[place] = process

    def kill_one(self, chance: Random, away_seconds: float, bit: Callable[[], None]) -> None:
        """Kill a worker; another is started after a while."""
        place = chance.randrange(len(self._running))
        worker = self._running[place]
        if worker is None or worker.exitcode is not None:
            return
        worker.kill()
        worker.join()
        self._running[place] = None
        self._not_before[place] = time.monotonic() + away_seconds
        bit()

    def restart_one(self, chance: Random, bit: Callable[[], None]) -> None:
        """Ask a worker to end after the mail in hand; another is started then."""
        worker = chance.choice(self._running)
        if worker is not None and worker.exitcode is None:
            worker.terminate()
            bit()

    def end(self) -> None:
        """Ask all to end, as a supervisor does."""
        running = [worker for worker in self._running if worker is not None]
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.join(30)
            if worker.exitcode is None:
                worker.kill()
                worker.join()
            self.ends.append(worker.exitcode or 0)
        self._running = [None] * len(self._running)

    def logged(self) -> Counter[str]:
        """Return how often what was logged, each kind of error apart."""
        counted: Counter[str] = Counter()
        for line in self._log.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                counted["a line in pieces"] += 1  # The disk was full in the middle of it.
                continue
            error = str(event.get("error", "")).partition(":")[0]
            where = str(event.get("where", "")).partition(" <")[0]
            counted[" ".join(filter(None, (event["event"], error, where)))] += 1
        return counted
