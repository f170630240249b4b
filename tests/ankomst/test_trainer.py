"""`ankomst trainer`: the runs it carries out in processes of their own, with the small data."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from ankomst.trainer import Trainer
from learning import runs
from learning.models import RunState, TrainingRun
from learning.training_queue import Progress, Unchanged
from settings import PREFIX, Settings
from storage.database import Database
from tests.learning.carried_out import adopted, asked

_ANKOMST = str(Path(sys.executable).parent / "ankomst")


def _found(database: Database, run_id: int) -> TrainingRun:
    with database.transaction() as session:
        run = session.get(TrainingRun, run_id)
    assert run is not None
    return run


def _wait_until(condition: Callable[[], bool], seconds: float = 600) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.1)


def _configuration(database: Database, data: Path) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(_env_file=None, database_url=url, data_directory=data, encoder="hashing")


@contextmanager
def _running(trainer: Trainer) -> Iterator[None]:
    thread = threading.Thread(target=trainer.run)
    thread.start()
    try:
        yield
    finally:
        trainer.stop()
        thread.join(30)
        assert not thread.is_alive()


# These run in the processes of runs.


def _tells_and_ends(_configuration: Settings, pipe: Connection) -> None:
    os.setsid()
    pipe.send(Progress("encoding", 3, 7))
    time.sleep(3)
    pipe.send(Unchanged())


def _breaks_off(_configuration: Settings, pipe: Connection) -> None:
    os.setsid()
    pipe.send(Progress("fitting"))
    os._exit(3)


def _never_ends(configuration: Settings, pipe: Connection) -> None:
    os.setsid()
    child = subprocess.Popen(["sleep", "600"])
    (configuration.data_directory / "pids").write_text(f"{os.getpid()} {child.pid}")
    pipe.send(Progress("archive"))
    time.sleep(600)


def test_how_far_a_run_is_stands_in_the_database(database: Database, tmp_path: Path) -> None:
    trainer = Trainer(_configuration(database, tmp_path), database, _tells_and_ends)
    run_id = asked(database)
    with _running(trainer):
        _wait_until(lambda: _found(database, run_id).done == 3)
        run = _found(database, run_id)
        assert (run.state, run.stage, run.total) == (RunState.TRAINING, "encoding", 7)
        _wait_until(lambda: not _found(database, run_id).is_under_way)
    assert _found(database, run_id).state == RunState.UNCHANGED


def test_a_process_that_breaks_off_has_failed(database: Database, tmp_path: Path) -> None:
    run_id = asked(database)
    with _running(Trainer(_configuration(database, tmp_path), database, _breaks_off)):
        _wait_until(lambda: not _found(database, run_id).is_under_way)
    run = _found(database, run_id)
    assert (run.state, run.failure) == (RunState.FAILED, "broken")


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_stopped_trainer_leaves_no_process_and_its_run_to_the_next(
    database: Database, tmp_path: Path
) -> None:
    configuration = _configuration(database, tmp_path)
    run_id = asked(database)
    with _running(Trainer(configuration, database, _never_ends)):
        _wait_until(lambda: _found(database, run_id).stage == "archive")
        pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
        assert all(_is_alive(pid) for pid in pids)
    _wait_until(lambda: not any(_is_alive(pid) for pid in pids), 10)
    run = _found(database, run_id)
    assert (run.is_under_way, run.claimed_by, run.attempts) == (True, None, 0)
    with _running(Trainer(configuration, database, _tells_and_ends)):
        _wait_until(lambda: not _found(database, run_id).is_under_way)


@pytest.mark.rasa
@pytest.mark.timeout(1200)  # two trainings, one of them killed; 254 s on two quick cores
def test_a_training_as_an_admin_asks_for_it(sqlite_database: Database, tmp_path: Path) -> None:
    """The command as a process: killed once, taken up again, and then a model to decide about."""
    environment = {
        **{name: v for name, v in os.environ.items() if not name.startswith(PREFIX)},
        f"{PREFIX}ENV_FILE": os.devnull,
        f"{PREFIX}DATABASE_URL": str(sqlite_database.engine.url),
        f"{PREFIX}DATA_DIRECTORY": str(tmp_path),
        f"{PREFIX}ENCODER": "hashing",
    }

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen([_ANKOMST, "trainer"], env=environment)

    run_id = asked(sqlite_database)
    trainer = started()
    _wait_until(lambda: _found(sqlite_database, run_id).stage == "fitting")
    trainer.kill()
    trainer.wait()
    # Its claim would end within a minute.
    with sqlite_database.transaction() as session:
        session.get_one(TrainingRun, run_id).claimed_until = None
    trainer = started()
    try:
        _wait_until(lambda: not _found(sqlite_database, run_id).is_under_way)
        run = _found(sqlite_database, run_id)
        assert (run.state, run.attempts) == (RunState.EVALUATED, 2), run.last_error
        assert run.figures
        with sqlite_database.transaction() as session:
            assert run.version is not None
            runs.adopt(session, run.version, [])
        again = asked(sqlite_database)
        _wait_until(lambda: not _found(sqlite_database, again).is_under_way)
        assert _found(sqlite_database, again).state == RunState.UNCHANGED
    finally:
        trainer.send_signal(signal.SIGTERM)
        assert trainer.wait(30) == 0


def test_adopted_models_are_no_work(sqlite_database: Database, tmp_path: Path) -> None:
    adopted(sqlite_database)
    trainer = Trainer(_configuration(sqlite_database, tmp_path), sqlite_database, _breaks_off)
    with _running(trainer):
        time.sleep(1.5)
    with sqlite_database.transaction() as session:
        assert runs.under_way(session) is None
        assert runs.active(session) is not None
