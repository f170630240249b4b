"""The door to the mailbox, against pymap; tests/interop has Dovecot."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.postgres import free_port
from tests.triage.composition import a_mail
from tests.triage.line import line_to
from tests.triage.servers import PASSWORD, USER, RunningServers
from triage.connections.mailbox import Account, CopyUid, ImapMailbox, MoveMethod
from triage.errors import MailboxRefusedError, MailboxUnavailableError


def _mailbox(port: int, password: str = PASSWORD, timeout: float = 5) -> ImapMailbox:
    return ImapMailbox(Account("127.0.0.1", port, "none", USER, password, timeout=timeout))


@pytest.fixture
def mailbox(servers: RunningServers) -> Iterator[ImapMailbox]:
    opened = _mailbox(servers.imap_port)
    opened.connect()
    yield opened
    opened.close()


def test_what_is_in_it(mailbox: ImapMailbox, servers: RunningServers) -> None:
    assert mailbox.look().uids == ()
    with servers.view() as view:
        view.append(a_mail(1), a_mail(2))
    look = mailbox.look()
    assert (look.uids, look.uidnext) == ((1, 2), 3)
    fetched = mailbox.fetch([1, 2, 99])
    assert sorted(fetched) == [1, 2]
    assert b"question number 2" in fetched[2].raw
    assert fetched[2].received_at.tzinfo is not None
    assert mailbox.sizes([1, 2]) == {uid: mail.size for uid, mail in fetched.items()}
    part = mailbox.fetch([1], first_bytes=20)[1]
    assert (len(part.raw), part.complete, part.size) == (20, False, fetched[1].size)


def test_moving_tells_the_new_place(mailbox: ImapMailbox, servers: RunningServers) -> None:
    with servers.view() as view:
        view.append(a_mail(1), a_mail(2))
    mailbox.look()
    place = mailbox.place("Queues/Tax")
    assert (place.folder, place.uidnext) == ("Queues/Tax", 1)
    assert mailbox.move_method is MoveMethod.MOVE
    assert mailbox.move(1, place.folder) == CopyUid(place.uidvalidity or 0, 1)
    assert mailbox.move(1, place.folder) is None
    assert (mailbox.has(1), mailbox.has(2)) == (False, True)
    assert mailbox.place("Queues/Tax").uidnext == 2
    assert mailbox.copy(2, place.folder) == CopyUid(place.uidvalidity or 0, 2)
    assert mailbox.remove(2)
    assert not mailbox.has(2)


def test_finding_a_mail_in_a_folder(mailbox: ImapMailbox, servers: RunningServers) -> None:
    with servers.view() as view:
        view.append(a_mail(1), a_mail(2), a_mail(3), a_mail(9))
    mailbox.look()
    place = mailbox.place("Queues/Tax")
    for uid in (1, 2, 3):
        mailbox.move(uid, place.folder)

    def _find(number: int, from_uid: int = 1, skip: frozenset[int] = frozenset()) -> int | None:
        wanted = f"question number {number}".encode()
        found = mailbox.find(place.folder, from_uid, lambda mail: wanted in mail.raw, skip)
        return found.uid if found else None

    assert _find(2) == 2
    assert _find(2, from_uid=3) is None
    # A range beyond the last mail gives the last mail, which must not count.
    assert _find(3, from_uid=4) is None
    assert _find(2, skip=frozenset({2})) is None
    assert mailbox.find("No/Such", 1, lambda _mail: True) is None
    # Afterwards the inbox is selected again.
    assert mailbox.has(4)


def test_working_within_another_folder(mailbox: ImapMailbox, servers: RunningServers) -> None:
    with servers.view() as view:
        view.append(a_mail(1), a_mail(2))
    mailbox.look()
    tax, visitation = mailbox.place("Queues/Tax"), mailbox.place("Queues/Visitation")
    mailbox.move(1, tax.folder)
    with mailbox.within(tax.folder) as uidvalidity:
        assert uidvalidity == tax.uidvalidity
        assert (mailbox.has(1), mailbox.has(2)) == (True, False)
        assert mailbox.find(tax.folder, 1, lambda _mail: True) == CopyUid(uidvalidity, 1)
        assert mailbox.move(1, visitation.folder) == CopyUid(visitation.uidvalidity or 0, 1)
        assert not mailbox.has(1)
    assert mailbox.has(2)
    with pytest.raises(MailboxRefusedError), mailbox.within("No/Such"):
        pytest.fail("there is no such folder")
    # It is back in the inbox after that, too.
    assert mailbox.has(2)
    assert mailbox.status("No/Such") is None


def test_the_folder_of_sent_mail(mailbox: ImapMailbox, servers: RunningServers) -> None:
    with servers.view() as view:
        view._client.create_folder("Sendt post")
    mailbox.look()
    folder = mailbox.sent_folder()
    assert folder == "Sendt post"
    assert not mailbox.holds(folder, "<1@mail.example.org>")
    mailbox.append(folder, a_mail(1), datetime(2026, 11, 16, 9, 0, tzinfo=UTC))
    assert mailbox.holds(folder, "<1@mail.example.org>")
    assert not mailbox.holds(folder, "<2@mail.example.org>")
    with servers.view() as view:
        assert view.flags(folder) == [(b"\\Seen",)]


def test_waiting_ends_when_mail_comes(mailbox: ImapMailbox, servers: RunningServers) -> None:
    mailbox.look()

    def _append() -> None:
        with servers.view() as view:
            view.append(a_mail(1))

    threading.Timer(0.5, _append).start()
    began = time.monotonic()
    mailbox.wait(20, lambda: False, poll_seconds=20)
    assert time.monotonic() - began < 15
    assert mailbox.look().uids == (1,)


def test_waiting_ends_in_time_and_on_request(mailbox: ImapMailbox) -> None:
    mailbox.look()
    began = time.monotonic()
    mailbox.wait(1, lambda: False, poll_seconds=20)
    assert 0.9 < time.monotonic() - began < 15
    began = time.monotonic()
    mailbox.wait(20, lambda: time.monotonic() - began > 0.3, poll_seconds=20)
    assert time.monotonic() - began < 15


def test_a_line_that_is_cut_while_waiting(servers: RunningServers) -> None:
    with line_to(servers.imap_port) as line:
        mailbox = _mailbox(line.port)
        mailbox.connect()
        mailbox.look()
        threading.Timer(0.5, line.hang_up).start()
        began = time.monotonic()
        with pytest.raises(MailboxUnavailableError):
            mailbox.wait(30, lambda: False, poll_seconds=20)
        assert time.monotonic() - began < 20
        assert not mailbox.connected
        mailbox.connect()
        assert mailbox.look().uids == ()
        mailbox.close()


def test_nobody_there() -> None:
    mailbox = _mailbox(free_port())
    with pytest.raises(MailboxUnavailableError):
        mailbox.connect()
    with pytest.raises(MailboxUnavailableError, match="connect first"):
        mailbox.look()


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailbox = _mailbox(silent.getsockname()[1], timeout=0.5)
        began = time.monotonic()
        with pytest.raises(MailboxUnavailableError):
            mailbox.connect()
        assert time.monotonic() - began < 15


def test_a_wrong_password_says_which_setting(servers: RunningServers) -> None:
    mailbox = _mailbox(servers.imap_port, password="wrong")
    with pytest.raises(MailboxRefusedError, match="ANKOMST_IMAP_PASSWORD"):
        mailbox.connect()
    assert not mailbox.connected
