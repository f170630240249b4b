"""A limit of time for what is done with one mail, so that it does not hold up the next."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from triage.errors import UnreadableMailError


class _TimeIsUp(BaseException):
    """The limit is reached. No Exception, for it must pass by every `except Exception`."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Break off what runs in the block when it takes too long.

    Works in the main thread of a process on Unix, where the worker runs; elsewhere it does
    nothing. A single call into a C library is broken off when it returns.

    Args:
        seconds: How long the block may take.

    Raises:
        UnreadableMailError: It took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def _break_off(_signal: int, _frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, _break_off)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _TimeIsUp as error:
        raise UnreadableMailError("too_slow", f"Reading it took over {seconds:g} s.") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
