"""A page of somebody else, on an origin of its own, with a strict policy, that embeds what is ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
{script}</head>
<body><main><h1>Host</h1><p><a href="#x">A link of the host</a></p>{element}</main></body></html>"""


class Host:
    """What the page says.

    Attributes:
        url: Its address.
        chat: The address of our pages.
        language: Of the page.
        element: Put into the page.
        has_chat: Whether it embeds the chat.
    """

    def __init__(self) -> None:
        self.url = ""
        self.chat = ""
        self.language = "en"
        self.element = ""
        self.has_chat = True

    @property
    def policy(self) -> str:
        """The page's Content-Security-Policy: nothing but our script and our API."""
        return (
            f"default-src 'none'; img-src data:; script-src {self.chat}; connect-src {self.chat}; "
            "require-trusted-types-for 'script'"
        )


@contextmanager
def running_host() -> Iterator[Host]:
    """Serve the page until the block ends."""
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = f'<script src="{host.chat}/widget.js" async></script>'
            page = _PAGE.format(
                language=host.language,
                script=script if host.has_chat else "",
                element=host.element,
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", host.policy)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
