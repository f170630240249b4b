"""Versions on disk: whole or not there."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from learning.versions import Versions


def test_a_version_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    with versions.making("a-1") as version:
        version.understanding.write_bytes(b"first")
        assert not versions.version("a-1").folder.exists()
    assert versions.version("a-1").understanding.read_bytes() == b"first"
    assert not versions.version("a-1").is_complete  # without archive and judgements
    with versions.making("a-1") as version:
        for path in (version.understanding, version.archive, version.judgements):
            path.write_bytes(b"second")
    assert versions.version("a-1").understanding.read_bytes() == b"second"
    assert versions.version("a-1").is_complete
    versions.remove("a-1")
    versions.remove("a-1")
    assert not versions.version("a-1").folder.exists()


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    versions = Versions(tmp_path)

    def broken_off() -> None:
        with versions.making("a-1") as version:
            version.archive.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert list((tmp_path / "versions").iterdir()) == []


def test_what_a_killed_training_left_is_removed_a_day_later(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    old, young = (tmp_path / "versions" / f"unfinished-{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    with versions.making("a-1") as version:
        version.archive.touch()
    assert not old.exists()
    assert young.exists()
