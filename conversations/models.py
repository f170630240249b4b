"""Tables of what was asked and answered. Texts are kept with personal numbers masked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypedDict, get_args

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base
from storage.times import UtcDateTime

Speaker = Literal["person", "bot"]

UnhelpfulReason = Literal["not_my_question", "hard_to_understand", "wrong_or_old", "incomplete"]
"""Why an answer did not help: it is on something else, hard to understand, wrong or out of date, or
lacks something."""

UNHELPFUL_REASONS: tuple[UnhelpfulReason, ...] = get_args(UnhelpfulReason)

UNAVAILABLE = "unavailable"
"""The kind of a notice that nothing could answer; readers of the chat are given it as a fallback."""


class SourceRecord(TypedDict):
    """A source of an answer: an official page, and the ISO date on which it was checked."""

    title: str
    url: str
    date: str | None


class ButtonRecord(TypedDict):
    """A button under a message: what it says, what the browser sends, what Rasa understands."""

    label: str
    token: str
    payload: str


class Conversation(Base):
    """One conversation of one person with the bot.

    Attributes:
        id: Unguessable; who knows it can read and continue the conversation.
        page_language: The language of the page on which it was last continued, if known.
        language: The language of the bot's last message; None before the first.
        ended_at: When it was ended for its length or age.
    """

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    page_language: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str | None] = mapped_column(String(2))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Turn(Base):
    """One message of a conversation.

    Attributes:
        number: 1, 2, 3 … within the conversation.
        text: Masked; for a button that was pressed its label.
        message_id: What the browser called a person's message, so that it can be sent again.
        taken_at: When a person's message was last passed on to be answered.
        answered_at: When its answer was stored; None while it is being answered.
        reply_to: Of a message of the bot, the person's message that it answers.
        kind: Of the bot's message: answer, question, choice, fallback, handover, smalltalk;
            unavailable where nothing could answer.
        reference: Of a hand-over that has taken place, what the case is called; the message is
            its receipt.
        topic: The slug of the topic that the message is about; of small talk only where it replies
            to a complaint about the answer on that topic.
        variant: For which situation the answer was given, for example `eu_eea_ch over_6_months`.
        confidence: 0 to 1, how sure the bot was of the topic.
        helped: Of an answer, whether it helped, as the person said by button; None if they did not.
        unhelpful_reason: Why it did not, if they said.
    """

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number", name="uq_turn_conversation_id_number"),
        UniqueConstraint(
            "conversation_id", "message_id", name="uq_turn_conversation_id_message_id"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    who: Mapped[str] = mapped_column(String(6))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("turn.id"), index=True)
    kind: Mapped[str | None] = mapped_column(String(16))
    reference: Mapped[str | None] = mapped_column(String(16))
    topic: Mapped[str | None] = mapped_column(String(64))
    variant: Mapped[str | None] = mapped_column(String(160))
    language: Mapped[str | None] = mapped_column(String(2))
    confidence: Mapped[float | None]
    helped: Mapped[bool | None]
    unhelpful_reason: Mapped[UnhelpfulReason | None] = mapped_column(String(24))
    sources: Mapped[list[SourceRecord]] = mapped_column(JSON, default=list)
    buttons: Mapped[list[ButtonRecord]] = mapped_column(JSON, default=list)
