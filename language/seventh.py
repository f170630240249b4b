"""Whether a text is in a seventh language, and which, where that is sure enough.

It errs towards the six: only another script, or three words or more that lingua over the languages
met in Denmark and langdetect both place outside of the six, and that our word model knows for none
of them, count as a seventh language. Which one it is, lingua and langdetect must agree on; where a
script has several languages, their alphabets and langdetect must.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final

import langdetect
from langdetect.lang_detect_exception import LangDetectException
from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from language.languages import LANGUAGES
from language.word_model import word_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Share of the six below which a text counts as a seventh language, by its number of words; langdetect
# is the second vote, the word model the third.
_FOREIGN_BELOW = {3: 0.005}
_FOREIGN_BELOW_LONG = 0.05
_LANGDETECT_OURS = 0.1
_FAMILIAR = -0.5
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 3

# Danish is often taken for Norwegian, and Norwegians read Danish.
_OURS: Final = frozenset({*LANGUAGES, "no", "nb", "nn"})

# From these shares on the language is named.
_LINGUA_SURE = 0.5
_LANGDETECT_SURE = 0.9

# So many letters that all neighbours have tell enough: "для роботи" is taken for Russian.
_ENOUGH_LETTERS = 25

# langdetect does not know Serbian, and takes it for Macedonian.
_MIXED_UP = frozenset({"mk"})

# Bosnians and Croats read each other's language; the two are not told apart in a few words.
_READ_AS = {"bs": "hr"}

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

_ONE_LANGUAGE: Final = {
    "GREEK": "el",
    "HEBREW": "he",
    "BENGALI": "bn",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
}
# Languages that share a script, those that the bot has no sentence in among them: a text in one of
# those must not be taken for its neighbour.
_ALPHABETS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "CYRILLIC": {
        "ru": frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
        "uk": frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
        "bg": frozenset("абвгдежзийклмнопрстуфхцчшщъьюя"),
        "sr": frozenset("абвгдђежзијклљмнњопрстћуфхцчџш"),
        "mk": frozenset("абвгдѓежзѕијклљмнњопрстќуфхцчџш"),
        "be": frozenset("абвгдеёжзійклмнопрстуўфхцчшыьэюя"),
    },
    "ARABIC": {
        "ar": frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"),
        "fa": frozenset("ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيك"),
        "ur": frozenset("ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھیے"),
    },
}
# Hindi and Nepali have one alphabet, and langdetect mixes them up: small words tell.
_HINDI: Final = frozenset(
    ("है", "हैं", "हूँ", "हूं", "में", "मैं", "मुझे", "का", "की", "नहीं", "कैसे", "क्या", "मेरे")
)
_NEPALI: Final = frozenset(
    ("छ", "छु", "छन्", "छैन", "म", "मलाई", "मैले", "कसरी", "गर्न", "कहाँ", "मेरो", "हो")
)
_DEVANAGARI_WORD: Final = re.compile("[\u0900-\u0963]+")
_NEPALI_ENDS: Final = ("छ", "छु", "छन्", "छैन", "मा", "सँग", "लाई")


@dataclass(frozen=True)
class Seventh:
    """A text is in a language that Ankomst does not speak.

    Attributes:
        language: Its code (ISO 639-1), None where that is not sure enough.
        confidence: 0 to 1 that it is none of the six.
    """

    language: str | None
    confidence: float


def in_other_script(text: str) -> Seventh | None:
    """Return the seventh language of a text of which most is not in Latin letters, else None."""
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(unicodedata.name(letter, "?").split()[0] for letter in letters)
    if len(letters) < _FEWEST_LETTERS or scripts["LATIN"] >= len(letters) / 2:
        return None
    return Seventh(_of_script(text, scripts), 1.0)


def in_latin_script(words: Sequence[str]) -> Seventh | None:
    """Return the seventh language of words in Latin letters; None where it may be one of the six.

    Args:
        words: Those that tell something about the language.
    """
    if len(words) < _FEWEST_WORDS:
        return None
    # All three must say so; our word model is asked first, for it is the fastest.
    if word_model().familiarity(words) >= _FAMILIAR:
        return None
    content = " ".join(words)
    by_lingua = _by_lingua(content)
    ours = _of_ours(by_lingua)
    if ours >= _FOREIGN_BELOW.get(len(words), _FOREIGN_BELOW_LONG):
        return None
    by_langdetect = _by_langdetect(content)
    if not by_langdetect or _of_ours(by_langdetect) >= _LANGDETECT_OURS:
        return None
    likeliest = _likeliest(by_lingua)
    is_sure = by_lingua[likeliest] >= _LINGUA_SURE and likeliest == _likeliest(by_langdetect)
    return Seventh(likeliest if is_sure else None, 1.0 - ours)


def _of_script(text: str, scripts: Counter[str]) -> str | None:
    # Japanese is written with Chinese characters as well.
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0:
        return "ja"
    script = scripts.most_common(1)[0][0]
    if script == "CJK":
        return "zh"
    if script == "DEVANAGARI":
        return _hindi_or_nepali(text)
    if script in _ALPHABETS:
        return _by_alphabet(text, _ALPHABETS[script])
    return _ONE_LANGUAGE.get(script)


def _by_alphabet(text: str, alphabets: Mapping[str, frozenset[str]]) -> str | None:
    letters = [letter for letter in text.lower() if letter.isalpha() and not letter.isascii()]
    fitting = [code for code, alphabet in alphabets.items() if alphabet.issuperset(letters)]
    if len(fitting) < 2:
        return next(iter(fitting), None)
    if len(letters) < _ENOUGH_LETTERS:
        return None
    shares = _by_langdetect(text)
    sure = (code for code in fitting if shares.get(code, 0.0) >= _LANGDETECT_SURE)
    return next((code for code in sure if code not in _MIXED_UP), None)


def _hindi_or_nepali(text: str) -> str | None:
    words = _DEVANAGARI_WORD.findall(text)
    hindi = any(word in _HINDI for word in words)
    nepali = any(word in _NEPALI or word.endswith(_NEPALI_ENDS) for word in words)
    if hindi == nepali:
        return None
    return "hi" if hindi else "ne"


def _of_ours(shares: Mapping[str, float]) -> float:
    return sum(share for code, share in shares.items() if code in _OURS)


def _likeliest(shares: Mapping[str, float]) -> str:
    return max(shares, key=lambda code: shares[code])


def _by_lingua(content: str) -> dict[str, float]:
    shares: defaultdict[str, float] = defaultdict(float)
    for found in _all().compute_language_confidence_values(content):
        code = found.language.iso_code_639_1.name.lower()
        shares[_READ_AS.get(code, code)] += found.value
    return dict(shares)


_langdetect_lock = Lock()


def _by_langdetect(content: str) -> dict[str, float]:
    with _langdetect_lock:
        # Without a seed the answer differs from call to call.
        langdetect.DetectorFactory.seed = 0
        try:
            found = langdetect.detect_langs(content)
        except LangDetectException:
            return {}
    return {value.lang: float(value.prob) for value in found}


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
