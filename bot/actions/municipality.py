"""The question for the municipality, after a general answer or a way to a person."""

from __future__ import annotations

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Message
from bot.actions.turn import Turn


class ActionAskMunicipality(BotAction):
    """Asks in which municipality the person lives."""

    action_name = "action_ask_municipality"

    def reply(self, turn: Turn) -> Reply:
        """Return the question; nothing after the way to a person, which asks it already."""
        if "action_handover" in turn.ran:
            return Reply()
        return Reply(
            (
                Message(
                    kind="question",
                    text=self._phrases.text(turn.language, "ask_municipality"),
                    language=turn.language,
                    topic=turn.remembered_topic,
                ),
            )
        )
