"""Mails are read in a process of its own, which ends at its limits and harms nobody."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.triage.composition import a_mail
from triage.errors import UnreadableMailError
from triage.parsing import reading
from triage.parsing.message import parse
from triage.parsing.reading import Limits, read

PAPER = b"%PDF-1.4" + bytes(range(256)) * 40
WITH_A_FILE = (
    b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nhej\n--b\n'
    b"Content-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(PAPER)
    + b"--b--\n"
)
LARGE = WITH_A_FILE.replace(b"hej", b"hej du der\n" * 3_000_000)


def _processes() -> set[int]:
    """The processes that this one has begun to read mails."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = path.with_name("cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if (
            int(fields[1]) == os.getpid()
            and fields[0] != "Z"
            and b"triage.parsing.reader" in command
        ):
            found.add(int(path.parent.name))
    return found


def test_it_gives_what_the_parser_gives() -> None:
    for raw in (a_mail(1), b"", b"\x00\xff", WITH_A_FILE):
        assert read(raw) == parse(raw)


def test_contents_come_where_they_are_wanted() -> None:
    assert read(WITH_A_FILE).attachments[0].content == b""
    assert read(WITH_A_FILE, with_contents=True).attachments[0].content == PAPER


def test_one_process_reads_one_mail_after_the_other() -> None:
    read(a_mail(1))
    before = _processes()
    for number in range(20):
        read(a_mail(number))
    assert _processes() == before


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(seconds=0.01), "too_slow"),
        (Limits(computing_seconds=0), "too_slow"),
        (Limits(memory=150_000_000, memory_per_byte=0), "too_much_memory"),
    ],
)
def test_at_a_limit_it_is_the_mails_own_fault(limits: Limits, reason: str) -> None:
    with pytest.raises(UnreadableMailError) as caught:
        read(LARGE, limits=limits)
    assert caught.value.reason == reason
    assert read(a_mail(1)) == parse(a_mail(1))


def test_a_slow_mail_holds_up_no_other() -> None:
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(read, LARGE, limits=Limits(seconds=0.5))
        began = time.monotonic()
        assert pool.submit(read, a_mail(1)).result() == parse(a_mail(1))
        assert time.monotonic() - began < 5
        with pytest.raises(UnreadableMailError):
            slow.result()


def test_many_threads_read_at_once() -> None:
    mails = [a_mail(number) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, mails)) == [parse(raw) for raw in mails]


def test_a_process_that_was_ended_while_it_waited_is_made_anew() -> None:
    read(a_mail(1))
    for process in _processes():
        os.kill(process, signal.SIGKILL)
    while _processes():
        time.sleep(0.01)
    assert read(a_mail(1)) == parse(a_mail(1))


def test_a_mail_that_ends_the_process_twice_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_readers", reading._Readers())
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with pytest.raises(UnreadableMailError) as caught:
        read(a_mail(1))
    assert caught.value.reason == "ended_the_reader"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_the_one_that_began_it(number: signal.Signals) -> None:
    script = """
        import os, time
        from triage.parsing import reading
        reading.read(b"Subject: x")
        print(reading._readers._waiting[0]._process.pid, flush=True)
        time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        reader = int(parent.stdout.readline())
        parent.send_signal(number)
        parent.wait()
    for _ in range(100):
        if not Path(f"/proc/{reader}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the process is still there after ten seconds")


def test_a_fork_begins_processes_of_its_own() -> None:
    read(a_mail(1))
    child = os.fork()
    if child == 0:
        os._exit(0 if not reading._readers._waiting else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
