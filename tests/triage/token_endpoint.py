"""An endpoint that gives tokens over TLS, and tells mail servers what they are worth."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CLIENT_ID = "ankomst"
CLIENT_SECRET = "an app's secret"


class TokenEndpoint:
    """Takes one client; each refresh token is good once.

    Attributes:
        user: Whose mailbox its tokens open.
        lifetime: Seconds that they hold.
        refusal: Given in place of a token.
        status: Given in place of an answer of its own.
        delay: Seconds after each byte of an answer.
        asked: The bodies of all requests for tokens.
        valid: The tokens that are worth something.
        refresh_tokens: Those that are still good.
    """

    def __init__(self) -> None:
        self.user = "office"
        self.lifetime = 3600
        self.refusal: dict[str, str] | None = None
        self.status = 0
        self.delay = 0.0
        self.asked: list[dict[str, str]] = []
        self.valid: set[str] = set()
        self.refresh_tokens: set[str] = set()
        self.url = ""
        self.introspection_url = ""

    def revoke(self) -> None:
        """Make all tokens that were given worthless."""
        self.valid.clear()

    def answer(self, body: dict[str, str]) -> tuple[int, dict[str, object] | str]:
        """Return status and body for a request."""
        self.asked.append(body)
        if self.status:
            return self.status, "<html>Sorry"
        if self.refusal is not None:
            return 400, dict(self.refusal)
        if (body["client_id"], body["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: wrong"}
        given: dict[str, object] = {"token_type": "Bearer", "expires_in": self.lifetime}
        if body["grant_type"] == "refresh_token":
            if body["refresh_token"] not in self.refresh_tokens:
                return 400, {"error": "invalid_grant", "error_description": "AADSTS700082: old"}
            self.refresh_tokens = {f"refresh-{len(self.asked)}"}
            given["refresh_token"] = f"refresh-{len(self.asked)}"
        given["access_token"] = f"token-{len(self.asked)}"
        self.valid.add(f"token-{len(self.asked)}")
        return 200, given


@contextmanager
def token_endpoint(context: ssl.SSLContext) -> Iterator[TokenEndpoint]:
    """The endpoint, by TLS, and beside it in clear what a mail server on this machine asks."""
    endpoint = TokenEndpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = endpoint.answer({k: v[0] for k, v in parse_qs(text).items()})
            self._say(status, answer if isinstance(answer, str) else json.dumps(answer))

        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
            is_active = token in endpoint.valid
            self._say(200, json.dumps({"active": is_active, "username": endpoint.user}))

        def _say(self, status: int, content: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            if not endpoint.delay:
                self.wfile.write(content.encode())
                return
            for byte in content.encode():
                try:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(endpoint.delay)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    public, inside = (ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2))
    public.socket = context.wrap_socket(public.socket, server_side=True)
    endpoint.url = f"https://127.0.0.1:{public.server_port}/token"
    endpoint.introspection_url = f"http://127.0.0.1:{inside.server_port}/introspect?token="
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.05,)) for server in (public, inside)
    ]
    for thread in threads:
        thread.start()
    try:
        yield endpoint
    finally:
        for server, thread in zip((public, inside), threads, strict=True):
            server.shutdown()
            thread.join(20)
            server.server_close()
