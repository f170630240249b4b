"""Looks into the folders of the queues, which people use too, and compares them with the ledger.

Nothing is changed in them. A folder is opened only when the server tells other numbers of it than
when it was last compared, or when that was some minutes ago.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from storage.database import Database
from storage.times import now
from triage.connections.mailbox import ImapMailbox, Status
from triage.folders.places import Location, Places
from triage.folders.recognition import Sighting
from triage.ledger import Entry
from triage.queues.settings import in_force, known_folders
from triage.shelves import Shelf

LOOK_AGAIN_AFTER = timedelta(minutes=10)
"""A folder is compared so often at least: without CONDSTORE (RFC 7162) a server does not tell that
something was marked as deleted."""


@dataclass(frozen=True)
class FolderView:
    """A folder that has changed since it was last compared.

    Attributes:
        status: What the server told of it just before it was opened.
        unknown: The UIDs that the ledger has at no place, lowest first.
        seen_below: All mail below this UID is known once those are taken in.
        is_complete: False when there are also some that a worker may just have moved there.
        missing: The UIDs of mails that have left their place here.
        found: Mails that are at their place again.
        renumbered: Mails that lay here under another UIDVALIDITY.
    """

    status: Status
    unknown: tuple[int, ...]
    seen_below: int
    is_complete: bool
    missing: Collection[int] = field(default=(), repr=False)
    found: Collection[int] = field(default=(), repr=False)
    renumbered: Collection[int] = field(default=(), repr=False)


class QueueFolders:
    """The folders of the queues in one mailbox: the one place where shelves become folders.

    Args:
        mailbox: The mailbox.
        places: How the folders were last seen.
        database: What admins have set.
        centre: Slug of the centre whose mailbox it is; None where several share it.
    """

    def __init__(
        self, mailbox: ImapMailbox, places: Places, database: Database, centre: str | None
    ) -> None:
        self._mailbox = mailbox
        self._places = places
        self._database = database
        self._centre = centre

    def of(self, shelf: Shelf) -> str:
        """Return the folder that mail of a shelf is put into now, levels separated by `/`."""
        with self._database.reading() as session:
            return in_force(session, shelf, self._centre).folder

    def shelves(self) -> Mapping[str, Shelf]:
        """Return the shelf of each folder, by its name on the server.

        Those that a shelf had before are among them, at whatever centre: mail that lies there is
        the shelf's, and people who put mail there mean it. They are asked of the database each
        time: a worker that did not know a folder yet would take what lies in it for lost.
        """
        with self._database.reading() as session:
            known = known_folders(session)
        return {self._mailbox.server_name(folder): shelf for folder, shelf in known.items()}

    def changed(self, mailbox_id: int) -> Iterator[FolderView]:
        """Yield the folders in which something may have come or gone since they were last compared.

        Args:
            mailbox_id: The mailbox.
        """
        last = self._places.last_looks(mailbox_id)
        for folder in self.shelves():
            status = self._mailbox.folder_status(folder)
            if status is None:
                continue
            before, looked_at = last.get(folder, (None, None))
            if before != status or looked_at is None or looked_at < now() - LOOK_AGAIN_AFTER:
                view = self._view(mailbox_id, status)
                if view is not None:
                    yield view

    def record(self, mailbox_id: int, view: FolderView) -> None:
        """Write down that a folder was compared, and what is not in it any more.

        Args:
            mailbox_id: The mailbox.
            view: As it was; what was unknown in it has been taken in.
        """
        folder, validity = view.status.folder, view.status.uidvalidity
        if view.is_complete:
            self._places.record_look(mailbox_id, view.status, view.seen_below)
        # Some were found meanwhile, perhaps in this folder again.
        lying, _ = (
            self._places.in_folder(mailbox_id, folder, validity) if view.missing else ({}, ())
        )
        missing = {lying[uid].mail_id for uid in view.missing if uid in lying}
        self._places.note_missing(mailbox_id, folder, missing)
        self._places.note_found(mailbox_id, folder, view.found)
        if view.renumbered and self._places.is_scanned(mailbox_id, folder, validity):
            _, left = self._places.in_folder(mailbox_id, folder, validity)
            self._places.note_missing(mailbox_id, folder, set(left) & set(view.renumbered))

    def sighting(
        self, entry: Entry, fingerprints: frozenset[str], others: Mapping[int, Location]
    ) -> Sighting:
        """Ask the server about a mail, and about those that the ledger has with the same content.

        Args:
            entry: The mail.
            fingerprints: All that it may have.
            others: The recorded places of the mails with the same content, by their ids.
        """
        at = Location(entry.folder, entry.uidvalidity, entry.uid)
        present = self._mailbox.holds_uid(at.folder, at.uid) if others else (at.uidvalidity, True)
        validity, holds = present or (0, False)
        return Sighting(
            at=at,
            uidvalidity=validity,
            received_at=entry.received_at,
            shelf=self.shelves().get(at.folder),
            is_there=holds and validity == at.uidvalidity,
            fingerprints=fingerprints,
            others={
                mail_id: (place, self._lies(entry.mailbox, place))
                for mail_id, place in others.items()
            },
        )

    def _lies(self, mailbox_id: int, place: Location) -> bool | None:
        found = self._mailbox.holds_uid(place.folder, place.uid)
        if found is None:
            return False
        uidvalidity, holds = found
        if uidvalidity == place.uidvalidity:
            return holds
        return False if self._places.is_scanned(mailbox_id, place.folder, uidvalidity) else None

    def _view(self, mailbox_id: int, status: Status) -> FolderView | None:
        folder, places = status.folder, self._places
        # The ledger before the server: what is moved in between is not taken for missing.
        before, renumbered = places.in_folder(mailbox_id, folder, status.uidvalidity)
        listed = self._mailbox.listed(folder)
        uidvalidity, here = listed.uidvalidity, listed.uids
        if uidvalidity != status.uidvalidity:
            return None  # Renumbered at this moment: the next look sees it.
        unknown = places.unknown(mailbox_id, folder, uidvalidity, sorted(here - before.keys()))
        ours = places.moves_from(mailbox_id, folder, uidvalidity)
        others = [uid for uid in unknown if ours is None or uid < ours]
        return FolderView(
            status=status,
            unknown=tuple(others),
            seen_below=max(max(here, default=0) + 1, status.uidnext or 0),
            is_complete=len(others) == len(unknown),
            missing={
                uid for uid, lying in before.items() if uid not in here and not lying.is_missing
            },
            found={
                lying.mail_id for uid, lying in before.items() if uid in here and lying.is_missing
            },
            renumbered=renumbered,
        )
