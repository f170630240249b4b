"""What can go wrong with a conversation."""

from __future__ import annotations


class ConversationError(Exception):
    """The base of this room's errors."""


class UnknownConversationError(ConversationError, LookupError):
    """There is no conversation of this id."""


class ConversationEndedError(ConversationError):
    """The conversation lasted a day or a hundred messages; the next one starts anew."""


class UnknownButtonError(ConversationError, ValueError):
    """A payload was sent that was not issued to this conversation."""


class UnknownAnswerError(ConversationError, LookupError):
    """What is to be rated is no answer of this conversation."""
