"""Which texts the encoder was tuned on, and which are kept back from that.

An encoder that was tuned on a message knows it too well: what it makes of it says little about what
it will make of a stranger's. About one message in eight is therefore kept back, always the same
ones, and beside the weights lie the fingerprints of the others. Confidence is measured on what is
not among them; the layer on top is trained on all.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from language.normalisation import fold
from understanding.errors import EncoderError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BYTES = 8
_PARTS = 256
_KEPT_BACK = 32


def text_fingerprint(text: str) -> bytes:
    """Return the fingerprint of a text; case, diacritics and outer spaces play no part."""
    folded = fold(text).strip().encode("utf-8", "replace")
    return hashlib.blake2b(folded, digest_size=_BYTES).digest()


def is_kept_back(text: str) -> bool:
    """Return whether a message is kept back from tuning."""
    return text_fingerprint(text)[0] % _PARTS < _KEPT_BACK


def write_fingerprints(path: Path, fingerprints: Iterable[bytes]) -> None:
    """Write fingerprints, each once."""
    path.write_bytes(b"".join(sorted(set(fingerprints))))


def read_fingerprints(path: Path) -> frozenset[bytes]:
    """Read what `write_fingerprints` wrote.

    Raises:
        EncoderError: The file is missing or cut short.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"{path} cannot be read ({error}); install the project anew.") from error
    if len(content) % _BYTES:
        raise EncoderError(f"{path} is cut short; install the project anew.")
    return frozenset(content[i : i + _BYTES] for i in range(0, len(content), _BYTES))
