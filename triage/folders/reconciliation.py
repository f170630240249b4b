"""Compares a mailbox with the ledger, mail by mail, and proves that they agree or says where not.

Every mail in the inbox and in the folders of the queues has exactly one row, and every row that should
be on the server is where it says. Nothing is changed on the server or in the ledger. People and workers
go on meanwhile: what changed after a worker last looked is told apart from what nobody can explain.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session, undefer

from storage.database import Database
from storage.times import now
from triage.connections.mailbox import ImapMailbox, Listed, Status
from triage.errors import UnknownMailboxError
from triage.folders.places import Location
from triage.folders.queue_folders import LOOK_AGAIN_AFTER, QueueFolders
from triage.models import Correction, FolderLook, Mail, Mailbox, Reconciliation
from triage.reference import reference
from triage.states import FINISHED, MailState

EVERY = timedelta(days=1)
"""How often a worker compares a mailbox with the ledger."""

_TRY_AGAIN_AFTER = timedelta(hours=1)
_KEPT_FOR = timedelta(days=90)
_STALE_AFTER = LOOK_AGAIN_AFTER + timedelta(minutes=5)
_LISTED = 200

Kind = Literal["only_on_server", "only_in_ledger", "elsewhere", "twice"]
"""Known only to the server; only to the ledger; in another folder than recorded; at two places."""

Why = Literal["arrived", "left", "renumbered", "under_way", "not_looked", "unexplained"]
"""It came, or left its folder, after the worker last looked; the folder has new numbers; a worker is
at work on it; no worker has looked for too long; nobody knows."""

EXPLAINED: frozenset[Why] = frozenset({"arrived", "left", "renumbered", "under_way"})
"""What settles itself in the worker's next rounds."""


@dataclass(frozen=True)
class FolderFigures:
    """How many mails are in a folder.

    Attributes:
        folder: Its name on the server.
        on_server: Mails that the server shows and that are not marked as deleted.
        in_ledger: Mails that should be there.
        marked_as_deleted: Mails that are still there, marked as deleted.
    """

    folder: str
    on_server: int
    in_ledger: int
    marked_as_deleted: int


@dataclass(frozen=True)
class Discrepancy:
    """A mail of which mailbox and ledger do not say the same.

    Attributes:
        kind: In what they differ.
        why: What is known of the reason.
        folder: Where the server shows it, or where the ledger has it.
        uid: Its number there.
        recorded: Of a mail that is elsewhere or at two places, the folder that is recorded.
        mail_id: Its row, None when it has none.
        reference: Of its case, empty when it has none.
    """

    kind: Kind
    why: Why
    folder: str
    uid: int
    recorded: str | None = None
    mail_id: int | None = None
    reference: str = ""

    @property
    def is_explained(self) -> bool:
        """Whether it settles itself."""
        return self.why in EXPLAINED


@dataclass(frozen=True)
class Unfinished:
    """A mail with work left to do."""

    mail_id: int
    reference: str
    state: str
    since: datetime


