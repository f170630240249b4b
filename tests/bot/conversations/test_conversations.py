"""Conversations in six languages, as <language>.yml has them, over Rasa's webhook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.phrases import load_phrases
from language.languages import LANGUAGES
from tests.bot.servers import BotServers

pytestmark = pytest.mark.rasa

_FOLDER = Path(__file__).parent
_CONVERSATIONS = [
    pytest.param(language, conversation, id=f"{language}: {conversation['name']}")
    for language in LANGUAGES
    for conversation in yaml.safe_load((_FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("language", "conversation"), _CONVERSATIONS)
def test_conversation(
    bot_servers: BotServers, language: str, conversation: Mapping[str, Any]
) -> None:
    person = bot_servers.conversation(conversation.get("page", language))
    buttons: list[dict[str, str]] = []
    for turn in conversation["turns"]:
        text = turn["say"] if "say" in turn else buttons[turn["press"] - 1]["payload"]
        said = person.say(text)
        found = [
            _seen(message, expected)
            for message, expected in zip(said, turn["expect"], strict=False)
        ]
        assert (len(said), found) == (len(turn["expect"]), turn["expect"]), text
        buttons = next((m["buttons"] for m in reversed(said) if m["buttons"]), buttons)


def _seen(message: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a message what is expected of it, in the words of the expectation."""
    seen: dict[str, Any] = {}
    for key, value in expected.items():
        if key == "contains":
            seen[key] = [text for text in value if text in message["text"]]
        elif key == "buttons":
            seen[key] = len(message["buttons"])
        elif key == "sources":
            seen[key] = bool(message["sources"])
        elif key == "phrase":
            phrase = load_phrases().text(message["language"], value)
            seen[key] = value if phrase in message["text"] else message["text"]
        else:
            seen[key] = message[key]
    return seen
