"""Reads strangers' mails in a process of its own, within limits of time and memory.

One mail that takes too much of either ends that process alone, and never holds up another: each
thread that reads has a process to itself, which is kept for the next mail.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from select import select

from triage.errors import UnreadableMailError
from triage.parsing.message import ParsedMail
from triage.parsing.reader import ANSWER, QUESTION


@dataclass(frozen=True)
class Limits:
    """What reading one mail may take.

    Attributes:
        seconds: By the clock.
        computing_seconds: Of the processor, in whole seconds.
        memory: Bytes, for the process as a whole.
        memory_per_byte: Further bytes for each byte of the mail.
    """

    seconds: float = 60.0
    computing_seconds: int = 20
    memory: int = 500_000_000
    memory_per_byte: int = 12


LIMITS = Limits()
"""What a mail may take unless said otherwise."""

_KEPT = 4
"""So many processes wait for the next mail."""

_LARGE = 5_000_000
"""After a mail of so many bytes the process ends, for Python does not give all memory back."""


def read(
    raw: bytes,
    *,
    with_contents: bool = False,
    with_texts: bool = False,
    limits: Limits = LIMITS,
) -> ParsedMail:
    """Parse a mail as `message.parse` does, within limits. Any thread may call it.

    Args:
        raw: The mail as the server gave it.
        with_contents: Whether the bytes of the attachments are needed.
        with_texts: Whether the texts of the attachments are. A mail that can only be read without
            them is read without them.
        limits: What it may take.

    Raises:
        UnreadableMailError: It took more (`too_slow`, `too_much_memory`), or ended the process
            that read it (`ended_the_reader`).
    """
    if with_texts:
        with suppress(UnreadableMailError, _ReaderEndedError):
            return _read(raw, limits, contents=with_contents, texts=True)
    try:
        return _read(raw, limits, contents=with_contents)
    except _ReaderEndedError:
        # Perhaps it was ended from outside, while it waited or in the midst of this mail.
        try:
            return _read(raw, limits, contents=with_contents)
        except _ReaderEndedError as error:
            raise UnreadableMailError("ended_the_reader", str(error)) from error


class _ReaderEndedError(Exception):
    """The process has ended in the midst of a mail, and not at a limit."""


class _Reader:
    """One process that reads mails, one at a time."""

    def __init__(self) -> None:
        # In a session of its own: what a terminal or a supervisor sends to us does not end it in
        # the midst of a mail. It prints nothing, for that could be what a mail says.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "triage.parsing.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.is_spent = False

    def read(self, raw: bytes, limits: Limits, *, contents: bool, texts: bool) -> ParsedMail:
        """Have a mail parsed; unless that goes well, the process is spent."""
        self.is_spent = True
        memory = limits.memory + limits.memory_per_byte * len(raw)
        head = QUESTION.pack(len(raw), memory, limits.computing_seconds, contents, texts)
        answer = self._answer(head, raw, limits)
        found: ParsedMail | str = pickle.loads(answer)  # noqa: S301 (our own process wrote it)
        if isinstance(found, str):
            raise UnreadableMailError(found, f"Reading it took over {memory // 1_000_000} MB.")
        self.is_spent = len(raw) > _LARGE
        return found

    def _answer(self, head: bytes, raw: bytes, limits: Limits) -> bytes:
        source, target = self._process.stdin, self._process.stdout
        if source is None or target is None:
            raise _ReaderEndedError("It has no pipes.")
        try:
            source.write(head)
            source.write(raw)
            source.flush()
            if not select([target], [], [], limits.seconds)[0]:
                raise UnreadableMailError("too_slow", f"Reading it took over {limits.seconds:g} s.")
            size = target.read(ANSWER.size)
            if len(size) == ANSWER.size:
                (length,) = ANSWER.unpack(size)
                answer = target.read(length)
                if len(answer) == length:
                    return answer
        except BrokenPipeError:
            pass
        if self._process.wait() == -signal.SIGXCPU:
            raise UnreadableMailError(
                "too_slow", f"Reading it took over {limits.computing_seconds} s of computing."
            )
        raise _ReaderEndedError(f"The process ended with {self._process.returncode}.")

    @property
    def is_there(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()


class _Readers:
    """The processes that wait for a mail; each is used by one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Reader] = []

    @contextmanager
    def one(self) -> Iterator[_Reader]:
        """Lend a process, begun now where none waits."""
        reader = self._next() or _Reader()
        try:
            yield reader
        finally:
            with self._lock:
                is_kept = not reader.is_spent and len(self._waiting) < _KEPT
                if is_kept:
                    self._waiting.append(reader)
            if not is_kept:
                reader.end()

    def _next(self) -> _Reader | None:
        """Take one that waits, and is still there."""
        while True:
            with self._lock:
                if not self._waiting:
                    return None
                reader = self._waiting.pop()
            if reader.is_there:
                return reader
            reader.end()

    def end(self) -> None:
        """End all that wait."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for reader in waiting:
            reader.end()

    def leave(self) -> None:
        """Leave all to the process that this one was forked from."""
        self._lock = threading.Lock()
        self._waiting = []


_readers = _Readers()
atexit.register(_readers.end)
os.register_at_fork(after_in_child=_readers.leave)


def _read(raw: bytes, limits: Limits, *, contents: bool, texts: bool = False) -> ParsedMail:
    with _readers.one() as reader:
        return reader.read(raw, limits, contents=contents, texts=texts)
