"""The bot's own phrases: complete and alike in all six languages."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.actions.errors import PhrasesError
from bot.actions.phrases import DIRECTORY, Phrase, Phrases, load_phrases
from knowledge.situation_words import name
from knowledge.situations import WORDS, Dimension
from language.languages import LANGUAGES


def _write(directory: Path, **changes: object) -> Path:
    for language in LANGUAGES:
        content = yaml.safe_load((DIRECTORY / f"{language}.yml").read_text(encoding="utf-8"))
        if language == "pl":
            content = {k: v for k, v in {**content, **changes}.items() if v is not None}
        (directory / f"{language}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return directory


def test_all_languages_have_the_same_phrases(phrases: Phrases) -> None:
    for phrase in get_args(Phrase):
        texts = phrases.in_all_languages(phrase)
        assert len(texts) == 6
        assert all(texts)


def test_languages_differ(phrases: Phrases) -> None:
    for phrase in get_args(Phrase):
        assert len(set(phrases.in_all_languages(phrase))) == 6, phrase


@pytest.mark.parametrize("dimension", WORDS)
def test_labels_of_situations_can_be_told_apart_in_all_languages(dimension: Dimension) -> None:
    labels = [
        name(word, language).casefold() for word in WORDS[dimension] for language in LANGUAGES
    ]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"greet": None}, r"phrases/pl\.yml lacks the phrase greet\."),
        ({"hello": "Cześć"}, r"phrases/pl\.yml has a phrase that nothing says: hello\."),
        ({"greet": ""}, r"phrases/pl\.yml: greet is no text\."),
        ({"greet": 7}, r"phrases/pl\.yml: greet is no text\."),
        ({"greet": "Cześć {name}"}, r"greet has the placeholders name; it needs none\."),
        ({"centre_answer": "{centre}"}, "it needs address, booking, callers, centre, email"),
        ({"greet": "Cześć {"}, r"phrases/pl\.yml: greet: "),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(PhrasesError, match=message):
        load_phrases(_write(tmp_path, **changes))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (_write(tmp_path) / "lt.yml").unlink()
    with pytest.raises(PhrasesError, match=r"lt\.yml cannot be read"):
        load_phrases(tmp_path)


def test_a_file_that_is_no_mapping_is_named(tmp_path: Path) -> None:
    (_write(tmp_path) / "ro.yml").write_text("- salut", encoding="utf-8")
    with pytest.raises(PhrasesError, match=r"ro\.yml is no list of"):
        load_phrases(tmp_path)


def test_lines_with_unknown_values_are_left_out(phrases: Phrases) -> None:
    known = {"municipality": "Vejle", "centre": "ICS South", "address": "Borgergade 1"}
    unknown = ("phone", "email", "web", "visitors", "callers", "hours_page", "booking")
    text = phrases.filled("da", "centre_answer", {**dict.fromkeys(unknown), **known})
    assert all(value in text for value in known.values())
    assert "None" not in text
    assert "{" not in text
    assert len(text.splitlines()) < len(phrases.text("da", "centre_answer").splitlines())
