"""The choice between topics that are near: offered as buttons, read when typed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrases
from bot.actions.turn import Turn
from bot.components.payloads import NONE_OF_THESE, ask_topic
from knowledge.answers import title, topics_with_translation
from language.languages import LANGUAGES, Language
from storage.database import Database

NONE = "none"
"""The value of the slot `choice` when none of the topics was meant."""

_OFFERED = 3


def topics_to_offer(session: Session, ranking: Iterable[str], language: Language) -> list[str]:
    """Return the closest topics on which there is something to read in the language."""
    there = topics_with_translation(session, language)
    return [topic for topic in ranking if topic in there][:_OFFERED]


class ActionAskChoice(BotAction):
    """Asks which of the closest topics is meant."""

    action_name = "action_ask_choice"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the question with a button for each topic and one for none of them."""
        with self._database.reading() as session:
            titles = {topic: title(session, topic, turn.language) for topic in turn.offered}
        buttons = [Button(name, ask_topic(topic)) for topic, name in titles.items() if name]
        none = Button(self._phrases.text(turn.language, "none_of_these"), NONE_OF_THESE)
        return Reply(
            (
                Message(
                    kind="choice",
                    text=self._phrases.text(turn.language, "choice"),
                    language=turn.language,
                    confidence=turn.confidence,
                    buttons=(*buttons, none),
                ),
            )
        )


class ActionReadChoice(BotAction):
    """Reads a typed reply to the choice: a title in any language, a number, or none of them."""

    action_name = "action_read_choice"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the topic that was chosen, or nothing when something else was typed."""
        chosen = self._chosen(turn)
        return Reply(remember={"choice": chosen} if chosen is not None else {})

    def _chosen(self, turn: Turn) -> str | None:
        if turn.intent == "affirm" and len(turn.offered) == 1:
            return turn.offered[0]
        labels = dict.fromkeys(self._phrases.in_all_languages("none_of_these"), NONE)
        labels |= {str(number): topic for number, topic in enumerate(turn.offered, start=1)}
        with self._database.reading() as session:
            for topic in turn.offered:
                names = (title(session, topic, language) for language in LANGUAGES)
                labels |= {name: topic for name in names if name}
        return turn.closest(labels)
