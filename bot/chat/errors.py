"""What can go wrong when a message is answered."""

from __future__ import annotations


class ChatError(Exception):
    """The base of the chat's errors."""


class RasaUnavailableError(ChatError, ConnectionError):
    """Rasa did not answer, or answered with an error; the person is told and can try again."""


class RasaSilentError(ChatError):
    """Rasa answered with nothing, or nothing that we know: often the action server is away."""


class RefusedTextError(ChatError, ValueError):
    """A text is empty or too long."""

    def __init__(self, length: int) -> None:
        super().__init__(f"A message of {length} characters cannot be answered.")
        self.length = length
