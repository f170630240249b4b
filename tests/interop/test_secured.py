"""TLS, tokens and shared mailboxes against Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.originals import Originals
from tests.interop.dovecot import PASSWORD, Dovecot, DovecotOptions, running_dovecot
from tests.triage.certificates import Authority
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.token_endpoint import CLIENT_ID, CLIENT_SECRET, TokenEndpoint, token_endpoint
from triage.connections.mailbox import Account, ImapMailbox
from triage.connections.tls import tls_context
from triage.connections.tokens import Grant, Tokens
from triage.errors import MailboxRefusedError, MailboxUnavailableError


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("certificates")
    # Dovecot's processes read them as another user.
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    return Authority(folder)


@pytest.fixture(scope="module")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    with running_dovecot(DovecotOptions(certificate=authority.certificate())) as running:
        yield running


def _try(port: int, security: str, ca_file: Path | None, host: str = "127.0.0.1") -> None:
    mailbox = ImapMailbox(
        Account(host, port, security, "office", PASSWORD, timeout=5, ca_file=ca_file)  # type: ignore[arg-type]
    )
    try:
        mailbox.connect()
        assert mailbox.look().uids == ()
        ends_at = mailbox.certificate_ends_at
        assert (ends_at is None) == (security == "none")
    finally:
        mailbox.close()
    assert not mailbox.connected


def _port(dovecot: Dovecot, security: str) -> int:
    return dovecot.tls_port if security == "tls" else dovecot.port


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_right_certificate_is_believed(
    dovecot: Dovecot, authority: Authority, security: str
) -> None:
    _try(_port(dovecot, security), security, authority.file)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_nobody_that_we_know_is_refused(dovecot: Dovecot, security: str) -> None:
    with pytest.raises(MailboxUnavailableError, match=r"nobody whom we believe.*ANKOMST_CA_FILE"):
        _try(_port(dovecot, security), security, None)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_for_another_name_is_refused(
    dovecot: Dovecot, authority: Authority, security: str
) -> None:
    with pytest.raises(MailboxUnavailableError, match="is for another name"):
        _try(_port(dovecot, security), security, authority.file, host="localhost")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_expired_certificate_is_refused(authority: Authority, security: str) -> None:
    certificate = authority.certificate(valid_for=timedelta(days=-1))
    with (
        running_dovecot(DovecotOptions(certificate=certificate)) as server,
        pytest.raises(MailboxUnavailableError, match="certificate has expired"),
    ):
        _try(_port(server, security), security, authority.file)


def test_a_server_without_starttls_is_not_told_the_password() -> None:
    with running_dovecot() as server:
        with pytest.raises(MailboxRefusedError, match="offers no STARTTLS"):
            _try(server.port, "starttls", None)
        assert "office" not in (server.folder / "log").read_text()


def test_tls_on_the_port_of_starttls_says_so(dovecot: Dovecot, authority: Authority) -> None:
    with pytest.raises(MailboxUnavailableError, match="does not begin with TLS on this port"):
        _try(dovecot.port, "tls", authority.file)


def test_old_versions_of_tls_are_not_spoken() -> None:
    assert tls_context().minimum_version.name == "TLSv1_2"


@pytest.fixture
def endpoint(authority: Authority) -> Iterator[TokenEndpoint]:
    with token_endpoint(authority.context()) as running:
        yield running


def _tokens(endpoint: TokenEndpoint, authority: Authority, database: Database) -> Tokens:
    grant = Grant(
        endpoint.url, CLIENT_ID, CLIENT_SECRET, "mail", "", 5, tls_context(authority.file)
    )
    return Tokens("office", grant, database, Originals(ORIGINALS_KEY))


def test_a_token_opens_a_mailbox_and_a_refused_one_is_replaced_once(
    endpoint: TokenEndpoint, authority: Authority, sqlite_database: Database
) -> None:
    with running_dovecot(DovecotOptions(tokens_url=endpoint.introspection_url)) as server:
        tokens = _tokens(endpoint, authority, sqlite_database)
        mailbox = ImapMailbox(
            Account("127.0.0.1", server.port, "none", "office", "", timeout=10, tokens=tokens)
        )
        mailbox.connect()
        assert mailbox.look().uids == ()
        mailbox.connect()
        assert len(endpoint.asked) == 1
        endpoint.revoke()
        mailbox.connect()
        assert mailbox.look().uids == ()
        assert len(endpoint.asked) == 2
        # The token is good, but not for this mailbox.
        endpoint.user = "somebody-else"
        with pytest.raises(MailboxRefusedError, match="does not open the mailbox") as caught:
            mailbox.connect()
        assert "token-" not in str(caught.value)
        assert not mailbox.connected
        endpoint.refusal = {"error": "invalid_client", "error_description": "AADSTS7000222: old"}
        with pytest.raises(MailboxRefusedError, match="AADSTS7000222: the client secret has exp"):
            mailbox.connect()
        endpoint.status = 500
        with pytest.raises(MailboxUnavailableError, match="500"):
            mailbox.connect()


@pytest.mark.parametrize("separator", ["/", "."])
def test_a_shared_inbox_has_its_folders_beside_it(separator: str) -> None:
    with running_dovecot(DovecotOptions(shares=True, separator=separator)) as server:
        with server.view("ics") as view:
            view.append(b"Subject: a question\r\n\r\nHello\r\n")
        rights = server.folder / "mails" / "ics" / "Maildir" / "dovecot-acl"
        rights.write_text("user=office lrwstipekx\n")
        base = separator.join(["Other Users", "ics", ""])
        mailbox = ImapMailbox(
            Account("127.0.0.1", server.port, "none", "office", PASSWORD, inbox=f"{base}INBOX")
        )
        mailbox.connect()
        look = mailbox.look()
        place = mailbox.place("Queues/Tax")
        assert place.folder == separator.join([f"{base}Queues", "Tax"])
        assert mailbox.move(look.uids[0], place.folder) is not None
        assert mailbox.sent_folder() == f"{base}Sent"
        mailbox.close()
        with server.view("ics") as view:
            assert list(view.folders()) == [separator.join(["Queues", "Tax"])]
        with server.view("office") as view:
            assert view.folders() == {}


def test_the_sent_mail_of_others_is_not_taken_for_ours() -> None:
    with running_dovecot(DovecotOptions(shares=True)) as server:
        with server.view("ics") as view:
            view._client.create_folder("Sent Items")
        root = server.folder / "mails" / "ics" / "Maildir"
        (root / "dovecot-acl").write_text("user=office lrwstipekx\n")
        mailbox = ImapMailbox(Account("127.0.0.1", server.port, "none", "office", PASSWORD))
        mailbox.connect()
        assert mailbox.place("Queues/Tax").folder == "Queues/Tax"
        assert mailbox.sent_folder() == "Sent"
        mailbox.close()


@pytest.mark.parametrize("separator", ["/", ".", "\\"])
def test_names_with_any_letters_and_any_separator(separator: str) -> None:
    with running_dovecot(DovecotOptions(separator=separator)) as server:
        inbox = separator.join(["Henvendelser & spørgsmål", "Ærø"])
        with server.view("office") as view:
            view._client.create_folder(inbox)
            view.append(b"Subject: a question\r\n\r\nHello\r\n", folder=inbox)
        mailbox = ImapMailbox(
            Account("127.0.0.1", server.port, "none", "office", PASSWORD, inbox=inbox)
        )
        mailbox.connect()
        look = mailbox.look()
        place = mailbox.place("Køer/Skat & arbejde")
        assert mailbox.move(look.uids[0], place.folder) is not None
        assert inbox in mailbox.folders()
        mailbox.close()
        with server.view("office") as view:
            assert list(view.folders()) == [separator.join(["Køer", "Skat & arbejde"])]


def test_a_prefix_with_letters_beyond_ascii() -> None:
    # Dovecot writes the prefix in modified UTF-7, as all names.
    with running_dovecot(DovecotOptions(separator="/", prefix="Æble & pære/")) as server:
        mailbox = ImapMailbox(Account("127.0.0.1", server.port, "none", "office", PASSWORD))
        mailbox.connect()
        assert mailbox.place("Queues/Tax").folder == "Æble & pære/Queues/Tax"
        mailbox.close()


def test_a_user_and_a_password_beyond_ascii() -> None:
    with running_dovecot() as server:
        mailbox = ImapMailbox(Account("127.0.0.1", server.port, "none", "office", "æøå"))
        mailbox.connect()
        assert mailbox.look().uids == ()
        mailbox.close()
