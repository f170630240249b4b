"""From a person's message to the bot's answer: recorded, passed on to Rasa, recorded again.

No transaction is open while Rasa thinks. A message is written down before it is passed on, and
its answer is written down before it is given, so that sending it again never asks Rasa twice.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.chat import notices
from bot.chat.errors import RasaSilentError, RasaUnavailableError, RefusedTextError
from bot.chat.messages import MOST_CHARACTERS
from bot.chat.rasa import ANSWER_SECONDS, Rasa, RasaMessage
from conversations import record
from conversations.errors import ConversationEndedError, UnknownConversationError
from conversations.models import (
    ButtonRecord,
    Conversation,
    SourceRecord,
    Turn,
    UnhelpfulReason,
)
from conversations.record import Earlier, Reply
from knowledge.centres import ServingCentre, centre_for
from knowledge.search import Search
from language.languages import Language, is_language
from language.masking import mask
from storage.database import Database
from web.request_log import error_fields

_log = structlog.get_logger(__name__)

# Until then another process may still be waiting for Rasa.
_CLAIM = timedelta(seconds=ANSWER_SECONDS + 10)
_LOOKED_EVERY_SECONDS = 0.1

_MOST_ARTICLES = 3


@dataclass(frozen=True)
class Said:
    """What a person sent: a text or the token of a button.

    Attributes:
        page_language: The language of the page, a hint.
        message_id: The same for the same message sent again; None when it never is.
    """

    text: str | None
    token: str | None
    page_language: Language | None
    message_id: str | None


@dataclass(frozen=True)
class Exchange:
    """A person's message as it was recorded, and its answer."""

    question: Turn
    answer: Sequence[Turn]


@dataclass(frozen=True)
class _Question:
    """What Rasa is to be asked: a text, or in its place the internal payload of a button."""

    turn: Turn
    text: str
    payload: str | None
    hint: Language | None
    page_turned: bool


class Chat:
    """Conversations between people and Rasa.

    Args:
        database: Where they are recorded.
        rasa: Who answers.
        search: Finds articles where Rasa cannot answer.
        public_url: Of our pages, for links to them.
    """

    def __init__(self, database: Database, rasa: Rasa, search: Search, public_url: str) -> None:
        self._database = database
        self._rasa = rasa
        self._search = search
        self._public_url = public_url

    def open(self, page_language: Language | None) -> str:
        """Start a conversation and return its id."""
        with self._database.transaction() as session:
            return record.start(session, page_language).id

    def history(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """Return a conversation with all of its messages, oldest first.

        Raises:
            UnknownConversationError: There is none of this id.
        """
        with self._database.transaction() as session:
            conversation = record.find(session, conversation_id)
            return conversation, record.history(session, conversation_id)

    def language(self, conversation_id: str, said: Said) -> Language:
        """Return the language in which to tell a person why a message is not answered.

        Raises:
            UnknownConversationError: There is no conversation of this id.
        """
        with self._database.transaction() as session:
            conversation = record.find(session, conversation_id)
            hint = _hint(conversation, said.page_language)
            chosen = _is_chosen(session, conversation_id)
        return _language_of(said.text, hint, chosen=chosen)

    def known_language(self, conversation_id: str) -> Language | None:
        """Return the language of a conversation, None if there is none of either."""
        with self._database.transaction() as session:
            try:
                return _hint(record.find(session, conversation_id), None)
            except UnknownConversationError:
                return None

    def say(self, conversation_id: str, said: Said) -> Exchange:
        """Record what a person said and return the answer; one that exists is given again.

        Where Rasa cannot answer, the answer is a notice that says so.

        Raises:
            UnknownConversationError: There is no conversation of this id.
            ConversationEndedError: It is over.
            UnknownButtonError: The token was not issued to this conversation.
            RefusedTextError: The text is empty or longer than 1,000 characters.
        """
        while (taken := self._take(conversation_id, said)) is None:
            time.sleep(_LOOKED_EVERY_SECONDS)
        return taken if isinstance(taken, Exchange) else self._answer(conversation_id, taken)

    def rate(
        self,
        conversation_id: str,
        number: int,
        helped: bool,
        reason: UnhelpfulReason | None,
    ) -> None:
        """Record whether an answer helped, see `conversations.record.rate`.

        Raises:
            UnknownAnswerError: The conversation has no answer of this number.
        """
        with self._database.transaction() as session:
            record.rate(session, conversation_id, number, helped, reason)

    def _take(self, conversation_id: str, said: Said) -> _Question | Exchange | None:
        """Record the message, or find what became of it; None while another answers it."""
        text = None if said.text is None else readable(said.text)
        with self._database.transaction() as session:
            conversation = record.find(session, conversation_id)
            earlier = record.earlier(session, conversation_id, said.message_id, _CLAIM)
            if earlier is not None and earlier.answer is not None:
                return Exchange(earlier.turn, earlier.answer)
            if earlier is not None and earlier.under_way:
                return None
            over = earlier is None and record.end_if_due(session, conversation)
            if not over:
                return self._question(session, conversation, said, text, earlier)
        raise ConversationEndedError("The conversation has ended; start a new one.")

    def _question(
        self,
        session: Session,
        conversation: Conversation,
        said: Said,
        text: str | None,
        earlier: Earlier | None,
    ) -> _Question:
        hint = _hint(conversation, said.page_language)
        page_turned = conversation.language is not None and _is_turned(
            conversation, said.page_language
        )
        conversation.page_language = said.page_language or conversation.page_language
        button: ButtonRecord | None
        if text is None:
            button = record.pressed_button(session, conversation.id, said.token or "")
            words = button["label"]
        else:
            button = record.typed_button(session, conversation.id, text)
            words = mask(text)
        if earlier is None:
            turn = record.add_question(session, conversation, words, said.message_id)
        else:
            turn = earlier.turn
            record.take_again(turn)
        return _Question(turn, words, button["payload"] if button else None, hint, page_turned)

    def _answer(self, conversation_id: str, question: _Question) -> Exchange:
        answer = self._ask_rasa(conversation_id, question)
        with self._database.transaction() as session:
            conversation = record.find(session, conversation_id)
            turns = record.store_answer(session, conversation, question.turn.id, answer)
        return Exchange(question.turn, turns)

    def _ask_rasa(self, conversation_id: str, question: _Question) -> list[Reply]:
        try:
            if question.payload is None:
                found = self._rasa.send_text(
                    conversation_id,
                    question.text,
                    question.hint,
                    page_turned=question.page_turned,
                )
            else:
                found = self._rasa.send_payload(
                    conversation_id,
                    question.payload,
                    question.hint,
                    page_turned=question.page_turned,
                )
        except (RasaUnavailableError, RasaSilentError) as error:
            _log.error("rasa_gave_no_answer", **error_fields(error))
            return [self._without_rasa(conversation_id, question)]
        return [_reply(message) for message in found]

    def _without_rasa(self, conversation_id: str, question: _Question) -> Reply:
        text = question.text if question.payload is None else None
        with self._database.transaction() as session:
            chosen = _is_chosen(session, conversation_id)
        language = _language_of(text, question.hint, chosen=chosen)
        with self._database.transaction() as session:
            hits = self._search.find(session, question.text, language, _MOST_ARTICLES)
            centre = _centre_named(session, question.text, language)
        return notices.unavailable(language, self._public_url, hits, centre)


def readable(text: str) -> str:
    """Return a text without control characters and without blanks around it.

    Raises:
        RefusedTextError: Nothing is left, or more than 1,000 characters are.
    """
    cleaned = "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
        else " "
        for character in text
    ).strip()
    if not 0 < len(cleaned) <= MOST_CHARACTERS:
        raise RefusedTextError(len(cleaned))
    return cleaned


