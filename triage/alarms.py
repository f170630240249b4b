"""Alarms in the log: each trouble once, however often it is met again, and that it is over."""

from __future__ import annotations

from typing import Any

import structlog

_log = structlog.get_logger(__name__)


class Alarms:
    """The troubles that last; whoever watches the log is told of each when it begins and ends."""

    def __init__(self) -> None:
        self._lasting: set[str] = set()

    def sound(self, trouble: str, event: str, **fields: Any) -> None:
        """Write a line of level error when a trouble begins, and lines of level info while it lasts.

        Args:
            trouble: What it is about; the same while it is the same trouble.
            event: Of the log line.
            **fields: Of the log line; no text of a person.
        """
        if trouble in self._lasting:
            _log.info(event, still=True, **fields)
            return
        self._lasting.add(trouble)
        _log.error(event, **fields)

    def end(self, trouble: str) -> None:
        """Write that a trouble is over, if there was one."""
        if trouble in self._lasting:
            self._lasting.discard(trouble)
            _log.info("trouble_over", trouble=trouble)
