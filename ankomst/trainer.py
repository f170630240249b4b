"""The trainer: waits for trainings that admins ask for, and carries out one at a time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import structlog

from learning.training_queue import End, Failed, Progress, TrainingQueue
from settings import Settings
from storage.database import Database, DatabaseUnavailableError
from triage.errors import ClaimLostError
from triage.worker import worker_name

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
_SIGN_OF_LIFE_SECONDS = 5.0
CLAIM_SECONDS = 60.0
"""After how long without a sign of life another trainer takes up a run."""

Process = Callable[[Settings, Connection], None]


def _carry_out(configuration: Settings, pipe: Connection) -> None:
    # Imported here: the process that waits for runs stays at half the memory.
    from ankomst.training_process import carry_out  # noqa: PLC0415

    carry_out(configuration, pipe)


class Trainer:
    """Takes up runs and has each carried out in a process of its own.

    Args:
        configuration: The settings.
        database: Where the runs are.
        process: What is done in the process of a run.
        claim_seconds: After how long without a sign of life another trainer takes up a run.
    """

    def __init__(
        self,
        configuration: Settings,
        database: Database,
        process: Process = _carry_out,
        claim_seconds: float = CLAIM_SECONDS,
    ) -> None:
        self._configuration = configuration
        self._process = process
        self._queue = TrainingQueue(database, worker_name(), claim_seconds)
        self._is_stopping = False

    def stop(self) -> None:
        """Let `run` return soon; a run that is being carried out is left for the next trainer.

        Safe to call from a signal handler: no lock is taken that the interrupted code may hold.
        """
        self._is_stopping = True

    def run(self) -> None:
        """Carry out what is asked for, until stopped."""
        while not self._is_stopping:
            try:
                run_id = self._queue.take()
                if run_id is not None:
                    self._carry_out(run_id)
                    continue
            except DatabaseUnavailableError as error:
                _log.warning("database_away", reason=str(error))
            except ClaimLostError:
                _log.warning("run_taken_over")
            time.sleep(_LOOK_SECONDS)
        with contextlib.suppress(DatabaseUnavailableError):  # the claim ends by itself
            self._queue.release()

    def _carry_out(self, run_id: int) -> None:
        _log.info("training", run=run_id)
        context = multiprocessing.get_context("spawn")
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=self._process, args=(self._configuration, sending))
        process.start()
        sending.close()
        try:
            end = self._followed(run_id, receiving)
        finally:
            _end(process)
            receiving.close()
        if end is not None:
            self._queue.end(run_id, end)
            _log.info("training_ended", run=run_id, how=type(end).__name__.lower())

    def _followed(self, run_id: int, pipe: Connection) -> End | None:
        """Pass on how far a run is until it ends; None when the trainer is to stop before."""
        silent = 0.0
        while not self._is_stopping:
            if not pipe.poll(_LOOK_SECONDS):
                silent += _LOOK_SECONDS
                if silent >= _SIGN_OF_LIFE_SECONDS:
                    self._queue.note(run_id, None)
                    silent = 0.0
                continue
            try:
                said = pipe.recv()
            except EOFError:
                return Failed("broken", "")
            if not isinstance(said, Progress):
                return said  # type: ignore[no-any-return]
            self._queue.note(run_id, said)
        return None


def _end(process: BaseProcess) -> None:
    """End a process and what it has started; it may have ended by itself."""
    if process.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
