"""Making of the word model, and how well its languages hold for topics that it was not made from.

Words are counted by language in messages and passages, each as written and without diacritics.
A softmax layer over the n-grams of the words learns the shares. What a text's words say and what
lingua says are joined with weights that are chosen on topics left out of the counting.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from language.identification import among_six, telling_words, words_of
from language.languages import LANGUAGES, Language
from language.municipalities import all_municipalities
from language.normalisation import without_diacritics
from language.postcodes import post_towns
from language.word_model import BUCKETS, SIZES, WordModel, n_grams, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

_FOLDS = 5
_PASSAGE_WEIGHT = 0.3  # articles are written more carefully than people type
_PLACE_WEIGHT = 2.0
_INVERSE_PENALTY = 10.0
_STEPS = 1000
_TOLERANCE = 1e-4
_FIRST_GUESS = (0.5, 0.1)
_LARGEST = 127  # of the 8-bit weights


@dataclass(frozen=True)
class LearntText:
    """A text whose language is known.

    Attributes:
        text: The text.
        language: What it is in.
        topic: What it is about; texts on one topic are left out together.
        is_message: Whether a person would type it; passages of articles are not measured on.
    """

    text: str
    language: Language
    topic: str
    is_message: bool


@dataclass(frozen=True)
class Judged:
    """A message as a model judged it that was made without its topic.

    Attributes:
        text: As typed, or the same without diacritics.
        plain: Whether it is the copy without diacritics.
        words: How many words it has.
        language: What it is in.
        judged: What the model and lingua say together.
        confidence: The calibrated probability of that.
    """

    text: str
    plain: bool
    words: int
    language: Language
    judged: Language
    confidence: float

    @property
    def is_right(self) -> bool:
        """Whether it was judged to be in its language."""
        return self.judged == self.language


def train(texts: Sequence[LearntText]) -> tuple[WordModel, list[Judged]]:
    """Make the model, and judge each message by one that was made without its topic.

    Args:
        texts: Messages in all six languages, and passages of articles.
    """
    held_out = [part for fold in range(_FOLDS) for part in _held_out(texts, fold)]
    joining = np.array([_joining(held_out, size) for size in range(SIZES)])
    judged = [_judged(text, joining) for text in held_out]
    return _fit(texts, joining), judged


@dataclass(frozen=True)
class _HeldOut:
    text: str
    plain: bool
    words: int
    language: Language
    size: int
    evidence: NDArray[np.float64]  # what the model and what lingua say: 2 x 6 logarithms


def _held_out(texts: Sequence[LearntText], fold: int) -> Iterator[_HeldOut]:
    def is_in_fold(text: LearntText) -> bool:
        return zlib.crc32(text.topic.encode()) % _FOLDS == fold

    model = _fit([text for text in texts if not is_in_fold(text)], np.ones((SIZES, 2)))
    for learnt in texts:
        if not learnt.is_message or not is_in_fold(learnt):
            continue
        for plain in (False, True):
            text = without_diacritics(learnt.text) if plain else learnt.text
            words = words_of(text)
            telling = telling_words(text) or words
            if telling:
                said = np.array([model.evidence(telling), np.log(among_six(telling))])
                size = size_of(len(telling))
                yield _HeldOut(text, plain, len(words), learnt.language, size, said)


def _joining(held_out: Iterable[_HeldOut], size: int) -> NDArray[np.float64]:
    """Return how much the model and lingua count for texts of a size: the likeliest weights."""
    texts = [text for text in held_out if text.size == size]
    if not texts:
        return np.array(_FIRST_GUESS)
    said = np.array([text.evidence for text in texts])
    right = np.array([LANGUAGES.index(text.language) for text in texts])

    def surprise(weights: NDArray[np.float64]) -> float:
        scores = np.einsum("e,tel->tl", weights, said)
        scores -= scores.max(axis=1, keepdims=True)
        chosen = scores[np.arange(len(right)), right]
        return float((np.log(np.exp(scores).sum(axis=1)) - chosen).mean())

    found = minimize(surprise, _FIRST_GUESS, method="L-BFGS-B", bounds=[(0.0, 2.0)] * 2)
    return np.asarray(found.x)


def _judged(text: _HeldOut, joining: NDArray[np.float64]) -> Judged:
    scores = joining[text.size] @ text.evidence
    powers = np.exp(scores - scores.max())
    best = int(powers.argmax())
    confidence = float(powers[best] / powers.sum())
    return Judged(text.text, text.plain, text.words, text.language, LANGUAGES[best], confidence)


def _fit(texts: Iterable[LearntText], joining: NDArray[np.float64]) -> WordModel:
    words: list[str] = []
    languages: list[int] = []
    weights: list[float] = []
    for word, counts in _counted(texts).items():
        for index in np.nonzero(counts)[0]:
            words.append(word)
            languages.append(int(index))
            weights.append(float(counts[index]))
    layer = LogisticRegression(C=_INVERSE_PENALTY, max_iter=_STEPS, tol=_TOLERANCE)
    layer.fit(_rows(words), np.array(languages), sample_weight=np.array(weights))
    scale = float(np.abs(layer.coef_).max()) / _LARGEST
    coarse = np.rint(layer.coef_.T / scale).astype(np.int8)
    return WordModel(coarse, scale, layer.intercept_, joining)


def _counted(texts: Iterable[LearntText]) -> dict[str, NDArray[np.float64]]:
    counts: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(LANGUAGES)))
    for text in texts:
        weight = 1.0 if text.is_message else _PASSAGE_WEIGHT
        for word in words_of(text.text):
            for spelling in (word, without_diacritics(word)):
                counts[spelling.casefold()][LANGUAGES.index(text.language)] += weight
    # A place tells nothing: it stands in every language.
    for name in _places():
        for word in words_of(name):
            for spelling in {word.casefold(), without_diacritics(word).casefold()}:
                counts[spelling] += _PLACE_WEIGHT
    return counts


def _places() -> set[str]:
    own = {place.official for place in all_municipalities() if not place.common}
    return own | post_towns()


def _rows(words: Sequence[str]) -> csr_matrix:
    grams = n_grams(words)
    ends = np.append(grams.starts, len(grams.buckets))
    values = np.repeat(1.0 / np.sqrt(np.diff(ends)), np.diff(ends))
    return csr_matrix((values, grams.buckets, ends), shape=(len(words), BUCKETS))
