"""Spoilt texts are what somebody could have typed."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from language.normalisation import fold
from understanding.tuning.spoiling import spoil


@given(st.text(max_size=80), st.integers())
def test_a_spoilt_text_is_near_the_text(text: str, seed: int) -> None:
    spoilt = spoil(text, Random(seed))
    nearest = min(DamerauLevenshtein.distance(spoilt, typed) for typed in (text, fold(text)))
    assert nearest <= 1 + len(text) // 40 + 1


def test_most_texts_stay_as_they_are_and_some_lose_their_diacritics() -> None:
    chance = Random(1)
    text = "Kur gauti mokesčių kortelę?"
    spoilt = [spoil(text, chance) for _ in range(600)]
    assert 0.45 < spoilt.count(text) / 600 < 0.68
    assert 0.2 < spoilt.count(fold(text)) / 600 < 0.4
    assert len(set(spoilt)) > 30
