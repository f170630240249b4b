"""How log lines are written, the same in every process."""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO, cast

import structlog


def configure_logs(form: Literal["console", "json"]) -> None:
    """Write structured log lines to standard error, from level info on.

    Args:
        form: `console` for people, `json` for machines.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        # Other forms of traceback print local variables, which hold what people wrote.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if form == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _GoesOn(sys.stderr))),
    )


class _GoesOn:
    """Writes lines on; where there is no room for one, the process that logs goes on all the same.

    Else a full disk under the log would end the worker, and no mail be taken in, wherever that is
    kept. That lines are missing is said as soon as there is room.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lost = 0

    def write(self, line: str) -> None:
        """Write a line, or count it as lost."""
        missing = f"{self._lost} log lines may be missing: there was no room for them.\n"
        try:
            self._stream.write(missing + line if self._lost else line)
            self._stream.flush()
        except OSError:
            self._lost += 1
        else:
            self._lost = 0

    def flush(self) -> None:
        """Do nothing: each line was flushed."""
