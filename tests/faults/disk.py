"""A small disk that can be full: a tmpfs, which only root may mount."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class SmallDisk:
    """A folder with little room, if this machine lets us have one.

    Attributes:
        folder: Where it is.
        can_be_full: False where nothing could be mounted: then it is a folder like any other.
    """

    def __init__(self, folder: Path, *, can_be_full: bool) -> None:
        self.folder = folder
        self.can_be_full = can_be_full
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            for size in (1_000_000, 4_096):
                with suppress(OSError):
                    while ballast.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        """Have room again."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of so many megabytes, mounted while it is needed."""
    folder.mkdir(parents=True)
    mounted = os.geteuid() == 0 and not _run(
        "mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)
    )
    folder.chmod(0o755)
    try:
        yield SmallDisk(folder, can_be_full=mounted)
    finally:
        if mounted:
            _run("umount", "-l", str(folder))


def _run(*command: str) -> int:
    return subprocess.run(command, check=False, capture_output=True).returncode
