"""The action that answers: from the knowledge database, in the person's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.actions.action import BotAction, Reply
from bot.actions.centre import CENTRES_TOPIC, centre_text, situation_with_centre
from bot.actions.choice import NONE, topics_to_offer
from bot.actions.fallback import corrects_citizenship, no_answer
from bot.actions.messages import Message, Source
from bot.actions.phrases import Phrases
from bot.actions.situation import FORMS
from bot.actions.turn import Turn
from knowledge.addresses import topic_links
from knowledge.answers import Answer, NeedsSituation, answer, topics_with_translation
from knowledge.centres import centre_for
from knowledge.former_names import former_names_in
from storage.database import Database

# These slots belong to one question; a new answer clears them.
_NOTHING_OPEN: Final[dict[str, Any]] = {"open_question": None, "offered": [], "choice": None}

# After these actions the turn goes on with the topic that was talked about before.
_GOES_ON = frozenset(
    {*FORMS.values(), "action_fallback", "action_smalltalk", "action_change_language"}
)


class ActionAnswer(BotAction):
    """Answers a topic, or finds out what has to be asked first."""

    action_name = "action_answer"
    language_first = True

    def __init__(self, phrases: Phrases, database: Database, public_url: str) -> None:
        super().__init__(phrases)
        self._database = database
        self._public_url = public_url

    def reply(self, turn: Turn) -> Reply:
        """Return the answer; nothing but a question to be asked where it depends on more."""
        topic = _topic_of(turn)
        with self._database.transaction() as session:
            if topic is not None:
                return self._on_topic(session, turn, topic) or self._none(turn)
            if turn.band == "choice" and not turn.ran:
                offered = topics_to_offer(session, turn.ranking, turn.language)
                if offered:
                    return Reply(
                        remember={**_NOTHING_OPEN, "open_question": "choice", "offered": offered},
                        leaves_form=True,
                    )
        return self._none(turn)

    def _none(self, turn: Turn) -> Reply:
        return Reply((no_answer(turn, self._phrases),), _NOTHING_OPEN, leaves_form=True)

    def _on_topic(self, session: Session, turn: Turn, topic: str) -> Reply | None:
        situation = situation_with_centre(session, turn)
        address = topic_links(
            turn.language,
            topics_with_translation(session, turn.language),
            situation,
            self._public_url,
        )
        found = answer(session, topic, turn.language, situation, address)
        if found is None:
            return None
        remember = {**_NOTHING_OPEN, "topic": topic}
        if isinstance(found, NeedsSituation):
            return Reply(remember={**remember, "open_question": found.dimension}, leaves_form=True)
        message = _message(turn, found)
        if topic == CENTRES_TOPIC:
            if turn.municipality is None:
                remember["open_question"] = "municipality"
            else:
                message = self._with_centre(session, message, turn.municipality)
        return Reply((message,), remember, leaves_form=True)

    def _with_centre(self, session: Session, message: Message, municipality: str) -> Message:
        centre = centre_for(session, municipality)
        if centre is None:
            return message
        text = centre_text(centre, message.language, self._phrases)
        if not centre.agreement_known:
            # Only the nearest centre: what to do without an agreement stands in the article.
            text = f"{text}\n\n{message.text}"
        return replace(message, text=text)


def _topic_of(turn: Turn) -> str | None:
    if turn.before == "choice_form":
        return None if turn.chosen == NONE else turn.chosen
    if turn.before == "action_fallback" and not corrects_citizenship(turn):
        former = former_names_in(turn.text)
        return former[0].topic if former else CENTRES_TOPIC
    if turn.before in _GOES_ON and not _is_question_of_its_own(turn):
        return turn.remembered_topic
    if turn.before == "municipality_form" and not _is_question_of_its_own(turn):
        return CENTRES_TOPIC
    if turn.intent == "inform_situation":
        return turn.remembered_topic
    return turn.topic if turn.band in {None, "answer"} else None


def _is_question_of_its_own(turn: Turn) -> bool:
    # "I am from Poland" answers what was asked; "I am from Poland, how do I get a CPR number?"
    # tells the citizenship and asks for something else.
    return (
        turn.topic is not None
        and turn.band == "answer"
        and turn.topic != turn.remembered_topic
        and turn.asks
    )


def _message(turn: Turn, found: Answer) -> Message:
    return Message(
        kind="answer",
        text=found.text,
        language=found.language,
        topic=found.topic,
        variant=found.variant,
        confidence=turn.confidence if found.topic == turn.topic else None,
        sources=tuple(Source(s.title, s.url, s.date.isoformat()) for s in found.sources),
    )
