"""Which of the six languages a text is in, and whether it is in any of them.

The two questions are asked apart. lingua over the six decides which; whether it is any of the
six errs towards the user: only another script, or three words or more that lingua over all
languages and langdetect both place outside of the six, count as a seventh language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from threading import Lock

import langdetect
from langdetect.lang_detect_exception import LangDetectException
from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from language.languages import LANGUAGES, Language, is_language
from language.masking import MASK, mask
from language.normalisation import fold

# With three words or more a text speaks for itself; a single word hardly does, so the
# conversation's language weighs more the shorter the text is.
_HINT_WEIGHT = {1: 40.0, 2: 8.0, 3: 3.0}
_HINT_WEIGHT_LONG = 1.5
_FOREIGN_BELOW = 0.05
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")

# Neighbours that langdetect takes for one another: Danish is often called Norwegian.
_SEEN_AS_OURS = {"no": "da", "nb": "da", "nn": "da"}

# Said in every language of Denmark: they tell nothing about the language of the rest.
_NEUTRAL = frozenset(
    """
    ok okay okey oki hej hi hello hey cpr skat ics siri eu nemid mitid nemkonto eboks e-boks jobnet eures sed
    pd u1 u2 u3 pdu1 pdu2 pdu3 a-kasse akasse skattekort personskattenummer skattepersonnummer
    tastselv arsopgorelse forskudsopgorelse frikort hovedkort bikort feriepenge feriekonto lonseddel
    borgerservice kommune jobcenter sygesikring sundhedskort sygesikringsbevis gule kort
    folkeregister opholdsbevis opholdsdokument registreringsbevis skattestyrelsen statsforvaltningen
    udbetaling danmark borger dk www http https com email mail tel tlf nr info stop start test
    """.split()  # noqa: SIM905 (a list of 60 strings is harder to keep)
)


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
    words = _WORD.findall(mask(text).replace(MASK, " "))
    if _other_script(words):
        return Identification(None, 1.0, foreign=True)
    telling = [word for word in words if fold(word) not in _NEUTRAL]
    if not telling:
        if hint is not None:
            return Identification(hint, 1.0)
        if not words:
            return Identification(None, 0.0)
        telling = words
    content = " ".join(telling)
    if len(telling) >= 3 and _is_foreign(content):
        return Identification(None, 1.0 - _share_of_ours(content), foreign=True)
    probabilities = _among_six(content)
    if hint is not None:
        weight = _HINT_WEIGHT.get(len(telling), _HINT_WEIGHT_LONG)
        probabilities[hint] *= weight
    total = sum(probabilities.values())
    if total == 0:
        return Identification(hint, 1.0 if hint else 0.0)
    language = max(LANGUAGES, key=lambda code: probabilities[code])
    return Identification(language, probabilities[language] / total)


def _other_script(words: list[str]) -> bool:
    letters = [c for word in words for c in word]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return len(letters) >= 3 and latin < len(letters) / 2


def _is_foreign(content: str) -> bool:
    if _share_of_ours(content) >= _FOREIGN_BELOW:
        return False
    return not _langdetect_says_ours(content)


def _among_six(content: str) -> dict[Language, float]:
    values = _six().compute_language_confidence_values(content)
    found = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
    # No probability is exactly nothing: a hint must be able to speak.
    return {code: max(found.get(code, 0.0), 1e-6) for code in LANGUAGES}


def _share_of_ours(content: str) -> float:
    values = _all().compute_language_confidence_values(content)
    ours = {*LANGUAGES, *_SEEN_AS_OURS}
    return sum(v.value for v in values if v.language.iso_code_639_1.name.lower() in ours)


_langdetect_lock = Lock()


def _langdetect_says_ours(content: str) -> bool:
    with _langdetect_lock:
        # Without a seed the answer differs from call to call.
        langdetect.DetectorFactory.seed = 0
        try:
            best = langdetect.detect_langs(content)[0].lang
        except LangDetectException:
            return True
    return is_language(_SEEN_AS_OURS.get(best, best))


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
    return (
        LanguageDetectorBuilder.from_all_languages_with_latin_script()
        .with_low_accuracy_mode()
        .with_preloaded_language_models()
        .build()
    )
