"""The door of the chat: lets a message in and says why one is not let in.

The API and the page give the same answers through it, one as JSON and one as HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat import notices
from bot.chat.answering import Chat, Exchange, Said
from bot.chat.errors import RefusedTextError
from bot.chat.messages import Rating
from conversations.errors import (
    ConversationEndedError,
    UnknownAnswerError,
    UnknownButtonError,
    UnknownConversationError,
)
from conversations.record import Reply
from language.languages import Language
from web.errors import TooManyRequestsError
from web.rate_limit import RateLimit, client_key


@dataclass(frozen=True)
class Refused:
    """A message was not answered.

    Attributes:
        status: The HTTP status code that says so.
        detail: Why, for who writes a program.
        notice: Why, for the person.
        wait_seconds: After how long it is worth trying again, where waiting helps.
    """

    status: int
    detail: str
    notice: Reply
    wait_seconds: int | None = None


class Door:
    """Counts what clients send and passes it on to the chat.

    Args:
        chat: Who answers.
        openings: How many conversations one client may start.
        messages: How many messages one client may send.
        ratings: How many answers one client may rate.
    """

    def __init__(
        self, chat: Chat, openings: RateLimit, messages: RateLimit, ratings: RateLimit
    ) -> None:
        self.chat = chat
        self._openings = openings
        self._messages = messages
        self._ratings = ratings

    def open(self, client: str | None, page_language: Language | None) -> str | Refused:
        """Start a conversation and return its id.

        Args:
            client: The address that the request came from.
            page_language: The language of the page, if known.
        """
        waiting = _count(self._openings, client, lambda: page_language or "en")
        return waiting or self.chat.open(page_language)

    def say(
        self, client: str | None, conversation_id: str, said: Said, reader: Language
    ) -> Exchange | Refused:
        """Pass on what a person said and return the answer.

        Args:
            client: The address that the request came from.
            conversation_id: As given by the client.
            said: What the person sent.
            reader: The language of the browser, where the conversation does not tell.
        """
        waiting = _count(
            self._messages,
            client,
            lambda: self.chat.known_language(conversation_id) or said.page_language or reader,
        )
        if waiting is not None:
            return waiting
        try:
            return self._say(conversation_id, said)
        except UnknownConversationError as error:
            return Refused(404, str(error), notices.ended(said.page_language or reader))

    def rate(
        self,
        client: str | None,
        conversation_id: str,
        number: int,
        rating: Rating,
        reader: Language,
    ) -> Refused | None:
        """Pass on whether an answer helped.

        Args:
            client: The address that the request came from.
            conversation_id: As given by the client.
            number: Of the bot's message in the conversation.
            rating: What the person said.
            reader: The language of the browser.

        Returns:
            Nothing, or why it is not recorded.
        """

        def language() -> Language:
            return self.chat.known_language(conversation_id) or reader

        waiting = _count(self._ratings, client, language)
        if waiting is not None:
            return waiting
        try:
            self.chat.rate(conversation_id, number, rating.helped, rating.reason)
        except UnknownAnswerError as error:
            return Refused(404, str(error), notices.ended(language()))
        return None

    def _say(self, conversation_id: str, said: Said) -> Exchange | Refused:
        try:
            return self.chat.say(conversation_id, said)
        except RefusedTextError as error:
            language = self.chat.language(conversation_id, said)
            notice = (
                notices.too_long(language, error.length)
                if error.length
                else notices.empty(language)
            )
            return Refused(422, str(error), notice)
        except UnknownButtonError as error:
            language = self.chat.language(conversation_id, said)
            return Refused(422, str(error), notices.unknown_button(language))
        except ConversationEndedError as error:
            language = self.chat.language(conversation_id, said)
            return Refused(410, str(error), notices.ended(language))


def _count(
    limit: RateLimit, client: str | None, language: Callable[[], Language]
) -> Refused | None:
    key = client_key(client)
    if key is None:
        return None
    try:
        limit.take(key)
    except TooManyRequestsError as error:
        notice = notices.too_many(language(), error.wait_seconds)
        return Refused(429, str(error), notice, error.wait_seconds)
    return None
