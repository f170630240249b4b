"""The 98 municipalities by name, and the other names that they are met under."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from language.languages import LANGUAGES, Language
from language.normalisation import fold

_FILE = Path(__file__).parent / "data" / "municipalities.yml"

# How the letters that few keyboards have are written without them; folding gives the first ones.
_TRANSCRIPTIONS = {"ø": ("o", "oe"), "å": ("a", "aa"), "aa": ("aa", "a"), "-": ("-", " ")}


@dataclass(frozen=True)
class Name:
    """One name of a municipality.

    Attributes:
        folded: The name, folded.
        language: Whose form it is; None for the Danish name and what is written for it anywhere.
    """

    folded: str
    language: Language | None


@dataclass(frozen=True)
class Municipality:
    """A municipality.

    Attributes:
        official: The official name, without "Kommune".
        names: All names that it is met under, endings aside.
        common: Whether the name is also a common word or name somewhere.
    """

    official: str
    names: tuple[Name, ...]
    common: bool


@cache
def all_municipalities() -> tuple[Municipality, ...]:
    """Return the municipalities with their names."""
    data: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_municipality(official, line) for official, line in data.items())


@cache
def official_by_name() -> dict[str, str]:
    """Return the official name for each folded name."""
    return {
        name.folded: municipality.official
        for municipality in all_municipalities()
        for name in municipality.names
    }


def spellings(name: str) -> tuple[str, ...]:
    """Return a Danish name folded, in each way that it is written without its special letters.

    Høje-Taastrup: hoje-taastrup, hoeje taastrup and so on.
    """
    parts: list[tuple[str, ...]] = []
    rest = name.casefold()
    while rest:
        letters = next((one for one in _TRANSCRIPTIONS if rest.startswith(one)), rest[0])
        parts.append(_TRANSCRIPTIONS.get(letters, (letters,)))
        rest = rest[len(letters) :]
    return tuple(dict.fromkeys(fold("".join(choice)) for choice in product(*parts)))


def _municipality(official: str, line: dict[str, Any]) -> Municipality:
    names = [Name(name, None) for name in spellings(official)]
    for other in line.get("also", ()):
        names += [Name(name, None) for name in spellings(other)]
    for language in LANGUAGES:
        forms = line.get(language, ())
        names += [Name(fold(f), language) for f in ([forms] if isinstance(forms, str) else forms)]
    return Municipality(official, tuple(dict.fromkeys(names)), bool(line.get("common")))
