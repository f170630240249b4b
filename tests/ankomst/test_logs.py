"""Log lines: where they cannot be written, work goes on, and it is said that some are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import structlog

from ankomst.logs import configure_logs


def test_a_full_disk_under_the_log_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every write to this device fails as on a full disk.
    with Path("/dev/full").open("w", encoding="utf-8") as log:
        monkeypatch.setattr("sys.stderr", log)
        configure_logs("json")
        logger = structlog.get_logger()
        logger.warning("first")
        logger.warning("second")
        with (tmp_path / "log").open("w", encoding="utf-8") as with_room:
            os.dup2(with_room.fileno(), log.fileno())
            logger.warning("third")
    written = (tmp_path / "log").read_text(encoding="utf-8")
    assert "2 log lines may be missing" in written
    assert '"event": "third"' in written
