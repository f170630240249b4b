"""Which language a person asks for: the names of the six languages in the six languages."""

from __future__ import annotations

from typing import Final

from bot.actions.turn import plain
from language.languages import Language

# Beginnings of the names without diacritics, so that endings play no part: "po niemiecku",
# "vokiškai", "nemțește". In the order Danish, English, German, Polish, Lithuanian, Romanian.
_NAMES: Final[dict[Language, str]] = {
    "da": "dansk danish danisch daenisch dunsk danisk danu danez",
    "en": "engelsk english englisch angielsk anglisk anglu englez",
    "pl": "polsk polish polnisch lenkisk lenku polonez poloneste",
    "lt": "litauisk lithuanian litauisch litewsk lietuvi lituanian",
    "ro": "rumaensk rumansk romanian rumanisch rumaenisch rumunsk rumunisk rumunu romana romaneste",
    "de": "tysk german deutsch niemieck vokisk vokieci germana nemteste",
}
_LANGUAGE_OF: Final[dict[str, Language]] = {
    name: language for language, names in _NAMES.items() for name in names.split()
}


def requested_language(text: str, current: Language) -> Language | None:
    """Return the language that a text names.

    Args:
        text: A request such as "auf Deutsch bitte", or the name of a language alone.
        current: The language of the conversation. Of two languages named, the other one is
            wanted: "I do not understand Danish, English please".

    Returns:
        The language, or None when none of the six is named.
    """
    named = [language for word in plain(text).split() if (language := _named(word)) is not None]
    others = [language for language in named if language != current]
    return next(reversed(others or named), None)


def _named(word: str) -> Language | None:
    return next((code for name, code in _LANGUAGE_OF.items() if word.startswith(name)), None)
