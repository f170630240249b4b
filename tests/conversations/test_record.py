"""The record of conversations, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from conversations import record
from conversations.errors import UnknownButtonError, UnknownConversationError
from conversations.models import Conversation, Turn
from conversations.record import MOST_MESSAGES, Reply
from storage.database import Database
from storage.times import now

CLAIM = timedelta(seconds=30)


def ask(database: Database, conversation_id: str, text: str, message_id: str | None = None) -> int:
    with database.transaction() as session:
        conversation = record.find(session, conversation_id)
        return record.add_question(session, conversation, text, message_id).id


def answer(database: Database, conversation_id: str, turn_id: int, *replies: Reply) -> list[Turn]:
    with database.transaction() as session:
        conversation = record.find(session, conversation_id)
        return record.store_answer(session, conversation, turn_id, replies)


@pytest.fixture
def conversation_id(database: Database) -> str:
    with database.transaction() as session:
        return record.start(session, "pl").id


def test_ids_are_long_and_never_the_same(database: Database) -> None:
    with database.transaction() as session:
        ids = {record.start(session, None).id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(one) == 32 for one in ids)


def test_an_unknown_conversation_is_an_error(database: Database) -> None:
    with pytest.raises(UnknownConversationError), database.transaction() as session:
        record.find(session, "nothing")


def test_turns_are_numbered_and_the_language_is_the_bots_last(
    database: Database, conversation_id: str
) -> None:
    first = ask(database, conversation_id, "jeden")
    answer(
        database, conversation_id, first, Reply("smalltalk", "a", "pl"), Reply("answer", "b", "da")
    )
    second = ask(database, conversation_id, "dwa")
    answer(database, conversation_id, second, Reply("answer", "c", "lt"))
    with database.transaction() as session:
        turns = record.history(session, conversation_id)
        assert [(t.number, t.who, t.text) for t in turns] == [
            (1, "person", "jeden"),
            (2, "bot", "a"),
            (3, "bot", "b"),
            (4, "person", "dwa"),
            (5, "bot", "c"),
        ]
        assert record.find(session, conversation_id).language == "lt"
        assert [t.text for t in record.replies(session, first)] == ["a", "b"]
        assert all(t.at.tzinfo is not None for t in turns)


def test_a_message_id_is_unique_in_a_conversation_and_nowhere_else(
    database: Database, conversation_id: str
) -> None:
    ask(database, conversation_id, "jeden", "m")
    with pytest.raises(IntegrityError):
        ask(database, conversation_id, "jeden", "m")
    with database.transaction() as session:
        other = record.start(session, None).id
    ask(database, other, "jeden", "m")
    ask(database, other, "bez")
    ask(database, other, "bez")


def test_an_earlier_message_is_under_way_then_left_behind_or_answered(
    database: Database, conversation_id: str
) -> None:
    turn_id = ask(database, conversation_id, "jeden", "m")
    with database.transaction() as session:
        assert record.earlier(session, conversation_id, "other", CLAIM) is None
        assert record.earlier(session, conversation_id, None, CLAIM) is None
        found = record.earlier(session, conversation_id, "m", CLAIM)
        assert found is not None
        assert (found.under_way, found.answer) == (True, None)
        found.turn.taken_at = now() - CLAIM
    with database.transaction() as session:
        found = record.earlier(session, conversation_id, "m", CLAIM)
        assert found is not None
        assert not found.under_way
        record.take_again(found.turn)
    with database.transaction() as session:
        found = record.earlier(session, conversation_id, "m", CLAIM)
        assert found is not None
        assert found.under_way
    answer(database, conversation_id, turn_id, Reply("answer", "a", "pl"))
    with database.transaction() as session:
        found = record.earlier(session, conversation_id, "m", CLAIM)
        assert found is not None
        assert [t.text for t in found.answer or ()] == ["a"]


def test_the_first_answer_stays(database: Database, conversation_id: str) -> None:
    turn_id = ask(database, conversation_id, "jeden")
    answer(database, conversation_id, turn_id, Reply("answer", "first", "pl"))
    again = answer(database, conversation_id, turn_id, Reply("answer", "second", "pl"))
    assert [turn.text for turn in again] == ["first"]
    with database.transaction() as session:
        assert len(record.history(session, conversation_id)) == 2


def test_buttons_are_found_by_token_in_their_conversation_alone(
    database: Database, conversation_id: str
) -> None:
    turn_id = ask(database, conversation_id, "jeden")
    reply = Reply("choice", "?", "pl", buttons=[("Tak", "/affirm"), ("Nie", "/deny")])
    (turn,) = answer(database, conversation_id, turn_id, reply)
    tokens = [button["token"] for button in turn.buttons]
    assert len(set(tokens)) == 2
    with database.transaction() as session:
        other = record.start(session, None).id
        assert record.pressed_button(session, conversation_id, tokens[1])["payload"] == "/deny"
        with pytest.raises(UnknownButtonError):
            record.pressed_button(session, other, tokens[1])
        with pytest.raises(UnknownButtonError):
            record.pressed_button(session, conversation_id, "/deny")


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("Inny kraj UE/EOG lub Szwajcaria", "/eu"),
        ("inny kraj ue/eog lub szwajcaria!", "/eu"),
        ("Łotwa", "/lv"),
        ("lotwa", "/lv"),
        ("Litwa", None),
        ("", None),
    ],
)
def test_typed_labels_are_found_however_they_are_written(
    database: Database, conversation_id: str, typed: str, payload: str | None
) -> None:
    turn_id = ask(database, conversation_id, "jeden")
    buttons = [("Inny kraj UE/EOG lub Szwajcaria", "/eu"), ("Łotwa", "/lv")]
    answer(
        database,
        conversation_id,
        turn_id,
        Reply("question", "?", "pl", buttons=buttons),
        Reply("smalltalk", "…", "pl"),
    )
    with database.transaction() as session:
        button = record.typed_button(session, conversation_id, typed)
    assert (button["payload"] if button else None) == payload


def test_nothing_is_open_before_the_first_answer(database: Database, conversation_id: str) -> None:
    with database.transaction() as session:
        assert record.typed_button(session, conversation_id, "Tak") is None


def test_a_conversation_ends_by_age_or_by_length(database: Database, conversation_id: str) -> None:
    with database.transaction() as session:
        conversation = record.find(session, conversation_id)
        assert not record.end_if_due(session, conversation)
        conversation.started_at = now() - timedelta(hours=24)
        assert record.end_if_due(session, conversation)
    with database.transaction() as session:
        assert record.find(session, conversation_id).ended_at is not None
        long = record.start(session, None)
        for _ in range(MOST_MESSAGES - 1):
            record.add_question(session, long, "…", None)
        assert not record.end_if_due(session, long)
        record.add_question(session, long, "…", None)
        assert record.end_if_due(session, long)


def test_a_conversation_is_erased_with_its_turns(database: Database, conversation_id: str) -> None:
    turn_id = ask(database, conversation_id, "jeden")
    answer(database, conversation_id, turn_id, Reply("answer", "a", "pl"))
    with database.transaction() as session:
        session.delete(session.get_one(Conversation, conversation_id))
    with database.transaction() as session:
        assert record.history(session, conversation_id) == []
