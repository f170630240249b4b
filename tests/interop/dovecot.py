"""A private Dovecot for tests: its own folder, its own port, 127.0.0.1 only."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
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
    """

    separator: str = "/"
    prefix: str = ""
    capability: str | None = None
    sent: str | None = None


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
        self._options = options
        self._configuration = folder / "dovecot.conf"

    def start(self) -> None:
        """Start it and wait until it answers."""
        mails = self.folder / "mails"
        mails.mkdir(exist_ok=True)
        self._configuration.write_text(self._text(mails), encoding="utf-8")
        self._run()
        for _ in range(100):
            try:
                IMAPClient("127.0.0.1", self.port, ssl=False, timeout=5).shutdown()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End it, with all connections."""
        self._run("stop")

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

    def _run(self, *command: str) -> None:
        program = _program("doveadm" if command else "dovecot")
        subprocess.run([program, "-c", str(self._configuration), *command], check=True)

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
base_dir = {self.folder}/run
state_dir = {self.folder}/state
instance_name = ankomst-{self.port}
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 100
mail_location = maildir:~/Maildir
{users}
{"" if capability is None else f"imap_capability = {capability}"}
namespace inbox {{
  inbox = yes
  separator = {self._options.separator}
  prefix = {self._options.prefix}
{special}
}}
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={mails}/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
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
