"""What comes before any question: despair, danger, and an insult."""

from __future__ import annotations

import re
from typing import Final

from bot.actions.action import BotAction, Reply
from bot.actions.handover import handover_button
from bot.actions.messages import Message
from bot.actions.phrases import Phrase, Phrases
from bot.actions.turn import Turn
from knowledge.rows import all_facts
from storage.database import Database

# The numbers by the placeholder of the phrase. They are told also while an editor has still to confirm
# one: the number for emergencies and the site to look at stand beside it.
_NUMBERS: Final = {
    "emergency": "emergency-number",
    "helpline": "suicide-helpline",
    "hotline": "anti-trafficking-hotline",
}

_NOT_DIALLED: Final = re.compile(r"[^\d+]")


class ActionCare(BotAction):
    """Names those who help at once; stays calm when insulted."""

    action_name = "action_care"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the numbers to call, followed by the answer where a question was asked besides."""
        if "despair" in turn.cues:
            return Reply((self._numbers(turn, "care_despair"),), leaves_form=True)
        if "danger" in turn.cues:
            asked = turn.topic is not None and turn.band == "answer"
            then = "action_answer" if asked else None
            return Reply((self._numbers(turn, "care_danger"),), leaves_form=True, then=then)
        text = self._phrases.text(turn.language, "care_insult")
        return Reply((self._message(turn, text),))

    def _numbers(self, turn: Turn, phrase: Phrase) -> Message:
        with self._database.reading() as session:
            facts = all_facts(session)
            numbers = {
                placeholder: _to_call(facts[name].in_words(turn.language))
                if name in facts
                else None
                for placeholder, name in _NUMBERS.items()
            }
        return self._message(turn, self._phrases.filled(turn.language, phrase, numbers))

    def _message(self, turn: Turn, text: str) -> Message:
        handover = handover_button(turn.language, self._phrases)
        return Message("smalltalk", text, turn.language, buttons=(handover,))


def _to_call(number: str) -> str:
    """Return a number as a link that a phone calls."""
    return f"[{number}](tel:{_NOT_DIALLED.sub('', number)})"
