"""The limit of time on reading a mail."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from triage.errors import UnreadableMailError
from triage.limits import time_limit


def test_what_takes_too_long_is_broken_off() -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableMailError) as caught, time_limit(0.2):
        # An expression that takes longer than the age of the world.
        re.match(r"(a+)+$", "a" * 60 + "b")
    assert caught.value.reason == "too_slow"
    assert time.monotonic() - began < 5


def _catches_everything() -> None:
    while True:
        try:
            time.sleep(5)
        except Exception:  # noqa: BLE001, S112
            continue


def test_it_passes_by_whoever_catches_everything() -> None:
    with pytest.raises(UnreadableMailError), time_limit(0.1):
        _catches_everything()


def test_afterwards_nothing_is_left() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(5):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_in_another_thread_it_does_nothing() -> None:
    done = []

    def _run() -> None:
        with time_limit(0.01):
            time.sleep(0.1)
            done.append(True)

    thread = threading.Thread(target=_run)
    thread.start()
    thread.join()
    assert done == [True]
