"""One log line for each request, and the last guard against errors nobody foresaw.

Neither holds a text, an address or an identifier: of the path only its pattern is written, of an
error only its kind and the places in the code it passed.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from typing import Any, cast

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger(__name__)

_NOT_MODIFIED = 304


class RequestLog:
    """Writes how long a request took and how it ended; answers when everything else failed.

    Args:
        app: The application behind.
        server_error: Makes the response to an error that nothing else has caught.
    """

    def __init__(self, app: ASGIApp, server_error: Callable[[Request], Response]) -> None:
        self._app = app
        self._server_error = server_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:  # noqa: BLE001 (the last guard: it answers and writes it down)
            _log.error("request_failed", path=_pattern(scope), **error_fields(error))
            # An answer that has begun is broken off: the server closes the connection.
            if not status:
                await self._server_error(Request(scope))(scope, receive, send_and_note)
        finally:
            # Rasa's servers ask every two seconds whether the model is still the same.
            write = _log.debug if status == _NOT_MODIFIED else _log.info
            write(
                "request",
                method=scope["method"],
                path=_pattern(scope),
                status=status,
                milliseconds=round((time.perf_counter() - started) * 1000),
            )


def error_fields(error: BaseException) -> dict[str, Any]:
    """Return what may be logged of an error: its kind, its cause's, and where it happened.

    Messages are left out: those of databases and parsers quote what people wrote.
    """
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return {"kinds": kinds, "places": places[-12:]}


def _pattern(scope: Scope) -> str:
    route = scope.get("route")
    return cast("str", getattr(route, "path_format", None) or "(no route)")
