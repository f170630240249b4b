"""Deletes in the mailbox what was erased here, one recorded step at a time.

A mail is deleted by its number alone, and only once its fingerprint, or of a reply of ours its
Message-ID, has shown that it is the one. Where the server cannot delete a single mail nothing is
touched, and the desk shows that it is still there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from triage.cases.errands import Errands, RemovalErrand
from triage.connections.mailbox import Fetched, ImapMailbox
from triage.errors import UnreadableMailError
from triage.fingerprint import Fingerprints
from triage.ledger import Observer
from triage.parsing.reading import read
from triage.states import RemovalState

_log = structlog.get_logger(__name__)


class Remover:
    """Carries out removals in a mailbox.

    Args:
        errands: The removals.
        mailbox: Where the mails lie.
        fingerprints: Show that a mail is the one.
        observe: Told of each step.
    """

    def __init__(
        self,
        errands: Errands,
        mailbox: ImapMailbox,
        fingerprints: Fingerprints,
        observe: Observer,
    ) -> None:
        self._errands = errands
        self._mailbox = mailbox
        self._fingerprints = fingerprints
        self._observe = observe

    def carry_out(self, removal: RemovalErrand) -> None:
        """Delete a mail, and take its removal to a state with nothing left to do.

        Raises:
            TriageError: A step failed; the removal is in the state that was recorded last.
            DatabaseUnavailableError: Likewise, and nothing can be recorded now.
        """
        if not self._mailbox.deletes_singly:
            _log.error("cannot_remove", removal=removal.id, reason="the server has no UIDPLUS")
            self._errands.advance_removal(removal, RemovalState.UNABLE)
            return
        with self._found(removal) as uids:
            if not uids:
                self._nothing_there(removal)
                return
            known = self._errands.advance_removal(removal, RemovalState.REMOVING)
            self._mailbox.delete(uids)
            self._observe("removed_from_mailbox", removal.id)
            self._errands.advance_removal(known, RemovalState.DONE)

    def _nothing_there(self, removal: RemovalErrand) -> None:
        """Taken up after the deletion, nothing is there because this worker's forerunner did it."""
        done = removal.state is RemovalState.REMOVING
        if not done:
            _log.error("nothing_to_remove", removal=removal.id)
        self._errands.advance_removal(removal, RemovalState.DONE if done else RemovalState.GONE)

    @contextmanager
    def _found(self, removal: RemovalErrand) -> Iterator[list[int]]:
        """Select the folder that a mail lies in; its number there, or none."""
        folder = removal.folder or self._mailbox.sent_folder()
        if not self._mailbox.has_folder(folder):
            yield []
            return
        with self._mailbox.within(folder) as uidvalidity:
            if removal.message_id is not None:
                yield self._mailbox.with_message_id(removal.message_id)
            elif uidvalidity == removal.uidvalidity:
                yield [uid for uid in (removal.uid,) if uid and self._is_the_one(removal, uid)]
            else:
                _log.warning("folder_renumbered", removal=removal.id)
                yield [uid for uid in self._mailbox.uids() if self._is_the_one(removal, uid)][:1]

    def _is_the_one(self, removal: RemovalErrand, uid: int) -> bool:
        mail = self._mailbox.fetch([uid], removal.first_bytes).get(uid)
        return mail is not None and self._has_traces(removal, mail)

    def _has_traces(self, removal: RemovalErrand, mail: Fetched) -> bool:
        if self._fingerprints.of_bytes(mail.raw) == removal.erased_digest:
            return True
        if removal.fingerprint is None:
            return False
        try:
            parsed = read(mail.raw)
        except UnreadableMailError:
            return False
        return self._fingerprints.of(parsed, mail.raw) == removal.fingerprint
