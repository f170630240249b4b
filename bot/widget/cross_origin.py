"""Lets pages of certain other origins use the chat API (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.chat import api
from bot.widget.routes import ADDRESS

_SECONDS_A_PERMISSION_IS_KEPT = 600


class CrossOrigin:
    """Answers what browsers ask before such a page may send, for these addresses alone.

    No cookies are allowed with it: the API needs none.

    Args:
        app: The application behind.
        origins: Such as https://www.example.dk; none when empty.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type",),
            expose_headers=("Retry-After",),
            max_age=_SECONDS_A_PERMISSION_IS_KEPT,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        is_shared = scope["type"] == "http" and (
            scope["path"] == ADDRESS or scope["path"].startswith(f"{api.PREFIX}/")
        )
        await (self._shared if is_shared else self._app)(scope, receive, send)
