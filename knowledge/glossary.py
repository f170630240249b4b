"""Official Danish names, their rendering in each language, and whether a text keeps to them.

Words are compared without their endings, since most of the languages inflect them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, RootModel

from knowledge.articles import Text, text_passages
from knowledge.strict_yaml import Line, read_yaml
from language.languages import LANGUAGES, Language
from language.normalisation import fold
from web.translations import Translatable, later

GLOSSARY_FILE: Final = Path(__file__).parent / "glossary.yml"

_WORD: Final = re.compile(r"[\w'’-]+")
_TOPIC_LINK: Final = re.compile(r"\[[^\[\]]*\]\(topic:[^()]*\)")
_DANISH_ENDING: Final = r"(?:e?n|e?t|e?r|n?e|erne)?s?"
_BRACKETS: Final = re.compile(r"\((?P<inside>[^()]+)\)")

# So many letters at the end of a word may change, and so many may be added.
_ENDING: Final[Mapping[Language, int]] = {"da": 0, "en": 0, "pl": 3, "lt": 3, "ro": 3, "de": 2}
_MOST_ADDED: Final = 4
_LEAST_STEM: Final = 0.7

# So many words before the brackets are looked at.
_WORDS_BEFORE: Final = 10


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: Line
    pl: Line
    lt: Line
    ro: Line
    de: Line
    always: bool = False


class _File(RootModel[dict[Line, _Entry]]):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Term:
    """An official name.

    Attributes:
        danish: The name, as it stands on letters.
        renderings: What texts in the other languages call it.
        always: Whether the Danish name must stand in every text that uses the rendering.
    """

    danish: str
    renderings: Mapping[Language, str]
    always: bool


@cache
def glossary() -> tuple[Term, ...]:
    """Return all official names.

    Raises:
        ContentError: The file breaks a rule.
    """
    entries = read_yaml(GLOSSARY_FILE, _File).root
    return tuple(
        Term(
            danish,
            {code: getattr(entry, code) for code in LANGUAGES if code != "da"},
            entry.always,
        )
        for danish, entry in entries.items()
    )


def term_findings(text: Text, language: Language) -> Iterator[Translatable]:
    """Yield where a text calls a thing otherwise than the glossary, or leaves its Danish name out.

    Args:
        text: The text.
        language: Its language; Danish texts need no rendering.
    """
    if language == "da":
        return
    passages = text_passages(text)
    whole = fold("\n".join(passages))
    words = _words(fold(_TOPIC_LINK.sub("", text.body)))  # the Danish name stands where they lead
    for term in glossary():
        rendering = term.renderings[language]
        for before in _before_brackets(passages, term.danish):
            if not _is_called(before, _words(fold(rendering)), language):
                yield later(
                    "(%(danish)s) stands after “%(words)s”, but the glossary calls it "
                    "“%(rendering)s”; use that.",
                    danish=term.danish,
                    words=" ".join(before),
                    rendering=rendering,
                )
        is_named = fold(term.danish) in whole
        if term.always and not is_named and _is_used(words, rendering, language):
            yield later(
                "“%(rendering)s” stands without its Danish name; write (%(danish)s) after it once.",
                rendering=rendering,
                danish=term.danish,
            )


def _before_brackets(passages: Sequence[str], danish: str) -> Iterator[list[str]]:
    wanted = re.compile(rf"{re.escape(fold(danish))}{_DANISH_ENDING}")
    for passage in passages:
        for brackets in _BRACKETS.finditer(passage):
            if wanted.fullmatch(fold(brackets["inside"])):
                yield _words(fold(passage[: brackets.start()]))[-_WORDS_BEFORE:]


def _words(folded: str) -> list[str]:
    return _WORD.findall(folded)


def _is_called(before: Sequence[str], rendering: Sequence[str], language: Language) -> bool:
    # Half of the words will do: "the primary card (hovedkort) or the secondary one (bikort)".
    found = sum(any(_is_form(word, of, language) for word in before) for of in rendering)
    return found * 2 >= len(rendering)


def _is_used(words: Sequence[str], rendering: str, language: Language) -> bool:
    of = _words(fold(rendering))
    return any(
        all(_is_form(word, stem, language) for word, stem in zip(words[i:], of, strict=False))
        for i in range(len(words) - len(of) + 1)
    )


def _is_form(word: str, of: str, language: Language) -> bool:
    """Return whether a word is a form of another one."""
    if language == "en":
        return word.removesuffix("'s").removesuffix("s") == of.removesuffix("s")
    stem = of[: max(round(_LEAST_STEM * len(of)), len(of) - _ENDING[language])]
    return word.startswith(stem) and len(word) <= len(of) + _MOST_ADDED
