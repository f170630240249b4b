"""A message read in its conversation, with a small model; the words have a table of their own."""

from __future__ import annotations

import pytest

from bot.components.conversation_reading import Reading, read_in_conversation
from language.languages import Language
from language.masking import MASK
from tests.understanding.small import EXAMPLES, MAILS, TOPIC_QUEUES
from understanding.encoder import open_encoder
from understanding.model import Understanding
from understanding.training import train


@pytest.fixture(scope="module")
def model() -> Understanding:
    """Trained with the encoder that knows nothing of meaning: what it knows it knows by heart."""
    return train(EXAMPLES, MAILS, TOPIC_QUEUES, open_encoder("hashing"))


def read(
    model: Understanding,
    text: str,
    language: Language = "en",
    topic_before: str | None = None,
    *,
    form_open: bool = False,
) -> Reading:
    """Read a message typed in a conversation."""
    understood = model.understand(text, language)
    return read_in_conversation(model, understood, language, topic_before, form_open=form_open)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to die", "distress"),
        ("my boss took my passport", "distress"),
        ("what do you know about me?", "show_memory"),
        ("forget what I told you", "forget_memory"),
        ("where is my application?", "own_case"),
        ("you stupid bot", "insult"),
        ("how do I apply for a tax card", "faq"),
    ],
)
def test_what_a_message_is(model: Understanding, text: str, intent: str) -> None:
    assert read(model, text).intent == intent


def test_despair_comes_before_a_question_and_an_insult_after_it(model: Understanding) -> None:
    question = "how do I apply for a tax card"
    assert model.understand(question, "en").topic == "tax-card"
    assert read(model, f"{question}? I want to die").intent == "distress"
    told = read(model, "how do I apply for a tax card, idiot")
    assert "insult" in told.cues


def test_a_short_question_leans_only_after_an_answer(model: Understanding) -> None:
    assert read(model, "how long?").intent != "follow_up"
    after = read(model, "how long?", topic_before="tax-card")
    assert (after.intent, after.aspects) == ("follow_up", ("how_long",))
    wife = read(model, "and my wife?", topic_before="tax-card")
    assert (wife.intent, wife.relative) == ("follow_up", "partner")


def test_a_reply_to_what_was_asked_does_not_lean(model: Understanding) -> None:
    assert read(model, "my family", topic_before="tax-card", form_open=True).intent != "follow_up"
    asked = read(model, "and for my family?", topic_before="tax-card", form_open=True)
    assert asked.intent == "follow_up"
    how_long = read(model, "how long", topic_before="tax-card", form_open=True)
    assert how_long.intent == "follow_up"


def test_two_questions_are_found_in_their_order(model: Understanding) -> None:
    both = "must my Jobnet CV be in Danish? how do I apply for a tax card?"
    assert read(model, both).topics == ("jobnet-cv", "tax-card")
    assert read(model, "how do I apply for a tax card? how long does a tax card take?").topics == ()
    assert read(model, "how do I apply for a tax card").topics == ()


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "???", "12345", "\0", "مرحبا كيف الحال"])
def test_what_says_nothing_is_read_as_nothing(model: Understanding, text: str) -> None:
    found = read(model, text, topic_before="tax-card")
    assert (found.topics, found.cues, found.aspects, found.relative) == ((), (), (), None)


def test_a_cpr_number_alone_asks_nothing(model: Understanding) -> None:
    assert read(model, MASK).intent == "out_of_scope"
    assert read(model, f"{MASK}?").intent == "out_of_scope"
    assert read(model, f"how do I apply for a tax card {MASK}").intent == "faq"


def test_a_citizenship_told_after_a_topic_is_no_small_talk(model: Understanding) -> None:
    def told(text: str, topic_before: str | None) -> str:
        understood = model.understand(text, "en")
        return read_in_conversation(
            model, understood, "en", topic_before, form_open=False, tells_citizenship=True
        ).intent

    assert told("hello", "tax-card") == "inform_situation"
    assert told("hello", None) == "greet"
    assert told("how do I apply for a tax card", "jobnet-cv") == "faq"
