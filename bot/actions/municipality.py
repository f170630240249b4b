"""The question for the municipality, after a general answer or a way to a person."""

from __future__ import annotations

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Message
from bot.actions.turn import Turn
from language.entities import municipalities_named


def choices(turn: Turn) -> tuple[str, ...]:
    """Return the municipalities among which a typed place leaves the choice, such as a postcode."""
    named = municipalities_named(turn.text) if turn.form == "municipality_form" else ()
    return named if len(named) > 1 else ()


class ActionAskMunicipality(BotAction):
    """Asks in which municipality the person lives."""

    action_name = "action_ask_municipality"

    def reply(self, turn: Turn) -> Reply:
        """Return the question; nothing after the way to a person, which asks it already."""
        if "action_handover" in turn.ran:
            return Reply()
        named = choices(turn)
        text = (
            self._phrases.filled(
                turn.language, "choose_municipality", {"municipalities": ", ".join(named)}
            )
            if named
            else self._phrases.text(turn.language, "ask_municipality")
        )
        return Reply(
            (
                Message(
                    kind="question",
                    text=text,
                    language=turn.language,
                    topic=turn.remembered_topic,
                ),
            )
        )
