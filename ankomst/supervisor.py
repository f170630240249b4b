"""All processes of the system under one supervisor, on one machine."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from honcho import manager as honcho_manager

from settings import ROOT, Settings

_STOP_SECONDS = 30
"""So long all may take to end; honcho's own 5 s are too short for the mail that is in hand."""


def processes(configuration: Settings) -> dict[str, str]:
    """Return the processes to start: name -> arguments of `ankomst`.

    In the demo the embedded mail servers are among them.
    """
    commands = {
        "rasa": "bot rasa",
        "actions": "bot actions",
        "web": "web",
        "triage": "triage worker",
        "trainer": "trainer",
        "ready": "ready",
    }
    return {"mail": "mailservers", **commands} if configuration.demo else commands


def supervise(configuration: Settings) -> int:
    """Start all processes, relay their output, and stop all when one ends or on Ctrl-C.

    Returns:
        The exit code: 0 after Ctrl-C or a request to end, else that of the process that ended.
    """
    honcho_manager.KILL_WAIT = _STOP_SECONDS
    manager = honcho_manager.Manager()
    # The script beside this Python: `ankomst` of the environment that is running now.
    program = shlex.quote(str(Path(sys.executable).parent / "ankomst"))
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for name, arguments in processes(configuration).items():
        manager.add_process(name, f"exec {program} {arguments}", env=environment, cwd=str(ROOT))
    manager.loop()
    stopped_on_request = manager.returncode in (130, 143)
    return 0 if stopped_on_request else int(manager.returncode or 0)
