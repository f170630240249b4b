"""Small talk: one phrase for each intent."""

from __future__ import annotations

from typing import Final

from bot.actions.action import BotAction, Reply
from bot.actions.fallback import corrects_citizenship, no_answer
from bot.actions.guide import GUIDE_FORM
from bot.actions.handover import handover_button
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrase
from bot.actions.situation import FORMS
from bot.actions.turn import Turn

_PHRASES: Final[dict[str, Phrase]] = {
    "greet": "greet",
    "goodbye": "goodbye",
    "thanks": "thanks",
    "affirm": "affirm",
    "deny": "deny",
    "bot_challenge": "bot_challenge",
    "what_can_you_do": "what_can_you_do",
    "feedback_negative": "feedback_sorry",
}
_WITH_HANDOVER = frozenset({"bot_challenge", "feedback_negative"})


class ActionSmalltalk(BotAction):
    """Answers a greeting, thanks and the like."""

    action_name = "action_smalltalk"
    language_first = True

    def reply(self, turn: Turn) -> Reply:
        """Return the phrase; an answer that is still needed is asked for again by its form."""
        if turn.foreign:
            return Reply(then="action_fallback")  # what was read into it is by chance
        if turn.intent == "deny" and turn.form == "choice_form":
            return Reply((no_answer(turn, self._phrases),), {"offered": []}, leaves_form=True)
        if turn.intent in {"affirm", "deny"} and corrects_citizenship(turn):
            return Reply(then="action_answer")
        buttons: tuple[Button, ...] = ()
        if turn.intent in _WITH_HANDOVER:
            buttons = (handover_button(turn.language, self._phrases),)
        text = self._phrases.text(turn.language, _PHRASES[turn.intent])
        # Counted with the answer that it complains of (conversations.topics_used).
        topic = turn.remembered_topic if turn.intent == "feedback_negative" else None
        message = Message("smalltalk", text, turn.language, topic=topic, buttons=buttons)
        return Reply(
            (message,),
            leaves_form=turn.form not in {*FORMS.values(), GUIDE_FORM} or turn.intent == "goodbye",
        )
