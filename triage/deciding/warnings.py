"""What a mail says that a caseworker must see first: danger, despair, and wishes with a deadline in law.

By words, as they stand in `warning_words/<language>.yml` and, for despair, in the chat's cues. A person
in danger who is missed is worse than a false alarm: all six languages are looked for in each mail, for
many write in two at once, and some in one that was taken for another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Required, TypedDict, get_args

import yaml

from language.languages import LANGUAGES, Language
from language.word_patterns import plain_words
from triage.deciding.wording import phrases_pattern, said_in
from understanding.cues import cue_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from triage.parsing.message import ParsedMail

WarningKey = Literal["forced_labour", "threats", "despair", "access_request", "complaint"]
"""Somebody is made to work; is threatened, or threatens; has no strength or no roof left; asks for their
own file or data; complains about the ICS itself."""

WARNING_KEYS: Final[tuple[WarningKey, ...]] = get_args(WarningKey)

URGENT: Final[frozenset[WarningKey]] = frozenset({"forced_labour", "threats", "despair"})
"""About a person's safety; the others have a deadline, of days."""

PREFIX: Final = "warning."
"""What a warning's key begins with among the reasons of a decision."""

# So many kinds of signs together stand for what none of them says alone: much unpaid work is no
# forced labour, and many who sleep badly are not in despair.
_SIGNS: Final[Mapping[str, int]] = {"forced_labour": 3, "despair": 2}

_FOLDER = Path(__file__).parent / "warning_words"
_BETWEEN = " … "


@dataclass(frozen=True)
class MailWarning:
    """One warning, with the sentence or sentences that it rests on."""

    key: WarningKey
    evidence: str


_Entry = TypedDict(
    "_Entry",
    {"alone": Required[list[str]], "signs": dict[str, list[str]], "not": list[str]},
    total=False,
)


@dataclass(frozen=True)
class _Patterns:
    alone: re.Pattern[str]
    signs: Mapping[str, re.Pattern[str]]
    harmless: re.Pattern[str]
    """What is no warning, whatever words it has in common with one."""


def warnings_of(mail: ParsedMail) -> tuple[MailWarning, ...]:
    """Return what a caseworker must see first of a mail, in the order of `WARNING_KEYS`.

    Args:
        mail: The parsed mail; the thread below an answer does not count.
    """
    said = [(sentence, plain_words(sentence)) for sentence in said_in(mail)]
    found: list[MailWarning] = []
    for key in WARNING_KEYS:
        evidence = next(
            filter(None, (_evidence(key, language, said) for language in LANGUAGES)), None
        )
        if evidence is not None:
            found.append(MailWarning(key, evidence))
    return tuple(found)


def urgency(reasons: Sequence[str]) -> int:
    """Return how soon a mail must be seen: 2 for somebody's safety, 1 for a deadline in law, 0 for none.

    Args:
        reasons: The keys of its warnings as a decision has them, such as `warning.threats`.
    """
    if is_urgent(reasons):
        return 2
    return 1 if reasons else 0


def is_urgent(reasons: Iterable[str]) -> bool:
    """Return whether one of the warnings is about somebody's safety; keys as of `urgency`."""
    return any(reason.removeprefix(PREFIX) in URGENT for reason in reasons)


def _evidence(key: WarningKey, language: Language, said: Sequence[tuple[str, str]]) -> str | None:
    patterns = _words(language)[key]
    rest = [(sentence, patterns.harmless.sub(" ", plain)) for sentence, plain in said]
    for sentence, plain in rest:
        if patterns.alone.search(plain):
            return sentence
        if key == "despair" and cue_pattern("despair", language).search(plain):
            return sentence
    signs: dict[str, str] = {}
    for sentence, plain in rest:
        for sign, pattern in patterns.signs.items():
            if pattern.search(plain):
                signs.setdefault(sign, sentence)
    if not signs or len(signs) < _SIGNS[key]:
        return None
    return _BETWEEN.join(dict.fromkeys(signs.values()))


@cache
def _words(language: Language) -> Mapping[WarningKey, _Patterns]:
    path = _FOLDER / f"{language}.yml"
    entries: dict[WarningKey, _Entry] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        key: _Patterns(
            phrases_pattern(entry["alone"]),
            {sign: phrases_pattern(phrases) for sign, phrases in entry.get("signs", {}).items()},
            phrases_pattern(entry.get("not", ())),
        )
        for key, entry in entries.items()
    }
