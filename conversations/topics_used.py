"""How often each topic's answer was given, and how often people wrote that it did not help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from conversations.models import Turn


class Use(NamedTuple):
    """What became of the answer on a topic.

    Attributes:
        given: How many messages of people it answered.
        unhelpful: How many times a person then wrote that it did not help.
    """

    given: int
    unhelpful: int


NOT_USED = Use(0, 0)


def topics_used(session: Session, since: datetime) -> Mapping[str, Use]:
    """Return what became of the answers, by the slug of their topic.

    Small talk is about a topic only where it is the bot's reply to a complaint about that answer.

    Args:
        session: Read only.
        since: From when on, in UTC.
    """
    rows = session.execute(
        select(
            Turn.topic,
            func.count(distinct(case((Turn.kind == "answer", Turn.reply_to)))),
            func.count(distinct(case((Turn.kind == "smalltalk", Turn.reply_to)))),
        )
        .where(Turn.topic.is_not(None), Turn.kind.in_(("answer", "smalltalk")), Turn.at >= since)
        .group_by(Turn.topic)
    )
    return {str(topic): Use(given, unhelpful) for topic, given, unhelpful in rows}
