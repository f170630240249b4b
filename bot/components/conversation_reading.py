"""A message read within its conversation: what Rasa's rules are to go by beside what was understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from language.identification import words_of
from language.masking import MASK
from understanding.bands import FAQ_INTENT
from understanding.cues import Aspect, Cue, Relative, cue_words, cues_in, leaning_of
from understanding.examples import OUT_OF_SCOPE

if TYPE_CHECKING:
    from language.languages import Language
    from understanding.model import Understanding, Understood

DISTRESS = "distress"
INSULT = "insult"
OWN_CASE = "own_case"
SHOW_MEMORY = "show_memory"
FORGET_MEMORY = "forget_memory"
FOLLOW_UP = "follow_up"
INFORM_SITUATION = "inform_situation"

# "No, I am from Ukraine" is no refusal, "I am Lithuanian" no request for Lithuanian.
_RESEMBLED_BY_A_REPLY = frozenset(
    {"greet", "goodbye", "affirm", "deny", "change_language", "bot_challenge", OUT_OF_SCOPE}
)

SURE = 0.7
"""From this probability on a part of a message is a question of its own: of 2,842 messages by another
hand than those trained on, nearly all with one question, 8 are then taken for two."""

MOST_QUESTIONS = 2
"""So many questions of one message are answered: more is more than a screen."""


@dataclass(frozen=True)
class Reading:
    """What a message is within its conversation.

    Attributes:
        intent: That of the rules.
        topics: The topics it asks for, when there are several.
        cues: What it says beside its topic.
        aspects: What a short question asks of the topic before.
        relative: For whom it asks.
    """

    intent: str
    topics: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    relative: Relative | None = None


def read_in_conversation(
    understanding: Understanding,
    understood: Understood,
    conversation_language: Language | None,
    topic_before: str | None,
    *,
    form_open: bool,
    tells_citizenship: bool = False,
) -> Reading:
    """Read a message in its conversation.

    Args:
        understanding: Understands the parts of a message.
        understood: The message.
        conversation_language: That before the message, if any.
        topic_before: The topic last answered or asked about.
        form_open: Whether the bot has just asked something.
        tells_citizenship: Whether the person names their own.
    """
    languages = [
        language
        for language in dict.fromkeys((understood.identification.language, conversation_language))
        if language is not None
    ]
    cues = cues_in(understood.text, languages)
    told = tuple(sorted(cues))
    first = _first_of_all(understood, cues)
    if first is not None:
        return Reading(first, cues=told)
    leaning = leaning_of(understood.text, languages) if topic_before is not None else None
    # "My wife" may be the reply to what the bot has just asked; "how long" never is.
    if leaning is not None and (leaning.aspects or not form_open or "?" in understood.text):
        return Reading(FOLLOW_UP, (), told, leaning.aspects, leaning.relative)
    topics = _topics(understanding, understood)
    intent = FAQ_INTENT if topics else _without_doubt(understood, cues)
    if tells_citizenship and topic_before is not None and intent in _RESEMBLED_BY_A_REPLY:
        intent = INFORM_SITUATION
    return Reading(intent, topics, told)


def _first_of_all(understood: Understood, cues: frozenset[Cue]) -> str | None:
    """Return the intent of what comes before any question."""
    if cues & {"despair", "danger"}:
        return DISTRESS
    # Starting again forgets too, and asks for the next question.
    if "forget_memory" in cues and understood.intent != "restart":
        return FORGET_MEMORY
    if "show_memory" in cues and "forget_memory" not in cues:
        return SHOW_MEMORY
    # A CPR number alone asks nothing, though the model has learnt "CPR" for a question.
    is_number_alone = MASK in understood.text and not words_of(understood.text)
    return OUT_OF_SCOPE if is_number_alone else None


def _without_doubt(understood: Understood, cues: frozenset[Cue]) -> str:
    """Return the intent: what was understood surely, else what the words say."""
    if understood.intent == FAQ_INTENT and understood.band == "answer":
        return FAQ_INTENT
    if "own_case" in cues:
        return OWN_CASE
    if "insult" in cues and understood.intent != FAQ_INTENT:
        return INSULT
    return understood.intent


def _topics(understanding: Understanding, understood: Understood) -> tuple[str, ...]:
    language = understood.identification.language
    if language is None:
        return ()
    parts = cue_words(language).asking_parts(understood.text)
    if len(parts) < MOST_QUESTIONS:
        return ()
    answers = understanding.understand_all([(part, language) for part in parts])
    sure = (
        one.topic
        for one in answers
        if one.topic is not None and one.band == "answer" and one.confidence >= SURE
    )
    topics = tuple(dict.fromkeys(sure))[:MOST_QUESTIONS]
    return topics if len(topics) > 1 else ()
