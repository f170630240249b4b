"""Starting again."""

from __future__ import annotations

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Message
from bot.actions.turn import Turn


class ActionRestart(BotAction):
    """Forgets what was said, but not the language."""

    action_name = "action_restart"

    def reply(self, turn: Turn) -> Reply:
        """Return the phrase that asks for a new question."""
        text = self._phrases.text(turn.language, "restart")
        return Reply((Message("smalltalk", text, turn.language),), forgets=True)
