"""The way to Rasa: its REST channel, reached on the internal network alone."""

from __future__ import annotations

from typing import Any

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chat.errors import RasaSilentError, RasaUnavailableError
from bot.chat.messages import Kind
from language.languages import Language

_log = structlog.get_logger(__name__)

_WEBHOOK = "/webhooks/rest/webhook"

# The strokes and blanks that Rasa would look past to find a command.
_BEFORE_A_COMMAND = "/ \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u202f\u3000"

ANSWER_SECONDS = 15.0
"""How long Rasa may take for an answer."""


class RasaSource(BaseModel):
    """A source as the actions name it."""

    title: str
    url: str
    date: str | None = None


class RasaButton(BaseModel):
    """A button with the payload that Rasa itself understands."""

    label: str
    payload: str


class RasaMessage(BaseModel):
    """One message of the actions; see bot.actions.messages."""

    model_config = ConfigDict(extra="ignore")

    kind: Kind
    text: str = Field(min_length=1)
    topic: str | None = None
    variant: str | None = None
    language: Language
    confidence: float | None = None
    sources: list[RasaSource] = []
    buttons: list[RasaButton] = []


class Rasa:
    """A Rasa server.

    Args:
        url: Where it listens, for example http://127.0.0.1:5005.
        token: What its API asks of callers; empty when it asks nothing.
        seconds: How long an answer may take.
    """

    def __init__(self, url: str, token: str = "", seconds: float = ANSWER_SECONDS) -> None:
        self._client = httpx.Client(
            base_url=url,
            params={"token": token} if token else {},
            timeout=httpx.Timeout(seconds, connect=min(3.0, seconds)),
            trust_env=False,
        )

    def send_text(
        self, sender: str, text: str, language: Language | None, *, page_turned: bool = False
    ) -> list[RasaMessage]:
        """Send what a person typed; a stroke at its beginning, a command to Rasa, is taken off.

        Args:
            sender: The id of the conversation.
            text: Masked.
            language: Of the conversation or the page: a hint.
            page_turned: Whether the person has just turned to the page in this language, which
                counts more than what Rasa remembers.

        Raises:
            RasaUnavailableError: Rasa is away, too slow, or answered with an error.
            RasaSilentError: It gave no message.
        """
        return self._send(sender, text.lstrip(_BEFORE_A_COMMAND) or "?", language, page_turned)

    def send_payload(
        self, sender: str, payload: str, language: Language | None, *, page_turned: bool = False
    ) -> list[RasaMessage]:
        """Send the internal payload of a button that was issued; raises as `send_text` does."""
        return self._send(sender, payload, language, page_turned)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _send(
        self, sender: str, message: str, language: Language | None, page_turned: bool
    ) -> list[RasaMessage]:
        metadata: dict[str, Any] = {"language": language} if language else {}
        if page_turned:
            metadata["page_turned"] = True
        try:
            response = self._client.post(
                _WEBHOOK, json={"sender": sender, "message": message, "metadata": metadata}
            )
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise RasaUnavailableError("Rasa did not answer; see whether it runs.") from error
        messages = [found for entry in _entries(answer) if (found := _read(entry)) is not None]
        if not messages:
            raise RasaSilentError("Rasa gave no answer; see whether the action server runs.")
        return messages


def _entries(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else []


def _read(entry: Any) -> RasaMessage | None:
    content = entry.get("custom") if isinstance(entry, dict) else None
    try:
        return RasaMessage.model_validate(content)
    except ValidationError as error:
        # Only the places of the faults: their values are texts.
        faults = sorted({".".join(str(part) for part in fault["loc"]) for fault in error.errors()})
        _log.error("rasa_message_not_understood", faults=faults)
        return None
