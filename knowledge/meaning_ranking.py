"""Ranks texts by their meaning: how near a question's vector lies to theirs.

Vectors know no border of language: a question in Polish lies near an English text that answers it.
A text takes the encoder tens of milliseconds, so vectors are made in the background, once for each
text, and kept in files. Until those of some texts are there, nothing is ranked by meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import lru_cache, partial
from pathlib import Path
from threading import Event

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.word_ranking import Ranked
from language.languages import Language
from understanding.encoder import Encoder
from understanding.encodings import KeptEncoder
from web.request_log import error_fields

_log = structlog.get_logger(__name__)

# Encoding takes longer the longer a question is; 100 characters take about 20 ms.
_MOST_ENCODED = 100

# The same question comes again: from people who go back, and from others.
_QUESTIONS_KEPT = 256

# Kept vectors are there sooner than this; whoever asks first need not do without them.
_PATIENCE_SECONDS = 0.3

# Between two texts, so that a question gets its turn with the encoder.
_PAUSE_SECONDS = 0.002


class MeaningRanking:
    """An index of texts by their vectors.

    Args:
        encoder: Encodes the questions.
        size: How many texts there are.
    """

    def __init__(self, encoder: Encoder, size: int) -> None:
        self._encode = lru_cache(_QUESTIONS_KEPT)(partial(_encoded, encoder))
        self._size = size
        self._vectors: NDArray[np.float32] | None = None

    def take(self, vectors: NDArray[np.float32]) -> None:
        """Begin to rank by the vectors of the texts, one a row."""
        self._vectors = vectors

    def rank(self, question: str) -> Ranked:
        """Return how much nearer than all texts in the mean each one is to a question.

        Cosines of unrelated texts differ from question to question, so that only what stands out
        tells anything. No words are to be marked.

        Args:
            question: Words or a sentence, in any language.
        """
        vectors = self._vectors
        if vectors is None or not question.strip():
            return Ranked(np.zeros(self._size, dtype=np.float32), frozenset())
        nearness = vectors @ self._encode(question[:_MOST_ENCODED])
        return Ranked(np.maximum(nearness - nearness.mean(), 0), frozenset())


def _encoded(encoder: Encoder, question: str) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = encoder.encode([question])[0]
    return vector


class Meanings:
    """Makes rankings by meaning, and the vectors that they need.

    Args:
        encoder: Of texts and questions.
        directory: Where vectors are kept, a file a language. Several processes may share it: each
            writes whole files, with the vectors of what is published.
    """

    def __init__(self, encoder: Encoder, directory: Path) -> None:
        self._encoder = encoder
        self._directory = directory
        self._kept: dict[Language, KeptEncoder] = {}
        self._background = ThreadPoolExecutor(1, thread_name_prefix="meanings")
        self._closed = Event()

    def ranking(self, texts: Sequence[str], language: Language) -> MeaningRanking:
        """Return a ranking of texts, which begins as soon as their vectors are there.

        Args:
            texts: What is searched.
            language: Their language.
        """
        ranking = MeaningRanking(self._encoder, len(texts))
        filling = self._background.submit(self._fill, ranking, texts, language)
        filling.add_done_callback(_tell)
        wait([filling], _PATIENCE_SECONDS)
        return ranking

    def finish(self) -> None:
        """Wait until the vectors of all rankings are there; it may take minutes."""
        self._background.submit(lambda: None).result()

    def close(self) -> None:
        """Stop making vectors; those that are not kept yet are made after the next start."""
        self._closed.set()
        self._background.shutdown(cancel_futures=True)

    def _fill(self, ranking: MeaningRanking, texts: Sequence[str], language: Language) -> None:
        if language not in self._kept:
            self._kept[language] = KeptEncoder(self._encoder, self._directory / language)
        kept = self._kept[language]
        before = kept.encoded
        rows = []
        for text in texts:
            if self._closed.wait(_PAUSE_SECONDS if kept.encoded > before else 0):
                return
            rows.append(kept.encode([text])[0])
        ranking.take(np.stack(rows))
        if kept.encoded > before:
            kept.save()


def _tell(filling: Future[None]) -> None:
    if not filling.cancelled() and (error := filling.exception()) is not None:
        # Searching goes on by words, or by vectors that the next start makes again.
        _log.error("meaning_not_kept", **error_fields(error))
