"""Which language a person asks for, in any of the six (language_requests.yml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from bot.actions.turn import plain
from language.languages import Language

_FILE: Final = Path(__file__).with_name("language_requests.yml")

_CLAUSES: Final = re.compile(r"[,.;:!?]+")

# Of a name with a slip of the keyboard: "lithaunian", "romenian"; "spanish" is not "danish".
_LIKENESS: Final = 0.84
_SLIPS_FROM: Final = 6

# "danskkursus", "Dänischkurs": not the language of the conversation is meant.
_COURSE: Final = "kurs"


@dataclass(frozen=True)
class _Words:
    names: dict[str, Language]
    around: frozenset[str]
    denials: frozenset[str]


def requested_language(text: str, current: Language) -> Language | None:
    """Return the language that a text names.

    Args:
        text: A request such as "auf Deutsch bitte", or the name of a language alone.
        current: The language of the conversation. Of two languages named, the other one is
            wanted: "I do not understand Danish, English please".

    Returns:
        The language, or None when none of the six is named, or just one that the person does not
        understand.
    """
    wanted = [language for clause in _CLAUSES.split(text) for language in _wanted(clause)]
    others = [language for language in wanted if language != current]
    return next(reversed(others or wanted), None)


def _wanted(clause: str) -> list[Language]:
    """Return the languages named in a clause, but for those that the person does not understand."""
    words = plain(clause).split()
    if len({language for word in words if (language := _named(word)) is not None}) == 1:
        # In whatever order: "dansk forstår jeg ikke".
        words.sort(key=lambda word: _named(word) is not None)
    wanted: list[Language] = []
    denied = False
    for word in words:
        language = _named(word)
        if language is None:
            denied = denied or word in _words().denials
        elif denied:
            denied = False
        else:
            wanted.append(language)
    return wanted


def is_request(text: str) -> bool:
    """Return whether a text names a language and says nothing but that it is wanted."""
    words = plain(text).split()
    others = [word for word in words if _named(word) is None]
    return len(others) < len(words) and _words().around.issuperset(others)


def _named(word: str) -> Language | None:
    if _COURSE in word:
        return None
    names = _words().names
    for name, code in names.items():
        if word.startswith(name):
            return code
    if len(word) < _SLIPS_FROM:
        return None
    found = get_close_matches(word, names, n=1, cutoff=_LIKENESS)
    return names[found[0]] if found else None


@cache
def _words() -> _Words:
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return _Words(
        {name: code for code, names in content["names"].items() for name in names.split()},
        frozenset(word for words in content["around"].values() for word in words.split()),
        frozenset(content["denials"].split()),
    )
