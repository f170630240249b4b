"""What a person asked last in a conversation, to begin the form to a person with."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.models import Turn
from knowledge.centres import CENTRES_TOPIC
from language.normalisation import fold

# Replies to these are no questions: a greeting, and that a person is wanted.
_NOT_ASKED = frozenset({"handover", "smalltalk"})


def last_question(turns: Sequence[Turn]) -> str:
    """Return the last question of a person, empty where there is none.

    Left out are small talk, that a person is wanted, and what is no question of its own but the
    reply to one of the bot's, such as a citizenship.

    Args:
        turns: The whole conversation, oldest first.
    """
    asked, bot_before = "", list[Turn]()
    for turn in turns:
        if turn.who == "person":
            answer = [one for one in turns if one.reply_to == turn.id]
            if _is_question(turn, answer) and not _is_reply(turn, answer, bot_before):
                asked = turn.text
            bot_before = answer or bot_before
    return asked


def _is_question(turn: Turn, answer: Sequence[Turn]) -> bool:
    has_words = any(character.isalpha() for character in turn.text)
    return has_words and not any(one.kind in _NOT_ASKED for one in answer)


def _is_reply(turn: Turn, answer: Sequence[Turn], before: Sequence[Turn]) -> bool:
    """Return whether a message replies to what the bot said before it."""
    labels = {fold(button["label"]) for one in before for button in one.buttons}
    if fold(turn.text) in labels:
        return True
    asked_for = {
        CENTRES_TOPIC if one.kind == "handover" else one.topic
        for one in before
        if one.kind in {"question", "handover"}
    }
    return "?" not in turn.text and any(one.topic in asked_for for one in answer)
