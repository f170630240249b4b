"""What the bot says when it has no answer, with the way to a person."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.action import BotAction, Reply
from bot.actions.guide import GUIDE_FORM
from bot.actions.handover import handover_button
from bot.actions.messages import Button, Message
from bot.actions.municipality import choices, similar_place
from bot.actions.offers import Offers
from bot.actions.phrases import Phrase, Phrases
from bot.actions.situation import FORMS
from bot.actions.turn import CHANGE_LANGUAGE, Turn
from bot.components.payloads import ask_topic
from knowledge.centres import CENTRES_TOPIC
from knowledge.former_names import former_names_in
from storage.database import Database

# Forms whose question is asked again after a few words that could not be read.
_ASKS_AGAIN = frozenset({*FORMS.values(), "municipality_form", GUIDE_FORM})

# A name alone ("Odense"), rather than one in a longer text.
_NAME_WORDS = 3


def no_answer(turn: Turn, phrases: Phrases) -> Message:
    """Return the message that there is no answer."""
    return _message(turn, phrases, phrases.text(turn.language, "out_of_scope"))


def _message(turn: Turn, phrases: Phrases, text: str) -> Message:
    return Message(
        kind="fallback",
        text=text,
        language=turn.language,
        confidence=turn.confidence,
        buttons=(handover_button(turn.language, phrases),),
    )


class ActionFallback(BotAction):
    """Takes up a reply that only makes sense after what was said before, or says it cannot."""

    action_name = "action_fallback"
    language_first = True

    def __init__(self, phrases: Phrases, offers: Offers, database: Database) -> None:
        super().__init__(phrases)
        self._database = database
        self._offers = offers

    def reply(self, turn: Turn) -> Reply:
        """Return the fallback, or the action that knows better."""
        if turn.foreign:
            return Reply(then=CHANGE_LANGUAGE)
        better = self._better(turn)
        if better is not None:
            return Reply(then=better)
        if choices(turn) or self._resembles_a_place(turn):
            # The form is still open: it asks among these.
            return Reply()
        if turn.form in _ASKS_AGAIN and not turn.asks and turn.text:
            # The form is still open: Rasa lets it ask again after this.
            return Reply((self._say(turn, "nothing_understood"),))
        return Reply(
            (self._without_answer(turn),),
            {"offered": [], "open_question": None},
            leaves_form=True,
        )

    def _resembles_a_place(self, turn: Turn) -> bool:
        with self._database.reading() as session:
            return similar_place(session, turn) is not None

    def _without_answer(self, turn: Turn) -> Message:
        if not turn.button and turn.words == 0:
            return self._say(turn, "nothing_understood")
        said = no_answer(turn, self._phrases)
        offered = () if turn.button else self._articles(turn)
        if not offered:
            return said
        text = f"{said.text}\n\n{self._phrases.text(turn.language, 'perhaps')}"
        return replace(said, text=text, buttons=(*offered, *said.buttons))

    def _articles(self, turn: Turn) -> tuple[Button, ...]:
        """Return buttons for the articles that a question is surely about."""
        hits = self._offers.articles(turn.text, turn.language)
        return tuple(Button(hit.title, ask_topic(hit.topic)) for hit in hits)

    def _say(self, turn: Turn, phrase: Phrase) -> Message:
        return _message(turn, self._phrases, self._phrases.text(turn.language, phrase))

    def _better(self, turn: Turn) -> str | None:
        if turn.ran:
            return None
        handover = dict.fromkeys(
            self._phrases.in_all_languages("handover_button"), "action_handover"
        )
        name_alone = turn.words <= _NAME_WORDS
        if corrects_citizenship(turn) or asks_for_centre(turn, name_alone=name_alone):
            return "action_answer"
        if former_names_in(turn.text):
            return "action_answer"  # what it is called now is answered
        return turn.closest(handover)


def corrects_citizenship(turn: Turn) -> bool:
    """Return whether a message tells a citizenship and nothing else, after a topic was answered."""
    return turn.told_citizenship is not None and turn.remembered_topic is not None


def asks_for_centre(turn: Turn, *, name_alone: bool) -> bool:
    """Return whether a message names a municipality to be told its centre ("and Odense?")."""
    return turn.told_municipality and (name_alone or turn.remembered_topic == CENTRES_TOPIC)
