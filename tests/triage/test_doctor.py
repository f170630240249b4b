"""The doctor, on servers that are well and on servers that are ill in every way that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from storage.times import now
from tests.interop.dovecot import (
    PASSWORD,
    WITHOUT_IDLE,
    WITHOUT_UIDPLUS,
    Dovecot,
    DovecotOptions,
    running_dovecot,
)
from tests.postgres import free_port
from tests.triage.certificates import Authority
from tests.triage.servers import PASSWORD as DEMO_PASSWORD
from tests.triage.servers import USER as DEMO_USER
from tests.triage.servers import RunningServers
from tests.triage.smtp_server import MoodySmtp, moody_smtp
from triage.connections.delivery import SmtpAccount
from triage.connections.mailbox import Account
from triage.doctor.findings import Finding, about_clock
from triage.doctor.imap import check_imap
from triage.doctor.smtp import check_smtp
from triage.shelves import FOLDERS

ADDRESS = "ics@example.test"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("certificates")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    return Authority(folder)


@pytest.fixture(scope="module")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    with running_dovecot(DovecotOptions(certificate=authority.certificate())) as running:
        yield running


@pytest.fixture
def account(dovecot: Dovecot, authority: Authority) -> Account:
    return Account(
        "127.0.0.1", dovecot.tls_port, "tls", "office", PASSWORD, timeout=3, ca_file=authority.file
    )


def _levels(findings: list[Finding]) -> dict[str, str]:
    return {finding.step: finding.level for finding in findings}


def _last(account: Account, *, write: bool = False) -> Finding:
    """What the doctor stops at, which must be the only error."""
    findings = list(check_imap(account, write=write))
    assert [finding.level for finding in findings].count("error") == 1
    assert findings[-1].level == "error"
    return findings[-1]


def test_a_healthy_mailbox(account: Account, dovecot: Dovecot) -> None:
    findings = list(check_imap(account))
    assert _levels(findings) == dict.fromkeys(
        (
            *("imap name", "imap port", "imap encryption", "imap log-in", "imap IDLE"),
            *("imap MOVE", "imap UIDPLUS", "inbox", "folders"),
        ),
        "ok",
    )
    assert "--write" in findings[-1].text
    with dovecot.view("office") as view:
        before = {name for _, _, name in view._client.list_folders()}
    findings = list(check_imap(account, write=True))
    assert findings[-1].text.startswith("folders can be made")
    with dovecot.view("office") as view:
        assert {name for _, _, name in view._client.list_folders()} == before
        for folder in FOLDERS.values():
            view._client.create_folder(folder)
    assert "all are there" in list(check_imap(account))[-1].text
    # Those that an admin has set are looked for in their place.
    assert "first mail: Skat;" in list(check_imap(account, folders=["Skat"]))[-1].text


def test_no_mail_is_touched(account: Account, dovecot: Dovecot) -> None:
    with dovecot.view("untouched") as view:
        view.append(b"Subject: new\r\n\r\nnew\r\n")
    list(check_imap(replace(account, user="untouched"), write=True))
    with dovecot.view("untouched") as view:
        view._client.select_folder("INBOX")
        assert view._client.get_flags([1])[1] == (b"\\Recent",)


@pytest.mark.parametrize(
    ("changes", "step", "says"),
    [
        ({"host": "no-such-host.invalid"}, "imap name", "ANKOMST_IMAP_HOST"),
        ({"port": 9}, "imap port", "ANKOMST_IMAP_PORT"),
        ({"host": "localhost"}, "imap encryption", "is for another name"),
        ({"ca_file": None}, "imap encryption", "ANKOMST_CA_FILE"),
        ({"inbox": "Indbakke"}, "inbox", "ANKOMST_IMAP_INBOX to one of: INBOX"),
    ],
)
def test_what_is_wrong_and_what_to_do(
    account: Account, changes: dict[str, object], step: str, says: str
) -> None:
    found = _last(replace(account, **changes))  # type: ignore[arg-type]
    assert found.step == step
    assert says in found.text


def test_tls_where_there_is_none(account: Account, dovecot: Dovecot) -> None:
    assert "set the security to starttls" in _last(replace(account, port=dovecot.port)).text


def test_starttls_where_there_is_none() -> None:
    with running_dovecot() as server:
        account = Account("127.0.0.1", server.port, "starttls", "office", PASSWORD, timeout=3)
        found = _last(account)
        assert (found.step, "no STARTTLS" in found.text) == ("imap encryption", True)
        clear = list(check_imap(replace(account, security="none")))
        assert _levels(clear)["imap encryption"] == "warning"


def test_a_wrong_password(servers: RunningServers) -> None:
    account = Account("127.0.0.1", servers.imap_port, "none", DEMO_USER, "wrong", timeout=5)
    found = _last(account)
    assert found.step == "imap log-in"
    assert "ANKOMST_IMAP_PASSWORD" in found.text
    right = list(check_imap(replace(account, password=DEMO_PASSWORD), write=True))
    assert "error" not in _levels(right).values()


@pytest.mark.parametrize(
    ("capability", "step", "says"),
    [
        (WITHOUT_IDLE, "imap IDLE", "ANKOMST_IMAP_POLL_SECONDS"),
        (WITHOUT_UIDPLUS, "imap UIDPLUS", "marked as deleted"),
        (f"{WITHOUT_UIDPLUS} MOVE", "imap UIDPLUS", "searched for"),
    ],
)
def test_what_follows_from_what_a_server_lacks(capability: str, step: str, says: str) -> None:
    with running_dovecot(DovecotOptions(capability=capability)) as server:
        findings = list(
            check_imap(Account("127.0.0.1", server.port, "none", "office", PASSWORD, timeout=5))
        )
    (found,) = [finding for finding in findings if finding.step == step]
    assert (found.level, says in found.text) == ("warning", True)
    assert "error" not in _levels(findings).values()


def test_a_shared_mailbox_with_too_few_rights() -> None:
    with running_dovecot(DovecotOptions(shares=True)) as server:
        with server.view("ics") as view:
            view.append(b"Subject: a question\r\n\r\nHello\r\n")
        rights = server.folder / "mails" / "ics" / "Maildir" / "dovecot-acl"
        account = Account(
            "127.0.0.1", server.port, "none", "office", PASSWORD, inbox="Other Users/ics/INBOX"
        )
        rights.write_text("user=office lrws\n")
        findings = list(check_imap(account, write=True))
        assert _levels(findings)["inbox rights"] == "error"
        assert findings[-1].step == "folders"
        assert "Other Users/ics/Queues/Tax" in findings[-1].text
        assert findings[-1].level == "error"
    with running_dovecot(DovecotOptions(shares=True)) as server:
        with server.view("ics") as view:
            view.append(b"Subject: a question\r\n\r\nHello\r\n")
        rights = server.folder / "mails" / "ics" / "Maildir" / "dovecot-acl"
        rights.write_text("user=office lrwstipekx\n")
        findings = list(check_imap(replace(account, port=server.port), write=True))
        assert set(_levels(findings).values()) == {"ok", "warning"}
        assert _levels(findings)["imap encryption"] == "warning"


@pytest.mark.parametrize("days", [5, 60])
def test_a_certificate_that_ends_soon(authority: Authority, days: int) -> None:
    certificate = authority.certificate(valid_for=timedelta(days=days, hours=1))
    with running_dovecot(DovecotOptions(certificate=certificate)) as server:
        account = Account(
            "127.0.0.1", server.tls_port, "tls", "office", PASSWORD, ca_file=authority.file
        )
        (found,) = [f for f in check_imap(account) if f.step == "imap encryption"]
    assert (found.level, f"ends in {days} days" in found.text) == (
        ("warning", True) if days == 5 else ("ok", False)
    )


def _smtp(port: int, **changes: object) -> list[Finding]:
    account = SmtpAccount("127.0.0.1", port, "none", timeout=3)
    return list(check_smtp(replace(account, **changes), ADDRESS))  # type: ignore[arg-type]


def test_a_healthy_smtp_server_gets_no_mail() -> None:
    with moody_smtp() as (moody, port):
        findings = _smtp(port)
        assert (moody.took, moody.offered) == ([], 0)
    assert _levels(findings) == {
        "smtp name": "ok",
        "smtp port": "ok",
        "smtp encryption": "warning",
        "smtp log-in": "ok",
        "smtp sender": "ok",
    }


class _Picky(MoodySmtp):
    async def handle_MAIL(self, *_arguments: object) -> str:  # noqa: N802 (aiosmtpd's name)
        return "550 5.7.60 not your address"


def test_an_ill_smtp_server(authority: Authority) -> None:
    assert _smtp(9)[-1].step == "smtp port"
    with moody_smtp() as (_, port):
        found = _smtp(port, security="starttls")[-1]
        assert (found.step, found.level) == ("smtp encryption", "error")
        assert "STARTTLS" in found.text
    controller = Controller(
        _Picky(),
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=authority.context(),
    )
    controller.start()
    try:
        encrypted = {"security": "starttls", "ca_file": authority.file}
        found = _smtp(controller.port, **encrypted)[-1]
        assert (found.step, "ANKOMST_MAIL_ADDRESS" in found.text) == ("smtp sender", True)
    finally:
        controller.stop()


def test_a_wrong_smtp_password(authority: Authority) -> None:
    controller = Controller(
        MoodySmtp(),
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=authority.context(),
        ident="ready at Mon, 2 Mar 2020 10:00:00 +0000",
        auth_required=True,
        authenticator=lambda _s, _se, _e, _m, shown: AuthResult(
            success=shown.password == b"right", handled=False
        ),
    )
    controller.start()
    try:
        known = {"security": "starttls", "ca_file": authority.file, "user": "office"}
        found = _smtp(controller.port, **known, password="wrong")[-1]
        assert (found.step, "ANKOMST_SMTP_PASSWORD" in found.text) == ("smtp log-in", True)
        levels = _levels(_smtp(controller.port, **known, password="right"))
        assert levels["smtp log-in"] == levels["smtp sender"] == levels["smtp encryption"] == "ok"
        # The greeting says what time it is there.
        assert levels["smtp clock"] == "warning"
    finally:
        controller.stop()


def test_clocks_that_agree() -> None:
    (found,) = about_clock("token clock", now())
    assert found.level == "ok"
    assert about_clock("token clock", None) == []


def test_an_smtp_server_that_is_not_known() -> None:
    found = list(check_smtp(SmtpAccount("no-such-host.invalid", 25, "none"), ADDRESS))
    assert _levels(found) == {"smtp name": "error"}
    assert "ANKOMST_SMTP_HOST" in found[0].text
