"""Questions that the bot could not answer, or not at once; the same question is counted together.

Only what people typed counts: a button that was pressed, or whose label was typed, is no question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import UNAVAILABLE, ButtonRecord, Turn
from conversations.record import LONGEST
from language.languages import Language
from language.normalisation import fold

Outcome = Literal["fallback", "choice", "none_of_these", "unhelpful", "unavailable"]
"""fallback: there was no answer. choice: the closest topics were offered. none_of_these: they were
offered, and the person meant none of them. unhelpful: there was an answer, and the person wrote that
it did not help. unavailable: the bot was away."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True)
class Unanswered:
    """A question, however many people asked it.

    Attributes:
        turn_id: Of the newest message that asks it.
        text: As it was typed then; personal numbers are masked.
        language: Of what the bot said then.
        count: How often it was asked.
        at: When it was asked last.
        reply: What the bot said then, in the chat's subset of Markdown.
    """

    turn_id: int
    text: str
    language: str | None
    count: int
    at: datetime
    reply: str


class _Row(NamedTuple):
    id: int
    conversation_id: str
    who: str
    text: str
    at: datetime
    reply_to: int | None
    kind: str | None
    language: str | None
    topic: str | None
    buttons: list[ButtonRecord]


class _Exchange(NamedTuple):
    """A person's message with the bot's answer to it."""

    question: _Row
    answer: Sequence[_Row]

    def offers(self, text: str) -> bool:
        """Return whether the answer carries a button of this label."""
        labels = (button["label"] for row in self.answer for button in row.buttons)
        return folded(text) in map(folded, labels)


def unanswered(
    session: Session,
    outcome: Outcome,
    *,
    since: datetime,
    until: datetime,
    language: Language | None = None,
) -> list[Unanswered]:
    """Return the questions that came to nothing, the one that was asked last first.

    Args:
        session: Read only.
        outcome: What became of them.
        since: From when on, in UTC.
        until: Up to when, in UTC, exclusive.
        language: Only those that the bot took for this language.
    """
    asked: dict[str, list[tuple[_Row, _Row]]] = {}
    for question, answer in _found(_turns(session, outcome, since, until), outcome):
        within = since <= question.at < until
        if within and (language is None or answer.language == language):
            asked.setdefault(folded(question.text), []).append((question, answer))
    newest = [(max(same, key=lambda pair: pair[0].at), len(same)) for same in asked.values()]
    newest.sort(key=lambda pair: (pair[0][0].at, pair[0][0].id), reverse=True)
    return [
        Unanswered(
            turn_id=question.id,
            text=question.text,
            language=answer.language,
            count=count,
            at=question.at,
            reply=answer.text,
        )
        for (question, answer), count in newest
    ]


def conversation_around(session: Session, turn_id: int) -> list[Turn]:
    """Return all messages of the conversation that a message belongs to, oldest first.

    Returns:
        The messages; empty where there is no message of this id.
    """
    conversation = select(Turn.conversation_id).where(Turn.id == turn_id).scalar_subquery()
    return list(
        session.scalars(
            select(Turn).where(Turn.conversation_id == conversation).order_by(Turn.number)
        )
    )


def _turns(session: Session, outcome: Outcome, since: datetime, until: datetime) -> Iterator[_Row]:
    """Yield all messages of the conversations in which the bot answered so in that time."""
    kinds = {"none_of_these": "choice", "unhelpful": "smalltalk", "unavailable": UNAVAILABLE}
    # An answer is stored a moment after its question, perhaps on the other side of midnight.
    concerned = select(Turn.conversation_id).where(
        Turn.who == "bot", Turn.kind == kinds.get(outcome, outcome), Turn.at >= since
    )
    if outcome == "unhelpful":
        concerned = concerned.where(Turn.topic.is_not(None))  # a complaint, see _is_complaint
    rows = session.execute(
        select(
            Turn.id,
            Turn.conversation_id,
            Turn.who,
            Turn.text,
            Turn.at,
            Turn.reply_to,
            Turn.kind,
            Turn.language,
            Turn.topic,
            Turn.buttons,
        )
        .where(
            Turn.conversation_id.in_(concerned),
            Turn.at >= since - LONGEST,
            Turn.at < until + LONGEST,
        )
        .order_by(Turn.conversation_id, Turn.number)
    )
    return map(_Row._make, rows)


def _found(turns: Iterable[_Row], outcome: Outcome) -> Iterator[tuple[_Row, _Row]]:
    """Yield each typed question with this outcome, and the bot's message that shows it."""
    for _, conversation in groupby(turns, key=lambda row: row.conversation_id):
        exchanges = _exchanges(conversation)
        for before, exchange, following in zip(
            [None, *exchanges], exchanges, [*exchanges[1:], None], strict=False
        ):
            answer = _answer_with(exchange, following, outcome)
            if answer is not None and not (before and before.offers(exchange.question.text)):
                yield exchange.question, answer


def _exchanges(conversation: Iterable[_Row]) -> list[_Exchange]:
    rows = list(conversation)
    answers: dict[int, list[_Row]] = {row.id: [] for row in rows if row.who == "person"}
    for row in rows:
        if row.reply_to in answers:
            answers[row.reply_to].append(row)
    return [_Exchange(row, answers[row.id]) for row in rows if row.who == "person"]


def _answer_with(exchange: _Exchange, following: _Exchange | None, outcome: Outcome) -> _Row | None:
    kinds = {row.kind: row for row in exchange.answer}
    if outcome == "unhelpful":
        return kinds.get("answer") if following and _is_complaint(following) else None
    if outcome != "none_of_these":
        return kinds.get(outcome)
    choice = kinds.get("choice")
    if choice is None or following is None or not choice.buttons:
        return None
    # The last button of a choice is always the one for none of them.
    refused = folded(choice.buttons[-1]["label"])
    return choice if folded(following.question.text) == refused else None


def _is_complaint(exchange: _Exchange) -> bool:
    """Return whether the bot answered a complaint: only that small talk is about a topic."""
    return any(row.kind == "smalltalk" and row.topic for row in exchange.answer)


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return a question as all have it who ask the same, however they spell and end it."""
    return fold(text).strip(" .!?\"'")
