"""Files that are written at once and whole: whoever reads one meanwhile gets the old or the new."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from knowledge.errors import KnowledgeError


class ExportError(KnowledgeError, OSError):
    """A file cannot be written or removed; files written before it are complete."""


def write_whole(path: Path, content: str) -> None:
    """Write a file as UTF-8; its folder is made where it is not there.

    Raises:
        ExportError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror}); check access and free space."
        ) from error


def remove(path: Path) -> None:
    """Remove a file.

    Raises:
        ExportError: It cannot be removed.
    """
    try:
        path.unlink()
    except OSError as error:
        raise ExportError(f"{path} cannot be removed ({error.strerror}); check access.") from error
