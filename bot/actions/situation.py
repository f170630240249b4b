"""The questions for a person's situation: asked with buttons, read when typed."""

from __future__ import annotations

from typing import Final

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrases
from bot.actions.situation_replies import SituationReplies
from bot.actions.turn import SLOTS, Turn
from bot.components.payloads import inform_situation
from knowledge.situation_words import name, names, question, reason
from knowledge.situations import DIMENSIONS, WORDS, Address, Condition, Dimension
from language.languages import LANGUAGES

FORMS: Final[dict[Dimension, str]] = {dimension: f"{dimension}_form" for dimension in DIMENSIONS}
"""The forms that ask for each dimension, as domain.yml names them."""

_DENMARK: Final = "DK"


class ActionAskSituation(BotAction):
    """Asks where the person stands in one dimension."""

    def __init__(self, phrases: Phrases, dimension: Dimension) -> None:
        super().__init__(phrases)
        self._dimension = dimension
        self.action_name = f"action_ask_{SLOTS[dimension]}"

    def reply(self, turn: Turn) -> Reply:
        """Return the question with a button for each word of the dimension."""
        return Reply(
            (
                Message(
                    kind="question",
                    text=f"{reason(self._dimension, turn.language)} "
                    f"{question(self._dimension, turn.language)}",
                    language=turn.language,
                    topic=turn.remembered_topic,
                    buttons=tuple(
                        Button(label, inform_situation(SLOTS[self._dimension], word))
                        for word, label in names(self._dimension, turn.language)
                    ),
                ),
            )
        )


class ActionReadSituation(BotAction):
    """Reads a typed reply: a button's label in any language, or the same in other words."""

    def __init__(self, phrases: Phrases, dimension: Dimension, replies: SituationReplies) -> None:
        super().__init__(phrases)
        self._dimension = dimension
        self._replies = replies
        self.action_name = f"action_read_{dimension}"

    def reply(self, turn: Turn) -> Reply:
        """Return the word of the dimension, or nothing when something else was typed."""
        word = self._read(turn)
        return Reply(remember={SLOTS[self._dimension]: word} if word is not None else {})

    def _read(self, turn: Turn) -> Condition | None:
        labels = {
            name(word, language): word for word in WORDS[self._dimension] for language in LANGUAGES
        }
        # Labels first: they name countries that are not the person's own ("outside of the EU").
        found = turn.closest(labels)
        if found is not None:
            return found
        if self._dimension == "citizenship":
            return turn.told_citizenship
        if self._replies.denies(turn.text, turn.language):
            return None
        read = self._replies.read(self._dimension, turn.text, turn.language)
        return read or (_address(turn) if self._dimension == "address" else None)


def _address(turn: Turn) -> Address | None:
    """Return where a person lives who names a municipality or countries."""
    told: set[Address] = {
        "danish_address" if code == _DENMARK else "foreign_address" for code in turn.told_countries
    }
    if turn.told_municipality:
        told.add("danish_address")
    return told.pop() if len(told) == 1 else None
