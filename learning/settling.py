"""What somebody has decided about a question of people: a training message, or left as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from conversations.models import Turn
from conversations.unanswered import folded
from learning.messages import digest_of, flush
from learning.models import SettledQuestion, TrainingMessage

Key = tuple[str, str]
"""By which a question is known: its language, or nothing where that is not known, and its digest."""


class Settlement(NamedTuple):
    """What was decided.

    Attributes:
        label: What the training message made of it is about; None where it is left as it is.
        message_language: Of that message; None where it is left as it is.
    """

    label: str | None
    message_language: str | None


LEFT = Settlement(None, None)


def key_of(text: str, language: str | None) -> Key:
    """Return by what a question is known, together with all that ask the same."""
    return language or "", digest_of(folded(text))


def settlements(session: Session) -> Mapping[Key, Settlement]:
    """Return all that is settled: decided by somebody, or a training message word for word.

    A question whose training message was removed again is open again.
    """
    messages = session.execute(
        select(TrainingMessage.folded, TrainingMessage.language, TrainingMessage.label).where(
            TrainingMessage.removed_at.is_(None)
        )
    )
    known = {
        key_of(text, language): Settlement(label, language) for text, language, label in messages
    }
    decided = session.execute(
        select(
            SettledQuestion.language,
            SettledQuestion.digest,
            TrainingMessage.label,
            TrainingMessage.language,
        )
        .outerjoin(TrainingMessage, SettledQuestion.message_id == TrainingMessage.id)
        .where(or_(SettledQuestion.message_id.is_(None), TrainingMessage.removed_at.is_(None)))
    )
    return known | {
        (language, digest): Settlement(label, of_message)
        for language, digest, label, of_message in decided
    }


def questions(session: Session, turn_ids: Iterable[int]) -> list[Turn]:
    """Return the messages of people that have these ids; ids of anything else are left out."""
    return list(
        session.scalars(
            select(Turn).where(Turn.id.in_(set(turn_ids)), Turn.who == "person").order_by(Turn.id)
        )
    )


def settle(
    session: Session, turn: Turn, language: str | None, message: TrainingMessage | None, user: str
) -> None:
    """Write down what was decided about a question; what was decided before is replaced.

    Args:
        session: The transaction.
        turn: One who asked it.
        language: Of what the bot said to it.
        message: The training message that was made of it; None to leave it as it is.
        user: The name of who decided.

    Raises:
        MovedMeanwhileError: Somebody else decided at the same moment; the transaction must be
            rolled back.
    """
    row = _row(session, key_of(turn.text, language))
    if row is None:
        row = SettledQuestion(language=language or "", digest=key_of(turn.text, language)[1])
        session.add(row)
    row.message_id = message.id if message else None
    row.settled_by = user
    flush(session)


def open_again(session: Session, turn: Turn, language: str | None) -> bool:
    """Put up again a question that was left as it is; returns whether it was."""
    row = _row(session, key_of(turn.text, language))
    if row is None or row.message_id is not None:
        return False
    session.delete(row)
    return True


def _row(session: Session, key: Key) -> SettledQuestion | None:
    return session.scalar(
        select(SettledQuestion).where(
            SettledQuestion.language == key[0], SettledQuestion.digest == key[1]
        )
    )
