"""What is read by words: a table of messages in six languages, and all messages that we have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from ankomst.training_data import MESSAGES
from language.languages import LANGUAGES, Language
from language.normalisation import fold
from understanding.cues import Aspect, Cue, Relative, cue_words, cues_in, leaning_of
from understanding.examples import read_nlu, topic_of

_TABLE: Mapping[str, Any] = yaml.safe_load(
    Path(__file__).with_name("cues.yml").read_text(encoding="utf-8")
)


def _messages() -> Iterator[Any]:
    for cue in (*get_args(Cue), "nothing"):
        for language, texts in _TABLE[cue].items():
            for text in texts:
                yield pytest.param(cue, language, text, id=f"{language}: {text}")


@pytest.mark.parametrize(("cue", "language", "text"), list(_messages()))
def test_a_cue_is_read_with_and_without_diacritics(cue: str, language: Language, text: str) -> None:
    expected = set() if cue == "nothing" else {cue}
    for typed in (text, fold(text), text.upper()):
        found = cues_in(typed, [language])
        # "Forget what you know about me" names what is remembered, and is to be forgotten.
        assert found - ({"show_memory"} - expected if cue == "forget_memory" else set()) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_read_in_the_language_of_the_conversation_too(language: Language) -> None:
    for text in _TABLE["despair"][language]:
        assert cues_in(text, ["en", language]) >= {"despair"}


def _leaning() -> Iterator[Any]:
    for language, texts in _TABLE["leaning"].items():
        for text, asked in texts.items():
            yield pytest.param(language, text, asked, id=f"{language}: {text}")


@pytest.mark.parametrize(("language", "text", "asked"), list(_leaning()))
def test_a_short_question_leans_on_the_answer_before(
    language: Language, text: str, asked: str
) -> None:
    for typed in (text, fold(text), f"{text.upper()} !!"):
        found = leaning_of(typed, [language])
        assert found is not None, typed
        assert asked in {*found.aspects, found.relative}
        assert (found.relative is None) == (asked in get_args(Aspect))


# Those that may be said after any answer: "which office", "how many weeks does a mother get".
_LEANING_AT_MOST = 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_with_a_topic_of_its_own_hardly_ever_leans(language: Language) -> None:
    leaning = {
        example.text
        for example in read_nlu(MESSAGES)
        if example.language == language
        and topic_of(example.label) is not None
        and leaning_of(example.text, [language]) is not None
    }
    assert len(leaning) <= _LEANING_AT_MOST, leaning


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_of_one_message_are_told_apart(language: Language) -> None:
    words = cue_words(language)
    first, second = words.asking_parts(_TABLE["two_questions"][language])
    assert "?" not in first.rstrip("?")
    assert len(second.split()) >= 4
    for text in ("12", "…", "", "🙂"):
        assert words.asking_parts(text) == []


def test_every_language_has_words_for_everything() -> None:
    for language in LANGUAGES:
        content = yaml.safe_load(
            (Path("understanding") / "cue_words" / f"{language}.yml").read_text(encoding="utf-8")
        )
        assert set(content["cues"]) == set(get_args(Cue))
        assert set(content["aspects"]) == set(get_args(Aspect))
        assert set(content["kin"]) == set(get_args(Relative))
        assert all(content["cues"].values())


# Of the messages that people send with a question, so many per thousand at most may be read so.
_AT_MOST = {
    "despair": 0,
    "danger": 2,
    "insult": 0,
    "own_case": 9,
    "show_memory": 0,
    "forget_memory": 0,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hardly_any_question_is_read_as_something_else(language: Language) -> None:
    texts = [
        example.text
        for example in read_nlu(MESSAGES)
        if example.language == language and topic_of(example.label) is not None
    ]
    for cue, at_most in _AT_MOST.items():
        hits = [text for text in texts if cue in cue_words(language).cues(text)]
        assert len(hits) <= at_most * len(texts) / 1000, (cue, hits)
