"""The layer over character n-grams."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.normalisation import fold
from understanding.ngrams import BUCKETS, READ, fit_ngrams, ngrams_of

_TAX = ["I need a tax card", "where is my tax card", "skattekort, tak", "my tax is too high"]
_JOB = ["my CV on Jobnet", "I look for a job", "jobnet login", "no job, what now"]


def spelt(text: str) -> set[str]:
    """The n-grams, written out the slow way."""
    padded = f" {fold(text)} "
    found = (padded[at : at + n] for n in (2, 3, 4, 5) for at in range(len(padded) - n + 1))
    return {ngram for ngram in found if " " not in ngram[1:-1]}


@given(st.text(alphabet="abc łé æ.1 ", max_size=60))
def test_as_many_places_as_there_are_ngrams_within_words(text: str) -> None:
    ngrams = ngrams_of(text)
    # Two may share a place by chance, in 131,072 places seldom.
    assert len(spelt(text)) - 2 <= len(ngrams.places) <= len(spelt(text))
    assert ((ngrams.places >= 0) & (ngrams.places < BUCKETS)).all()
    assert (np.diff(ngrams.places) > 0).all()
    assert (ngrams.values >= 1).all()


def test_capitals_and_diacritics_play_no_part() -> None:
    one, other = ngrams_of("Mokesčių KORTELĖ"), ngrams_of("mokesciu kortele")
    assert one.places.tolist() == other.places.tolist()


def test_what_is_often_there_weighs_more_but_not_as_often() -> None:
    once, often = ngrams_of("tax"), ngrams_of("tax tax tax")
    assert once.places.tolist() == often.places.tolist()
    assert often.values == pytest.approx(once.values + np.log(3))


def test_of_a_long_text_the_beginning_is_read() -> None:
    whole = ngrams_of("a" * READ + " the end")
    assert whole.places.tolist() == ngrams_of("a" * READ).places.tolist()


def test_it_learns_labels_and_its_parts_add_up() -> None:
    texts = [ngrams_of(text) for text in chain(_TAX, _JOB)]
    right = np.array([1] * len(_TAX) + [0] * len(_JOB))
    model = fit_ngrams(texts, ("job", "tax"), right, np.ones(len(texts)), 20.0)
    assert model.logits(texts).argmax(axis=1).tolist() == right.tolist()
    heard = ngrams_of("the tax card, please")
    added = model.contributions([heard], heard) + model.bias
    assert added == pytest.approx(model.logits([heard]))
    assert model.logits([ngrams_of("")]).shape == (1, 2)


def test_a_label_that_nothing_was_learnt_of_is_never_the_likeliest() -> None:
    texts = [ngrams_of(text) for text in chain(_TAX, _JOB)]
    right = np.array([2] * len(_TAX) + [0] * len(_JOB))
    model = fit_ngrams(texts, ("job", "none", "tax"), right, np.ones(len(texts)), 20.0)
    assert 1 not in model.logits(texts).argmax(axis=1)
