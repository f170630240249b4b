"""Sending by TLS and by token, against aiosmtpd; what is missing is never made up for in clear."""

from __future__ import annotations

import base64
import gc
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from storage.database import Database
from storage.originals import Originals
from tests.postgres import free_port
from tests.triage.certificates import Authority
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.line import Break, line_to
from tests.triage.slow_imap import slow_imap
from tests.triage.smtp_server import MoodySmtp, moody_smtp
from tests.triage.token_endpoint import CLIENT_ID, CLIENT_SECRET, TokenEndpoint, token_endpoint
from triage.connections.delivery import SmtpAccount, SmtpSender
from triage.connections.tls import tls_context
from triage.connections.tokens import Grant, Tokens
from triage.errors import SmtpUnavailableError


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def _smtp(security: str, context: ssl.SSLContext) -> Iterator[tuple[MoodySmtp, int]]:
    moody = MoodySmtp()
    arguments: dict[str, Any] = (
        {"ssl_context": context}
        if security == "tls"
        else {"tls_context": context, "require_starttls": True}
    )
    controller = Controller(moody, hostname="127.0.0.1", port=free_port(), **arguments)
    controller.start()
    try:
        yield moody, controller.port
    finally:
        controller.stop()


@contextmanager
def _sender(port: int, security: str, **changes: Any) -> Iterator[SmtpSender]:
    host = changes.pop("host", "127.0.0.1")
    sender = SmtpSender(SmtpAccount(host, port, security, timeout=5, **changes))  # type: ignore[arg-type]
    try:
        yield sender
    finally:
        sender.close()


def _send(sender: SmtpSender) -> str:
    return sender.send(
        "a@example.org", b"Subject: x\r\n\r\nx\r\n", "ics@example.test", lambda: None
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_sent_encrypted(authority: Authority, security: str) -> None:
    with _smtp(security, authority.context()) as (moody, port):
        with _sender(port, security, ca_file=authority.file) as sender:
            assert _send(sender) == "sent"
            assert sender.probe("ics@example.test").certificate_ends_at is not None
        assert moody.took == ["a@example.org"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("host", "days", "believed", "says"),
    [
        ("127.0.0.1", 100, False, "nobody whom we believe"),
        ("localhost", 100, True, "is for another name"),
        ("127.0.0.1", -1, True, "has expired"),
    ],
)
def test_a_wrong_certificate_is_refused(
    authority: Authority, security: str, host: str, days: int, believed: bool, says: str
) -> None:
    context = authority.context(valid_for=timedelta(days=days))
    ca_file = authority.file if believed else None
    with (
        _smtp(security, context) as (moody, port),
        _sender(port, security, host=host, ca_file=ca_file) as sender,
    ):
        with pytest.raises(SmtpUnavailableError, match=says):
            _send(sender)
        assert moody.offered == 0


def test_a_server_without_starttls_gets_nothing() -> None:
    with moody_smtp() as (moody, port), _sender(port, "starttls") as sender:
        with pytest.raises(SmtpUnavailableError, match="STARTTLS"):
            _send(sender)
        assert moody.offered == 0


def test_starttls_that_is_taken_out_on_the_way_is_missed(authority: Authority) -> None:
    with (
        _smtp("starttls", authority.context()) as (moody, port),
        line_to(port, Break(b"STARTTLS", delivered=False, of_server=True)) as line,
        _sender(line.port, "starttls", ca_file=authority.file) as sender,
    ):
        with pytest.raises(SmtpUnavailableError):
            _send(sender)
        assert moody.offered == 0


class _TakesTokens(MoodySmtp):
    """Takes mail from who shows a token that the endpoint gave."""

    def __init__(self, endpoint: TokenEndpoint) -> None:
        super().__init__()
        self._endpoint = endpoint
        self.shown: list[str] = []

    async def auth_XOAUTH2(self, _server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        """Check what was shown (aiosmtpd calls this by its name)."""
        user, _, rest = base64.b64decode(arguments[1]).decode().partition("\1")
        token = rest.removeprefix("auth=Bearer ").rstrip("\1")
        self.shown.append(token)
        is_right = user == f"user={self._endpoint.user}" and token in self._endpoint.valid
        return AuthResult(success=is_right, handled=False)


def test_a_token_lets_mail_out_and_a_refused_one_is_replaced_once(
    authority: Authority, sqlite_database: Database
) -> None:
    with token_endpoint(authority.context()) as endpoint:
        taking = _TakesTokens(endpoint)
        controller = Controller(
            taking,
            hostname="127.0.0.1",
            port=free_port(),
            tls_context=authority.context(),
            auth_required=True,
        )
        controller.start()
        grant = Grant(
            endpoint.url, CLIENT_ID, CLIENT_SECRET, "mail", "", 5, tls_context(authority.file)
        )
        tokens = Tokens("office", grant, sqlite_database, Originals(ORIGINALS_KEY))
        try:
            with _sender(
                controller.port, "starttls", user="office", tokens=tokens, ca_file=authority.file
            ) as sender:
                assert _send(sender) == "sent"
                endpoint.revoke()
                sender.abandon()
                assert _send(sender) == "sent"
                assert taking.shown == ["token-1", "token-1", "token-2"]
                endpoint.user = "somebody-else"
                sender.abandon()
                with pytest.raises(SmtpUnavailableError, match="rights of the application"):
                    _send(sender)
                assert taking.shown[-2:] == ["token-2", "token-3"]
        finally:
            controller.stop()


def test_tokens_that_cannot_be_fetched_put_mail_off(
    authority: Authority, sqlite_database: Database
) -> None:
    with token_endpoint(authority.context()) as endpoint, moody_smtp() as (moody, port):
        endpoint.refusal = {"error": "invalid_client", "error_description": "AADSTS7000222: x"}
        grant = Grant(
            endpoint.url, CLIENT_ID, CLIENT_SECRET, "mail", "", 5, tls_context(authority.file)
        )
        tokens = Tokens("office", grant, sqlite_database, Originals(ORIGINALS_KEY))
        with (
            _sender(port, "none", user="office", tokens=tokens) as sender,
            pytest.raises(SmtpUnavailableError, match="AADSTS7000222"),
        ):
            _send(sender)
        assert moody.offered == 0


def test_a_server_that_dribbles_is_given_up() -> None:
    # What it says is no SMTP, and it never ends a line.
    with slow_imap("greeting", "dribbles") as server:
        sender = SmtpSender(SmtpAccount("127.0.0.1", server.port, "none", timeout=1))
        began = time.monotonic()
        with pytest.raises(SmtpUnavailableError):
            _send(sender)
        assert time.monotonic() - began < 4
        sender.close()
    gc.collect()  # what was left open would be told of now
