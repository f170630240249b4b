"""Moves a mail on the server, and finds out after a crash whether that has happened.

A move is recorded before with the target folder's next UID, and after with the place that the
server told. In between, the folders themselves are asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from language.masking import mask
from triage.connections.mailbox import CopyUid, Fetched, ImapMailbox, MoveMethod, Place
from triage.errors import UnreadableMailError
from triage.fingerprint import Fingerprints
from triage.ledger import Ledger
from triage.parsing.message import ParsedMail
from triage.parsing.reading import read


@dataclass(frozen=True)
class Traces:
    """What a mail is recognised by.

    Attributes:
        mailbox_id: The mailbox that it is in.
        fingerprint: None when it could not be read.
        message_id: A hint, for servers that change what they store.
        size: In bytes on the server; counts where there is no fingerprint, or one of a part alone.
        complete: Whether the fingerprint is that of all of it: beyond the size limit, only the
            first part was read.
    """

    mailbox_id: int
    fingerprint: str | None
    message_id: str | None
    size: int | None
    complete: bool


@dataclass(frozen=True)
class Move:
    """A move as it was recorded before.

    Attributes:
        method: How the mail is moved.
        target: The folder that it goes to, as it was before.
        traces: What the mail is recognised by.
    """

    method: str | None
    target: Place
    traces: Traces


class Whereabouts(Enum):
    """Where a mail is that is not in the target folder."""

    IN_SOURCE = auto()
    NOWHERE = auto()


class Mover:
    """Moves mails out of the folder that is selected in a mailbox."""

    def __init__(self, mailbox: ImapMailbox, ledger: Ledger, fingerprints: Fingerprints) -> None:
        self._mailbox = mailbox
        self._ledger = ledger
        self._fingerprints = fingerprints

    def carry_out(self, move: Move, uid: int) -> CopyUid | None:
        """Move or copy a mail.

        Returns:
            Where it is now; None when the server does not say, or when the UID was gone.
        """
        if move.method == MoveMethod.MOVE:
            return self._mailbox.move(uid, move.target.folder)
        return self._mailbox.copy(uid, move.target.folder)

    def settle(self, move: Move, uid: int | None) -> CopyUid | Whereabouts:
        """Find out whether a move has happened.

        UID MOVE leaves no copy behind, so the source is asked first; a copy is looked for first in
        the target folder.

        Args:
            move: As it was recorded.
            uid: The mail's number in the selected folder; None when it is surely not there.

        Returns:
            Where it is in the target folder, or that it is not there.
        """
        in_source = uid is not None and self._mailbox.has(uid)
        if in_source and move.method == MoveMethod.MOVE:
            return Whereabouts.IN_SOURCE
        place = self._find_in_target(move, surely=in_source)
        if place is not None:
            return place
        return Whereabouts.IN_SOURCE if in_source else Whereabouts.NOWHERE

    def _find_in_target(self, move: Move, *, surely: bool) -> CopyUid | None:
        """Look for the mail in the target folder, from the UID that was recorded before on.

        Args:
            move: As it was recorded.
            surely: Whether in doubt it is not there. What is found is then taken out of the source:
                another mail that is taken for it would cost this one.
        """
        now_there = self._mailbox.status(move.target.folder)
        if now_there is None:
            return None
        same_numbers = now_there.uidvalidity == move.target.uidvalidity
        from_uid = (move.target.uidnext or 1) if same_numbers else 1
        uidvalidity = now_there.uidvalidity or 0
        if not surely:
            return self.find(move.traces, move.target.folder, uidvalidity, from_uid)
        return self.find_surely(move.traces, move.target.folder, uidvalidity, from_uid)

    def find_surely(
        self,
        traces: Traces,
        folder: str,
        uidvalidity: int,
        from_uid: int = 1,
        besides: int | None = None,
    ) -> CopyUid | None:
        """Look for a mail by its fingerprint alone, beyond those of the same content.

        Args:
            traces: What it is recognised by.
            folder: Its name on the server.
            uidvalidity: That of the folder now.
            from_uid: Lower UIDs are not looked at.
            besides: The row of the mail itself, where this folder is the one that is recorded.
        """
        taken = self._ledger.taken_uids(traces.mailbox_id, folder, uidvalidity, from_uid)
        # Those whose recorded number says nothing since the folder was renumbered.
        others = self._ledger.count_alike(
            traces.mailbox_id, folder, uidvalidity, traces.fingerprint, besides
        )

        def _matches(mail: Fetched) -> bool:
            nonlocal others
            if traces.fingerprint is None:
                return False
            try:
                found = read(mail.raw)
            except UnreadableMailError:
                return False
            if not self._is_it(traces, mail, found):
                return False
            others -= 1
            return others < 0

        return self._mailbox.find(folder, from_uid, _matches, taken)

    def find(
        self, traces: Traces, folder: str, uidvalidity: int, from_uid: int = 1
    ) -> CopyUid | None:
        """Look for a mail in a folder, leaving out what is known to be other mails.

        By its fingerprint; if no mail has it, by its Message-ID, since some servers change what
        they store.

        Args:
            traces: What it is recognised by.
            folder: Its name on the server.
            uidvalidity: That of the folder now.
            from_uid: Lower UIDs are not looked at.
        """
        taken = self._ledger.taken_uids(traces.mailbox_id, folder, uidvalidity, from_uid)
        alike: list[int] = []

        def _matches(mail: Fetched) -> bool:
            if traces.fingerprint is None:
                return mail.size == traces.size
            try:
                found = read(mail.raw)
            except UnreadableMailError:
                # This one could be read once. Whether it is another mail that cannot, or the same
                # on a machine that is busy now: the size tells.
                return mail.size == traces.size
            if self._is_it(traces, mail, found):
                return True
            # It is known masked.
            if traces.message_id is not None and mask(found.message_id or "") == traces.message_id:
                alike.append(mail.uid)
            return False

        place = self._mailbox.find(folder, from_uid, _matches, taken)
        return place or (CopyUid(uidvalidity, alike[0]) if alike else None)

    def _is_it(self, traces: Traces, mail: Fetched, found: ParsedMail) -> bool:
        """Whether a mail has the content that is looked for."""
        if traces.complete:
            return self._fingerprints.of(found, mail.raw) == traces.fingerprint
        message_id = mask(found.message_id or "")[:500] or None
        return (mail.size, message_id) == (traces.size, traces.message_id)
