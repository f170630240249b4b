"""How often answers were given and did not help, on both databases."""

from __future__ import annotations

from datetime import timedelta

from conversations import record
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
            "tax-card": Use(given=2, unhelpful=2),
            "mitid": Use(given=1, unhelpful=0),
        }
        assert topics_used(session, now() + timedelta(seconds=1)) == {}
