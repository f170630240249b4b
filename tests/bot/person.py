"""Somebody who writes to the bot over the chat API, as every page and every program does."""

from __future__ import annotations

import json
from typing import Any

import httpx

from bot.chat.messages import History, Messages

Message = dict[str, Any]


class Person:
    """A conversation over the chat API.

    Args:
        url: Where the pages are.
        language: Of the page, sent along with every message; None for a program without one.
    """

    def __init__(self, url: str, language: str | None = None) -> None:
        self._language = {"language": language} if language else {}
        self._conversations = f"{url}/api/chat/conversations"
        opened = httpx.post(self._conversations, json=self._language, timeout=60)
        assert opened.status_code == 200, opened.text
        self.id = str(opened.json()["id"])

    @property
    def address(self) -> str:
        """Where messages are sent and read."""
        return f"{self._conversations}/{self.id}/messages"

    def send(self, **content: Any) -> httpx.Response:
        """Send a text or a payload and whatever goes along with it; see docs/interfaces.md."""
        # Written in ASCII, so that half a character can be sent too.
        body = json.dumps({**self._language, **content})
        headers = {"Content-Type": "application/json"}
        return httpx.post(self.address, content=body, headers=headers, timeout=60)

    def say(self, text: str) -> list[Message]:
        """Type something, and return what the bot says."""
        return said_in(self.send(text=text), 200)

    def press(self, button: Message) -> list[Message]:
        """Press a button of the bot's, and return what the bot says."""
        return said_in(self.send(payload=button["payload"]), 200)

    def history(self) -> list[Message]:
        """Return everything said so far."""
        answer = httpx.get(self.address, timeout=60)
        History.model_validate(answer.json())
        found: list[Message] = answer.json()["messages"]
        return found


def said_in(answer: httpx.Response, status: int) -> list[Message]:
    """Return the bot's messages of an answer that has this status and the form of the interface."""
    assert answer.status_code == status, answer.text
    Messages.model_validate(answer.json())
    found: list[Message] = answer.json()["messages"]
    return found
