"""Fixtures for the tests of mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.triage.servers import RunningServers, running_servers


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[RunningServers]:
    """Embedded mail servers with an empty inbox."""
    with running_servers(tmp_path / "mail") as running:
        yield running
