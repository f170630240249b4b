"""Whether a mail is meant for another authority, which alone can do what the sender asks.

By words, as they stand in `triage/authorities.yml` and `authority_words/<language>.yml`: a sentence asks
for something to be done about a case (it waits, complains, wants a decision), and it or the sentences
beside it name the authority, or a matter that only one authority acts on. In doubt there is none:
mail that goes astray costs the sender a deadline. What is found is a suggestion to a caseworker.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import yaml

from language.word_patterns import plain_words
from triage.authorities import authorities
from triage.deciding.wording import phrases_pattern, said_in
from understanding.cues import cues_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from language.languages import Language
    from triage.parsing.message import ParsedMail

_FOLDER = Path(__file__).parent / "authority_words"

# What is asked for and of whom stands close together: the nearest sentence counts first.
_BESIDE = (0, -1, 1, -2, -3)


@dataclass(frozen=True)
class Elsewhere:
    """Where a mail is probably meant to go.

    Attributes:
        authority: Slug, see `triage.authorities`.
        evidence: The sentence that asks.
    """

    authority: str
    evidence: str


class _File(TypedDict):
    named: dict[str, list[str]]
    matters: dict[str, list[str]]
    complaints: list[str]
    decisions: list[str]
    asks: list[str]
    ours: list[str]


class _Words:
    """The words of one language, with the names of the authorities in all of them."""

    def __init__(self, language: Language, words: _File) -> None:
        self._language = language
        self._named = {
            slug: phrases_pattern([*authority.called, *words["named"].get(slug, ())])
            for slug, authority in authorities().items()
        }
        self._matters = {
            slug: phrases_pattern(phrases) for slug, phrases in words["matters"].items()
        }
        self._complaints = phrases_pattern(words["complaints"])
        self._decisions = phrases_pattern(words["decisions"])
        self._asks = phrases_pattern(words["asks"])
        self._ours = phrases_pattern(words["ours"])

    def asks(self, sentence: str) -> bool:
        """Whether a sentence asks for something to be done about a case, and not by the ICS."""
        said = plain_words(sentence)
        if self._ours.search(said):
            return False
        return (
            self._complaints.search(said) is not None
            or self._asks.search(said) is not None
            or "own_case" in cues_in(sentence, [self._language])
        )

    def of_whom(self, around: Sequence[str]) -> str | None:
        """Return the authority of the nearest sentence that names one, or one's matter."""
        for patterns in (self._named, self._matters):
            for sentence in around:
                said = plain_words(sentence)
                every = [slug for slug, pattern in patterns.items() if pattern.search(said)]
                besides = {one for slug in every for one in authorities()[slug].rather_than}
                found = [slug for slug in every if slug not in besides]
                if found:
                    return found[0] if len(found) == 1 else None
        return None

    def complains_of_a_decision(self, around: Iterable[str]) -> bool:
        """Whether sentences complain, and of a decision."""
        said = plain_words(" ".join(around))
        return bool(self._complaints.search(said) and self._decisions.search(said))


def elsewhere(mail: ParsedMail, language: Language | None) -> Elsewhere | None:
    """Return to whom a mail is probably meant to go; None for the ICS, and in doubt.

    Args:
        mail: The parsed mail; the thread below an answer does not count.
        language: What it is written in; None for another than the six.
    """
    if language is None:
        return None
    words = _words(language)
    said = said_in(mail)
    found: list[Elsewhere] = []
    for place, sentence in enumerate(said):
        if not words.asks(sentence):
            continue
        around = [said[place + step] for step in _BESIDE if 0 <= place + step < len(said)]
        authority = words.of_whom(around)
        if authority is None:
            continue
        appeals_to = authorities()[authority].appeals_to
        if appeals_to is not None and words.complains_of_a_decision(around):
            authority = appeals_to
        found.append(Elsewhere(authority, sentence))
    return _of_one(found)


def _of_one(found: list[Elsewhere]) -> Elsewhere | None:
    """Return the first of what speaks for the authority that most speaks for; None if for two."""
    ranked = Counter(one.authority for one in found).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return next(one for one in found if one.authority == ranked[0][0])


@cache
def _words(language: Language) -> _Words:
    path = _FOLDER / f"{language}.yml"
    return _Words(language, yaml.safe_load(path.read_text(encoding="utf-8")))
