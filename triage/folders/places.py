"""Where the ledger says that mails lie, folder by folder, and how the folders were last seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, or_, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.database import Database
from storage.times import now
from triage.connections.mailbox import Status
from triage.models import Correction, FolderLook, Mail
from triage.states import CorrectionState, MailState

CHUNK = 500
"""So many mails are named in one command or statement; both have limits of length."""

_BEFORE_THE_MOVE = frozenset({MailState.PARSED, MailState.DECIDED})
_MOVING = frozenset({MailState.MOVING, MailState.COPIED})
_CORRECTION_MOVING = frozenset({CorrectionState.MOVING, CorrectionState.COPIED})


class Location(NamedTuple):
    """Where one mail lies: the folder by its name on the server, its UIDVALIDITY, the UID."""

    folder: str
    uidvalidity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.folder} {self.uidvalidity}/{self.uid}"


@dataclass(frozen=True)
class Lying:
    """A mail as the ledger has it in a folder."""

    mail_id: int
    is_missing: bool


def location(mail: Mail) -> Location:
    """Return the recorded place of a mail: where it was moved to, or else where it was seen."""
    if mail.target_folder is None or mail.target_uidvalidity is None or mail.target_uid is None:
        return Location(mail.folder, mail.uidvalidity, mail.uid)
    return Location(mail.target_folder, mail.target_uidvalidity, mail.target_uid)


def is_before_its_move(mail: Mail) -> bool:
    """Whether a mail waits in the inbox, read already."""
    return mail.state in _BEFORE_THE_MOVE


def is_moving(session: Session, mail: Mail) -> bool:
    """Whether a worker may be moving a mail, or may have moved it without having recorded it."""
    return mail.state in _MOVING or is_being_corrected(session, mail)


def is_being_corrected(session: Session, mail: Mail) -> bool:
    """Whether a correction may be moving a mail, or may have moved it without having recorded it."""
    correction = select(Correction.id).where(
        Correction.mail_id == mail.id, Correction.state.in_(_CORRECTION_MOVING)
    )
    return session.scalar(correction.limit(1)) is not None


class Places:
    """The places of the mails of a mailbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_looks(self, mailbox_id: int) -> dict[str, tuple[Status, datetime]]:
        """Return how each folder was when it was last compared with the ledger, and when.

        Not of a folder in which something waited to be recognised then: mails of the same content
        elsewhere may wait for that too, so it is soon compared again.
        """
        with self._database.reading() as session:
            rows = session.scalars(
                select(FolderLook).where(
                    FolderLook.mailbox_id == mailbox_id,
                    FolderLook.scanned_uidvalidity == FolderLook.uidvalidity,
                )
            )
            return {
                row.folder: (
                    Status(row.folder, row.uidvalidity, row.uidnext, row.messages, row.modseq),
                    row.looked_at,
                )
                for row in rows
            }

    def record_look(self, mailbox_id: int, seen: Status, seen_below: int) -> None:
        """Write down that a folder was compared with the ledger.

        Args:
            mailbox_id: The mailbox.
            seen: The folder as it was just before.
            seen_below: All mail below this UID is written down.
        """
        with self._database.transaction() as session:
            values: dict[str, Any] = {
                "uidvalidity": seen.uidvalidity,
                "uidnext": seen.uidnext,
                "messages": seen.messages,
                "modseq": seen.modseq,
                "seen_below": seen_below,
                "looked_at": now(),
            }
            if self._is_scanned(session, mailbox_id, seen.folder, seen.uidvalidity):
                values["scanned_uidvalidity"] = seen.uidvalidity
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            session.execute(
                insert(FolderLook)
                .values(mailbox_id=mailbox_id, folder=seen.folder, **values)
                .on_conflict_do_update(index_elements=["mailbox_id", "folder"], set_=values)
            )

    def is_scanned(self, mailbox_id: int, folder: str, uidvalidity: int) -> bool:
        """Return whether all mail of a folder was recognised at least once under a UIDVALIDITY."""
        with self._database.transaction() as session:
            scanned = session.scalar(
                select(FolderLook.scanned_uidvalidity).where(
                    FolderLook.mailbox_id == mailbox_id, FolderLook.folder == folder
                )
            )
        return scanned == uidvalidity

    def in_folder(
        self, mailbox_id: int, folder: str, uidvalidity: int
    ) -> tuple[dict[int, Lying], list[int]]:
        """Return the mails that lie in a folder by the ledger.

        Returns:
            Those under its present UIDVALIDITY by their UIDs, and the ids of the others that are
            not known to be missing.
        """
        by_uid: dict[int, Lying] = {}
        renumbered: list[int] = []
        with self._database.transaction() as session:
            rows = session.execute(
                select(Mail.id, Mail.target_uidvalidity, Mail.target_uid, Mail.missing_since).where(
                    Mail.mailbox_id == mailbox_id,
                    Mail.target_folder == folder,
                    Mail.target_uid.is_not(None),
                )
            )
            for mail_id, validity, uid, missing_since in rows:
                if validity == uidvalidity and uid is not None:
                    by_uid[uid] = Lying(mail_id, missing_since is not None)
                elif missing_since is None:
                    renumbered.append(mail_id)
        return by_uid, renumbered

    def unknown(
        self, mailbox_id: int, folder: str, uidvalidity: int, uids: Sequence[int]
    ) -> list[int]:
        """Return those UIDs that the ledger has at no place, lowest first.

        Neither as the place at which a mail was seen, nor as the one to which it was moved.
        """
        known: set[int] = set()
        with self._database.transaction() as session:
            for chunk in chunks(uids, CHUNK):
                known.update(
                    session.scalars(
                        union_all(
                            select(Mail.uid).where(
                                Mail.mailbox_id == mailbox_id,
                                Mail.folder == folder,
                                Mail.uidvalidity == uidvalidity,
                                Mail.uid.in_(chunk),
                            ),
                            select(Mail.target_uid).where(
                                Mail.mailbox_id == mailbox_id,
                                Mail.target_folder == folder,
                                Mail.target_uidvalidity == uidvalidity,
                                Mail.target_uid.in_(chunk),
                            ),
                        )
                    )
                )
        return sorted(set(uids) - known)

    def moves_from(self, mailbox_id: int, folder: str, uidvalidity: int) -> int | None:
        """Return from which UID on a worker may be putting mails into a folder at this moment.

        None when no worker that is at work does.
        """
        moment = now()
        with self._database.transaction() as session:
            first_moves = session.scalar(
                select(func.min(Mail.target_uidnext)).where(
                    Mail.mailbox_id == mailbox_id,
                    Mail.due_at.is_not(None),
                    Mail.state.in_(_MOVING),
                    Mail.target_folder == folder,
                    Mail.target_uidvalidity == uidvalidity,
                    Mail.claimed_until > moment,
                )
            )
            corrections = session.scalar(
                select(func.min(Correction.target_uidnext)).where(
                    # Not joined: SQLite would begin with all mails of the mailbox.
                    exists().where(Mail.id == Correction.mail_id, Mail.mailbox_id == mailbox_id),
                    Correction.due_at.is_not(None),
                    Correction.state.in_(_CORRECTION_MOVING),
                    Correction.target_folder == folder,
                    Correction.target_uidvalidity == uidvalidity,
                    Correction.claimed_until > moment,
                )
            )
        return min((uid for uid in (first_moves, corrections) if uid is not None), default=None)

    def note_missing(self, mailbox_id: int, folder: str, mail_ids: Collection[int]) -> None:
        """Write down that mails are not in their folder any more, unless they are being moved."""
        self._set_missing(mailbox_id, folder, mail_ids, now())

    def note_found(self, mailbox_id: int, folder: str, mail_ids: Collection[int]) -> None:
        """Write down that mails are at their places again after all."""
        self._set_missing(mailbox_id, folder, mail_ids, None)

    def _set_missing(
        self, mailbox_id: int, folder: str, mail_ids: Collection[int], since: datetime | None
    ) -> None:
        under_way = select(Correction.id).where(
            Correction.mail_id == Mail.id, Correction.due_at.is_not(None)
        )
        for chunk in chunks(sorted(mail_ids), CHUNK):
            with self._database.transaction() as session:
                session.execute(
                    update(Mail)
                    .where(
                        Mail.id.in_(chunk),
                        Mail.mailbox_id == mailbox_id,
                        Mail.target_folder == folder,
                        Mail.missing_since.is_(None)
                        if since is not None
                        else Mail.missing_since.is_not(None),
                        or_(Mail.missing_since.is_not(None), ~under_way.exists()),
                    )
                    .values(missing_since=since)
                    .execution_options(synchronize_session=False)
                )

    @staticmethod
    def _is_scanned(session: Session, mailbox_id: int, folder: str, uidvalidity: int) -> bool:
        unread = select(Mail.id).where(
            Mail.mailbox_id == mailbox_id,
            Mail.folder == folder,
            Mail.uidvalidity == uidvalidity,
            Mail.state.in_([MailState.SIGHTED, MailState.KEPT]),
            Mail.due_at.is_not(None),
        )
        return session.scalar(unread.limit(1)) is None


def chunks(uids: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    """Yield the numbers in runs of at most `size`."""
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
