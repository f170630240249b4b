"""Static files, served from memory under addresses that hold a hash of their content.

All files share one hash: a style sheet names its fonts by relative addresses, which so stay under
the hash as well, and an address that was ever served never changes its content.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.responses import Response

PREFIX = "/static"

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
_COMPRESSED = frozenset({".css", ".js", ".mjs", ".svg"})


@dataclass(frozen=True)
class StaticFile:
    """One file: its content, and the content compressed with gzip where that helps."""

    content: bytes
    compressed: bytes | None
    media_type: str


class StaticFiles:
    """All static files of all rooms, read once.

    Args:
        folders: Where files lie, by the first part of their address ("" for none).
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._files: dict[str, StaticFile] = {}
        for prefix, folder in folders.items():
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix in _MEDIA_TYPES:
                    name = PurePosixPath(prefix, path.relative_to(folder).as_posix())
                    self._files[str(name)] = static_file(path.read_bytes(), path.suffix)
        digest = hashlib.sha256()
        for key, file in sorted(self._files.items()):
            digest.update(key.encode() + b"\0" + hashlib.sha256(file.content).digest())
        self.digest = digest.hexdigest()[:16]

    def url(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: There is no such file; the template that asks for it is wrong.
        """
        if name not in self._files:
            raise KeyError(f"There is no static file {name}.")
        return f"{PREFIX}/{self.digest}/{name}"

    def names(self) -> list[str]:
        """Return the names of all files."""
        return sorted(self._files)

    def find(self, name: str) -> StaticFile | None:
        """Return a file, or None."""
        return self._files.get(name)


def static_file(content: bytes, suffix: str) -> StaticFile:
    """Return a file of some content, compressed where that helps.

    Args:
        content: Of the file.
        suffix: Tells what it is, such as `.js`; a kind of file that we serve.
    """
    compressed = gzip.compress(content, mtime=0) if suffix in _COMPRESSED else None
    if compressed is not None and len(compressed) >= len(content):
        compressed = None
    return StaticFile(content, compressed, _MEDIA_TYPES[suffix])


def file_response(file: StaticFile, accept_encoding: str, cache_control: str) -> Response:
    """Return a file as a response, compressed where the browser takes that.

    Args:
        file: What is sent.
        accept_encoding: The header of that name.
        cache_control: How long it may be kept.
    """
    headers = {"Cache-Control": cache_control}
    content = file.content
    if file.compressed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
            content = file.compressed
    return Response(content, media_type=file.media_type, headers=headers)
