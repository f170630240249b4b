"""No word that is spelt alike is missed by what leaves most words uncompared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from knowledge.word_ranking import _LEAST_LIKENESS, _Spellings

_words = st.text(alphabet="abkst0ж", min_size=1, max_size=9)


@given(st.lists(_words, unique=True, max_size=30), _words)
def test_every_word_that_is_alike_is_compared(vocabulary: list[str], word: str) -> None:
    alike = [one for one in vocabulary if JaroWinkler.similarity(word, one) >= _LEAST_LIKENESS]
    found = _Spellings(vocabulary).perhaps_alike(word)
    assert [one for one in found if one in set(alike)] == alike


def test_most_words_are_left_uncompared() -> None:
    vocabulary = ["skat", "skattekort", "skattekortet", "bolig", "pas", "kørekort"]
    assert _Spellings(vocabulary).perhaps_alike("skattekort") == ["skattekort", "skattekortet"]
