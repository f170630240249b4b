"""The file of the mailboxes: what it says, what it leaves out, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ankomst.mailboxes import mailbox_name, mailboxes, own_addresses
from settings import Settings, SettingsError

_TWO = """
- mail_address: aarhus@example.test
  mail_centre: aarhus
  imap_user: aarhus
  imap_password: "1234"
- mail_address: Odense@example.test
  mailbox_name: Odense
  imap_host: mail.odense.example
  imap_port: 993
  imap_security: tls
  forward_addresses: tax=tax@example.test
"""


def _settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "mailboxes.yml"
    file.write_text(text, encoding="utf-8")
    return Settings(
        _env_file=None,
        mailboxes_file=file,
        imap_host="mail.example.test",
        imap_port=143,
        imap_security="starttls",
        imap_user="everybody@example.test",
        imap_password="common",
        claim_seconds=120,
    )


def test_without_a_file_the_settings_are_the_mailbox() -> None:
    configuration = Settings(_env_file=None, imap_user="office", mailboxes_file="")
    assert mailboxes(configuration) == (configuration,)
    assert mailbox_name(configuration) == "office"


def test_each_entry_says_what_differs(tmp_path: Path) -> None:
    aarhus, odense = mailboxes(_settings(tmp_path, _TWO))
    assert (aarhus.imap_host, aarhus.imap_port, aarhus.imap_user) == (
        "mail.example.test",
        143,
        "aarhus",
    )
    assert aarhus.imap_password.get_secret_value() == "1234"
    assert (aarhus.mail_centre, aarhus.claim_seconds) == ("aarhus", 120)
    assert (odense.imap_host, odense.imap_security) == ("mail.odense.example", "tls")
    assert odense.imap_password.get_secret_value() == "common"
    assert odense.forward_addresses == {"tax": "tax@example.test"}
    assert [mailbox_name(one) for one in (aarhus, odense)] == ["aarhus", "Odense"]


def test_all_addresses_are_our_own(tmp_path: Path) -> None:
    assert own_addresses(mailboxes(_settings(tmp_path, _TWO))) == {
        "aarhus@example.test",
        "odense@example.test",
        "everybody@example.test",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write a list of mailboxes"),
        ("mail_address: a@example.test", "write a list of mailboxes"),
        ("- a@example.test", "mailbox 1: write lines"),
        ("- mail_address: [", "line 1: this is no YAML"),
        ("- imap_user: a", "mailbox 1: mail_address: say which"),
        ("- mail_address: a@example.test\n  imap_prot: 1", "mailbox 1: imap_prot: there is no"),
        ("- mail_address: a@example.test\n  web_port: 1", "set ANKOMST_WEB_PORT instead"),
        ("- mail_address: a@example.test\n  imap_port: many", "mailbox 1: imap_port: Input"),
        (
            "- mail_address: a@example.test\n  imap_password: 17",
            r"imap_password: .*put it in quotes",
        ),
        (
            (
                "- {mail_address: a@example.test, imap_inbox: A}\n"
                "- {mail_address: b@example.test, imap_inbox: B}"
            ),
            "2 mailboxes are called everybody@example.test; give each a mailbox_name",
        ),
        (
            (
                "- {mail_address: a@example.test, mailbox_name: A}\n"
                "- {mail_address: b@example.test, mailbox_name: B}"
            ),
            "of the same folder, INBOX of everybody@example.test",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        mailboxes(_settings(tmp_path, text))
    assert str(tmp_path / "mailboxes.yml") in str(caught.value)


def test_a_password_in_a_broken_file_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        mailboxes(_settings(tmp_path, "- imap_password: hidden: [\n"))
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    configuration = Settings(_env_file=None, mailboxes_file=tmp_path / "none.yml")
    with pytest.raises(SettingsError, match=r"none\.yml cannot be read"):
        mailboxes(configuration)
