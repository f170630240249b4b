"""Names that people still use for what has another name now: authorities, forms, schemes, logins.

Whoever asks with the old name is told the new one, whatever else the answer says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from knowledge.catalogue import Slug, shipped_catalogue
from knowledge.strict_yaml import Line, read_yaml
from language.languages import LANGUAGES, Language
from language.normalisation import fold

FORMER_NAMES_FILE: Final = Path(__file__).parent / "former_names.yml"

_WORD: Final = re.compile(r"\d+|[^\W\d_]+")

# So many letters may follow a name, as an ending of the six languages: Statsforvaltningens, NemIDem.
_MOST_ADDED: Final = 4

# Of a name that is shorter, endings would make other words.
_INFLECTED_FROM: Final = 5


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Annotated[tuple[Line, ...], Field(min_length=1)]
    topic: Slug
    da: Line
    en: Line
    pl: Line
    lt: Line
    ro: Line
    de: Line

    @model_validator(mode="after")
    def _is_known(self) -> _Entry:
        if self.topic not in shipped_catalogue().topics:
            raise ValueError(f"{self.topic} is no topic")
        return self


class _File(RootModel[dict[Slug, _Entry]]):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class FormerName:
    """Something that has another name now.

    Attributes:
        names: What people still write, without endings.
        topic: The slug of the topic that answers it now.
        notes: The new name, in a sentence or two in each language.
    """

    names: tuple[str, ...]
    topic: str
    notes: Mapping[Language, str]


@cache
def former_names() -> tuple[FormerName, ...]:
    """Return all former names.

    Raises:
        ContentError: The file breaks a rule.
    """
    return tuple(
        FormerName(entry.names, entry.topic, {code: getattr(entry, code) for code in LANGUAGES})
        for entry in read_yaml(FORMER_NAMES_FILE, _File).root.values()
    )


def former_names_in(text: str) -> list[FormerName]:
    """Return the former names that a text uses, in the order in which it uses them.

    Args:
        text: As typed, in any language; case, diacritics, spaces and endings do not matter.
    """
    words = _WORD.findall(fold(text))
    found = {}
    for former in former_names():
        places = [place for name in former.names for place in _places(words, name)]
        if places:
            found[min(places), former.names] = former
    return [found[key] for key in sorted(found)]


def _places(words: list[str], name: str) -> Iterator[int]:
    """Yield the places of the words at which a name begins, written in one word or in several."""
    wanted = _letters(name)
    added = _MOST_ADDED if len(wanted) >= _INFLECTED_FROM else 0
    for start in range(len(words)):
        joined = ""
        for word in words[start:]:
            joined += word
            if len(joined) >= len(wanted):
                break
        if joined.startswith(wanted) and len(joined) <= len(wanted) + added:
            yield start


@cache
def _letters(name: str) -> str:
    return "".join(_WORD.findall(fold(name)))
