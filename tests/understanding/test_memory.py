"""Messages known word for word."""

from __future__ import annotations

import numpy as np
import pytest

from language.identification import Identification
from language.languages import Language
from understanding.examples import Example
from understanding.memory import SURE, KnownMessages, remember

LABELS = ["affirm", "faq/tax-card", "out_of_scope", "thanks"]
KNOWN = remember(
    [
        Example("tak", "thanks", "da"),
        Example("tak", "affirm", "pl"),
        Example("Karta podatkowa?", "faq/tax-card", "pl"),
    ],
    LABELS,
)
UNSURE = np.array([0.2, 0.3, 0.4, 0.1])


def applied(text: str, language: Language | None, confidence: float = 1.0) -> list[float]:
    identification = Identification(language, confidence)
    return [float(value) for value in KNOWN.apply(text, identification, UNSURE)]


@pytest.mark.parametrize("text", ["karta podatkowa", "KARTA  PODATKOWA!", " Karta podatkowa? "])
@pytest.mark.parametrize("language", ["pl", "da", None])
def test_a_known_message_is_sure_in_any_spelling_and_language(
    text: str, language: Language | None
) -> None:
    probabilities = applied(text, language)
    assert probabilities[1] == SURE
    assert sum(probabilities) == pytest.approx(1.0)
    # The others keep their order.
    assert probabilities[2] > probabilities[0] > probabilities[3]


@pytest.mark.parametrize(("language", "label"), [("da", "thanks"), ("pl", "affirm")])
def test_a_word_of_two_meanings_goes_by_its_language(language: Language, label: str) -> None:
    probabilities = applied("Tak!", language, 0.8)
    assert probabilities[LABELS.index(label)] == pytest.approx(0.8)


@pytest.mark.parametrize("language", ["de", None])
def test_a_word_of_two_meanings_is_left_open_elsewhere(language: Language | None) -> None:
    assert applied("tak", language) == UNSURE.tolist()


def test_other_messages_are_left_alone() -> None:
    assert applied("tak for i dag", "da") == UNSURE.tolist()


def test_a_classifier_that_is_surer_stays_so() -> None:
    sure = np.array([0.0, 0.995, 0.005, 0.0])
    found = KNOWN.apply("karta podatkowa", Identification("pl", 1.0), sure)
    np.testing.assert_array_equal(found, sure)


def test_it_becomes_arrays_and_comes_back() -> None:
    again = KnownMessages.from_arrays(*KNOWN.to_arrays())
    assert again == KNOWN


def test_an_empty_memory_becomes_arrays_and_comes_back() -> None:
    assert KnownMessages.from_arrays(*KnownMessages({}).to_arrays()) == KnownMessages({})


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    hashes, indices = KNOWN.to_arrays()
    with pytest.raises(ValueError, match="broken"):
        KnownMessages.from_arrays(hashes[:-1], indices)
