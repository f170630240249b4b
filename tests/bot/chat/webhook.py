"""A small real HTTP server that answers as Rasa's REST webhook does.

It stands in for Rasa where the chat's own part is tested: what is passed on, what becomes of the
answer, and what happens when Rasa is away, slow or silent. That the real Rasa answers so is shown
by the tests that start it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = list[dict[str, Any]]


def said(text: str, language: str = "en", **fields: Any) -> dict[str, Any]:
    """Return a message as the actions give it."""
    message: dict[str, Any] = {
        "kind": "answer",
        "text": text,
        "topic": None,
        "variant": None,
        "language": language,
        "confidence": None,
        "sources": [],
        "buttons": [],
    }
    return message | fields


class Webhook:
    """What the server answers, and what it was asked.

    Attributes:
        received: The bodies of all requests, in order.
        answer: From a request's body to the messages of the actions.
        status: The status code of the next answers.
        seconds: How long it thinks before it answers.
        body: Sent as it is, in place of an answer.
        hangs_up: Whether it closes the connection without an answer.
    """

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.answer: Callable[[dict[str, Any]], Answer] = lambda body: [
            said(f"You said: {body['message']}")
        ]
        self.status = 200
        self.seconds = 0.0
        self.body: bytes | None = None
        self.hangs_up = False
        self.url = ""

    def response(self, body: dict[str, Any]) -> bytes:
        """Return what is sent for a request."""
        if self.body is not None:
            return self.body
        custom = [{"recipient_id": body["sender"], "custom": one} for one in self.answer(body)]
        return json.dumps(custom).encode()


@contextmanager
def running_webhook() -> Iterator[Webhook]:
    """Run the server until the block ends."""
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            webhook.paths.append(self.path)
            webhook.received.append(body)
            time.sleep(webhook.seconds)
            if webhook.hangs_up:
                self.close_connection = True
                return
            content = webhook.response(body)
            self.send_response(webhook.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            with suppress(BrokenPipeError):  # who asked has stopped waiting
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    webhook.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield webhook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
