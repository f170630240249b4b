"""The question for the municipality: for an answer that differs by centre, or for a way to a person."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from bot.actions.action import BotAction, Reply
from bot.actions.messages import Button, Message
from bot.actions.phrases import Phrases
from bot.actions.situation import FORMS
from bot.actions.situation_replies import SituationReplies
from bot.actions.turn import SLOTS, Turn
from bot.components.payloads import inform_situation
from knowledge.centres import centre_for
from knowledge.guides.which_centre import which_centre, why_not_one
from knowledge.situation_words import reason
from knowledge.situations import OTHER_CENTRE, Condition, centre_word, value_of
from language.entities import municipalities_named
from storage.database import Database
from web.dates import today

_MOST_PLACE_WORDS: Final = 3

_FORMS: Final = frozenset({"municipality_form", FORMS["centre"]})


def choices(turn: Turn) -> tuple[str, ...]:
    """Return the municipalities among which a typed place leaves the choice, such as a postcode."""
    named = municipalities_named(turn.text) if turn.form in _FORMS else ()
    return named if len(named) > 1 else ()


def similar_place(session: Session, turn: Turn) -> str | None:
    """Return what to say of a typed place that only resembles municipalities; None for all others."""
    if turn.form not in _FORMS or not 0 < turn.words <= _MOST_PLACE_WORDS:
        return None
    found = which_centre(session, turn.text.strip(), today())
    return why_not_one(found).in_language(turn.language) if found.similar else None


def _question(database: Database, turn: Turn, phrases: Phrases) -> str:
    named = choices(turn)
    if not named:
        with database.transaction() as session:
            similar = similar_place(session, turn)
        return similar or phrases.text(turn.language, "ask_municipality")
    return phrases.filled(
        turn.language, "choose_municipality", {"municipalities": ", ".join(named)}
    )


class ActionAskMunicipality(BotAction):
    """Asks in which municipality the person lives."""

    action_name = "action_ask_municipality"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the question; nothing after the way to a person, which asks it already."""
        if "action_handover" in turn.ran:
            return Reply()
        return Reply(
            (
                Message(
                    kind="question",
                    text=_question(self._database, turn, self._phrases),
                    language=turn.language,
                    topic=turn.remembered_topic,
                ),
            )
        )


class ActionAskCentre(BotAction):
    """Asks for the municipality, because the answer differs by centre."""

    action_name = "action_ask_centre"

    def __init__(self, phrases: Phrases, database: Database) -> None:
        super().__init__(phrases)
        self._database = database

    def reply(self, turn: Turn) -> Reply:
        """Return the question, with a button for who does not know it."""
        unknown = self._phrases.text(turn.language, "municipality_unknown")
        question = _question(self._database, turn, self._phrases)
        return Reply(
            (
                Message(
                    kind="question",
                    text=f"{reason('centre', turn.language)} {question}",
                    language=turn.language,
                    topic=turn.remembered_topic,
                    buttons=(Button(unknown, inform_situation(SLOTS["centre"], OTHER_CENTRE)),),
                ),
            )
        )


class ActionReadCentre(BotAction):
    """Reads a typed municipality, or that the person does not know it."""

    action_name = "action_read_centre"

    def __init__(self, phrases: Phrases, database: Database, replies: SituationReplies) -> None:
        super().__init__(phrases)
        self._database = database
        self._replies = replies

    def reply(self, turn: Turn) -> Reply:
        """Return the centre that serves the place, or nothing when something else was typed."""
        with self._database.reading() as session:
            word = self._read(session, turn)
        return Reply(remember={SLOTS["centre"]: value_of(word)} if word is not None else {})

    def _read(self, session: Session, turn: Turn) -> Condition | None:
        served = [centre_for(session, name) for name in municipalities_named(turn.text)]
        words = {centre_word(centre.slug) if centre else OTHER_CENTRE for centre in served}
        if words:
            return words.pop() if len(words) == 1 else None
        unknown = self._phrases.in_all_languages("municipality_unknown")
        label = turn.closest(dict.fromkeys(unknown, OTHER_CENTRE))
        return label or self._replies.read("centre", turn.text, turn.language)
