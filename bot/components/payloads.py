"""The messages that the bot's own buttons send to Rasa: an intent and what goes with it.

They are a closed list. Rasa takes any text that begins with a stroke for a command of this kind;
what is not on this list is a text that a person typed.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from language.languages import Language

NONE_OF_THESE = "/none_of_these"
HUMAN_HANDOVER = "/human_handover"
SHOW_MEMORY = "/show_memory"
FORGET_MEMORY = "/forget_memory"

GuideButton = Literal["begin", "go_on", "not_known"]
"""What a button of the guide PD U2 does: begin, anew too; go on; leave a question open."""

_ISSUED = re.compile(
    r"/none_of_these"
    r"|/human_handover"
    r"|/show_memory"
    r"|/forget_memory"
    r'|/faq\{"topic": "[a-z0-9]+(?:-[a-z0-9]+)*"\}'
    r'|/inform_situation\{"citizenship_group": "(?:nordic|eu_eea_ch|third_country)"\}'
    r'|/inform_situation\{"stay": "(?:up_to_3_months|3_to_6_months|over_6_months)"\}'
    r'|/inform_situation\{"occupation": "(?:employee|jobseeker|other_occupation)"\}'
    r'|/inform_situation\{"address": "(?:danish_address|foreign_address)"\}'
    r'|/inform_situation\{"centre": "other_centre"\}'
    r'|/pd_u2\{"guide_button": "(?:begin|go_on|not_known)"\}'
    r'|/change_language\{"language": "(?:da|en|pl|lt|ro|de)"\}'
)

_STROKES = re.compile(r"\A[\s/]*")


def ask_topic(topic: str) -> str:
    """Return the payload of a button that asks for a topic."""
    return _payload("faq", "topic", topic)


def inform_situation(slot: str, word: str) -> str:
    """Return the payload of a button that tells a person's situation.

    Args:
        slot: The slot for the dimension, see domain.yml.
        word: What the person says of it.
    """
    return _payload("inform_situation", slot, word)


def guide(button: GuideButton) -> str:
    """Return the payload of a button of the guide PD U2."""
    return _payload("pd_u2", "guide_button", button)


def change_language(language: Language) -> str:
    """Return the payload of a button that chooses the language of the conversation."""
    return _payload("change_language", "language", language)


def _payload(intent: str, entity: str, value: str) -> str:
    return f"/{intent}{json.dumps({entity: value})}"


def is_payload(text: str) -> bool:
    """Return whether a message is one that a button sends."""
    return _ISSUED.fullmatch(text) is not None


def without_stroke(text: str) -> str:
    """Return a typed text with the strokes at its beginning turned into spaces.

    Its length stays the same, so that places in it stay where they are.
    """
    return _STROKES.sub(lambda strokes: " " * len(strokes.group()), text)
