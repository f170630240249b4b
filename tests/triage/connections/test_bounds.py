"""A server that hangs, dribbles or dies never holds the worker for longer than a bound."""

from __future__ import annotations

import time

import pytest

from tests.triage.slow_imap import Manner, slow_imap
from triage.connections.mailbox import Account, ImapMailbox
from triage.errors import MailboxUnavailableError

_SILENCE = 0.5
_BOUND = 8 * _SILENCE + 2.0
"""Seconds; 2 for a machine that has other things to do."""

_MANNERS: tuple[Manner, ...] = ("says nothing", "dribbles", "dies")


@pytest.mark.parametrize("manner", _MANNERS)
@pytest.mark.parametrize(
    "at", ["greeting", "TLS", "LOGIN", "LIST", "SELECT", "SEARCH", "FETCH", "COPY", "IDLE"]
)
def test_no_answer_is_waited_for_without_end(at: str, manner: Manner) -> None:
    with slow_imap(at, manner) as server:
        security = "tls" if at == "TLS" else "none"
        mailbox = ImapMailbox(
            Account("127.0.0.1", server.port, security, "office", "any", timeout=_SILENCE)  # type: ignore[arg-type]
        )
        began = time.monotonic()
        with pytest.raises(MailboxUnavailableError):
            _go_through(mailbox)
        assert time.monotonic() - began < _BOUND
        assert not mailbox.connected


def _go_through(mailbox: ImapMailbox) -> None:
    mailbox.connect()
    mailbox.look()
    mailbox.fetch([1])
    mailbox.copy(1, "Queues/Tax")
    mailbox.wait(1, lambda: False, 1)


@pytest.mark.parametrize("manner", _MANNERS)
def test_saying_goodbye_has_an_end(manner: Manner) -> None:
    with slow_imap("LOGOUT", manner) as server:
        mailbox = ImapMailbox(
            Account("127.0.0.1", server.port, "none", "office", "any", timeout=_SILENCE)
        )
        mailbox.connect()
        began = time.monotonic()
        mailbox.close()
        assert time.monotonic() - began < _BOUND
