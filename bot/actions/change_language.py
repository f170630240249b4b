"""Another language: changed when asked for, and kept."""

from __future__ import annotations

from bot.actions.action import BotAction, Reply
from bot.actions.language_names import requested_language
from bot.actions.messages import Button, Message
from bot.actions.turn import Turn
from bot.components.payloads import change_language
from language.languages import LANGUAGES, NAMES


class ActionChangeLanguage(BotAction):
    """Goes on in the language that was asked for, or asks which one."""

    action_name = "action_change_language"

    def reply(self, turn: Turn) -> Reply:
        """Return what to say; the last answer follows once more, in the new language."""
        wanted = turn.wanted_language or requested_language(turn.text, turn.language)
        if wanted is None:
            question = Message(
                kind="question",
                text=self._phrases.text(turn.language, "ask_language"),
                language=turn.language,
                buttons=tuple(Button(NAMES[code], change_language(code)) for code in LANGUAGES),
            )
            return Reply((question,), leaves_form=True)
        changed = Message(
            kind="smalltalk",
            text=self._phrases.text(wanted, "language_changed"),
            language=wanted,
        )
        again = turn.form is None and turn.remembered_topic and wanted != turn.remembered_language
        return Reply(
            (changed,),
            {"language": wanted, "language_chosen": True},
            then="action_answer" if again else None,
        )
