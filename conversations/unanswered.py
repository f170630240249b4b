"""Questions that the bot could not answer, not at once, or not so that it helped.

The same question is counted together.

Only what people typed counts: a button that was pressed, or whose label was typed, is no question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.models import UNAVAILABLE, ButtonRecord, Turn, UnhelpfulReason
from conversations.record import LONGEST
from language.languages import Language
from language.normalisation import fold

Outcome = Literal["fallback", "choice", "none_of_these", "unhelpful", "unavailable"]
"""fallback: there was no answer. choice: the closest topics were offered. none_of_these: they were
offered, and the person meant none of them. unhelpful: there was an answer, and the person said by
button, or wrote, that it did not help. unavailable: the bot was away."""

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
        reasons: Why the answer did not help, and how many people said so.
    """

    turn_id: int
    text: str
    language: str | None
    count: int
    at: datetime
    reply: str
    reasons: Mapping[UnhelpfulReason, int]


class _Row(NamedTuple):
    id: int
    conversation_id: str
    who: str
    text: str
    at: datetime
    reply_to: int | None
    kind: str | None
    topic: str | None
    language: str | None
    buttons: list[ButtonRecord]
    helped: bool | None
    unhelpful_reason: UnhelpfulReason | None


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
    found = [_together(same) for same in asked.values()]
    return sorted(found, key=lambda one: (one.at, one.turn_id), reverse=True)


def _together(same: Sequence[tuple[_Row, _Row]]) -> Unanswered:
    question, answer = max(same, key=lambda pair: pair[0].at)
    reasons = Counter(a.unhelpful_reason for _, a in same if a.unhelpful_reason is not None)
    return Unanswered(
        turn_id=question.id,
        text=question.text,
        language=answer.language,
        count=len(same),
        at=question.at,
        reply=answer.text,
        reasons=dict(reasons.most_common()),
    )


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
    kind = {
        "none_of_these": "choice",
        "unhelpful": "answer",
        "unavailable": UNAVAILABLE,
    }.get(outcome, outcome)
    # An answer is stored a moment after its question, perhaps on the other side of midnight.
    concerned = select(Turn.conversation_id).where(
        Turn.who == "bot",
        Turn.kind == kind,
        Turn.at >= since,
    )
    rows = session.execute(
        select(
            Turn.id,
            Turn.conversation_id,
            Turn.who,
            Turn.text,
            Turn.at,
            Turn.reply_to,
            Turn.kind,
            Turn.topic,
            Turn.language,
            Turn.buttons,
            Turn.helped,
            Turn.unhelpful_reason,
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
        if outcome == "unhelpful":
            yield from _unhelpful(exchanges)
            continue
        for before, exchange, following in zip(
            [None, *exchanges], exchanges, [*exchanges[1:], None], strict=False
        ):
            answer = _answer_with(exchange, following, outcome)
            if answer is not None and not (before and before.offers(exchange.question.text)):
                yield exchange.question, answer


def _unhelpful(exchanges: Sequence[_Exchange]) -> Iterator[tuple[_Row, _Row]]:
    """Yield what was asked last before each answer that did not help.

    Between the two may stand buttons that were pressed, such as those for the person's situation.
    """
    asked: _Row | None = None
    answered: dict[str | None, tuple[_Row, _Row]] = {}
    for before, exchange in zip([None, *exchanges], exchanges, strict=False):
        if asked is None or not (before and before.offers(exchange.question.text)):
            asked = exchange.question
        for row in exchange.answer:
            complained_of = answered.get(row.topic) if row.kind == "smalltalk" else None
            if row.kind == "answer":
                answered[row.topic] = (asked, row)
                if row.helped is False:
                    yield asked, row
            elif complained_of is not None and complained_of[1].helped is not False:
                yield complained_of


def _exchanges(conversation: Iterable[_Row]) -> list[_Exchange]:
    rows = list(conversation)
    answers: dict[int, list[_Row]] = {row.id: [] for row in rows if row.who == "person"}
    for row in rows:
        if row.reply_to in answers:
            answers[row.reply_to].append(row)
    return [_Exchange(row, answers[row.id]) for row in rows if row.who == "person"]


def _answer_with(exchange: _Exchange, following: _Exchange | None, outcome: Outcome) -> _Row | None:
    kinds = {row.kind: row for row in exchange.answer}
    if outcome != "none_of_these":
        return kinds.get(outcome)
    choice = kinds.get("choice")
    if choice is None or following is None or not choice.buttons:
        return None
    # The last button of a choice is always the one for none of them.
    refused = folded(choice.buttons[-1]["label"])
    return choice if folded(following.question.text) == refused else None


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return a question as all have it who ask the same, however they spell and end it."""
    return fold(text).strip(" .!?\"'")