@dataclass(frozen=True)
class Report:
    """What came of a comparison.

    Attributes:
        mailbox: Its name.
        at: When it began.
        seconds: How long it took.
        folders: The inbox, then the folders of the queues that are there.
        mails: Rows of the ledger.
        missing: Mails that are known to be in none of the folders any more.
        unfinished: How many mails have work left to do.
        oldest_unfinished: Those waiting longest.
        uncertain: References of mails whose acknowledgement is uncertain, the latest ones.
        discrepancies: The unexplained ones first.
        unexplained: How many of them nobody can explain.
    """

    mailbox: str
    at: datetime
    seconds: float
    folders: tuple[FolderFigures, ...]
    mails: int
    missing: int
    unfinished: int
    oldest_unfinished: tuple[Unfinished, ...]
    uncertain: tuple[str, ...]
    discrepancies: tuple[Discrepancy, ...]
    unexplained: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON takes it, times in ISO 8601; of many discrepancies the first 200."""
        report = asdict(self)
        report["at"] = self.at.isoformat()
        for unfinished in report["oldest_unfinished"]:
            unfinished["since"] = unfinished["since"].isoformat()
        report["discrepancies"] = report["discrepancies"][:_LISTED]
        return report


def as_report(kept: Mapping[str, Any]) -> Report:
    """Return a report that was kept as JSON."""
    return Report(
        **{
            **kept,
            "at": datetime.fromisoformat(kept["at"]),
            "folders": tuple(FolderFigures(**figures) for figures in kept["folders"]),
            "oldest_unfinished": tuple(
                Unfinished(**{**mail, "since": datetime.fromisoformat(mail["since"])})
                for mail in kept["oldest_unfinished"]
            ),
            "uncertain": tuple(kept["uncertain"]),
            "discrepancies": tuple(Discrepancy(**found) for found in kept["discrepancies"]),
        }
    )


def last_reports(session: Session) -> list[Report]:
    """Return the last report of each mailbox that was ever compared, by its name."""
    last = select(func.max(Reconciliation.id)).group_by(Reconciliation.mailbox_id)
    statement = (
        select(Reconciliation)
        .where(Reconciliation.id.in_(last))
        .options(undefer(Reconciliation.report))
    )
    reports = (as_report(row.report) for row in session.scalars(statement))
    return sorted(reports, key=lambda report: report.mailbox)


def mailbox_named(session: Session, name: str) -> int:
    """Return the id of a mailbox.

    Raises:
        UnknownMailboxError: No worker has ever looked into a mailbox of this name.
    """
    found = session.scalar(select(Mailbox.id).where(Mailbox.name == name))
    if found is None:
        known = ", ".join(session.scalars(select(Mailbox.name).order_by(Mailbox.name))) or "none"
        raise UnknownMailboxError(
            f"No worker has looked into a mailbox {name} yet. Mailboxes in the ledger: {known}."
        )
    return found


@dataclass
class _Seen:
    """A folder on the server, with how it was when a worker last looked."""

    listed: Listed
    status: Status | None
    look: FolderLook | None
    is_watched: bool
    """Whether a worker has looked into it lately, or, where it is new, into the inbox."""

    def why_unknown(self, uid: int) -> Why:
        """Why the server may show a mail that has no row."""
        look = self.look
        if not self.is_watched:
            return "not_looked"
        if look is not None and look.uidvalidity != self.listed.uidvalidity:
            return "renumbered"
        return "arrived" if look is None or uid >= look.seen_below else "unexplained"

    def why_absent(self) -> Why:
        """Why a mail may not be at its place in this folder."""
        look = self.look
        if not self.is_watched:
            return "not_looked"
        if look is None or look.uidvalidity != self.listed.uidvalidity:
            return "renumbered"
        before = (look.uidnext, look.messages, look.modseq)
        told = self.status and (self.status.uidnext, self.status.messages, self.status.modseq)
        return "left" if before != told else "unexplained"


class Reconciler:
    """Compares one mailbox with the ledger.

    Args:
        database: With the ledger.
        mailbox: The mailbox, connected.
        folders: The folders of the queues in it.
        inbox: The folder in which mail arrives.
    """

    def __init__(
        self, database: Database, mailbox: ImapMailbox, folders: QueueFolders, inbox: str
    ) -> None:
        self._database = database
        self._mailbox = mailbox
        self._folders = folders
        self._inbox = inbox

    def is_due(self, mailbox_id: int) -> bool:
        """Return whether the mailbox is to be compared today, and by this worker alone."""
        moment = now()
        with self._database.transaction() as session:
            taken = session.execute(
                update(Mailbox)
                .where(
                    Mailbox.id == mailbox_id,
                    or_(
                        Mailbox.reconciliation_due_at.is_(None),
                        Mailbox.reconciliation_due_at <= moment,
                    ),
                )
                # A worker that dies over it leaves it to the others.
                .values(reconciliation_due_at=moment + _TRY_AGAIN_AFTER)
            )
        return cast("CursorResult[Any]", taken).rowcount == 1

    def record(self, mailbox_id: int, report: Report) -> None:
        """Keep a report for the desk; the next is due a day after it."""
        with self._database.transaction() as session:
            session.add(
                Reconciliation(
                    mailbox_id=mailbox_id,
                    at=report.at,
                    unexplained=report.unexplained,
                    report=report.as_dict(),
                )
            )
            session.execute(delete(Reconciliation).where(Reconciliation.at < now() - _KEPT_FOR))
            session.execute(
                update(Mailbox)
                .where(Mailbox.id == mailbox_id)
                .values(reconciliation_due_at=report.at + EVERY)
            )

    def compare(self, mailbox_id: int) -> Report:
        """Compare every mail of the mailbox with the ledger, and the other way round.

        Raises:
            MailboxUnavailableError: The server is away.
            MailboxRefusedError: It refuses to show a folder.
            DatabaseUnavailableError: The database is away.
        """
        at, began = now(), time.monotonic()
        # The ledger before and after the server: what differs was moved in between.
        before = self._rows(mailbox_id)
        seen = self._seen(mailbox_id)
        rows = self._rows(mailbox_id)
        moving = self._being_moved(mailbox_id) | _moved_between(before, rows)
        found = self._elsewhere(list(_discrepancies(rows, seen, moving, self._inbox)))
        found.sort(key=lambda discrepancy: discrepancy.is_explained)
        unfinished = sorted(
            (row for row in rows if row.state not in FINISHED), key=lambda row: row.sighted_at
        )
        with self._database.transaction() as session:
            name = session.get_one(Mailbox, mailbox_id).name
        return Report(
            mailbox=name,
            at=at,
            seconds=round(time.monotonic() - began, 3),
            folders=tuple(_figures(folder, rows, view) for folder, view in seen.items()),
            mails=len(rows),
            missing=sum(row.missing_since is not None for row in rows)
            + sum(row.state == MailState.GONE for row in rows),
            unfinished=len(unfinished),
            oldest_unfinished=tuple(
                Unfinished(row.id, _reference(row), row.state, row.sighted_at)
                for row in unfinished[:20]
            ),
            uncertain=tuple(
                _reference(row)
                for row in rows[::-1]
                if row.state == MailState.ACKNOWLEDGEMENT_UNCERTAIN
            )[:20],
            discrepancies=tuple(found),
            unexplained=sum(not discrepancy.is_explained for discrepancy in found),
        )

    def _seen(self, mailbox_id: int) -> dict[str, _Seen]:
        """List the folders as they are now."""
        with self._database.transaction() as session:
            looks = {
                look.folder: look
                for look in session.scalars(
                    select(FolderLook).where(FolderLook.mailbox_id == mailbox_id)
                )
            }

        def _seen(folder: str, status: Status | None) -> _Seen:
            look = looks.get(folder)
            last = look or looks.get(self._inbox)
            is_watched = last is not None and last.looked_at > now() - _STALE_AFTER
            return _Seen(self._mailbox.listed(folder), status, look, is_watched)

        seen = {self._inbox: _seen(self._inbox, None)}
        for folder in self._folders.shelves():
            status = self._mailbox.folder_status(folder)
            if status is not None:
                seen[folder] = _seen(folder, status)
        return seen

    def _rows(self, mailbox_id: int) -> list[Any]:
        columns = (
            *(Mail.id, Mail.state, Mail.folder, Mail.uidvalidity, Mail.uid, Mail.target_folder),
            *(Mail.target_uidvalidity, Mail.target_uid, Mail.left_in_inbox, Mail.missing_since),
            *(Mail.sighted_at, Mail.case_id),
        )
        with self._database.transaction() as session:
            return list(
                session.execute(
                    select(*columns).where(Mail.mailbox_id == mailbox_id).order_by(Mail.id)
                )
            )

    def _being_moved(self, mailbox_id: int) -> set[int]:
        """The mails with a correction that is not carried out yet."""
        with self._database.transaction() as session:
            return set(
                session.scalars(
                    select(Correction.mail_id)
                    .join(Mail, Mail.id == Correction.mail_id)
                    .where(Mail.mailbox_id == mailbox_id, Correction.due_at.is_not(None))
                )
            )

    def _elsewhere(self, found: list[Discrepancy]) -> list[Discrepancy]:
        """Join what left one folder with what appeared in another, by the Message-ID."""
        left = [d for d in found if d.kind == "only_in_ledger" and d.mail_id is not None][:_LISTED]
        appeared = [d for d in found if d.kind == "only_on_server"][:_LISTED]
        if not left or not appeared:
            return found
        with self._database.transaction() as session:
            ids = [d.mail_id for d in left]
            named = dict(
                session.execute(select(Mail.id, Mail.message_id).where(Mail.id.in_(ids))).all()
            )
        by_name = {name: d for d in left if (name := named.get(d.mail_id or 0))}
        joined: list[Discrepancy] = []
        for folder in {d.folder for d in appeared}:
            uids = [d.uid for d in appeared if d.folder == folder]
            names = self._mailbox.message_ids(folder, uids)
            for new in (d for d in appeared if d.folder == folder):
                old = by_name.pop(names.get(new.uid, ""), None)
                if old is None:
                    continue
                why = next((d.why for d in (old, new) if not d.is_explained), new.why)
                joined.append(
                    Discrepancy(
                        *("elsewhere", why, new.folder, new.uid, old.folder),
                        mail_id=old.mail_id,
                        reference=old.reference,
                    )
                )
                found = [d for d in found if d not in (old, new)]
        return found + joined


def _place(row: Any) -> Location:
    if row.target_uid is None:
        return Location(row.folder, row.uidvalidity, row.uid)
    return Location(row.target_folder, row.target_uidvalidity, row.target_uid)


def _reference(row: Any) -> str:
    return reference(row.case_id) if row.case_id is not None else ""


def _should_be_there(row: Any) -> bool:
    return row.state != MailState.GONE and row.missing_since is None


def _moved_between(before: Iterable[Any], after: Iterable[Any]) -> set[int]:
    """The mails whose place or state changed while the server was being asked, or that are new."""
    known = {row.id: (row.state, _place(row)) for row in before}
    return {row.id for row in after if known.get(row.id) != (row.state, _place(row))}


def _figures(folder: str, rows: Iterable[Any], view: _Seen) -> FolderFigures:
    return FolderFigures(
        folder=folder,
        on_server=len(view.listed.uids),
        in_ledger=sum(_should_be_there(row) and _place(row).folder == folder for row in rows),
        marked_as_deleted=len(view.listed.marked_as_deleted),
    )


def _discrepancies(
    rows: Iterable[Any], seen: Mapping[str, _Seen], moving: set[int], inbox: str
) -> Iterator[Discrepancy]:
    at_place: defaultdict[Location, list[Any]] = defaultdict(list)
    seen_at: dict[Location, Any] = {}
    for row in rows:
        if row.state != MailState.GONE:
            at_place[_place(row)].append(row)
        seen_at[Location(row.folder, row.uidvalidity, row.uid)] = row
    for folder, view in seen.items():
        # A worker takes in what is in the inbox, marked as deleted or not.
        marked = view.listed.marked_as_deleted if folder == inbox else frozenset()
        for uid in sorted(view.listed.uids | marked):
            here = Location(folder, view.listed.uidvalidity, uid)
            found = _shown(here, view, at_place.get(here, ()), seen_at.get(here), moving)
            if found is not None:
                yield found
    for place, lying in at_place.items():
        for row in lying:
            found = _absent(row, place, seen.get(place.folder), moving, inbox)
            if found is not None:
                yield found


def _shown(
    here: Location, view: _Seen, lying: Iterable[Any], first_seen: Any, moving: set[int]
) -> Discrepancy | None:
    """What is wrong about a mail that the server shows; None when it has its one row."""
    rows = list(lying)
    if len(rows) == 1:
        return None
    if rows:
        return Discrepancy(
            *("twice", "unexplained", here.folder, here.uid, here.folder),
            mail_id=rows[0].id,
            reference=_reference(rows[0]),
        )
    if first_seen is None:
        return Discrepancy("only_on_server", view.why_unknown(here.uid), here.folder, here.uid)
    if first_seen.left_in_inbox:
        return None
    if first_seen.state == MailState.GONE:
        return Discrepancy(
            *("only_on_server", "unexplained", here.folder, here.uid, None), mail_id=first_seen.id
        )
    under_way = first_seen.state == MailState.COPIED or first_seen.id in moving
    return Discrepancy(
        *("twice", "under_way" if under_way else "unexplained", here.folder, here.uid),
        recorded=first_seen.target_folder,
        mail_id=first_seen.id,
        reference=_reference(first_seen),
    )


def _absent(
    row: Any, place: Location, view: _Seen | None, moving: set[int], inbox: str
) -> Discrepancy | None:
    """What is wrong about a mail that should be at a place; None when it is there."""
    # What was left alone at the first look is none of our business; people may do with it as they like.
    if not _should_be_there(row) or row.state == MailState.LEFT:
        return None
    if view is not None and view.listed.uidvalidity == place.uidvalidity:
        there = place.uid in view.listed.uids
        if there or (place.folder == inbox and place.uid in view.listed.marked_as_deleted):
            return None
    why: Why
    if row.id in moving or row.state not in FINISHED:
        why = "under_way"
    else:
        why = view.why_absent() if view is not None else "unexplained"
    return Discrepancy(
        *("only_in_ledger", why, place.folder, place.uid, None),
        mail_id=row.id,
        reference=_reference(row),
    )
