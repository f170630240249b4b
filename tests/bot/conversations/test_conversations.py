"""Conversations in six languages, as <language>.yml has them, over the chat API and the real bot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.phrases import load_phrases
from language.languages import LANGUAGES
from tests.bot.person import Message, Person, said_in

LEAST = 20
"""How many conversations each language has at least."""

_FOLDER = Path(__file__).parent
_CONVERSATIONS = [
    (language, conversation)
    for language in LANGUAGES
    for conversation in yaml.safe_load((_FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
]


def test_each_language_has_enough_conversations() -> None:
    counts = Counter(language for language, _ in _CONVERSATIONS)
    assert {language: counts[language] for language in LANGUAGES if counts[language] < LEAST} == {}


@pytest.mark.rasa
@pytest.mark.parametrize(
    ("language", "conversation"),
    [pytest.param(*one, id=f"{one[0]}: {one[1]['name']}") for one in _CONVERSATIONS],
)
def test_conversation(bot_pages: str, language: str, conversation: Mapping[str, Any]) -> None:
    person = Person(bot_pages, conversation.get("page", language))
    said: list[Message] = []
    buttons: list[Message] = []
    for number, turn in enumerate(conversation["turns"], 1):
        before, said = said, _said(person, turn, buttons)
        wrong = _wrong(turn, said, before)
        if wrong:
            where = f"{language}: {conversation['name']}, turn {number}"
            pytest.fail("\n".join([where, *wrong, *_told(turn, said)]), pytrace=False)
        buttons = next((m["buttons"] for m in reversed(said) if m["buttons"]), buttons)


def _said(person: Person, turn: Mapping[str, Any], buttons: Sequence[Message]) -> list[Message]:
    content = {key: turn[key] for key in ("message_id",) if key in turn}
    if "say" in turn:
        content["text"] = turn["say"]
    else:
        content["payload"] = buttons[turn["press"] - 1]["payload"]
    return said_in(person.send(**content), turn.get("status", 200))


def _wrong(
    turn: Mapping[str, Any], said: Sequence[Message], before: Sequence[Message]
) -> list[str]:
    """Return a line for each expectation that does not hold."""
    expect = turn["expect"]
    wrong = [
        f"  message {number}, {key}: expected {value!r}, got {seen!r}"
        for number, (message, expected) in enumerate(zip(said, expect, strict=False), 1)
        for key, value in expected.items()
        if (seen := _seen(message, key, value)) != value
    ]
    if len(said) != len(expect):
        wrong.append(f"  expected {len(expect)} messages, got {len(said)}")
    if "same_as_before" in turn and (said == before) != turn["same_as_before"]:
        wrong.append(f"  expected same_as_before to be {turn['same_as_before']}")
    return wrong


def _seen(message: Message, key: str, expected: Any) -> Any:
    """Return of a message what an expectation speaks of; the expectation itself where it holds."""
    text = message["text"]
    if key == "contains":
        return [part for part in expected if part in text]
    if key == "lacks":
        return [part for part in expected if part not in text]
    if key == "phrase":
        return expected if load_phrases().text(message["language"], expected) in text else text
    if key == "buttons":
        return len(message["buttons"])
    if key in {"sources", "form"}:
        return bool(message[key])
    return message[key]


def _told(turn: Mapping[str, Any], said: Sequence[Message]) -> list[str]:
    """Return what was said in a turn, to be read by who looks for what is wrong."""
    person = turn["say"] if "say" in turn else f"(button {turn['press']})"
    bot = [
        f"  {m['kind']} [{m['language']}] {m['topic']} {m['variant']}: {m['text']}"
        + "".join(f"\n    [{button['label']}]" for button in m["buttons"])
        for m in said
    ]
    return [f"  person: {person}", *bot]
