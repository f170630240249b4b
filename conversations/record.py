"""The record of a conversation: started, added to, read. Every function works in a session."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from conversations.errors import UnknownAnswerError, UnknownButtonError, UnknownConversationError
from conversations.models import (
    ButtonRecord,
    Conversation,
    SourceRecord,
    Turn,
    UnhelpfulReason,
)
from language.languages import Language
from language.normalisation import fold
from storage.times import now

LONGEST = timedelta(days=1)
"""A conversation ends after this time."""
MOST_MESSAGES = 100
"""A conversation ends after so many messages of the person."""


@dataclass(frozen=True)
class Reply:
    """A message of the bot, to be recorded. See `conversations.models.Turn`."""

    kind: str
    text: str
    language: Language
    topic: str | None = None
    variant: str | None = None
    confidence: float | None = None
    sources: Sequence[SourceRecord] = ()
    buttons: Sequence[tuple[str, str]] = ()
    """Label and internal payload of each button."""


@dataclass(frozen=True)
class Earlier:
    """A person's message that was recorded before under the same message id.

    Attributes:
        turn: The message.
        answer: Its answer; None while there is none.
        under_way: Whether somebody is still answering it.
    """

    turn: Turn
    answer: Sequence[Turn] | None
    under_way: bool


def start(session: Session, page_language: Language | None) -> Conversation:
    """Start a conversation under a new unguessable id."""
    conversation = Conversation(
        id=secrets.token_urlsafe(24), page_language=page_language, started_at=now()
    )
    session.add(conversation)
    session.flush()
    return conversation


def find(session: Session, conversation_id: str) -> Conversation:
    """Return a conversation, locked against others where the database can, until the unit ends.

    Raises:
        UnknownConversationError: There is none of this id.
    """
    conversation = session.scalar(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    )
    if conversation is None:
        raise UnknownConversationError("There is no such conversation; start a new one.")
    return conversation


def end_if_due(session: Session, conversation: Conversation) -> bool:
    """Return whether a conversation is over; one that has lasted long enough is ended now."""
    if conversation.ended_at is None and (
        conversation.started_at <= now() - LONGEST
        or _messages_of_person(session, conversation.id) >= MOST_MESSAGES
    ):
        conversation.ended_at = now()
    return conversation.ended_at is not None


def earlier(
    session: Session, conversation_id: str, message_id: str | None, claim: timedelta
) -> Earlier | None:
    """Return the message that was recorded under a message id, or None.

    Args:
        session: A unit of work in which `find` has locked the conversation.
        conversation_id: Where it was said.
        message_id: What the sender called it; None for a message that is never sent again.
        claim: After how long a message without an answer counts as left behind by a process
            that died.
    """
    if message_id is None:
        return None
    turn = session.scalar(
        select(Turn).where(Turn.conversation_id == conversation_id, Turn.message_id == message_id)
    )
    if turn is None:
        return None
    if turn.answered_at is not None:
        return Earlier(turn, replies(session, turn.id), under_way=False)
    recent = turn.taken_at is not None and turn.taken_at > now() - claim
    return Earlier(turn, None, under_way=recent)


def add_question(
    session: Session, conversation: Conversation, text: str, message_id: str | None
) -> Turn:
    """Record a person's message.

    Args:
        session: A unit of work in which `find` has locked the conversation.
        conversation: Where it was said.
        text: Masked.
        message_id: What the sender called it, unique in the conversation, or None.
    """
    time = now()
    turn = Turn(
        conversation_id=conversation.id,
        number=_next_number(session, conversation.id),
        who="person",
        text=text,
        at=time,
        message_id=message_id,
        taken_at=time,
        sources=[],
        buttons=[],
    )
    session.add(turn)
    session.flush()
    return turn


def take_again(turn: Turn) -> None:
    """Note that a message which was left behind is being answered now."""
    turn.taken_at = now()


def store_answer(
    session: Session, conversation: Conversation, turn_id: int, answer: Sequence[Reply]
) -> list[Turn]:
    """Record the bot's messages as the answer to a person's message; each button gets a token.

    When another process has answered in the meantime, its answer stays and is returned.
    """
    question = session.get_one(Turn, turn_id)
    if question.answered_at is not None:
        return replies(session, turn_id)
    first = _next_number(session, conversation.id)
    time = now()
    turns = [
        Turn(
            conversation_id=conversation.id,
            number=first + index,
            who="bot",
            text=reply.text,
            at=time,
            reply_to=turn_id,
            kind=reply.kind,
            topic=reply.topic,
            variant=reply.variant,
            language=reply.language,
            confidence=reply.confidence,
            sources=list(reply.sources),
            buttons=[
                ButtonRecord(label=label, token=secrets.token_urlsafe(12), payload=payload)
                for label, payload in reply.buttons
            ],
        )
        for index, reply in enumerate(answer)
    ]
    session.add_all(turns)
    question.answered_at = time
    if answer:
        conversation.language = answer[-1].language
    session.flush()
    return turns


def add_receipt(
    session: Session, conversation_id: str, text: str, language: Language, reference: str
) -> None:
    """Record that a conversation was handed over to a person, with what the receipt says.

    Args:
        session: A unit of work in which `find` has locked the conversation.
        conversation_id: Which was handed over.
        text: Masked.
        language: Of the text.
        reference: What the case is called.
    """
    session.add(
        Turn(
            conversation_id=conversation_id,
            number=_next_number(session, conversation_id),
            who="bot",
            text=text,
            at=now(),
            kind="handover",
            reference=reference,
            language=language,
            sources=[],
            buttons=[],
        )
    )
    session.flush()


def replies(session: Session, turn_id: int) -> list[Turn]:
    """Return the bot's messages that answer a person's message."""
    return list(session.scalars(select(Turn).where(Turn.reply_to == turn_id).order_by(Turn.number)))


def history(session: Session, conversation_id: str) -> list[Turn]:
    """Return all messages of a conversation, oldest first."""
    return list(
        session.scalars(
            select(Turn).where(Turn.conversation_id == conversation_id).order_by(Turn.number)
        )
    )


def rate(
    session: Session,
    conversation_id: str,
    number: int,
    helped: bool,
    reason: UnhelpfulReason | None,
) -> None:
    """Record whether an answer helped, in place of what was recorded before.

    Args:
        session: A unit of work.
        conversation_id: Where it was given.
        number: Of the bot's message in the conversation.
        helped: Whether it did.
        reason: Why it did not, if the person says; only of one that did not help.

    Raises:
        UnknownAnswerError: The conversation has no answer of this number.
    """
    turn = session.scalar(
        select(Turn).where(
            Turn.conversation_id == conversation_id, Turn.number == number, Turn.kind == "answer"
        )
    )
    if turn is None:
        raise UnknownAnswerError("There is no answer of this number in this conversation.")
    turn.helped = helped
    turn.unhelpful_reason = None if helped else reason


def pressed_button(session: Session, conversation_id: str, token: str) -> ButtonRecord:
    """Return the button of a token that was issued to this conversation.

    Raises:
        UnknownButtonError: No button of this conversation has it.
    """
    for turn in reversed(history(session, conversation_id)):
        for button in turn.buttons:
            if secrets.compare_digest(button["token"].encode(), token.encode()):
                return button
    raise UnknownButtonError("The payload was not issued to this conversation.")


def typed_button(session: Session, conversation_id: str, text: str) -> ButtonRecord | None:
    """Return the open button whose label a person typed instead of pressing it, or None.

    Open are the buttons of the bot's last answer; case and diacritics do not matter.
    """
    last = session.scalar(
        select(Turn.reply_to)
        .where(Turn.conversation_id == conversation_id, Turn.who == "bot")
        .order_by(Turn.number.desc())
        .limit(1)
    )
    if last is None:
        return None
    typed = _folded_label(text)
    for turn in replies(session, last):
        for button in turn.buttons:
            if _folded_label(button["label"]) == typed:
                return button
    return None


def _folded_label(text: str) -> str:
    return fold(text).strip(" .!?\"'")


def _next_number(session: Session, conversation_id: str) -> int:
    last = session.scalar(
        select(func.max(Turn.number)).where(Turn.conversation_id == conversation_id)
    )
    return (last or 0) + 1


def _messages_of_person(session: Session, conversation_id: str) -> int:
    counted = session.scalar(
        select(func.count())
        .select_from(Turn)
        .where(Turn.conversation_id == conversation_id, Turn.who == "person")
    )
    return counted or 0
