"""How often answers were given and did not help, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from conversations import record
from conversations.models import Turn
from conversations.record import Reply
from conversations.topics_used import Use, topics_used
from storage.database import Database
from storage.times import now

ANSWER = Reply("answer", "So.", "en", topic="tax-card")
APOLOGY = Reply("smalltalk", "I am sorry.", "en", topic="tax-card")


def converse(database: Database, *answers: list[Reply]) -> None:
    """Record a conversation in which each message gets one of these answers."""
    with database.transaction() as session:
        conversation = record.start(session, "en")
        for answer in answers:
            question = record.add_question(session, conversation, "?", None)
            record.store_answer(session, conversation, question.id, answer)


def test_answers_and_complaints_are_counted_by_topic(database: Database) -> None:
    other = Reply("answer", "So.", "en", topic="mitid")
    asked_back = Reply("question", "Where do you live?", "en", topic="mitid")
    thanks = Reply("smalltalk", "You are welcome.", "en")
    converse(database, [ANSWER, ANSWER], [APOLOGY], [asked_back], [other], [thanks])
    converse(database, [ANSWER], [APOLOGY])
    with database.transaction() as session:
        assert topics_used(session, now() - timedelta(days=1)) == {
            "tax-card": Use(given=2, helpful=0, unhelpful=2),
            "mitid": Use(given=1, helpful=0, unhelpful=0),
        }
        assert topics_used(session, now() + timedelta(seconds=1)) == {}


def test_ratings_count_beside_complaints_and_each_answer_once(database: Database) -> None:
    converse(database, [ANSWER], [APOLOGY], [ANSWER], [ANSWER])
    with database.transaction() as session:
        first, second, third = session.scalars(
            select(Turn).where(Turn.kind == "answer").order_by(Turn.number)
        )
        # A person who wrote that it did not help and pressed so too said one thing.
        record.rate(session, first.conversation_id, first.number, False, None)
        record.rate(session, second.conversation_id, second.number, False, "incomplete")
        record.rate(session, third.conversation_id, third.number, False, "incomplete")
        record.rate(session, third.conversation_id, third.number, True, None)
    with database.transaction() as session:
        assert topics_used(session, now() - timedelta(days=1)) == {
            "tax-card": Use(given=3, helpful=1, unhelpful=2)
        }
