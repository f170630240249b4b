"""Who is editing which text now. It keeps nobody out; it only lets people know of each other.

An open editor says so again and again; who has not said so for a minute is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from knowledge.models import Editing
from language.languages import Language
from storage.times import now
from web.models import User

GONE_AFTER = timedelta(minutes=1)
"""Who has not been heard of for so long is no longer editing."""


class Editor(NamedTuple):
    """Somebody who is editing a text.

    Attributes:
        user_id: Of the user.
        name: Of the user.
        since: When they opened it.
    """

    user_id: int
    name: str
    since: datetime


Editors = Mapping[tuple[str, str], list[Editor]]
"""By topic and language, those who came first first."""


def note(session: Session, user_id: int, topic: str, language: Language) -> None:
    """Note that a user has the editor of a text open.

    Args:
        session: A transaction.
        user_id: Of the user.
        topic: The slug of an article that is there.
        language: The language of the text.
    """
    at = now()
    session.execute(
        delete(Editing).where(Editing.user_id == user_id, Editing.seen_at <= at - GONE_AFTER)
    )
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    session.execute(
        insert(Editing)
        .values(user_id=user_id, topic=topic, language=language, since=at, seen_at=at)
        .on_conflict_do_update(
            index_elements=["user_id", "topic", "language"], set_={"seen_at": at}
        )
    )


def leave(session: Session, user_id: int, topic: str, language: Language) -> None:
    """Note that a user has closed the editor of a text."""
    session.execute(
        delete(Editing).where(
            Editing.user_id == user_id, Editing.topic == topic, Editing.language == language
        )
    )


def editors(session: Session, topic: str | None = None) -> Editors:
    """Return who is editing now: the texts of one topic, or all.

    Args:
        session: Read only.
        topic: The slug; None for all topics.
    """
    query = (
        select(Editing.topic, Editing.language, User.id, User.name, Editing.since)
        .join(User, User.id == Editing.user_id)
        .where(Editing.seen_at > now() - GONE_AFTER)
        .order_by(Editing.since, User.name)
    )
    if topic is not None:
        query = query.where(Editing.topic == topic)
    found: dict[tuple[str, str], list[Editor]] = {}
    for slug, language, user_id, name, since in session.execute(query):
        found.setdefault((slug, language), []).append(Editor(user_id, name, since))
    return found
