"""The embedded mail servers of the demo."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest

from tests.postgres import free_port
from tests.triage.composition import a_mail
from tests.triage.servers import OWN_ADDRESS, RunningServers, running_servers

DEMO = Path("triage/demo")


def test_the_demo_mails_are_put_in_at_the_first_start_alone(tmp_path: Path) -> None:
    demo = sorted(DEMO.glob("*.eml"))
    assert {path.name[:2] for path in demo} == {"da", "en", "pl", "lt", "ro", "de"}
    for _ in range(2):
        servers = RunningServers(tmp_path / "mail")
        servers.start(demo)
        with servers.view() as view:
            folders = view.folders()
            assert {name: len(mails) for name, mails in folders.items()} == {"INBOX": len(demo)}
        servers.stop()


def test_mail_to_the_office_arrives_in_its_inbox(servers: RunningServers) -> None:
    with smtplib.SMTP("127.0.0.1", servers.smtp_port) as client:
        client.sendmail("person@example.org", [OWN_ADDRESS, "other@example.org"], a_mail(1))
        client.sendmail("", ["third@example.org"], a_mail(2))
    with servers.view() as view:
        (arrived,) = view.folders()["INBOX"]
    assert (arrived["Return-Path"], arrived["Message-ID"]) == (
        "<person@example.org>",
        "<1@mail.example.org>",
    )
    assert servers.acknowledged() == ["other@example.org", "third@example.org"]
    assert [mail["Return-Path"] for mail in servers.received()] == ["<person@example.org>", "<>"]


def test_a_mail_that_is_moved_there_and_back_is_there_once(servers: RunningServers) -> None:
    with servers.view() as view:
        view.append(a_mail(1))
        view.move(1, "A")
        view.move(1, "INBOX", source="A")
        view.move(2, "A")
        assert {name: len(mails) for name, mails in view.folders().items()} == {"A": 1}


def test_a_taken_port(tmp_path: Path) -> None:
    port = free_port()
    first = RunningServers(tmp_path / "first", port, free_port())
    first.start()
    try:
        with pytest.raises(OSError, match="address"):
            RunningServers(tmp_path / "second", port, free_port()).start()
    finally:
        first.stop()


def test_only_the_user_gets_in(tmp_path: Path) -> None:
    from tests.triage.servers import ImapView

    with running_servers(tmp_path / "mail") as servers, pytest.raises(Exception, match="AUTH"):
        ImapView(servers.imap_port, password="wrong")
