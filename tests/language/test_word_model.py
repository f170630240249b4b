"""The model of words: its n-grams, and what it knows."""

from __future__ import annotations

import numpy as np
import pytest

from language.languages import LANGUAGES, Language
from language.normalisation import without_diacritics
from language.word_model import BUCKETS, MODEL_FILE, n_grams, size_of, word_model

_DANISH_EVERYWHERE = ["skattekort", "forskerskatteordningen"]


def test_a_word_has_the_same_n_grams_alone_and_among_others() -> None:
    words = ["ja", "Skattekort", "x", "żeby", "arbejds-løs"]
    together = n_grams(words)
    ends = np.append(together.starts, len(together.buckets))
    for index, word in enumerate(words):
        alone = n_grams([word]).buckets
        among = together.buckets[ends[index] : ends[index + 1]]
        assert sorted(among) == sorted(alone)
        assert 0 <= among.min() <= among.max() < BUCKETS


def test_case_plays_no_part_and_order_of_letters_does() -> None:
    assert n_grams(["Jeg"]).buckets.tolist() == n_grams(["jeg"]).buckets.tolist()
    assert n_grams(["jeg"]).buckets.tolist() != n_grams(["gej"]).buckets.tolist()


def test_hashes_are_the_same_in_every_environment() -> None:
    assert n_grams(["ok"]).buckets.tolist() == [
        *(42010, 26411, 17541, 34533, 6862, 36513, 27542, 31850, 48506)
    ]


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("hvordan", "da"),
        ("which", "en"),
        ("dlaczego", "pl"),
        ("galėčiau", "lt"),
        ("pentru", "ro"),
        ("warum", "de"),
    ],
)
def test_words_are_known_with_and_without_diacritics(word: str, language: Language) -> None:
    for spelling in (word, without_diacritics(word)):
        row = word_model().word_probabilities([spelling])[0]
        assert row.sum() == pytest.approx(1.0)
        assert LANGUAGES[row.argmax()] == language
        assert row.max() > 0.8


@pytest.mark.parametrize("word", [*_DANISH_EVERYWHERE, "Hirtshals", "Rødby"])
def test_danish_words_that_everybody_writes_and_places_say_little(word: str) -> None:
    assert word_model().word_probabilities([word]).max() < 0.7


def test_one_danish_word_cannot_outweigh_the_others() -> None:
    words = ["where", "is", "huslejenævnet"]
    probabilities = word_model().joined(words, np.full(6, 1 / 6))
    assert LANGUAGES[probabilities.argmax()] == "en"


@pytest.mark.parametrize(
    ("words", "size"), [(0, 0), (1, 0), (2, 1), (3, 2), (5, 2), (6, 3), (99, 3)]
)
def test_texts_fall_into_sizes(words: int, size: int) -> None:
    assert size_of(words) == size


def test_very_long_texts_and_words_are_read_in_part() -> None:
    model = word_model()
    words = ["hvordan"] * 10_000
    assert model.evidence(words) == pytest.approx(model.evidence(words[:200]))
    assert len(n_grams(["å" * 100_000]).buckets) < 300


def test_the_file_is_small() -> None:
    assert MODEL_FILE.stat().st_size < 1_000_000
