"""Questions as they come in the middle of what else people say: who they are, where, since when."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from random import Random

    from language.languages import Language

_SHARE = 0.25
_LONGEST = 250  # characters; a longer text tells a story already
_SENTENCES = Path(__file__).with_name("asides.yml")


def with_aside(text: str, language: Language, chance: Random) -> str:
    """Return a text as it is, or with a sentence before or after it that does not tell the topic.

    Without such texts "I am Polish" alone moved a question towards the topics in whose messages
    people name their country.

    Args:
        text: A message.
        language: Of the message, and of what is said beside it.
        chance: Decides.
    """
    if chance.random() >= _SHARE or not text or len(text) > _LONGEST:
        return text
    aside = chance.choice(_asides()[language])
    small = text[:1].lower() + text[1:]
    stop = "" if text[-1] in ".?!" else "."
    return chance.choice(
        (f"{aside}. {text}", f"{aside}, {small}", f"{aside} {small}", f"{text}{stop} {aside}")
    )


@cache
def _asides() -> dict[Language, list[str]]:
    read: dict[Language, list[str]] = yaml.safe_load(_SENTENCES.read_text(encoding="utf-8"))
    return read
