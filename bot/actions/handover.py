"""The way to a person."""

from __future__ import annotations

from bot.actions.action import BotAction, Reply
from bot.actions.centre import centre_text
from bot.actions.messages import Message
from bot.actions.phrases import Phrases
from bot.actions.turn import Turn
from knowledge.centres import centre_for
from storage.database import Database


class ActionHandover(BotAction):
    """Says how a person is reached, with the centre's data where the municipality is known."""

    action_name = "action_handover"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the way to a person; a municipality named next is answered with its centre."""
        text = self._phrases.text(turn.language, "handover")
        centre = None
        if turn.municipality is not None:
            with self._database.reading() as session:
                centre = centre_for(session, turn.municipality)
        if centre is not None:
            text = f"{text}\n\n{centre_text(centre, turn.language, self._phrases)}"
        return Reply(
            (Message(kind="handover", text=text, language=turn.language),),
            {"open_question": None if turn.municipality else "municipality"},
            leaves_form=True,
        )
