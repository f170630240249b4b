"""Questions grouped by what they mean, so that many are decided about at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event

import numpy as np
import structlog
from numpy.typing import NDArray

from conversations.unanswered import Unanswered
from understanding.encoder import Encoder
from web.request_log import error_fields

_log = structlog.get_logger(__name__)

MOST_QUESTIONS = 2_000
"""Of one grouping: those that were asked most often, then the newest. They take 30 MB and under a
second; ten times as many would take 3 GB."""

# Mean distance (1 - cosine) within a group. Measured on 2,094 training messages of topics in six
# languages: at 0.10 a group of two or more has 84 % of its messages from one topic, and 60 % of all
# messages are in one; at 0.08 90 % and 28 %, at 0.12 76 % and 85 %.
_WIDEST = 0.10

# Encoding takes longer the longer a text is; 100 characters take about 20 ms.
_MOST_ENCODED = 100

# In memory alone: vectors of what people wrote stand in no file. 20,000 take 30 MB.
_MOST_KEPT = 20_000
_BATCH = 16
_PATIENCE_SECONDS = 1.0

# Between two batches, so that a question to the search gets its turn with the encoder.
_PAUSE_SECONDS = 0.005


@dataclass(frozen=True)
class Group:
    """Questions in one language that mean about the same.

    Attributes:
        language: Of what the bot said to them; None where that is not known.
        questions: The one that was asked most often first.
    """

    language: str | None
    questions: tuple[Unanswered, ...]

    @property
    def count(self) -> int:
        """How often they were asked, all together."""
        return sum(question.count for question in self.questions)


@dataclass(frozen=True)
class Grouping:
    """Questions in groups.

    Attributes:
        groups: The one that was asked most often first.
        unread: How many questions have not been read yet; they stand in no group.
        left_out: How many were asked less often than those that are grouped at once.
    """

    groups: tuple[Group, ...]
    unread: int
    left_out: int


class QuestionGroups:
    """Groups questions; their vectors are made in the background and kept in memory.

    Args:
        encoder: Of the questions; None where there is no meaning to go by: then each question is a
            group of its own.
    """

    def __init__(self, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        self._background = ThreadPoolExecutor(1, thread_name_prefix="question-groups")
        self._reading: Future[None] | None = None
        self._closed = Event()

    @property
    def go_by_meaning(self) -> bool:
        """Whether questions are grouped by meaning."""
        return self._encoder is not None

    def group(self, questions: Sequence[Unanswered]) -> Grouping:
        """Group questions by language and meaning.

        It takes a second at most for reading questions that are new; the others are read in the
        background, and are there when it is asked again.
        """
        order = sorted(questions, key=lambda one: (one.count, one.at, one.turn_id), reverse=True)
        chosen = order[:MOST_QUESTIONS]
        if self._encoder is None:
            alone = tuple(Group(one.language, (one,)) for one in chosen)
            return Grouping(alone, 0, len(order) - len(chosen))
        vectors = self._read([one.text[:_MOST_ENCODED] for one in chosen])
        read = [one for one in chosen if one.text[:_MOST_ENCODED] in vectors]
        groups = [
            group
            for language in dict.fromkeys(one.language for one in read)
            for group in _clusters([one for one in read if one.language == language], vectors)
        ]
        groups.sort(key=lambda group: group.count, reverse=True)
        return Grouping(tuple(groups), len(chosen) - len(read), len(order) - len(chosen))

    def close(self) -> None:
        """Stop reading."""
        self._closed.set()
        self._background.shutdown(cancel_futures=True)

    def _read(self, texts: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """Return the vectors that are there after a moment; the others are made meanwhile."""
        known = self._known(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            if self._reading is None or self._reading.done():
                self._reading = self._background.submit(self._encode, missing)
                self._reading.add_done_callback(_tell)
            wait([self._reading], _PATIENCE_SECONDS)
        return self._known(texts)

    def _known(self, texts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        with self._lock:
            for text in texts:
                if text in self._vectors:
                    self._vectors.move_to_end(text)
            return {text: self._vectors[text] for text in texts if text in self._vectors}

    def _encode(self, texts: Sequence[str]) -> None:
        if self._encoder is None:
            return
        for start in range(0, len(texts), _BATCH):
            if self._closed.wait(_PAUSE_SECONDS if start else 0):
                return
            batch = texts[start : start + _BATCH]
            vectors = self._encoder.encode(batch)
            with self._lock:
                self._vectors.update(zip(batch, vectors, strict=True))
                while len(self._vectors) > _MOST_KEPT:
                    self._vectors.popitem(last=False)


def _clusters(
    questions: Sequence[Unanswered], vectors: Mapping[str, NDArray[np.float32]]
) -> list[Group]:
    language = questions[0].language
    if len(questions) == 1:
        return [Group(language, tuple(questions))]
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415 (50 MB, for this page alone)

    found = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=_WIDEST
    ).fit_predict(np.stack([vectors[one.text[:_MOST_ENCODED]] for one in questions]))
    together: dict[int, list[Unanswered]] = {}
    for one, cluster in zip(questions, found.tolist(), strict=True):
        together.setdefault(cluster, []).append(one)
    return [Group(language, tuple(members)) for members in together.values()]


def _tell(reading: Future[None]) -> None:
    if not reading.cancelled() and (error := reading.exception()) is not None:
        # What could not be read is told as such on the page, and tried again when it is opened.
        _log.error("questions_not_read", **error_fields(error))
