"""Lets pages of other origins use some addresses (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_SECONDS_A_PERMISSION_IS_KEPT = 600


class CrossOrigin:
    """Answers what browsers ask before such a page may send, for these addresses alone.

    No cookies are allowed with it.

    Args:
        app: The application behind.
        is_shared: Whether a path is one of them.
        origins: Such as https://www.example.dk; none when empty, all with "*".
        methods: What such a page may do.
        headers: Which header fields it may send, beside those that every page may; all with "*".
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_shared: Callable[[str], bool],
        origins: Sequence[str],
        methods: Sequence[str],
        headers: Sequence[str],
    ) -> None:
        self._app = app
        self._is_shared = is_shared
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=methods,
            allow_headers=headers,
            expose_headers=("Retry-After",),
            max_age=_SECONDS_A_PERMISSION_IS_KEPT,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        is_shared = scope["type"] == "http" and self._is_shared(scope["path"])
        await (self._shared if is_shared else self._app)(scope, receive, send)
