"""Making the model of words from texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from language.languages import LANGUAGES, Language
from language.word_model import WordModel, word_model
from language.word_training import Judged, LearntText, train

_MESSAGES: dict[Language, list[str]] = {
    "da": ["hvordan får jeg det", "hvor skal jeg hen med det", "jeg har ikke fået noget", "hvad"],
    "en": ["how do i get this", "where should i go with this", "i have not got anything", "what"],
    "pl": ["jak to dostać", "gdzie mam z tym iść", "nic jeszcze nie dostałem", "co to"],
    "lt": ["kaip man tai gauti", "kur man su tuo eiti", "dar nieko negavau", "kas tai"],
    "ro": ["cum obțin asta", "unde trebuie să merg cu asta", "nu am primit nimic", "ce este"],
    "de": ["wie bekomme ich das", "wohin muss ich damit", "ich habe nichts bekommen", "was"],
}


@pytest.fixture(scope="module")
def made() -> tuple[WordModel, list[Judged]]:
    texts = [
        LearntText(f"{text} skattekort", language, f"topic {number % 7}", is_message=True)
        for language in LANGUAGES
        for number, text in enumerate(_MESSAGES[language] * 5)
    ]
    texts += [LearntText("qxqxqx", "ro", "strange", is_message=True)] * 20
    texts += [
        LearntText("Sådan søger du om kortet", "da", "topic 1", is_message=False),
        LearntText("So beantragen Sie die Karte", "de", "topic 1", is_message=False),
    ]
    return train(texts)


def test_a_model_learns_its_texts_and_is_kept(
    made: tuple[WordModel, list[Judged]], tmp_path: Path
) -> None:
    model, _ = made
    for language in LANGUAGES:
        words = _MESSAGES[language][0].split()
        assert LANGUAGES[model.joined(words, np.full(6, 1 / 6)).argmax()] == language
    assert model.word_probabilities(["skattekort"]).max() < 0.3

    path = tmp_path / "words.npz"
    model.save(path)
    again = WordModel.load(path)
    assert again.evidence(["hvordan"]).tolist() == model.evidence(["hvordan"]).tolist()
    assert again.joining.tolist() == model.joining.tolist()


def test_each_message_is_judged_with_and_without_diacritics(
    made: tuple[WordModel, list[Judged]],
) -> None:
    judged = [one for one in made[1] if one.text != "qxqxqx"]
    assert len(judged) == 2 * 5 * sum(map(len, _MESSAGES.values()))
    assert sum(one.plain for one in judged) == len(judged) / 2
    assert sum(one.is_right for one in judged) > 0.9 * len(judged)


def test_a_message_is_judged_without_its_topic(made: tuple[WordModel, list[Judged]]) -> None:
    # The word stands in one topic alone: whoever has not seen it knows nothing of it.
    model, judged = made
    assert LANGUAGES[model.word_probabilities(["qxqxqx"])[0].argmax()] == "ro"
    strange = [one for one in judged if one.text == "qxqxqx"]
    assert len(strange) == 40
    assert all(one.confidence < 0.9 for one in strange)


def test_the_model_that_ships_weighs_lingua_and_itself() -> None:
    assert word_model().joining.shape == (4, 2)
    assert (word_model().joining[:, 0] > 0).all()
