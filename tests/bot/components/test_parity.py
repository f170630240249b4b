"""Rasa's own parse gives what `ankomst bot parse` gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from language.languages import LANGUAGES
from tests.bot.servers import BotServers
from understanding.examples import read_nlu

pytestmark = pytest.mark.rasa

_ODD = [
    "ok",
    "CPR?",
    "hej",
    "???",
    "12345",
    "😀😀",
    "Lemvig",
    "EU",
    "jestem z Polski",
    "I am Indian, my wife is Romanian",
    "mieszkam w Koldingu i mam PD U2",
    "blanket 04.063, 010190-1234",
    "Miten saan verokortin Tanskassa?",
    "как получить налоговую карту",
    "How do I get a tax card? Hvordan får jeg et skattekort?",
    "<script>alert(1)</script>",
    "Sveiki! Kaip gauti mokesčių kortelę, jei gyvenu Orhuse ir esu iš Lietuvos?",
    "a" * 990,
]


def _texts() -> list[str]:
    examples = read_nlu(Path("bot/data/nlu"))
    texts = list(_ODD)
    for language in LANGUAGES:
        mine = [example.text for example in examples if example.language == language]
        texts += mine[:: len(mine) // 8][:8]
    return texts


def _parsed_by_command(servers: BotServers, lines: list[dict[str, str]]) -> list[dict[str, Any]]:
    result = subprocess.run(
        [str(Path(sys.executable).parent / "ankomst"), "bot", "parse"],
        input="".join(json.dumps(line) + "\n" for line in lines),
        env={**os.environ, **servers.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in result.stdout.splitlines()]


def _as_command(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return Rasa's object in the words of the command. Rasa leaves out what is null."""
    return {
        "language": parsed.get("language"),
        "intent": parsed["intent"]["name"],
        "topic": parsed.get("topic"),
        "confidence": parsed["confidence"],
        "band": parsed["band"],
        "ranking": parsed["ranking"],
        "entities": [
            {
                "kind": entity["entity"],
                "value": entity["value"],
                "text": entity["text"],
                "start": entity["start"],
                "end": entity["end"],
            }
            for entity in parsed["entities"]
            # Added for Rasa's slots.
            if entity["entity"] != "own_group"
        ],
    }


def test_parse_is_the_same_on_both_sides(bot_servers: BotServers) -> None:
    texts = _texts()
    assert len(texts) >= 60
    expected = _parsed_by_command(bot_servers, [{"text": text} for text in texts])
    found = [bot_servers.parse(text) for text in texts]
    for text, ours, rasas in zip(texts, expected, found, strict=True):
        # Words that stand beside the question change the intent, and nothing else.
        if rasas["cues"] or rasas["topics"]:
            rasas["intent"]["name"] = ours["intent"]
        assert _as_command(rasas) == ours, text
    assert sum(bool(one["cues"] or one["topics"]) for one in found) <= len(found) // 20


def test_the_page_is_a_hint_on_both_sides(bot_servers: BotServers) -> None:
    texts = ["ok", "CPR?", "skattekort", "Hvordan får jeg et skattekort?", "tax card please"]
    lines = [{"text": text, "language": page} for text in texts for page in LANGUAGES]
    for line, expected in zip(lines, _parsed_by_command(bot_servers, lines), strict=True):
        person = bot_servers.conversation(line["language"])
        person.say(line["text"])
        message = bot_servers.tracker(person.sender)["latest_message"]
        assert _as_command(message) == expected, line


def test_a_button_is_not_parsed_as_a_text(bot_servers: BotServers) -> None:
    parsed = bot_servers.parse('/inform_situation{"citizenship_group": "nordic"}')
    assert parsed["intent"]["name"] == "inform_situation"
    assert [(e["entity"], e["value"]) for e in parsed["entities"]] == [
        ("citizenship_group", "nordic")
    ]
    assert "band" not in parsed


@pytest.mark.parametrize("text", ["/restart", "//back", " / session_start", "/faq{}"])
def test_a_typed_stroke_is_no_command(bot_servers: BotServers, text: str) -> None:
    parsed = bot_servers.parse(text)
    assert "band" in parsed
    assert not parsed["text"].strip().startswith("/")
