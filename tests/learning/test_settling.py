"""Questions that somebody has decided about do not come up again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from conversations import record
from conversations.models import Turn
from learning.messages import add, remove
from learning.settling import (
    LEFT,
    Settlement,
    key_of,
    open_again,
    questions,
    settle,
    settlements,
)

TAX = "faq/tax-card"


def ask(session: Session, *texts: str) -> list[Turn]:
    """Return messages of people."""
    conversation = record.start(session, "en")
    return [record.add_question(session, conversation, text, None) for text in texts]


def test_a_question_is_settled_for_all_who_ask_the_same(session: Session) -> None:
    dog, tax = ask(session, "My dog?", "How about tax?")
    [message] = add(session, "en", TAX, ["How about my tax?"], "alex")
    settle(session, dog, "en", None, "alex")
    settle(session, tax, "en", message, "alex")
    settled = settlements(session)
    assert settled[key_of("my DOG", "en")] == LEFT
    assert settled[key_of("how about tax", "en")] == Settlement(TAX, "en")
    assert key_of("my dog", "da") not in settled
    assert settled[key_of("how about my tax", "en")] == Settlement(TAX, "en")
    remove(session, [message], "alex")
    assert list(settlements(session)) == [key_of("my dog", "en")]
    settle(session, dog, "en", message, "anna")
    assert settlements(session) == {}


def test_what_was_left_is_put_up_again(session: Session) -> None:
    dog, tax = ask(session, "dog", "tax")
    [message] = add(session, "en", TAX, ["tax!"], "alex")
    settle(session, dog, None, None, "alex")
    settle(session, tax, "en", message, "alex")
    assert not open_again(session, dog, "en")
    assert open_again(session, dog, None)
    assert not open_again(session, tax, "en")
    assert key_of("dog", None) not in settlements(session)


def test_only_messages_of_people_are_questions(session: Session) -> None:
    [dog] = ask(session, "dog")
    answer = record.Reply("fallback", "No.", "en")
    conversation = record.start(session, "en")
    other = record.add_question(session, conversation, "x", None)
    record.store_answer(session, conversation, other.id, [answer])
    session.flush()
    assert [turn.text for turn in questions(session, [dog.id, other.id, other.id + 1, 999])] == [
        "dog",
        "x",
    ]
