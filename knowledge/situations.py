"""Situations of a person that decide which parts of an article hold for them.

A situation is told in words of four dimensions. A condition holds where, for each dimension that it
names, the person's word is among its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final, Literal, TypeAlias, TypeGuard, get_args

Citizenship = Literal["nordic", "eu_eea_ch", "third_country"]
"""Which rules on entry and residence a person falls under, by citizenship."""

Stay = Literal["up_to_3_months", "3_to_6_months", "over_6_months"]
"""How long a person stays in Denmark, counted from the day of arrival."""

Occupation = Literal["employee", "jobseeker", "other_occupation"]
"""What a person does here: works for an employer, looks for work, or neither of the two."""

Address = Literal["danish_address", "foreign_address"]
"""Whether a person lives at an address in Denmark."""

Condition: TypeAlias = Citizenship | Stay | Occupation | Address
"""A word of one of the dimensions."""

Dimension = Literal["citizenship", "stay", "occupation", "address"]

WORDS: Final[Mapping[Dimension, tuple[Condition, ...]]] = {
    "citizenship": get_args(Citizenship),
    "stay": get_args(Stay),
    "occupation": get_args(Occupation),
    "address": get_args(Address),
}
"""The dimensions in the order in which they are asked for, each with its words."""

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
CITIZENSHIPS: tuple[Citizenship, ...] = get_args(Citizenship)
CONDITIONS: tuple[Condition, ...] = tuple(word for words in WORDS.values() for word in words)

Situation: TypeAlias = Mapping[Dimension, Condition]
"""What is known of a person: a word for each dimension that is known."""

NOT_KNOWN: Final[Situation] = {}

_DIMENSION_OF: Final = {word: dimension for dimension, words in WORDS.items() for word in words}


def is_citizenship(value: object) -> TypeGuard[Citizenship]:
    """Return whether a value is one of the three citizenship groups."""
    return value in CITIZENSHIPS


def is_condition(value: object) -> TypeGuard[Condition]:
    """Return whether a value is a word of one of the dimensions."""
    return value in CONDITIONS


def dimension_of(word: Condition) -> Dimension:
    """Return the dimension that a word belongs to."""
    return _DIMENSION_OF[word]


def dimensions_of(words: Iterable[Condition]) -> tuple[Dimension, ...]:
    """Return the dimensions that some words belong to, in the order in which they are asked for."""
    named = {dimension_of(word) for word in words}
    return tuple(dimension for dimension in DIMENSIONS if dimension in named)


def situation_of(words: Iterable[object]) -> Situation:
    """Return the situation that some values tell; what is no word of a dimension tells nothing."""
    return {dimension_of(word): word for word in words if is_condition(word)}


def situation_from(values: Mapping[str, object]) -> Situation:
    """Return the situation in values by dimension, such as a query; what fits none is left out."""
    return {
        dimension: word
        for dimension, words in WORDS.items()
        for word in words
        if values.get(dimension) == word
    }


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


def combinations(dimensions: Iterable[Dimension]) -> list[Situation]:
    """Return all situations that differ in some dimensions; one of which nothing is known if none."""
    asked = tuple(dimensions)
    return [dict(zip(asked, words, strict=True)) for words in product(*(WORDS[d] for d in asked))]
