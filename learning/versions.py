"""The models on disk: a folder a version, named by what it was made from.

The same files and the same training data give the same name, so that a version is never made twice.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_UNFINISHED = "unfinished-"
_LEFT_AFTER_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Version:
    """A model on disk.

    Attributes:
        folder: Where its files are.
    """

    folder: Path

    @property
    def name(self) -> str:
        """Two hashes with a hyphen: of the files, and of the training data that it was made from."""
        return self.folder.name

    @property
    def understanding(self) -> Path:
        """The weights."""
        return self.folder / "understanding.npz"

    @property
    def archive(self) -> Path:
        """Rasa's archive, which carries the same weights."""
        return self.folder / "rasa.tar.gz"

    @property
    def judgements(self) -> Path:
        """What it makes of its training messages, out of fold."""
        return self.folder / "judgements.json.gz"

    @property
    def is_complete(self) -> bool:
        """Whether all its files are there."""
        return all(p.is_file() for p in (self.understanding, self.archive, self.judgements))


class Versions:
    """All models on disk.

    Args:
        models_directory: Their folders are in `versions` in it.
    """

    def __init__(self, models_directory: Path) -> None:
        self._folder = models_directory / "versions"

    def version(self, name: str) -> Version:
        """Return the version of a name, whether it is there or not."""
        return Version(self._folder / name)

    @contextmanager
    def making(self, name: str) -> Iterator[Version]:
        """Give a folder to make a version in; it takes its name when the block ends well."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
        try:
            unfinished.chmod(0o755)  # the other processes may run as other users
            yield Version(unfinished)
            self.remove(name)
            os.replace(unfinished, self._folder / name)  # noqa: PTH105 (the atomic one)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def remove(self, name: str) -> None:
        """Remove a version, if it is there."""
        if self.version(name).folder.exists():
            shutil.rmtree(self.version(name).folder)

    def _remove_leftovers(self) -> None:
        """Remove what trainings left that were ended halfway long ago."""
        for folder in self._folder.glob(f"{_UNFINISHED}*"):
            if time.time() - folder.stat().st_mtime > _LEFT_AFTER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
