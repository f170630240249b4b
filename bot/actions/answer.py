"""The action that answers: from the knowledge database, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.actions.action import BotAction, Reply
from bot.actions.centre import centre_text, situation_with_centre
from bot.actions.choice import NONE, topics_to_offer
from bot.actions.fallback import corrects_citizenship, no_answer
from bot.actions.follow_up import parts_wanted, topics_for_relative
from bot.actions.guide import GUIDE_ACTION, beginning
from bot.actions.handover import handover_button
from bot.actions.links import links_of
from bot.actions.messages import Message, sources_of
from bot.actions.own_case import own_case_message
from bot.actions.phrases import Phrases
from bot.actions.situation import FORMS
from bot.actions.turn import Turn
from knowledge.answers import (
    Answer,
    NeedsSituation,
    answer,
    answer_in_part,
    read_more,
    title,
    topics_with_translation,
)
from knowledge.centres import CENTRES_TOPIC, centre_for
from knowledge.former_names import former_names_in
from knowledge.guides.all_guides import guide_links
from knowledge.markdown import TopicAddress
from storage.database import Database

# These slots belong to one question; a new answer clears them.
_NOTHING_OPEN: Final[dict[str, Any]] = {
    "open_question": None,
    "offered": [],
    "choice": None,
    "aspects": [],
    "next_topics": [],
}

# From this time on that the same is asked, a person is offered.
_ASKED_AGAIN = 3

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
        if _told_to_guide(turn):
            return Reply(then=GUIDE_ACTION)
        with self._database.reading() as session:
            if turn.intent == "follow_up" and not turn.ran and turn.remembered_topic:
                return self._follow_up(session, turn, turn.remembered_topic)
            topics = _topics_of(turn)
            if topics:
                return self._on_topics(session, turn, topics) or self._none(turn)
            if turn.band == "choice" and not turn.ran:
                offered = topics_to_offer(session, turn.ranking, turn.language)
                if offered:
                    return _choice(offered)
        return self._none(turn)

    def _none(self, turn: Turn) -> Reply:
        return Reply((no_answer(turn, self._phrases),), _NOTHING_OPEN, leaves_form=True)

    def _on_topics(self, session: Session, turn: Turn, topics: Sequence[str]) -> Reply | None:
        """Answer one topic after the other, until something has to be asked first."""
        messages: list[Message] = []
        counted = _counted(turn, topics)
        remember = {**_NOTHING_OPEN, "times_asked": counted}
        asked_again = any(counted[topic] >= _ASKED_AGAIN for topic in topics if topic in counted)
        for place, topic in enumerate(topics):
            found = self._on_topic(session, turn, topic)
            if found is None:
                continue
            remember["topic"] = topic
            if isinstance(found, NeedsSituation):
                remember["open_question"] = found.dimension
                remember["next_topics"] = list(topics[place + 1 :])
                remember["aspects"] = list(turn.aspects)
                if asked_again and not turn.ran:
                    messages.append(self._asked_again(turn))
                return Reply(tuple(messages), remember, leaves_form=True)
            messages.append(found)
            if topic == CENTRES_TOPIC and turn.municipality is None:
                remember["open_question"] = "municipality"
        if not messages:
            return None
        if asked_again and turn.intent == "faq":
            messages.append(self._asked_again(turn))
        return Reply(tuple(messages), remember, leaves_form=True)

    def _on_topic(
        self, session: Session, turn: Turn, topic: str
    ) -> Message | NeedsSituation | None:
        if "own_case" in turn.cues and topic == turn.topic:
            return own_case_message(session, turn, topic, self._phrases, self._public_url)
        situation = situation_with_centre(session, turn)
        address = links_of(session, turn.language, situation, self._public_url)
        if turn.aspects and topic == turn.remembered_topic:
            parts = parts_wanted(turn.aspects, turn.language)
            part = answer_in_part(session, topic, turn.language, parts, situation, address)
            if part is None:
                return self._not_in_article(session, turn, topic, address)
            return part if isinstance(part, NeedsSituation) else _message(turn, part)
        guides = guide_links(topic, turn.language, situation, self._public_url)
        found = answer(session, topic, turn.language, situation, address, guides)
        if found is None or isinstance(found, NeedsSituation):
            return found
        message = replace(_message(turn, found), buttons=beginning(topic, turn, self._phrases))
        if topic == CENTRES_TOPIC and turn.municipality is not None:
            message = self._with_centre(session, message, turn.municipality)
        return message

    def _follow_up(self, session: Session, turn: Turn, topic: str) -> Reply:
        if turn.relative is None:
            return self._on_topics(session, turn, [topic]) or self._none(turn)
        meant = topics_for_relative(turn, topic, turn.relative)
        readable = topics_with_translation(session, turn.language)
        meant = [one for one in meant if one in readable]
        if len(meant) == 1:
            return self._on_topics(session, turn, meant) or self._none(turn)
        return _choice(meant) if meant else self._none(turn)

    def _not_in_article(
        self, session: Session, turn: Turn, topic: str, address: TopicAddress
    ) -> Message | None:
        name = title(session, topic, turn.language)
        if name is None:
            return None
        text = self._phrases.text(turn.language, "not_in_article")
        return Message(
            kind="fallback",
            text=text + read_more(turn.language, {topic: name}, address),
            language=turn.language,
            topic=topic,
            buttons=(handover_button(turn.language, self._phrases),),
        )

    def _asked_again(self, turn: Turn) -> Message:
        text = self._phrases.text(turn.language, "asked_again")
        return Message(
            "smalltalk",
            text,
            turn.language,
            buttons=(handover_button(turn.language, self._phrases),),
        )

    def _with_centre(self, session: Session, message: Message, municipality: str) -> Message:
        centre = centre_for(session, municipality)
        if centre is None:
            return message
        text = centre_text(centre, message.language, self._phrases)
        if not centre.agreement_known:
            # Only the nearest centre: what to do without an agreement stands in the article.
            text = f"{text}\n\n{message.text}"
        return replace(message, text=text)


def _choice(offered: list[str]) -> Reply:
    return Reply(
        remember={**_NOTHING_OPEN, "open_question": "choice", "offered": offered}, leaves_form=True
    )


def _counted(turn: Turn, topics: Iterable[str]) -> dict[str, int]:
    """Count the topics that this message asks for; not again after what had to be asked first."""
    counted = dict(turn.times_asked)
    if turn.intent == "faq" and not turn.ran:
        for topic in topics:
            counted[topic] = counted.get(topic, 0) + 1
    return counted


def _topics_of(turn: Turn) -> list[str]:
    """Return what is to be answered: what this message asks for, or what was asked before."""
    if turn.topics and not turn.ran:
        return list(turn.topics)
    topic = _topic_of(turn)
    if topic is None:
        return []
    goes_on = topic == turn.remembered_topic and turn.topic != topic
    return [topic, *(turn.next_topics if goes_on else ())]


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


def _told_to_guide(turn: Turn) -> bool:
    """Return whether the citizenship was asked for by the guide PD U2, which goes on."""
    is_reply = turn.before == FORMS["citizenship"] and not _is_question_of_its_own(turn)
    return is_reply and turn.guide.state == "asking"


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
        sources=sources_of(found),
    )
