"""One's own case: the bot cannot see it, says who can and how long it usually takes, and hands over."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from bot.actions.action import BotAction, Reply
from bot.actions.centre import situation_with_centre
from bot.actions.links import links_of
from bot.actions.messages import Message, sources_of
from bot.actions.phrases import Phrases
from bot.actions.turn import Turn
from knowledge.answers import Answer, PartWanted, answer_in_part

_USUAL_TIME: Final = PartWanted(("next",), bool)
_WHO_KNOWS: Final = PartWanted(("where",), bool)


class ActionOwnCase(BotAction):
    """Answers a question on a case of the person's own whose topic is not clear."""

    action_name = "action_own_case"

    def reply(self, turn: Turn) -> Reply:
        """Return that cases cannot be seen here, with the way to a person."""
        text = self._phrases.text(turn.language, "own_case_unknown")
        return Reply((Message("handover", text, turn.language),), leaves_form=True)


def own_case_message(
    session: Session, turn: Turn, topic: str, phrases: Phrases, public_url: str
) -> Message:
    """Return what is said of a case on a topic: who knows, and what usually happens next.

    The message is a hand-over: with it goes the form by which the question reaches the queue of its
    topic.
    """
    situation = situation_with_centre(session, turn)
    links = links_of(session, turn.language, situation, public_url)
    for parts in ((_USUAL_TIME, _WHO_KNOWS), (_WHO_KNOWS,)):
        found = answer_in_part(session, topic, turn.language, parts, situation, links)
        if isinstance(found, Answer):
            return Message(
                kind="handover",
                text=f"{phrases.text(turn.language, 'own_case')}\n\n{found.text}",
                language=turn.language,
                topic=topic,
                variant=found.variant,
                confidence=turn.confidence,
                sources=sources_of(found),
            )
    text = phrases.text(turn.language, "own_case_unknown")
    return Message("handover", text, turn.language, topic=topic)
