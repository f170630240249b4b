"""Requests that are too large are answered with a page that says so, and are not kept.

FastAPI's own limit answers with two English words, which tells nobody that what they typed is
still in their form.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A browser that is refused while it still sends shows a broken connection in place of the page.
_DISCARDED_BYTES = 16 * 1024 * 1024


class BodyLimit:
    """Refuses requests above a size.

    Args:
        app: The application behind.
        most_bytes: The largest request that is passed on.
        too_large: Makes the answer to a larger one.
    """

    def __init__(
        self, app: ASGIApp, most_bytes: int, too_large: Callable[[Request], Response]
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > self._most_bytes:
            await _discard(receive)
            await self._too_large(Request(scope))(scope, receive, send)
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)


async def _discard(receive: Receive) -> None:
    left, more = _DISCARDED_BYTES, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
