"""Lets the mailbox follow a caseworker's correction, one recorded step at a time.

The mail is moved from where it lies to the folder of its new shelf, with the same care as its
first move (triage/workflow.py): recorded, done, recorded, and safe to be begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog

from triage.cases.errands import CorrectionErrand, Errands
from triage.connections.mailbox import CopyUid, ImapMailbox, MoveMethod, Place
from triage.errors import MailboxRefusedError
from triage.folders.moving import Move, Mover, Traces, Whereabouts
from triage.folders.places import Location
from triage.folders.queue_folders import QueueFolders
from triage.ledger import Observer
from triage.shelves import FOLDERS, Shelf
from triage.states import CorrectionState

_log = structlog.get_logger(__name__)

_Step = Callable[[CorrectionErrand, int | None], CorrectionErrand]


class Corrector:
    """Carries out corrections in a mailbox."""

    def __init__(
        self,
        errands: Errands,
        mailbox: ImapMailbox,
        folders: QueueFolders,
        mover: Mover,
        observe: Observer,
    ) -> None:
        self._errands = errands
        self._mailbox = mailbox
        self._folders = folders
        self._mover = mover
        self._observe = observe
        self._steps: Mapping[CorrectionState, _Step] = {
            CorrectionState.WAITING: self._begin,
            CorrectionState.MOVING: self._move,
            CorrectionState.COPIED: self._remove,
        }

    def carry_out(self, correction: CorrectionErrand) -> None:
        """Take a correction as far as it goes: to a state with nothing left to do.

        Raises:
            TriageError: A step failed; the correction is in the state that was recorded last, and
                its worker still holds it.
            DatabaseUnavailableError: Likewise, and nothing can be recorded now.
        """
        while self._steps.get(correction.state) is not None:
            place = _place_of(correction)
            with self._in_old_folder(correction) as uid:
                while (step := self._steps.get(correction.state)) and _place_of(
                    correction
                ) == place:
                    correction = step(correction, uid)

    @contextmanager
    def _in_old_folder(self, correction: CorrectionErrand) -> Iterator[int | None]:
        """Select the folder that the mail lies in; its number there, None if it surely has none."""
        if not self._mailbox.has_folder(correction.folder):
            yield None
            return
        with self._mailbox.within(correction.folder) as uidvalidity:
            if uidvalidity == correction.uidvalidity:
                yield correction.uid
                return
            _log.warning("folder_renumbered", correction=correction.id, folder=correction.folder)
            found = self._find_renumbered(correction, uidvalidity)
            yield found.uid if found else None

    def _find_renumbered(self, correction: CorrectionErrand, uidvalidity: int) -> CopyUid | None:
        """Look for a mail in its old folder, which has other numbers now."""
        if correction.state is CorrectionState.WAITING:
            return self._mover.find(_traces(correction), correction.folder, uidvalidity)
        # It may have left the folder, and what lies there be another mail of the same content.
        return self._mover.find_surely(
            _traces(correction), correction.folder, uidvalidity, besides=correction.mail_id
        )

    def _begin(self, correction: CorrectionErrand, uid: int | None) -> CorrectionErrand:
        """Record the new folder's next UID, so that after a crash the mail can be found there."""
        if uid is None or not self._mailbox.has(uid):
            return self._elsewhere(correction)
        place = self._mailbox.place(self._folders.of(_shelf(correction)))
        return self._errands.advance_correction(
            correction,
            CorrectionState.MOVING,
            move_method=self._mailbox.move_method.value,
            target_folder=place.folder,
            target_uidvalidity=place.uidvalidity,
            target_uidnext=place.uidnext,
            target_uid=None,
        )

    def _move(self, correction: CorrectionErrand, uid: int | None) -> CorrectionErrand:
        """Move it on the server. Taken up again, first find out whether that has happened."""
        if correction.target_folder == correction.folder:
            return self._stay(correction, uid)
        if correction.resumed:
            return self._settle(correction, uid) or self._begin(correction, uid)
        place = self._mover.carry_out(_move_of(correction), uid) if uid is not None else None
        self._observe("correction_moved_on_server", correction.id)
        settled = self._settled(correction, place) if place else self._settle(correction, uid)
        if settled is None:
            raise MailboxRefusedError("The server moved nothing, and did not say why.")
        return settled

    def _stay(self, correction: CorrectionErrand, uid: int | None) -> CorrectionErrand:
        """Leave a mail that lies in the right folder already."""
        if uid is None or not self._mailbox.has(uid):
            return self._elsewhere(correction)
        return self._errands.advance_correction(
            correction,
            CorrectionState.DONE,
            target_uid=uid,
        )

    def _settle(self, correction: CorrectionErrand, uid: int | None) -> CorrectionErrand | None:
        """Find out whether a move has happened; None when the mail is still in its old folder."""
        found = self._mover.settle(_move_of(correction), uid)
        if found is Whereabouts.IN_SOURCE:
            return None
        if found is Whereabouts.NOWHERE:
            return self._elsewhere(correction)
        return self._settled(correction, found)

    def _settled(self, correction: CorrectionErrand, place: CopyUid) -> CorrectionErrand:
        """Record where the mail is now."""
        copied = correction.move_method == MoveMethod.COPY
        return self._errands.advance_correction(
            correction,
            CorrectionState.COPIED if copied else CorrectionState.DONE,
            target_uidvalidity=place.uidvalidity,
            target_uid=place.uid,
        )

    def _remove(self, correction: CorrectionErrand, uid: int | None) -> CorrectionErrand:
        """After copying, take the mail out of its old folder as far as the server can."""
        if uid is not None and not self._mailbox.remove(uid):
            _log.warning("left_in_old_folder", correction=correction.id, folder=correction.folder)
        self._observe("correction_removed", correction.id)
        return self._errands.advance_correction(correction, CorrectionState.DONE)

    def _elsewhere(self, correction: CorrectionErrand) -> CorrectionErrand:
        """Go on from where somebody moved the mail in the mailbox, if that is a queue's folder."""
        anew = self._errands.begin_anew(correction, lambda: self._found(correction))
        return self._gone(correction) if anew is None else anew

    def _found(self, correction: CorrectionErrand) -> Location | None:
        """Look for the mail in the folders of the queues, among what is known as no other mail."""
        for folder in self._folders.shelves():
            status = self._mailbox.folder_status(folder)
            if status is not None:
                found = self._mover.find(_traces(correction), folder, status.uidvalidity)
                if found is not None:
                    return Location(folder, found.uidvalidity, found.uid)
        return None

    def _gone(self, correction: CorrectionErrand) -> CorrectionErrand:
        _log.error("corrected_mail_gone", correction=correction.id, mail=correction.mail_id)
        return self._errands.advance_correction(correction, CorrectionState.GONE)


def _place_of(correction: CorrectionErrand) -> Location:
    return Location(correction.folder, correction.uidvalidity, correction.uid)


def _move_of(correction: CorrectionErrand) -> Move:
    target = Place(
        correction.target_folder or "", correction.target_uidvalidity, correction.target_uidnext
    )
    return Move(correction.move_method, target, _traces(correction))


def _traces(correction: CorrectionErrand) -> Traces:
    return Traces(
        correction.mailbox_id,
        correction.fingerprint,
        correction.message_id,
        correction.original_size,
        correction.original_complete,
    )


def _shelf(correction: CorrectionErrand) -> Shelf:
    for shelf in FOLDERS:
        if shelf == correction.to_shelf:
            return shelf
    raise ValueError(f"Correction {correction.id} is to no shelf.")
