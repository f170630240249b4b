"""The door to Rasa: messages of the chat API in, the bot's messages out."""

from __future__ import annotations

import asyncio
import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from language.languages import is_language

logger = logging.getLogger(__name__)

LONGEST_TEXT = 1000
"""Characters of a message that are read; the chat API refuses longer ones before."""


class ChatChannel(InputChannel):
    """Rasa's REST channel, /webhooks/rest/webhook, with two differences.

    It asks for the server's token, which Rasa asks of all its addresses but those of channels. And
    when a turn fails it logs the error without what the person wrote.

    Args:
        token: What callers must give as `?token=`; empty for none.
    """

    def __init__(self, token: str = "") -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        """Return the name in the address."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> ChatChannel:
        """Return the channel that credentials.yml describes."""
        return cls(str((credentials or {}).get("token") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes: POST /webhook with {"sender", "message", "metadata"?}.

        Answers 200 with a list of messages, empty when the turn failed; 401 without the token; 400
        for a body of another form.
        """
        routes = Blueprint("chat_channel", __name__)

        @routes.route("/", methods=["GET"])  # type: ignore[untyped-decorator, unused-ignore]
        async def health(_request: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])  # type: ignore[untyped-decorator, unused-ignore]
        async def receive(request: Request) -> HTTPResponse:
            given = request.args.get("token", "")
            if self._token and not hmac.compare_digest(given.encode(), self._token.encode()):
                return json({"error": "the token is missing or wrong"}, status=401)
            message = _message(request.json)
            if message is None:
                return json({"error": "sender and message must be texts"}, status=400)
            await _take(message, on_new_message)
            return json(message.output_channel.messages)

        return routes


def _message(body: Any) -> UserMessage | None:
    if not isinstance(body, dict):
        return None
    sender, text = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not sender or not isinstance(text, str):
        return None
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    language = metadata.get("language")
    turned = {"page_turned": True} if metadata.get("page_turned") is True else {}
    return UserMessage(
        text[:LONGEST_TEXT],
        CollectingOutputChannel(),
        sender,
        input_channel=ChatChannel.name(),
        metadata={"language": language, **turned} if is_language(language) else {},
    )


async def _take(message: UserMessage, on_new_message: Callable[[UserMessage], Any]) -> None:
    try:
        await on_new_message(message)
    except asyncio.CancelledError:
        logger.error("A turn took too long and was given up.")  # noqa: TRY400 (no text in the log)
    except Exception as error:  # noqa: BLE001 (the last guard of a turn)
        # The message of an error may hold what the person wrote, its kind and place do not.
        place = "".join(traceback.format_tb(error.__traceback__))
        logger.error("A turn failed: %s\n%s", type(error).__name__, place)  # noqa: TRY400
