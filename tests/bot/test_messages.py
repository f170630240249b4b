"""The training messages: enough of every kind in each language, none twice, none that cannot be."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from knowledge.catalogue import dialogue_intents, shipped_catalogue
from language.languages import LANGUAGES, Language
from language.masking import mask
from language.normalisation import fold
from settings import ROOT
from understanding.examples import FAQ, OUT_OF_SCOPE, Example, read_nlu

_EXAMPLES = read_nlu(ROOT / "bot" / "data" / "nlu")
_TOPICS = [f"{FAQ}{slug}" for slug in shipped_catalogue().topics]

_NEAR = 85  # of 100; below it short messages of one topic begin to look alike
_SHORT = 12


def _of(language: Language) -> list[Example]:
    return [example for example in _EXAMPLES if example.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_of_every_kind(language: Language) -> None:
    counts = Counter(example.label for example in _of(language))
    few = {label: counts[label] for label in (*_TOPICS, *dialogue_intents()) if counts[label] < 15}
    assert not few
    assert counts[OUT_OF_SCOPE] >= 300
    assert set(counts) == {*_TOPICS, *dialogue_intents()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_is_nearly_another(language: Language) -> None:
    # Greetings and the like are few words, and many of them alike.
    texts = [
        fold(e.text) for e in _of(language) if e.label == OUT_OF_SCOPE or e.label.startswith(FAQ)
    ]
    long = np.array([len(text) > _SHORT for text in texts])
    alike = process.cdist(
        texts, texts, scorer=fuzz.token_sort_ratio, score_cutoff=_NEAR, dtype=np.uint8
    )
    pairs = np.argwhere(np.triu(alike, k=1) & long[:, None] & long[None, :])
    assert not [(texts[a], texts[b]) for a, b in pairs]
    counts = Counter(fold(example.text) for example in _of(language))
    assert [text for text, count in counts.items() if count > 1] == []


def test_none_is_a_command_or_names_a_person() -> None:
    for example in _EXAMPLES:
        assert example.text[0] not in "/-["
        assert not set("[]{}\n") & set(example.text), example.text
        assert mask(example.text) == example.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_of_all_lengths(language: Language) -> None:
    words = [len(e.text.split()) for e in _of(language) if e.label.startswith(FAQ)]
    shares = [sum(low <= n < high for n in words) / len(words) for low, high in ((1, 4), (20, 200))]
    assert min(shares) > 0.08


@pytest.mark.parametrize("language", ["da", "pl", "lt", "ro", "de"])
def test_some_are_typed_without_diacritics(language: Language) -> None:
    plain = [e.text for e in _of(language) if e.text.isascii() and len(e.text) > 30]
    assert len(plain) / len(_of(language)) > 0.1
