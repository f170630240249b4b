"""Words of situations, and what of a condition is open for a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.situations import (
    CONDITIONS,
    OTHER_CENTRE,
    WORDS,
    Condition,
    Situation,
    centre_word,
    combinations,
    dimension_of,
    dimensions_of,
    in_words,
    remaining,
    situation_from,
    situation_of,
)

CENTRES = (centre_word("aarhus"), centre_word("ics-vest"), OTHER_CENTRE)
EVERY_WORD = {**WORDS, "centre": CENTRES}
SITUATIONS: list[Situation] = combinations(EVERY_WORD)
LONG_EU: Situation = {"citizenship": "eu_eea_ch", "stay": "over_6_months"}


def test_words_of_one_dimension_mean_or_those_of_two_mean_and() -> None:
    only: frozenset[Condition] = frozenset({"nordic", "eu_eea_ch", "over_6_months"})
    assert remaining(only, LONG_EU) == frozenset()
    assert remaining(only, {"citizenship": "nordic", "stay": "3_to_6_months"}) is None
    assert remaining(only, {"citizenship": "third_country"}) is None
    assert remaining(only, {"citizenship": "nordic"}) == frozenset[Condition]({"over_6_months"})
    assert remaining(only, {}) == only


def test_what_is_told_is_read_from_words_and_from_queries() -> None:
    assert situation_of(["nordic", "martian", None, "jobseeker"]) == {
        "citizenship": "nordic",
        "occupation": "jobseeker",
    }
    assert situation_from({"stay": "over_6_months", "citizenship": "employee", "x": "y"}) == {
        "stay": "over_6_months"
    }
    assert in_words({}) is None


@given(st.sampled_from(SITUATIONS))
def test_a_situation_in_words_is_read_back(situation: Situation) -> None:
    words = in_words(situation)
    assert words is not None
    assert situation_of(words.split()) == situation
    assert len(words) <= 160  # what conversations keep


@given(st.frozensets(st.sampled_from([*CONDITIONS, *CENTRES])), st.sampled_from(SITUATIONS))
def test_telling_the_dimensions_one_by_one_ends_where_telling_all_at_once_does(
    only: frozenset[Condition], situation: Situation
) -> None:
    left: frozenset[Condition] | None = only
    for dimension, word in situation.items():
        left = remaining(left, {dimension: word}) if left is not None else None
    assert left == remaining(only, situation)
    assert left in (None, frozenset())


@pytest.mark.parametrize("word", CONDITIONS)
def test_every_word_belongs_to_one_dimension(word: Condition) -> None:
    assert [dimension for dimension in WORDS if word in WORDS[dimension]] == [dimension_of(word)]
    assert dimensions_of([word]) == (dimension_of(word),)


def test_combinations_are_all_there_are() -> None:
    assert combinations({}) == [{}]
    assert len(SITUATIONS) == 3 * 3 * 3 * 2 * len(CENTRES)


def test_a_centre_is_a_word_by_its_slug() -> None:
    word = centre_word("aarhus")
    assert (
        situation_from({"centre": "aarhus"}) == {"centre": word} == situation_of(["centre:aarhus"])
    )
    assert situation_from({"centre": "other_centre"}) == {"centre": OTHER_CENTRE}
    assert (
        situation_from({"centre": "Århus!"})
        == {}
        == situation_of(["centre:", "centre:Å", "aarhus"])
    )
    assert (dimension_of(word), dimension_of(OTHER_CENTRE)) == ("centre", "centre")
    assert remaining(frozenset({word, OTHER_CENTRE}), {"centre": centre_word("odense")}) is None
