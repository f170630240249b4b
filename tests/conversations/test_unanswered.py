"""Questions that came to nothing, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from conversations import record
from conversations.models import UNAVAILABLE, Turn, UnhelpfulReason
from conversations.record import Reply
from conversations.unanswered import Outcome, conversation_around, unanswered
from language.languages import Language
from storage.database import Database
from storage.times import now

NO_ANSWER = Reply("fallback", "No answer.", "en", buttons=[("Talk to a person", "/human")])
CHOICE = Reply(
    "choice", "Which?", "en", buttons=[("Tax card", "/a"), ("CPR number", "/b"), ("None", "/none")]
)
ANSWER = Reply("answer", "This way.", "en")
AWAY = Reply(UNAVAILABLE, "Away.", "da")


def talk(database: Database, *exchanges: tuple[str, Reply | Sequence[Reply]]) -> list[int]:
    """Record a conversation; returns the ids of the person's messages."""
    with database.transaction() as session:
        conversation = record.start(session, None)
        ids = []
        for text, replies in exchanges:
            question = record.add_question(session, conversation, text, None)
            answer = [replies] if isinstance(replies, Reply) else replies
            record.store_answer(session, conversation, question.id, answer)
            ids.append(question.id)
        return ids


def texts(
    database: Database,
    outcome: Outcome,
    *,
    language: Language | None = None,
    since: datetime | None = None,
) -> list[tuple[str, int]]:
    with database.transaction() as session:
        found = unanswered(
            session,
            outcome,
            since=since or now() - timedelta(days=1),
            until=now() + timedelta(minutes=1),
            language=language,
        )
        return [(one.text, one.count) for one in found]


def test_the_same_question_is_counted_once_under_its_newest_text(database: Database) -> None:
    talk(database, ("May I bring my dog?", NO_ANSWER), ("tax", ANSWER))
    [_, newest] = talk(database, ("bread", NO_ANSWER), ("may i bring my DOG", NO_ANSWER))
    assert texts(database, "fallback") == [("may i bring my DOG", 2), ("bread", 1)]
    assert texts(database, "fallback", language="pl") == []
    assert texts(database, "fallback", since=now() + timedelta(seconds=30)) == []
    with database.transaction() as session:
        turns = conversation_around(session, newest)
        assert [turn.text for turn in turns][::2] == ["bread", "may i bring my DOG"]
        assert conversation_around(session, 9999) == []


def test_buttons_are_no_questions(database: Database) -> None:
    talk(database, ("card", CHOICE), ("None", NO_ANSWER), ("talk to a person!", NO_ANSWER))
    assert texts(database, "fallback") == []


def test_a_choice_is_told_apart_from_one_in_which_nothing_was_meant(database: Database) -> None:
    talk(database, ("card", CHOICE), ("Tax card", ANSWER))
    talk(database, ("number", CHOICE), ("none", NO_ANSWER))
    talk(database, ("paper", CHOICE))
    assert texts(database, "choice") == [("paper", 1), ("number", 1), ("card", 1)]
    assert texts(database, "none_of_these") == [("number", 1)]


def rate(database: Database, text: str, reason: UnhelpfulReason | None) -> None:
    """Say of the answer that has this text that it did not help."""
    with database.transaction() as session:
        for turn in session.scalars(select(Turn).where(Turn.text == text)):
            record.rate(session, turn.conversation_id, turn.number, False, reason)


def test_what_was_asked_before_an_answer_that_did_not_help(database: Database) -> None:
    situation = Reply("question", "Which passport?", "en", buttons=[("Nordic", "/nordic")])
    old = Reply("answer", "The old way.", "en", topic="tax-card")
    sorry = Reply("smalltalk", "Sorry.", "en", topic="tax-card")
    talk(database, ("Tax card?", situation), ("Nordic", old))
    talk(database, ("tax card", old))
    talk(database, ("bread", ANSWER))
    rate(database, "The old way.", "wrong_or_old")
    # Who wrote so said so once, also by button.
    talk(database, ("form", Reply("answer", "This form.", "en", topic="tax-card")), ("bad", sorry))
    talk(database, ("card?", old), ("bad", sorry))
    rate(database, "The old way.", "incomplete")
    assert texts(database, "unhelpful") == [("card?", 1), ("form", 1), ("tax card", 2)]
    with database.transaction() as session:
        last, _, first = unanswered(
            session,
            "unhelpful",
            since=now() - timedelta(days=1),
            until=now() + timedelta(minutes=1),
        )
        assert (first.reply, first.reasons) == ("The old way.", {"incomplete": 2})
        assert (last.reply, last.reasons) == ("The old way.", {"incomplete": 1})


def test_when_the_bot_was_away_is_told_apart(database: Database) -> None:
    talk(database, ("hello?", AWAY), ("dog", NO_ANSWER), ("later", []))
    assert texts(database, "unavailable") == [("hello?", 1)]
    assert texts(database, "unavailable", language="da") == [("hello?", 1)]
    assert texts(database, "fallback") == [("dog", 1)]
