"""What is known after a delivery went wrong: nothing sent, surely not accepted, or uncertain."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.postgres import free_port
from tests.triage.line import Break, line_to
from tests.triage.smtp_server import MoodySmtp, moody_smtp
from triage.connections.delivery import SmtpAccount, SmtpSender
from triage.errors import (
    DeliveryPostponedError,
    DeliveryUncertainError,
    RecipientRefusedError,
    SmtpUnavailableError,
)

CONTENT = b"Subject: hello\r\n\r\nhello\r\n"


@pytest.fixture
def moody() -> Iterator[tuple[MoodySmtp, int]]:
    with moody_smtp() as running:
        yield running


def _sender(port: int, timeout: float = 5) -> SmtpSender:
    return SmtpSender(SmtpAccount("127.0.0.1", port, "none", timeout=timeout))


def test_several_mails_share_a_connection(moody: tuple[MoodySmtp, int]) -> None:
    server, port = moody
    sender = _sender(port)
    for number in range(3):
        sender.offer(f"person{number}@example.org")
        sender.deliver(CONTENT)
    sender.close()
    assert server.took == ["person0@example.org", "person1@example.org", "person2@example.org"]
    assert server.contents == [CONTENT] * 3


def test_an_offer_sends_nothing(moody: tuple[MoodySmtp, int]) -> None:
    server, port = moody
    sender = _sender(port)
    sender.offer("person@example.org")
    sender.abandon()
    sender.close()
    assert (server.offered, server.took) == (1, [])


def test_nobody_there() -> None:
    sender = _sender(free_port())
    with pytest.raises(SmtpUnavailableError, match=r"127\.0\.0\.1"):
        sender.offer("person@example.org")
    sender.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("450 4.2.0 greylisted", DeliveryPostponedError),
        ("550 5.1.1 no such user", RecipientRefusedError),
        ("553 no such user", RecipientRefusedError),
        # Refusals that are about us: no mail may be given up for them.
        ("550 5.7.1 relaying denied", SmtpUnavailableError),
        ("530 5.7.0 authentication required", SmtpUnavailableError),
    ],
)
def test_refused_before_the_content(
    moody: tuple[MoodySmtp, int], answer: str, error: type[Exception]
) -> None:
    server, port = moody
    server.recipient_answer = answer
    sender = _sender(port)
    with pytest.raises(error):
        sender.offer("person@example.org")
    server.recipient_answer = None
    sender.offer("person@example.org")
    sender.deliver(CONTENT)
    sender.close()
    assert server.took == ["person@example.org"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 4.3.0 try later", DeliveryPostponedError),
        ("554 5.6.0 not like this", RecipientRefusedError),
    ],
)
def test_refused_after_the_content(
    moody: tuple[MoodySmtp, int], answer: str, error: type[Exception]
) -> None:
    server, port = moody
    server.content_answer = answer
    sender = _sender(port)
    sender.offer("person@example.org")
    with pytest.raises(error):
        sender.deliver(CONTENT)
    sender.close()
    assert server.took == []


def test_a_lost_answer_to_the_content_is_uncertain(moody: tuple[MoodySmtp, int]) -> None:
    server, port = moody
    with line_to(port, Break(b"\r\n.\r\n", delivered=True)) as line:
        sender = _sender(line.port)
        sender.offer("person@example.org")
        with pytest.raises(DeliveryUncertainError):
            sender.deliver(CONTENT)
        sender.close()
        # The line broke for the sender at once; what was on it still arrives while it is there.
        deadline = time.monotonic() + 60
        while not server.took and time.monotonic() < deadline:
            time.sleep(0.01)
    assert server.took == ["person@example.org"]


def test_a_server_that_says_nothing_after_the_content_is_uncertain(
    moody: tuple[MoodySmtp, int],
) -> None:
    server, port = moody
    server.hangs = True
    sender = _sender(port, timeout=0.5)
    sender.offer("person@example.org")
    with pytest.raises(DeliveryUncertainError):
        sender.deliver(CONTENT)
    sender.close()


def test_a_kept_connection_that_was_dropped_is_made_anew(moody: tuple[MoodySmtp, int]) -> None:
    server, port = moody
    with line_to(port) as line:
        sender = _sender(line.port)
        sender.offer("person1@example.org")
        sender.deliver(CONTENT)
        line.hang_up()
        sender.offer("person2@example.org")
        sender.deliver(CONTENT)
        sender.close()
    assert server.took == ["person1@example.org", "person2@example.org"]


def test_an_address_that_smtp_cannot_carry(moody: tuple[MoodySmtp, int]) -> None:
    _, port = moody
    sender = _sender(port)
    with pytest.raises(RecipientRefusedError):
        sender.offer("bożena@example.org")
    sender.close()
