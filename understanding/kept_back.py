"""Messages that the encoder is never tuned on, so that confidence can be measured on them.

An encoder that was tuned on a message knows it too well: what it makes of it says little about what
it will make of a stranger's. About one message in eight is therefore kept back from tuning, always
the same ones, by a hash of their text; the layer on top is trained on them like on all others.
"""

from __future__ import annotations

import hashlib

from language.normalisation import fold

_PARTS = 256
_KEPT_BACK = 32


def is_kept_back(text: str) -> bool:
    """Return whether a message is kept back; case, diacritics and outer spaces play no part."""
    digest = hashlib.blake2b(fold(text).strip().encode("utf-8", "replace"), digest_size=1).digest()
    return digest[0] % _PARTS < _KEPT_BACK
