"""How often each topic's answer was given, and how often people said that it did or did not help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from conversations.models import Turn


class Use(NamedTuple):
    """What became of the answer on a topic.

    Attributes:
        given: How many messages of people it answered.
        helpful: How many times a person said by button that it helped.
        unhelpful: How many times a person said by button, or wrote, that it did not help; one who
            did both about the same answer is counted once.
    """

    given: int
    helpful: int
    unhelpful: int


NOT_USED = Use(0, 0, 0)


def topics_used(session: Session, since: datetime) -> Mapping[str, Use]:
    """Return what became of the answers, by the slug of their topic.

    Small talk is about a topic only where it is the bot's reply to a complaint about that answer.

    Args:
        session: Read only.
        since: From when on, in UTC.
    """
    is_answer, is_complaint = Turn.kind == "answer", Turn.kind == "smalltalk"
    is_new = and_(is_complaint, _complained_of().is_not(False))
    rows = session.execute(
        select(
            Turn.topic,
            _count(is_answer),
            _count(and_(is_answer, Turn.helped.is_(True))),
            _count(and_(is_answer, Turn.helped.is_(False))) + _count(is_new),
        )
        .where(Turn.topic.is_not(None), or_(is_answer, is_complaint), Turn.at >= since)
        .group_by(Turn.topic)
    )
    return {str(topic): Use(*counts) for topic, *counts in rows}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the messages of people that have been answered by such a message."""
    return func.count(distinct(case((condition, Turn.reply_to))))


def _complained_of() -> ScalarSelect[bool | None]:
    """Return whether the answer that a complaint is about helped, as its rating says."""
    answer = aliased(Turn)
    return (
        select(answer.helped)
        .where(
            answer.conversation_id == Turn.conversation_id,
            answer.topic == Turn.topic,
            answer.kind == "answer",
            answer.number < Turn.number,
        )
        .order_by(answer.number.desc())
        .limit(1)
        .correlate(Turn)
        .scalar_subquery()
    )
