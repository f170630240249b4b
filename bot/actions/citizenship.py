"""The question for citizenship: asked with buttons, read when typed."""

from __future__ import annotations

from typing import Final

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrase
from bot.actions.turn import Turn
from bot.components.payloads import inform_citizenship
from knowledge.situations import Citizenship

_LABELS: Final[dict[Citizenship, Phrase]] = {
    "nordic": "citizenship_nordic",
    "eu_eea_ch": "citizenship_eu_eea_ch",
    "third_country": "citizenship_third_country",
}


class ActionAskCitizenshipGroup(BotAction):
    """Asks which citizenship the person has."""

    action_name = "action_ask_citizenship_group"

    def reply(self, turn: Turn) -> Reply:
        """Return the question with a button for each group of citizenships."""
        return Reply(
            (
                Message(
                    kind="question",
                    text=self._phrases.text(turn.language, "ask_citizenship"),
                    language=turn.language,
                    topic=turn.remembered_topic,
                    buttons=tuple(
                        Button(self._phrases.text(turn.language, label), inform_citizenship(group))
                        for group, label in _LABELS.items()
                    ),
                ),
            )
        )


class ActionReadCitizenship(BotAction):
    """Reads a typed reply: a button's label in any language, or a citizenship that is named."""

    action_name = "action_read_citizenship"

    def reply(self, turn: Turn) -> Reply:
        """Return the group of citizenships, or nothing when something else was typed."""
        labels = {
            text: group
            for group, label in _LABELS.items()
            for text in self._phrases.in_all_languages(label)
        }
        # Labels first: they name countries that are not the person's own ("outside of the EU").
        group = turn.closest(labels) or turn.told_citizenship
        return Reply(remember={"citizenship_group": group} if group is not None else {})