def _hint(conversation: Conversation, page_language: Language | None) -> Language | None:
    """The language to expect: that of the bot's last message, unless the person turned the page.

    A page in another language than before was chosen by the person just now.
    """
    if page_language is not None and _is_turned(conversation, page_language):
        return page_language
    for known in (conversation.language, page_language, conversation.page_language):
        if is_language(known):
            return known
    return None


def _is_turned(conversation: Conversation, page_language: Language | None) -> bool:
    return page_language is not None and page_language != conversation.page_language


def _is_chosen(session: Session, conversation_id: str) -> bool:
    """Return whether the person has asked for a language; a button's label is a request as well."""
    # Loads rasa-sdk, and is needed only when something is wrong: otherwise Rasa remembers.
    from bot.actions.language_names import is_request  # noqa: PLC0415

    turns = record.history(session, conversation_id)
    return any(turn.who == "person" and is_request(turn.text) for turn in turns)


def _language_of(text: str | None, hint: Language | None, *, chosen: bool) -> Language:
    if text is None or (chosen and hint is not None):
        return hint or "en"
    # Loading the models takes 300 MB and a moment, and is needed only when something is wrong.
    from language.identification import identify  # noqa: PLC0415

    found = identify(text[:MOST_CHARACTERS], hint)
    return (hint if found.doubtful else found.language) or found.language or hint or "en"


def _centre_named(session: Session, text: str, language: Language) -> ServingCentre | None:
    # Loading the names takes a moment, and is needed only when something is wrong.
    from language.entities import find_entities  # noqa: PLC0415

    for entity in find_entities(text, language):
        if entity.kind == "municipality":
            return centre_for(session, entity.value)
    return None


def _reply(message: RasaMessage) -> Reply:
    return Reply(
        kind=message.kind,
        text=message.text,
        language=message.language,
        topic=message.topic,
        variant=message.variant,
        confidence=message.confidence,
        sources=[
            SourceRecord(title=source.title, url=source.url, date=source.date)
            for source in message.sources
        ],
        buttons=[(button.label, button.payload) for button in message.buttons],
    )
