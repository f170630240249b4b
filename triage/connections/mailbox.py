"""The door to an IMAP mailbox: what is in it, a mail's bytes, moving one, waiting for the next.

Nothing here knows of the ledger. Flags are never state: Seen is neither read nor set
(BODY.PEEK[]), and a mail is named by UIDVALIDITY and UID alone.
"""

from __future__ import annotations

import imaplib
import re
import select
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from imapclient import DELETED, SEEN
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError
from imapclient.imapclient import SENT

from triage.connections.bounded_imap import BoundedClient
from triage.connections.tls import certificate_ends_at, explained, tls_context
from triage.connections.tokens import Tokens
from triage.errors import (
    MailboxRefusedError,
    MailboxRenumberedError,
    MailboxUnavailableError,
    TokenRefusedError,
    TokenUnavailableError,
)

SENT_FOLDERS = (
    *("Sent", "Sent Items", "Sent Messages"),
    *("Sendt", "Sendt post", "Sendte elementer"),
    *("Gesendet", "Gesendete Elemente", "Gesendete Objekte"),
    *("Wysłane", "Elementy wysłane"),
    *("Išsiųsta", "Išsiųsti laiškai"),
    *("Trimise", "Elemente trimise"),
)
"""What mail programs call the folder for sent mail, in the languages of an office."""

_SLICE_SECONDS = 0.5

# Of outlines that are asked for in one command; servers limit the length of a line.
_OUTLINES = 500
_HEAD_BYTES = 20_000
_MESSAGE_ID = re.compile(rb"<[^<>\s]+>")
_COPYUID = re.compile(rb"(\d+) (\d+) (\d+)$")


@dataclass(frozen=True)
class Account:
    """Where a mailbox is, and how to get in.

    Attributes:
        host: The IMAP server.
        port: Its port.
        security: How the connection is protected.
        user: Who logs in; by a token, whose mailbox it is.
        password: Empty where tokens are shown in place of it.
        inbox: Where mail arrives, by its name on the server; it may lie in the mailbox of another
            user, or in a shared one.
        timeout: Seconds of silence after which an answer is given up.
        tokens: What is shown in place of a password.
        ca_file: As of `tls.tls_context`.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str
    inbox: str = "INBOX"
    timeout: float = 30.0
    tokens: Tokens | None = None
    ca_file: Path | None = None

    @property
    def answer_seconds(self) -> float:
        """After how long an answer is given up that comes, but does not end."""
        return 8 * self.timeout


@dataclass(frozen=True)
class Look:
    """The inbox at one moment; `uidnext` is None where the server does not tell it."""

    uidvalidity: int
    uidnext: int | None
    uids: tuple[int, ...]


@dataclass(frozen=True)
class Fetched:
    """A mail as the server gave it.

    Attributes:
        uid: Its number in the folder.
        raw: Its bytes; the first part alone when it is not complete.
        size: Bytes of the whole on the server.
        received_at: When the server received it (INTERNALDATE).
        complete: Whether `raw` is all of it.
    """

    uid: int
    raw: bytes
    size: int
    received_at: datetime
    complete: bool = True


@dataclass(frozen=True)
class Outline:
    """What is known of a mail without reading it.

    Attributes:
        size: Bytes of the whole on the server.
        received_at: When the server received it (INTERNALDATE).
        is_read: Whether it looks read (the flag Seen); for people, and no state.
    """

    size: int
    received_at: datetime
    is_read: bool


@dataclass(frozen=True)
class Place:
    """A folder by its name on the server, with the UID that the next mail in it will have.

    `uidvalidity` and `uidnext` are None where the server does not tell them.
    """

    folder: str
    uidvalidity: int | None
    uidnext: int | None


@dataclass(frozen=True)
class Status:
    """What the server tells of a folder without its being opened (STATUS, RFC 3501 section 6.3.10).

    As long as nothing of it changes, nothing has come or gone, and, where there is a `modseq`
    (HIGHESTMODSEQ, RFC 7162), nothing was marked as deleted. `uidnext` and `messages` are None where
    the server does not tell them.
    """

    folder: str
    uidvalidity: int
    uidnext: int | None
    messages: int | None
    modseq: int | None


@dataclass(frozen=True)
class Listed:
    """The UIDs in a folder, apart from one another those that are marked as deleted."""

    uidvalidity: int
    uids: frozenset[int]
    marked_as_deleted: frozenset[int]


@dataclass(frozen=True)
class CopyUid:
    """Where a copied or moved mail is now (RFC 4315 section 3)."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True)
