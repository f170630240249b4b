"""Which of the six languages a text is in; lingua and our own word model together decide.

Whether it is in any of them is asked apart (`language.seventh`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml
from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from language.languages import LANGUAGES, Language
from language.masking import MASK, mask
from language.municipalities import all_municipalities
from language.normalisation import fold
from language.postcodes import municipalities_at
from language.seventh import Seventh, in_latin_script, in_other_script
from language.word_model import word_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# With three words or more a text speaks for itself; a single word hardly does, so the
# conversation's language weighs more the shorter the text is. Chosen on topics left out of the word
# model: a Danish term keeps a conversation's language, a person's own word still changes it.
_HINT_WEIGHT = {1: 12.0, 2: 8.0}
_HINT_WEIGHT_LONG = 3.0
# Below this confidence a text changes no conversation's language. Of one or two words nine in ten
# are right from there on, and on a page in one's own language 1 in 700 messages is below it.
_DOUBT = 0.7
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Identification:
    """What is known about the language of a text.

    Attributes:
        language: One of the six; None when it is a seventh language, or when the text says
            nothing and no hint was given.
        confidence: 0 to 1 that it is this language.
        foreign: Whether it is surely in a language that Ankomst does not speak.
        seventh: Then its code (ISO 639-1), where that is sure enough.
        doubtful: Whether the text seems to be in another of the six than the hint's, but too
            unsurely to go on in it unasked.
    """

    language: Language | None
    confidence: float
    foreign: bool = False
    seventh: str | None = None
    doubtful: bool = False


def identify(text: str, hint: Language | None = None) -> Identification:
    """Identify the language of a text.

    Args:
        text: What a person wrote, any length.
        hint: The language of the conversation or of the page; it decides where the text
            says nothing ("ok", "CPR?", a number).
    """
    seventh = in_other_script(_without_numbers(text))
    if seventh is not None:
        return _foreign(seventh)
    telling = telling_words(text)
    if not telling and hint is not None:
        return Identification(hint, 1.0)
    words = telling or words_of(text)
    if not words:
        return Identification(None, 0.0)
    seventh = in_latin_script(words)
    if seventh is not None:
        return _foreign(seventh)
    joined = word_model().joined(words, among_six(words))
    probabilities = dict(zip(LANGUAGES, joined.tolist(), strict=True))
    if hint is not None:
        probabilities[hint] *= _HINT_WEIGHT.get(len(words), _HINT_WEIGHT_LONG)
    language = max(LANGUAGES, key=lambda code: probabilities[code])
    confidence = probabilities[language] / sum(probabilities.values())
    doubtful = bool(telling) and language != hint and confidence < _DOUBT
    return Identification(language, confidence, doubtful=doubtful)


def _foreign(seventh: Seventh) -> Identification:
    return Identification(None, seventh.confidence, foreign=True, seventh=seventh.language)


def words_of(text: str) -> list[str]:
    """Return the words of a text; a CPR number is none, nor is what stands in a tag of HTML."""
    return _WORD.findall(_without_numbers(text))


def _without_numbers(text: str) -> str:
    return _TAG.sub(" ", mask(text).replace(MASK, " "))


def telling_words(text: str) -> list[str]:
    """Return the words of a text that say something about its language.

    Official Danish words and greetings that everybody writes do not, nor do places.
    """
    # A place tells nothing, not even one that is also a common word.
    if municipalities_at(text):
        return []
    return [word for word in words_of(text) if not _is_neutral(word)]


def among_six(words: Sequence[str]) -> NDArray[np.float64]:
    """Return lingua's probabilities of the six for a text of these words, none of them 0."""
    values = _six().compute_language_confidence_values(" ".join(words))
    found = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
    # No probability is exactly nothing: the words and a hint must be able to speak.
    return np.array([max(found.get(code, 0.0), 1e-6) for code in LANGUAGES])


def _is_neutral(word: str) -> bool:
    folded = fold(word)
    return folded in _neutral() or folded.removesuffix("s") in _neutral()


@cache
def _neutral() -> frozenset[str]:
    groups = yaml.safe_load((_DATA / "neutral_words.yml").read_text(encoding="utf-8"))
    words = {word for line in groups.values() for word in str(line).split()}
    for municipality in all_municipalities():
        # A place that is also a common word says something about the language.
        if not municipality.common:
            words |= {word for name in municipality.names for word in name.folded.split()}
    return frozenset(words)


@cache
def _six() -> LanguageDetector:
    codes = [getattr(IsoCode639_1, code.upper()) for code in LANGUAGES]
    # In the fine mode it takes 200 MB more. Beside the word model that changes 3 of 2,957 messages by
    # another hand, to and fro: as many are right.
    return (
        LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
        .with_low_accuracy_mode()
        .with_preloaded_language_models()
        .build()
    )
