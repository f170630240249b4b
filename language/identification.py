"""Which of the six languages a text is in, and whether it is in any of them.

The two questions are asked apart. lingua over the six and our own word model together decide
which; whether it is any of the six errs towards the user: only another script, or three words or
more that lingua over those met in Denmark and langdetect both place outside of the six, and that
our word model knows for none of them, count as a seventh language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import langdetect
import numpy as np
import yaml
from langdetect.lang_detect_exception import LangDetectException
from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder
from lingua import Language as LinguaLanguage

from language.languages import LANGUAGES, Language
from language.masking import MASK, mask
from language.municipalities import all_municipalities
from language.normalisation import fold
from language.postcodes import municipalities_at
from language.word_model import word_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# With three words or more a text speaks for itself; a single word hardly does, so the
# conversation's language weighs more the shorter the text is. Chosen on topics left out of the word
# model: a Danish term keeps a conversation's language, a person's own word still changes it.
_HINT_WEIGHT = {1: 12.0, 2: 8.0}
_HINT_WEIGHT_LONG = 3.0
# Share of the six below which a text counts as a seventh language, by its number of words; langdetect
# is the second vote, the word model the third.
_FOREIGN_BELOW = {3: 0.005}
_FOREIGN_BELOW_LONG = 0.05
_LANGDETECT_OURS = 0.1
_FAMILIAR = -0.5
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

# Danish is often taken for Norwegian, and Norwegians read Danish.
_SEEN_AS_OURS = frozenset({"no", "nb", "nn"})

# Languages that neither live in Denmark nor near it only draw short messages away from the six.
_NOT_EXPECTED = frozenset(
    (
        "LATIN",
        "ESPERANTO",
        "CATALAN",
        "BASQUE",
        "WELSH",
        "IRISH",
        "TSONGA",
        "TSWANA",
        "XHOSA",
        "ZULU",
        "YORUBA",
        "MAORI",
        "SHONA",
        "SOTHO",
        "GANDA",
        "AFRIKAANS",
    )
)

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Identification:
    """What is known about the language of a text.

    Attributes:
        language: One of the six; None when it is a seventh language, or when the text says
            nothing and no hint was given.
        confidence: 0 to 1 that it is this language.
        foreign: Whether it is surely in a language that Ankomst does not speak.
    """

    language: Language | None
    confidence: float
    foreign: bool = False


def identify(text: str, hint: Language | None = None) -> Identification:
    """Identify the language of a text.

    Args:
        text: What a person wrote, any length.
        hint: The language of the conversation or of the page; it decides where the text
            says nothing ("ok", "CPR?", a number).
    """
    words = words_of(text)
    if _other_script(words):
        return Identification(None, 1.0, foreign=True)
    telling = telling_words(text)
    if not telling:
        if hint is not None:
            return Identification(hint, 1.0)
        if not words:
            return Identification(None, 0.0)
        telling = words
    if len(telling) >= 3 and _is_foreign(telling):
        return Identification(None, 1.0 - _share_of_ours(" ".join(telling)), foreign=True)
    joined = word_model().joined(telling, among_six(telling))
    probabilities = dict(zip(LANGUAGES, joined.tolist(), strict=True))
    if hint is not None:
        probabilities[hint] *= _HINT_WEIGHT.get(len(telling), _HINT_WEIGHT_LONG)
    language = max(LANGUAGES, key=lambda code: probabilities[code])
    return Identification(language, probabilities[language] / sum(probabilities.values()))


def words_of(text: str) -> list[str]:
    """Return the words of a text; a CPR number is none, nor is what stands in a tag of HTML."""
    return _WORD.findall(_TAG.sub(" ", mask(text).replace(MASK, " ")))


def telling_words(text: str) -> list[str]:
    """Return the words of a text that say something about its language.

    Official Danish words and greetings that everybody writes do not, nor do places.
    """
    # A place tells nothing, not even one that is also a common word.
    if municipalities_at(text):
        return []
    return [word for word in words_of(text) if not _is_neutral(word)]


def _other_script(words: list[str]) -> bool:
    letters = [c for word in words for c in word]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return len(letters) >= 3 and latin < len(letters) / 2


def _is_foreign(words: list[str]) -> bool:
    content = " ".join(words)
    if _share_of_ours(content) >= _FOREIGN_BELOW.get(len(words), _FOREIGN_BELOW_LONG):
        return False
    if _langdetect_share_of_ours(content) >= _LANGDETECT_OURS:
        return False
    return word_model().familiarity(words) < _FAMILIAR


def among_six(words: Sequence[str]) -> NDArray[np.float64]:
    """Return lingua's probabilities of the six for a text of these words, none of them 0."""
    values = _six().compute_language_confidence_values(" ".join(words))
    found = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
    # No probability is exactly nothing: the words and a hint must be able to speak.
    return np.array([max(found.get(code, 0.0), 1e-6) for code in LANGUAGES])


def _share_of_ours(content: str) -> float:
    values = _all().compute_language_confidence_values(content)
    ours = {*LANGUAGES, *_SEEN_AS_OURS}
    return sum(v.value for v in values if v.language.iso_code_639_1.name.lower() in ours)


_langdetect_lock = Lock()


def _langdetect_share_of_ours(content: str) -> float:
    with _langdetect_lock:
        # Without a seed the answer differs from call to call.
        langdetect.DetectorFactory.seed = 0
        try:
            found = langdetect.detect_langs(content)
        except LangDetectException:
            return 1.0
    return float(sum(value.prob for value in found if value.lang in {*LANGUAGES, *_SEEN_AS_OURS}))


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
    return (
        LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
        .with_preloaded_language_models()
        .build()
    )


@cache
def _all() -> LanguageDetector:
    # All languages in the fine mode take 0.9 GB; in the coarse one 60 MB, and it only guards.
    expected = [
        language
        for language in LinguaLanguage.all_with_latin_script()
        if language.name not in _NOT_EXPECTED
    ]
    return (
        LanguageDetectorBuilder.from_languages(*expected)
        .with_low_accuracy_mode()
        .with_preloaded_language_models()
        .build()
    )