class Selected:
    """A selected folder, by its name on the server; `uidnext` as in `Look`."""

    folder: str
    uidvalidity: int
    uidnext: int | None
    readonly: bool


class MoveMethod(StrEnum):
    """How this server moves a mail."""

    MOVE = "move"
    """UID MOVE, in one piece (RFC 6851)."""
    COPY = "copy"
    """UID COPY, then the original is marked as deleted and, with UIDPLUS, expunged alone."""


class ImapMailbox:
    """A connection to one mailbox, made anew after it broke.

    Every method but `connect` and `close` raises MailboxUnavailableError when the connection
    breaks or an answer takes too long; then `connected` is False. A command that the server
    refuses raises MailboxRefusedError. Mails are those of the inbox, or, inside of `within`, those
    of another folder.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: Any = None
        self._selected: Selected | None = None
        self._prefix = ""
        self._separator: str | None = "/"
        self._foreign: tuple[str, ...] = ()
        self._idles = True

    @property
    def connected(self) -> bool:
        """Whether the connection is up, as far as is known."""
        return self._client is not None

    def connect(self) -> None:
        """Connect and log in.

        Raises:
            MailboxUnavailableError: The server cannot be reached, its certificate is wrong, or no
                token can be fetched for it.
            MailboxRefusedError: It refuses the log-in, or offers no encryption.
            DatabaseUnavailableError: The database, where refresh tokens are, is away.
        """
        self.open()
        try:
            self.log_in()
        except (MailboxRefusedError, MailboxUnavailableError):
            self.close()
            raise

    def open(self) -> None:
        """Connect without logging in.

        Raises:
            MailboxUnavailableError: The server cannot be reached or its certificate is wrong.
            MailboxRefusedError: It offers no encryption.
        """
        self.close()
        account = self._account
        try:
            with self._translated("connect"):
                context = tls_context(account.ca_file)
                self._client = BoundedClient(
                    account.host,
                    account.port,
                    context if account.security == "tls" else None,
                    silence=account.timeout,
                    answer=account.answer_seconds,
                )
                self._client.normalise_times = False
                if account.security == "starttls":
                    self._start_tls(context)
        except MailboxRefusedError:
            self.close()
            raise

    def log_in(self) -> None:
        """Log in, and learn what the server can do and how it writes folders.

        Raises:
            MailboxUnavailableError: The server hung up, or no token can be fetched.
            MailboxRefusedError: It refuses the log-in, or no token is given.
        """
        if self._account.tokens is None:
            self._show_password()
        else:
            self._show_token(self._account.tokens)
        with self._translated("login"):
            self._learn_folder_names()
            self._idles = self._client.has_capability("IDLE")

    def _start_tls(self, context: ssl.SSLContext) -> None:
        with self._client.bounded():
            if not self._client.has_capability("STARTTLS"):
                raise MailboxRefusedError(
                    "the server offers no STARTTLS, and nothing is shown to it in clear; have it "
                    "switched on there, or set the security to tls with the port for it (993)"
                )
            self._client.starttls(context)

    def _show_password(self) -> None:
        account = self._account
        try:
            with self._translated("login"):
                if f"{account.user}{account.password}".isascii():
                    self._client.login(account.user, account.password)
                else:
                    # LOGIN has no way to say other letters; PLAIN is UTF-8 (RFC 4616).
                    self._client.plain_login(account.user, account.password)
        except MailboxRefusedError as error:
            raise MailboxRefusedError(
                f"{error}; check ANKOMST_IMAP_USER and ANKOMST_IMAP_PASSWORD."
            ) from error

    def _show_token(self, tokens: Tokens) -> None:
        """Log in by a token; one that is refused is tried again once, with a fresh one."""
        try:
            self._try_token(tokens)
        except MailboxRefusedError:
            tokens.discard()
            self._try_token(tokens)

    def _try_token(self, tokens: Tokens) -> None:
        try:
            token = tokens.token().value
        except TokenRefusedError as error:
            raise MailboxRefusedError(str(error)) from error
        except TokenUnavailableError as error:
            raise MailboxUnavailableError(str(error)) from error
        mechanism = _Xoauth2(self._account.user, token)
        try:
            with self._translated("login"):
                self._client.sasl_login("XOAUTH2", mechanism)
        except MailboxRefusedError as error:
            raise MailboxRefusedError(
                f"{error}{mechanism.refusal}; a token was given, but it does not open the mailbox "
                f"of ANKOMST_IMAP_USER: check this name, the scope, and the rights of the "
                "application, or of the person, to this mailbox."
            ) from error

    def close(self) -> None:
        """Log out and hang up; errors do not matter any more."""
        client, self._client, self._selected = self._client, None, None
        if client is None:
            return
        try:
            client.logout()
        except (IMAPClientError, OSError, ValueError):
            self._hang_up(client)

    @property
    def abilities(self) -> frozenset[str]:
        """What the server says it can do (CAPABILITY), in capitals."""
        with self._translated("capability"):
            return frozenset(_text(name).upper() for name in self._client.capabilities())

    @property
    def certificate_ends_at(self) -> datetime | None:
        """Until when the server's certificate is valid; None where the line is not encrypted."""
        with self._translated("certificate"):
            return certificate_ends_at(self._client.socket())

    def look(self) -> Look:
        """Select the inbox and list the UIDs in it, lowest first."""
        selected = self._select(self._account.inbox)
        with self._translated("look"):
            uids = self._client.search("ALL")
        return Look(selected.uidvalidity, selected.uidnext, tuple(sorted(uids)))

    def has_grown(self, look: Look) -> bool:
        """Return whether mail has come since a look that IDLE will not tell of.

        The inbox is selected anew after another folder was looked into: what came in between was
        there at that moment, and counts as known to us.
        """
        now_selected = self._selected
        if now_selected is None or now_selected.uidnext is None or look.uidnext is None:
            return False
        return now_selected.uidnext > look.uidnext

    @contextmanager
    def within(self, folder: str, *, readonly: bool = False) -> Iterator[int]:
        """Select another folder, and at the end the one that was selected before.

        Args:
            folder: Its name on the server.
            readonly: Whether nothing is to be changed in it.

        Yields:
            Its UIDVALIDITY.

        Raises:
            MailboxRenumberedError: The folder from before was renumbered meanwhile.
        """
        before = self._selected
        try:
            yield self._select(folder, readonly=readonly).uidvalidity
        finally:
            if before is not None and self.connected:
                self._select_again(before)

    def has_folder(self, folder: str) -> bool:
        """Return whether there is a folder of this name on the server."""
        with self._translated("list"):
            return bool(self._client.folder_exists(folder))

    def folders(self) -> list[str]:
        """Return the names on the server of all folders that can hold mail."""
        with self._translated("list"):
            return sorted(
                _text(name)
                for flags, _, name in self._client.list_folders()
                if b"\\Noselect" not in flags
            )

    def rights(self, folder: str) -> str | None:
        """Return our rights to a folder, a letter each (RFC 4314); None where the server says none.

        Args:
            folder: Its name on the server.
        """
        if "ACL" not in self.abilities:
            return None
        try:
            with self._translated("myrights"):
                letters: str = self._client.my_rights(folder)
        except MailboxRefusedError:
            return None
        return letters

    def try_folder(self, folder: str) -> None:
        """Make a folder and take it away again.

        Args:
            folder: Its name, which no folder has.
        """
        name = self.server_name(folder)
        with self._translated("create"):
            self._client.create_folder(name)
        with self._translated("delete"):
            self._client.delete_folder(name)

    def folder_status(self, folder: str) -> Status | None:
        """Return what the server tells of a folder, by its name there; None when it is not there.

        Raises:
            MailboxRefusedError: The server tells no UIDVALIDITY.
        """
        asked = ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]
        try:
            with self._translated("status"):
                if self._client.has_capability("CONDSTORE"):
                    asked.append("HIGHESTMODSEQ")
                told = self._client.folder_status(folder, asked)
        except MailboxRefusedError:
            if self.has_folder(folder):
                raise
            return None
        uidvalidity = told.get(b"UIDVALIDITY")
        if uidvalidity is None:
            raise MailboxRefusedError("The server gives no UIDVALIDITY; its UIDs mean nothing.")
        return Status(
            folder,
            uidvalidity,
            told.get(b"UIDNEXT"),
            told.get(b"MESSAGES"),
            told.get(b"HIGHESTMODSEQ"),
        )

    def listed(self, folder: str) -> Listed:
        """Return the UIDs in a folder.

        What is marked as deleted counts as not there in the folders of the queues: a mail program
        that moves by copying leaves it so, and shows it to nobody.

        Args:
            folder: Its name on the server.
        """
        with self.within(folder, readonly=True) as uidvalidity, self._translated("search"):
            uids = frozenset(self._client.search("UNDELETED"))
            marked = frozenset(self._client.search("DELETED"))
        return Listed(uidvalidity, uids, marked)

    def message_ids(self, folder: str, uids: Sequence[int]) -> dict[int, str]:
        """Return the Message-IDs of those mails of a folder that have one; a hint alone.

        Args:
            folder: Its name on the server.
            uids: Which mails.
        """
        key = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
        with self.within(folder, readonly=True), self._translated("fetch"):
            answers = self._client.fetch(list(uids), [key])
        found = {}
        for uid, answer in answers.items():
            header = next((part for name, part in answer.items() if b"HEADER" in name), b"")
            match = _MESSAGE_ID.search(header or b"")
            if match is not None:
                found[uid] = match[0].decode("ascii", "replace")
        return found

    def holds_uid(self, folder: str, uid: int) -> tuple[int, bool] | None:
        """Return a folder's UIDVALIDITY and whether it holds a UID that is not marked as deleted.

        Args:
            folder: Its name on the server.
            uid: The number.

        Returns:
            None when there is no such folder.
        """
        if not self.has_folder(folder):
            return None
        with self.within(folder, readonly=True) as uidvalidity, self._translated("search"):
            return uidvalidity, uid in self._client.search(["UID", str(uid), "UNDELETED"])

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the size in bytes of each mail that is still in the folder."""
        with self._translated("sizes"):
            answers = self._client.fetch(list(uids), ["RFC822.SIZE"])
        return {uid: int(answer.get(b"RFC822.SIZE", 0)) for uid, answer in answers.items()}

    def outlines(self, uids: Sequence[int]) -> dict[int, Outline]:
        """Return what is known of mails of the folder; those that are gone are left out."""
        found = {}
        for start in range(0, len(uids), _OUTLINES):
            some = list(uids[start : start + _OUTLINES])
            with self._translated("outlines"):
                answers = self._client.fetch(some, ["RFC822.SIZE", "INTERNALDATE", "FLAGS"])
            for uid, answer in answers.items():
                received_at = answer.get(b"INTERNALDATE")
                if received_at is not None:
                    found[uid] = Outline(
                        size=int(answer.get(b"RFC822.SIZE", 0)),
                        received_at=received_at.astimezone(UTC),
                        is_read=SEEN in answer.get(b"FLAGS", ()),
                    )
        return found

    def fetch(self, uids: Sequence[int], first_bytes: int | None = None) -> dict[int, Fetched]:
        """Return the mails of the selected folder with these UIDs; those that are gone are left out.

        Args:
            uids: Which mails.
            first_bytes: Fetch so many bytes of each alone.
        """
        body = "BODY.PEEK[]" if first_bytes is None else f"BODY.PEEK[]<0.{first_bytes}>"
        with self._translated("fetch"):
            answers = self._client.fetch(list(uids), [body, "INTERNALDATE", "RFC822.SIZE"])
        key = b"BODY[]" if first_bytes is None else b"BODY[]<0>"
        fetched = {}
        for uid, answer in answers.items():
            raw = answer.get(key)
            if raw is None:
                continue
            received_at = answer.get(b"INTERNALDATE")
            fetched[uid] = Fetched(
                uid=uid,
                raw=raw,
                size=int(answer.get(b"RFC822.SIZE", len(raw))),
                received_at=received_at.astimezone(UTC) if received_at else datetime.now(UTC),
                complete=first_bytes is None,
            )
        return fetched

    def has(self, uid: int) -> bool:
        """Return whether the folder holds this UID now, other sessions' changes included."""
        with self._translated("has"):
            self._client.noop()
            return uid in self._client.search(["UID", str(uid)])

    def place(self, folder: str) -> Place:
        """Return a folder with its next UID; it is created when it is missing.

        Args:
            folder: Its name, levels separated by `/`.

        Raises:
            MailboxRefusedError: The server does not let us make it.
        """
        name = self.server_name(folder)
        try:
            return self._status(name)
        except MailboxRefusedError:
            refusal = self._create(folder)
        try:
            return self._status(name)
        except MailboxRefusedError as error:
            raise refusal or error from error

    def status(self, folder: str) -> Place | None:
        """Return a folder, by its name on the server, with its next UID; None without it."""
        return self._status(folder) if self.has_folder(folder) else None

    def server_name(self, folder: str) -> str:
        """Return a folder's name with the server's own prefix and separator."""
        levels = folder.split("/")
        return self._prefix + (self._separator or "-").join(levels)

    @property
    def move_method(self) -> MoveMethod:
        """How this server moves a mail."""
        with self._translated("capability"):
            return MoveMethod.MOVE if self._client.has_capability("MOVE") else MoveMethod.COPY

    def move(self, uid: int, folder: str) -> CopyUid | None:
        """Move a mail of the folder by UID MOVE.

        Returns:
            Where it is now; None when the server does not say, or when the UID was gone.
        """
        with self._translated("move"):
            self._forget_copyuid()
            self._client.move([uid], folder)
            return self._copyuid(uid)

    def copy(self, uid: int, folder: str) -> CopyUid | None:
        """Copy a mail of the folder.

        Returns:
            Where the copy is; None when the server does not say, or when the UID was gone.
        """
        with self._translated("copy"):
            self._forget_copyuid()
            self._client.copy([uid], folder)
            return self._copyuid(uid)

    def remove(self, uid: int) -> bool:
        """Take a mail that was copied out of the folder.

        Without UIDPLUS it is only marked as deleted and left: a plain EXPUNGE would also remove
        what somebody else had marked (RFC 4315 section 2.1).

        Returns:
            True when it is gone, False when it is left.
        """
        with self._translated("remove"):
            self._client.add_flags([uid], [DELETED], silent=True)
            if not self._client.has_capability("UIDPLUS"):
                return False
            self._client.uid_expunge([uid])
            return True

    @property
    def deletes_singly(self) -> bool:
        """Whether the server can delete one mail and leave others be (UIDPLUS, RFC 4315)."""
        with self._translated("capability"):
            return bool(self._client.has_capability("UIDPLUS"))

    def delete(self, uids: Sequence[int]) -> None:
        """Delete mails of the folder for good; only where `deletes_singly`."""
        with self._translated("delete"):
            self._client.add_flags(list(uids), [DELETED], silent=True)
            self._client.uid_expunge(list(uids))

    def uids(self) -> list[int]:
        """Return the UIDs of the selected folder, lowest first."""
        with self._translated("search"):
            return sorted(self._client.search("ALL"))

    def with_message_id(self, message_id: str) -> list[int]:
        """Return the UIDs of the mails of the folder with exactly this Message-ID."""
        with self._translated("search"):
            uids = self._client.search(["HEADER", "Message-ID", message_id])
        # The server searches for parts of a header (RFC 3501 section 6.4.4).
        return (
            [
                uid
                for uid, mail in self.fetch(uids, _HEAD_BYTES).items()
                if message_id.encode() in mail.raw
            ]
            if uids
            else []
        )

    def find(
        self,
        folder: str,
        from_uid: int,
        matches: Callable[[Fetched], bool],
        skip: Collection[int] = (),
    ) -> CopyUid | None:
        """Look for a mail in a folder, then go back to the folder that was selected.

        Args:
            folder: Its name on the server.
            from_uid: Lower UIDs are not looked at.
            matches: Whether a mail is the one.
            skip: UIDs that are known to be other mails.

        Raises:
            MailboxRenumberedError: The folder from before was renumbered meanwhile.
        """
        if not self.has_folder(folder):
            return None
        with self.within(folder, readonly=True) as uidvalidity:
            with self._translated("search"):
                uids = self._client.search(["UID", f"{max(from_uid, 1)}:*"])
            for uid in sorted(set(uids) - set(skip)):
                # A range up to * always gives the last mail, even below its beginning.
                if uid < from_uid:
                    continue
                mail = self.fetch([uid]).get(uid)
                if mail is not None and matches(mail):
                    return CopyUid(uidvalidity, uid)
        return None

    def sent_folder(self) -> str:
        """Return the name on the server of the folder for sent mail; without one, make "Sent".

        It is the one that the server calls so (RFC 6154), or the first of the usual names.
        """
        with self._translated("list"):
            folders = [
                (flags, _text(name))
                for flags, _, name in self._client.list_folders()
                if b"\\Noselect" not in flags and self._is_of_office(_text(name))
            ]
        for flags, name in folders:
            if SENT in flags:
                return name
        names = {name for _, name in folders}
        usual = (self.server_name(name) for name in SENT_FOLDERS)
        return next((name for name in usual if name in names), None) or self.place("Sent").folder

    def holds(self, folder: str, message_id: str) -> bool:
        """Return whether a folder, by its name on the server, holds a mail with a Message-ID."""
        with self.within(folder, readonly=True), self._translated("search"):
            return bool(self._client.search(["HEADER", "Message-ID", message_id]))

    def append(self, folder: str, content: bytes, at: datetime) -> None:
        """Put a mail into a folder, marked as read.

        Args:
            folder: Its name on the server.
            content: The whole mail.
            at: When it was sent (INTERNALDATE).
        """
        with self._translated("append"):
            self._client.append(folder, content, flags=[SEEN], msg_time=at)

    def wait(self, seconds: float, stopped: Callable[[], bool], poll_seconds: float) -> None:
        """Wait until something happens in the inbox, by IDLE where the server has it.

        Args:
            seconds: Not longer than this; IDLE must be renewed within 29 minutes (RFC 2177).
            stopped: Asked twice a second whether to give up waiting.
            poll_seconds: Without IDLE, not longer than this.
        """
        if self._idles:
            try:
                with self._translated("idle"):
                    self._idle(seconds, stopped)
            except MailboxRefusedError:
                self._idles = False
            return
        _pause(min(seconds, poll_seconds), stopped)

    def _idle(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Wait in IDLE until the server says something that is more than a sign of life.

        Its answers are read when IDLE ends: imapclient's `idle_check` reads without blocking, and
        a line that arrives in two pieces breaks the connection then.
        """
        until = time.monotonic() + seconds
        goes_on = True
        while goes_on:
            with self._client.bounded():
                self._client.idle()
            is_answered = self._is_answered(until, stopped)
            with self._client.bounded():
                _, answers = self._client.idle_done()
            goes_on = is_answered and all(_is_still_here(answer) for answer in answers)

    def _is_answered(self, until: float, stopped: Callable[[], bool]) -> bool:
        """Wait; True once the server has sent something or hung up, False when waiting is over."""
        line = self._client.socket()
        while not stopped() and (left := until - time.monotonic()) > 0:
            if isinstance(line, ssl.SSLSocket) and line.pending():
                return True
            if select.select([line], [], [], min(left, _SLICE_SECONDS))[0]:
                return True
        return False

    def _learn_folder_names(self) -> None:
        """Learn the separator, and under which name the folders of the office lie.

        They lie beside the inbox: in the user's own mailbox, or, where the inbox is in somebody
        else's or in a shared one, there.
        """
        self._foreign = ()
        if self._client.has_capability("NAMESPACE"):
            namespaces = self._client.namespace()
            foreign = [*(namespaces.other or ()), *(namespaces.shared or ())]
            self._foreign = tuple(_text(prefix) for prefix, _ in foreign if prefix)
            for prefix, separator in foreign:
                if prefix and self._account.inbox.startswith(_text(prefix)):
                    self._separator = _text(separator) or None
                    self._prefix = _beside(self._account.inbox, _text(prefix), self._separator)
                    return
            if namespaces.personal:
                prefix, separator = namespaces.personal[0]
                self._prefix, self._separator = _text(prefix), _text(separator) or None
                return
        # LIST with an empty name gives the separator (RFC 3501 section 6.3.8).
        answers = self._client.list_folders("", "")
        if answers:
            self._separator = _text(answers[0][1]) or None

    def _is_of_office(self, folder: str) -> bool:
        """Whether a folder lies in the mailbox that the inbox is in."""
        if self._prefix.startswith(self._foreign or ("\0",)):
            return folder.startswith(self._prefix)
        return not folder.startswith(self._foreign or ("\0",))

    def _status(self, name: str) -> Place:
        with self._translated("status"):
            status = self._client.folder_status(name, ["UIDVALIDITY", "UIDNEXT"])
        return Place(name, status.get(b"UIDVALIDITY"), status.get(b"UIDNEXT"))

    def _create(self, folder: str) -> MailboxRefusedError | None:
        """Create a folder; its parents first, where the server does not make them by itself.

        Returns:
            What the server said if it refused; the folder may also be there already.
        """
        levels = folder.split("/")
        refusal = self._try_to_create(folder)
        if refusal is not None:
            for depth in range(1, len(levels) + 1):
                refusal = self._try_to_create("/".join(levels[:depth]))
        return refusal

    def _try_to_create(self, folder: str) -> MailboxRefusedError | None:
        name = self.server_name(folder)
        try:
            with self._translated("create"):
                self._client.create_folder(name)
                # Mail programs show what is subscribed to.
                self._client.subscribe_folder(name)
        except MailboxRefusedError as error:
            return error
        return None

    def _select(self, folder: str, *, readonly: bool = False) -> Selected:
        self._selected = None  # That is how it is when the server refuses.
        with self._translated("select"):
            answer = self._client.select_folder(folder, readonly=readonly)
        uidvalidity = answer.get(b"UIDVALIDITY")
        if uidvalidity is None:
            raise MailboxRefusedError("The server gives no UIDVALIDITY; its UIDs mean nothing.")
        self._selected = Selected(folder, uidvalidity, answer.get(b"UIDNEXT"), readonly)
        return self._selected

    def _select_again(self, before: Selected) -> None:
        now = self._select(before.folder, readonly=before.readonly)
        if now.uidvalidity != before.uidvalidity:
            # Nothing more may be done with the numbers that are known.
            self.close()
            raise MailboxRenumberedError(f"{before.folder} was renumbered; look at it anew.")

    def _forget_copyuid(self) -> None:
        self._client._imap.response("COPYUID")  # noqa: SLF001 (see _copyuid)

    def _copyuid(self, uid: int) -> CopyUid | None:
        """Read COPYUID, which imapclient's move() does not return.

        imaplib collects response codes of tagged and untagged answers alike: of COPY it comes in
        the tagged one, of MOVE in an untagged one before the mail is expunged (RFC 6851
        section 4.3).
        """
        _, answers = self._client._imap.response("COPYUID")  # noqa: SLF001
        for answer in answers or ():
            match = _COPYUID.match(answer or b"")
            if match is not None and int(match[2]) == uid:
                return CopyUid(int(match[1]), int(match[3]))
        return None

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        """Turn the library's errors into ours; a broken connection is hung up."""
        if self._client is None and what != "connect":
            raise MailboxUnavailableError("There is no connection; connect first.")
        # Connecting and waiting have limits of their own.
        has_own = what in {"connect", "idle"}
        try:
            with nullcontext() if has_own else self._client.bounded():
                yield
        except (IMAPClientError, ProtocolError, OSError, ValueError) as error:
            if not _breaks(error):
                raise MailboxRefusedError(f"{what} refused: {_short(error)}") from error
            client, self._client, self._selected = self._client, None, None
            self._hang_up(client)
            raise MailboxUnavailableError(
                f"{self._account.host}:{self._account.port}: {what}: "
                f"{explained(error) or _short(error)}"
            ) from error

    @staticmethod
    def _hang_up(client: Any) -> None:
        if client is None:
            return
        try:
            client.shutdown()
        except (imaplib.IMAP4.error, OSError, ValueError):
            return


class _Xoauth2:
    """The mechanism XOAUTH2, which says why it is refused before it is."""

    def __init__(self, user: str, token: str) -> None:
        self._answers = [f"user={user}\1auth=Bearer {token}\1\1"]
        self.refusal = ""
        """What the server says of the token, with a blank before it; JSON."""

    def __call__(self, challenge: bytes) -> str:
        if self._answers:
            return self._answers.pop()
        self.refusal = f" {challenge.decode('utf-8', 'replace')[:100]}"
        return ""


def _breaks(error: Exception) -> bool:
    """Whether the connection is broken; else the server said NO."""
    if isinstance(error, IMAPClientAbortError) or not isinstance(error, IMAPClientError):
        return True
    # imapclient calls a connection that breaks while one logs in a refusal.
    return isinstance(error.__context__, IMAPClientAbortError)


def _beside(inbox: str, prefix: str, separator: str | None) -> str:
    """Return what stands before the names of folders that lie beside an inbox.

    Args:
        inbox: Its name on the server, such as `Other Users/ics/INBOX`.
        prefix: What all names of that namespace begin with, `Other Users/`.
        separator: Between levels; None where there are none.
    """
    if separator is None:
        return prefix
    levels = inbox.removeprefix(prefix).split(separator)
    # A mailbox whose inbox is its root, `Other Users/ics`, has its folders below it.
    if len(levels) > 1 or levels[0].upper() == "INBOX":
        levels.pop()
    return prefix + "".join(level + separator for level in levels)


def _is_still_here(answer: Any) -> bool:
    """Whether an answer in IDLE is only a sign of life, `* OK Still here`."""
    return bool(answer) and answer[0] in {b"OK", "OK"}


def _pause(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _SLICE_SECONDS))


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _text(value: bytes | str | None) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value or ""
