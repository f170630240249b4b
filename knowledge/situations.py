"""Situations of a person that decide which parts of an article hold for them.

A situation is told in words of five dimensions. A condition holds where, for each dimension that it
names, the person's word is among its words.

Four dimensions have closed lists of words. The fifth, which ICS centre serves the person, has a word
for each centre, `centre:` and its slug, and `other_centre` for whoever is served by none of those that
an article names, or does not know by which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final, Literal, NewType, TypeAlias, TypeGuard, get_args

Citizenship = Literal["nordic", "eu_eea_ch", "third_country"]
"""Which rules on entry and residence a person falls under, by citizenship."""

Stay = Literal["up_to_3_months", "3_to_6_months", "over_6_months"]
"""How long a person stays in Denmark, counted from the day of arrival."""

Occupation = Literal["employee", "jobseeker", "other_occupation"]
"""What a person does here: works for an employer, looks for work, or neither of the two."""

Address = Literal["danish_address", "foreign_address"]
"""Whether a person lives at an address in Denmark."""

CentreWord = NewType("CentreWord", str)
"""Which ICS centre serves a person: `centre:` and the centre's slug, or `OTHER_CENTRE`."""

OTHER_CENTRE: Final = CentreWord("other_centre")
"""Every centre that an article does not name; whoever does not know theirs reads this too."""

Condition: TypeAlias = Citizenship | Stay | Occupation | Address | CentreWord
"""A word of one of the dimensions."""

Dimension = Literal["citizenship", "stay", "occupation", "address", "centre"]

WORDS: Final[Mapping[Dimension, tuple[Condition, ...]]] = {
    "citizenship": get_args(Citizenship),
    "stay": get_args(Stay),
    "occupation": get_args(Occupation),
    "address": get_args(Address),
}
"""The dimensions with a closed list of words, in the order in which they are asked for."""

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
CITIZENSHIPS: tuple[Citizenship, ...] = get_args(Citizenship)
CONDITIONS: tuple[Condition, ...] = tuple(word for words in WORDS.values() for word in words)
"""The words of the closed lists."""

Situation: TypeAlias = Mapping[Dimension, Condition]
"""What is known of a person: a word for each dimension that is known."""

NOT_KNOWN: Final[Situation] = {}

_DIMENSION_OF: Final = {word: dimension for dimension, words in WORDS.items() for word in words}

_CENTRE_PREFIX: Final = "centre:"
_CENTRE_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_citizenship(value: object) -> TypeGuard[Citizenship]:
    """Return whether a value is one of the three citizenship groups."""
    return value in CITIZENSHIPS


def is_condition(value: object) -> TypeGuard[Condition]:
    """Return whether a value is a word of one of the dimensions."""
    return value in CONDITIONS or _is_centre_word(value)


def _is_centre_word(value: object) -> TypeGuard[CentreWord]:
    if not isinstance(value, str):
        return False
    slug = value.removeprefix(_CENTRE_PREFIX)
    return value == OTHER_CENTRE or (slug != value and _CENTRE_SLUG.fullmatch(slug) is not None)


def centre_word(slug: str) -> CentreWord:
    """Return the word for a centre."""
    return CentreWord(f"{_CENTRE_PREFIX}{slug}")


def centre_slug(word: Condition) -> str | None:
    """Return the slug of the centre that a word names; None for every other word."""
    return word.removeprefix(_CENTRE_PREFIX) if word.startswith(_CENTRE_PREFIX) else None


def centres_named(words: Iterable[Condition]) -> frozenset[str]:
    """Return the slugs of the centres that some words name."""
    return frozenset(slug for word in words if (slug := centre_slug(word)) is not None)


def dimension_of(word: Condition) -> Dimension:
    """Return the dimension that a word belongs to."""
    return _DIMENSION_OF.get(word, "centre")


def dimensions_of(words: Iterable[Condition]) -> tuple[Dimension, ...]:
    """Return the dimensions that some words belong to, in the order in which they are asked for."""
    named = {dimension_of(word) for word in words}
    return tuple(dimension for dimension in DIMENSIONS if dimension in named)


def situation_of(words: Iterable[object]) -> Situation:
    """Return the situation that some values tell; what is no word of a dimension tells nothing."""
    return {dimension_of(word): word for word in words if is_condition(word)}


def situation_from(values: Mapping[str, object]) -> Situation:
    """Return the situation in values by dimension, such as a query; what fits none is left out.

    Args:
        values: Words by dimension; a centre by its slug alone.
    """
    found: dict[Dimension, Condition] = {
        dimension: word
        for dimension, words in WORDS.items()
        for word in words
        if values.get(dimension) == word
    }
    centre = values.get("centre")
    if isinstance(centre, str) and _CENTRE_SLUG.fullmatch(centre):
        found["centre"] = centre_word(centre)
    elif centre == OTHER_CENTRE:
        found["centre"] = OTHER_CENTRE
    return found


def value_of(word: Condition) -> str:
    """Return a word as `situation_from` reads it: a centre by its slug alone."""
    return centre_slug(word) or word


def in_words(situation: Situation) -> str | None:
    """Return a situation as its words with spaces between; None where nothing is known."""
    return " ".join(situation[d] for d in DIMENSIONS if d in situation) or None


def remaining(words: frozenset[Condition], situation: Situation) -> frozenset[Condition] | None:
    """Return what of a condition is still open for a person.

    Returns:
        The words of the dimensions that are not known; none where the condition holds; None where
        it does not hold.
    """
    for dimension in dimensions_of(words):
        if dimension in situation and situation[dimension] not in words:
            return None
    return frozenset(word for word in words if dimension_of(word) not in situation)


def combinations(words: Mapping[Dimension, Iterable[Condition]]) -> list[Situation]:
    """Return all situations that differ in some dimensions; one of which nothing is known if none.

    Args:
        words: The words that are told apart in each of the dimensions.
    """
    return [dict(zip(words, chosen, strict=True)) for chosen in product(*words.values())]
