"""The way to a person."""

from __future__ import annotations

from bot.actions.action import BotAction, Reply
from bot.actions.centre import centre_text
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrases
from bot.actions.turn import Turn
from bot.components.payloads import HUMAN_HANDOVER
from knowledge.centres import centre_for
from language.languages import Language
from storage.database import Database


def handover_button(language: Language, phrases: Phrases) -> Button:
    """Return the button that asks for a person."""
    return Button(phrases.text(language, "handover_button"), HUMAN_HANDOVER)


class ActionHandover(BotAction):
    """Says that a person answers; the chat API adds the form (`form` of `bot.chat.messages`)."""

    action_name = "action_handover"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the way to a person; a municipality named next is answered with its centre."""
        parts = [self._phrases.text(turn.language, "handover")]
        if turn.municipality is None:
            parts.append(self._phrases.text(turn.language, "handover_centre"))
        else:
            parts += self._centre(turn.municipality, turn.language)
        return Reply(
            (Message(kind="handover", text="\n\n".join(parts), language=turn.language),),
            {"open_question": None if turn.municipality else "municipality"},
            leaves_form=True,
        )

    def _centre(self, municipality: str, language: Language) -> list[str]:
        with self._database.reading() as session:
            centre = centre_for(session, municipality)
        return [] if centre is None else [centre_text(centre, language, self._phrases)]
