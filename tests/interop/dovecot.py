"""A private Dovecot for tests: its own folder, its own port, 127.0.0.1 only."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.postgres import free_port
from tests.triage.servers import ImapView

PASSWORD = "any"
"""Every password is right; every user exists, with an empty mailbox at first."""


@dataclass(frozen=True)
class DovecotOptions:
    """How a Dovecot differs from its defaults.

    Attributes:
        separator: Between the levels of folders.
        prefix: Before the names of all folders but the inbox.
        capability: What it says it can do; None for all that it can.
        sent: What it names as the folder for sent mail; None where it names none.
        certificate: Files of the certificate with its chain and of the key; None without TLS.
        tokens_url: Whom it asks about tokens, which it then takes in place of passwords.
        shares: Whether each user sees the others' mailboxes below `Other Users/`, with the rights
            that a file `dovecot-acl` in a folder gives.
    """

    separator: str = "/"
    prefix: str = ""
    capability: str | None = None
    sent: str | None = None
    certificate: tuple[Path, Path] | None = None
    tokens_url: str | None = None
    shares: bool = False


WITHOUT_MOVE = "IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS"
WITHOUT_UIDPLUS = "IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE"
WITHOUT_IDLE = "IMAP4rev1 LITERAL+ ID ENABLE NAMESPACE UIDPLUS MOVE"


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise FileNotFoundError("The tests need Dovecot: apt-get install dovecot-imapd")
    return found


class Dovecot:
    """A running Dovecot."""

    def __init__(self, folder: Path, options: DovecotOptions) -> None:
        self.folder = folder
        self.port = free_port()
        self.tls_port = free_port()
        self._options = options
        self._configuration = folder / "dovecot.conf"
        self._master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        mails = self.folder / "mails"
        mails.mkdir(exist_ok=True)
        self._configuration.write_text(self._text(mails), encoding="utf-8")
        # In the foreground it is our child: a daemon's end is told by whoever adopted it, seconds late.
        self._master = subprocess.Popen(
            [_program("dovecot"), "-F", "-c", str(self._configuration)], start_new_session=True
        )
        for _ in range(200):
            try:
                IMAPClient("127.0.0.1", self.port, ssl=False, timeout=5).shutdown()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End it, with all connections; does nothing when it has ended."""
        master, self._master = self._master, None
        if master is None:
            return
        # Its processes end after the command in hand, unless nobody takes their answer. The master
        # itself would wait a second more.
        os.killpg(master.pid, signal.SIGTERM)
        time.sleep(0.2)
        os.killpg(master.pid, signal.SIGKILL)
        master.wait()
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)

    def view(self, user: str) -> ImapView:
        """Connect as a colleague."""
        return ImapView(self.port, user, PASSWORD)

    def renumber(self, user: str, folder: str = "") -> None:
        """Make a folder forget its numbers: UIDVALIDITY and all UIDs change."""
        below = f".{folder.replace('/', '.')}" if folder else ""
        # UIDVALIDITY is made from the time in seconds.
        time.sleep(1.1)
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            (self.folder / "mails" / user / "Maildir" / below / name).unlink(missing_ok=True)

    def _text(self, mails: Path) -> str:
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid())
        owner = pwd.getpwnam("mail") if root else me
        if root:
            os.chown(mails, owner.pw_uid, owner.pw_gid)
        users = (
            ""
            if root
            else f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}\n"
            f"default_internal_group = {grp.getgrgid(me.pw_gid).gr_name}\n"
        )
        capability, sent = self._options.capability, self._options.sent
        special = f"mailbox {sent} {{\nspecial_use = \\Sent\nauto = create\n}}" if sent else ""
        return f"""
{self._tls()}
{self._passwords()}
{self._shared(mails) if self._options.shares else ""}
base_dir = {self.folder}/run
state_dir = {self.folder}/state
instance_name = ankomst-{self.port}
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 100
mail_location = maildir:~/Maildir
{users}
{"" if capability is None else f"imap_capability = {capability}"}
namespace inbox {{
  inbox = yes
  separator = {self._separator()}
  prefix = {self._options.prefix}
{special}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={mails}/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port if self._options.certificate else 0}
    ssl = yes
  }}
}}
"""

    def _separator(self) -> str:
        return '"\\\\"' if self._options.separator == "\\" else self._options.separator

    def _tls(self) -> str:
        if self._options.certificate is None:
            return "ssl = no"
        chain, key = self._options.certificate
        return f"ssl = yes\nssl_cert = <{chain}\nssl_key = <{key}\nssl_dh ="

    def _passwords(self) -> str:
        if self._options.tokens_url is None:
            return "passdb {\ndriver = static\nargs = nopassword=y\n}"
        file = self.folder / "tokens.conf"
        file.write_text(
            f"introspection_url = {self._options.tokens_url}\nintrospection_mode = get\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        return (
            "auth_mechanisms = xoauth2\n"
            f"passdb {{\ndriver = oauth2\nmechanisms = xoauth2\nargs = {file}\n}}"
        )

    def _shared(self, mails: Path) -> str:
        return f"""
mail_plugins = acl
protocol imap {{
  mail_plugins = acl imap_acl
}}
plugin {{
  acl = vfile
  acl_defaults_from_inbox = yes
}}
namespace others {{
  type = shared
  separator = {self._separator()}
  prefix = Other Users{self._options.separator}%%u{self._options.separator}
  location = maildir:{mails}/%%u/Maildir
  subscriptions = no
  list = children
}}
"""


@contextmanager
def running_dovecot(options: DovecotOptions | None = None) -> Iterator[Dovecot]:
    """A new Dovecot, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ankomst-dovecot-"))
    folder.chmod(0o755)
    server = Dovecot(folder, options or DovecotOptions())
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
