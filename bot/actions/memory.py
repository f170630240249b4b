"""What the bot remembers of a person: shown, and forgotten, on request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Button, Message
from bot.actions.pd_u2 import DAY_QUESTIONS, NOT_KNOWN
from bot.actions.phrases import Phrase, Phrases
from bot.actions.turn import Turn
from bot.components.payloads import FORGET_MEMORY
from knowledge.answers import title
from knowledge.guides.words import question
from knowledge.situation_words import name
from knowledge.situations import WORDS, Dimension
from language.languages import NAMES
from storage.database import Database
from web.dates import day

_LINES: Final[dict[Dimension, Phrase]] = {
    "citizenship": "memory_citizenship",
    "stay": "memory_stay",
    "occupation": "memory_occupation",
    "address": "memory_address",
}


class ActionMemory(BotAction):
    """Shows what the person has told in this conversation, or forgets it."""

    action_name = "action_memory"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return what is remembered, with a button to forget it; or that it is forgotten."""
        if turn.intent == "forget_memory":
            text = self._phrases.text(turn.language, "memory_forgotten")
            return Reply((Message("smalltalk", text, turn.language),), forgets=True)
        known = list(self._known(turn))
        if not known and not turn.guide.days:
            text = self._phrases.text(turn.language, "memory_nothing")
            return Reply((Message("smalltalk", text, turn.language),))
        lines: list[tuple[Phrase, str]] = [("memory_language", NAMES[turn.language]), *known]
        listed = "\n".join(
            [
                *(
                    "- " + self._phrases.filled(turn.language, phrase, {"value": value})
                    for phrase, value in lines
                ),
                *(f"- {asked} {said}" for asked, said in _guide_days(turn)),
            ]
        )
        parts = [
            self._phrases.text(turn.language, "memory_known"),
            listed,
            self._phrases.text(turn.language, "memory_correct"),
        ]
        forget = Button(self._phrases.text(turn.language, "memory_forget_button"), FORGET_MEMORY)
        message = Message("smalltalk", "\n\n".join(parts), turn.language, buttons=(forget,))
        return Reply((message,))

    def _known(self, turn: Turn) -> Iterator[tuple[Phrase, str]]:
        for dimension, phrase in _LINES.items():
            word = turn.situation.get(dimension)
            if word is not None and word in WORDS[dimension]:
                yield phrase, name(word, turn.language)
        if turn.municipality is not None:
            yield "memory_municipality", turn.municipality
        if turn.remembered_topic is not None:
            with self._database.reading() as session:
                talked_about = title(session, turn.remembered_topic, turn.language)
            if talked_about is not None:
                yield "memory_topic", talked_about


def _guide_days(turn: Turn) -> Iterator[tuple[str, str]]:
    """Yield the days that were told to the guide PD U2, each with what was asked."""
    for slot, asked in DAY_QUESTIONS.items():
        told = turn.guide.days.get(slot)
        if told is not None and told != NOT_KNOWN:
            yield question(asked, turn.language), day(date.fromisoformat(told), turn.language)
