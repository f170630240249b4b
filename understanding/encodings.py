"""Encodings of texts, kept on disk, so that only what is new is encoded."""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from understanding.encoder import Encoder

_BATCH = 64


class KeptEncoder:
    """An encoder that remembers: what it has encoded before it takes from a file.

    The file holds what was asked for since it was opened, so that texts which are no longer
    used go out of it. It may be deleted at any time.

    Args:
        encoder: Encodes what is new.
        directory: Where the file is; its name is made from the encoder's name and version.
        progress: Called after each batch with the number of texts that were encoded so far, and
            how many there will be when what was asked for is done.
    """

    def __init__(
        self, encoder: Encoder, directory: Path, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._encoder = encoder
        self._progress = progress
        self.name = encoder.name
        self.version = encoder.version
        self.dimensions = encoder.dimensions
        self._path = directory / f"encodings-{encoder.name}-{encoder.version}.npz"
        self._before = _read(self._path, encoder.dimensions)
        self._used: dict[bytes, NDArray[np.float32]] = {}
        self.encoded = 0
        """How many texts had to be encoded anew."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts, as `Encoder.encode`."""
        keys = [_key(text) for text in texts]
        for key in keys:
            if key not in self._used and key in self._before:
                self._used[key] = self._before[key]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._used}
        total = self.encoded + len(new)
        for start in range(0, len(new), _BATCH):
            batch = list(new.items())[start : start + _BATCH]
            vectors = self._encoder.encode([text for _, text in batch])
            self._used.update(zip((key for key, _ in batch), vectors, strict=True))
            self.encoded += len(batch)
            if self._progress is not None:
                self._progress(self.encoded, total)
        if not keys:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([self._used[key] for key in keys])

    def was_tuned_on(self, text: str) -> bool:
        """Return whether the encoder was tuned on a text, as `Encoder.was_tuned_on`."""
        return self._encoder.was_tuned_on(text)

    def save(self) -> None:
        """Write the file, whole or not at all; of several processes the last one's stays."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._used), dtype=np.uint8).reshape(-1, _KEY_BYTES)
        vectors = np.array(list(self._used.values()), dtype=np.float32)
        unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        with unfinished.open("wb") as file:
            np.savez(file, keys=keys, vectors=vectors.reshape(len(keys), self.dimensions))
        os.replace(unfinished, self._path)  # noqa: PTH105 (the atomic one, by its plain name)


_KEY_BYTES = 16


def _key(text: str) -> bytes:
    encoded = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, digest_size=_KEY_BYTES).digest()


def _read(path: Path, dimensions: int) -> dict[bytes, NDArray[np.float32]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            keys, vectors = arrays["keys"], arrays["vectors"]
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
        return {}  # nothing kept yet, or a broken file: everything is encoded anew
    if vectors.shape != (len(keys), dimensions):
        return {}
    return {bytes(key): vector for key, vector in zip(keys, vectors, strict=True)}
