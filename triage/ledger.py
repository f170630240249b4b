"""The ledger: the only truth about a mail. Every change is one transaction with its record.

A worker works on a mail only while it holds a claim (triage/claims.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, delete, func, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from triage.addresses import bare
from triage.cases.handling import returned_by_hand, sorted_by_hand
from triage.cases.waiting import expected_by
from triage.claims import Claims
from triage.connections.mailbox import Fetched, Look, Outline
from triage.deciding.belonging import find_belonging, note_belonging
from triage.deciding.classifier import Decision
from triage.deciding.delivery_reports import DeliveryReport
from triage.errors import (
    AcknowledgementsBrakedError,
    AcknowledgementsCappedError,
    HeldElsewhereError,
    PlaceTakenError,
)
from triage.folders.first_look import OldMailRule, next_uid, rule_of
from triage.folders.places import CHUNK, Location, chunks, location
from triage.folders.recognition import Sighting, find, is_same_in_inbox
from triage.letters.receipt import Receipt, receipt_of_case
from triage.models import (
    Case,
    CaseEvent,
    Correction,
    Erasure,
    Mail,
    Mailbox,
    MailTransition,
    Removal,
)
from triage.parsing.message import ParsedMail
from triage.privacy.erasing import ask_for_removal
from triage.queues.arrivals import arrive
from triage.recording import begin_case, decided_columns
from triage.shelves import Shelf
from triage.states import FINISHED, CorrectionState, Finding, MailState, is_permitted
from understanding.queues import QUEUES, Queue

Observer = Callable[[str, int], None]
"""Told of each step that is done: its name, and the id of the mail, the correction or the reply."""

READ_AGAIN = "read_again"
"""A mail that could not be read was read after all; the detail is from where to where it went."""
STILL_UNREADABLE = "still_unreadable"
"""A mail was read again, and could not be read again."""

# It is told from all cases of some weeks, which takes longer than an acknowledgement may.
_TOLD_AGAIN_FOR = timedelta(minutes=1)

# To the table rather than the class, of which nothing is loaded: that takes a third of the time.
_STEP = cast("Table", MailTransition.__table__).insert()

# Of PostgreSQL's advisory locks; any number that nothing else here uses.
_ACKNOWLEDGEMENTS_LOCK = 7215


@dataclass(frozen=True)
class Cap:
    """How many acknowledgements may be sent in an hour: to one person's address, and in all."""

    to_one: int
    in_all: int


@dataclass(frozen=True)
class Entry:
    """What a worker knows of a mail that it holds; the names are those of `models.Mail`."""

    id: int
    mailbox_id: int | None
    folder: str
    uidvalidity: int
    uid: int
    state: MailState
    attempts: int
    last_error: str | None
    received_at: datetime | None
    old: bool
    original_id: int | None
    original_size: int | None
    original_complete: bool
    fingerprint: str | None
    message_id: str | None
    perhaps_duplicate_of: int | None
    language_confidence: float | None
    reply_to: str | None
    subject: str | None
    kind: str | None
    language: str | None
    queue: str | None
    confidence: float | None
    decided: bool | None
    shelf: str | None
    case_id: int | None
    move_method: str | None
    target_folder: str | None
    target_uidvalidity: int | None
    target_uidnext: int | None
    target_uid: int | None
    moved_at: datetime | None
    left_in_inbox: bool
    forwarding: str | None
    acknowledgement: str | None
    resumed: bool = False
    """Whether an earlier worker, or an earlier attempt, may have done the next step already."""

    @property
    def is_from_form(self) -> bool:
        """Whether it is a question from the form of the chat, which lies in no mailbox."""
        return self.mailbox_id is None

    @property
    def mailbox(self) -> int:
        """The id of its mailbox, for what is done there.

        Raises:
            ValueError: It lies in none.
        """
        if self.mailbox_id is None:
            raise ValueError(f"Mail {self.id} is a question from the form; it lies in no mailbox.")
        return self.mailbox_id


_COLUMNS = tuple(field.name for field in fields(Entry) if field.name != "resumed")


def _entry(mail: Mail, *, resumed: bool) -> Entry:
    return Entry(**{name: getattr(mail, name) for name in _COLUMNS}, resumed=resumed)


@dataclass(frozen=True)
class Reading:
    """What came of reading a mail again.

    Attributes:
        decision: Where it belongs now.
        columns: What it says, the fingerprint among them; empty if it cannot be read.
        mail: As parsed, None if it cannot be read.
        report: What it says as a report on delivery.
        fetched: All of it, where only a part had been kept.
    """

    decision: Decision
    columns: Mapping[str, Any] = field(default_factory=dict)
    mail: ParsedMail | None = None
    report: DeliveryReport | None = None
    fetched: Fetched | None = None


class Ledger:
    """The mails of one mailbox, as one worker sees them.

    Args:
        database: Where the ledger is.
        originals: Where the bytes of mails are kept.
        worker: A name that no other worker has.
        claim_seconds: How long a claim holds without a step.
        observer: Told of each step after it is committed.
    """

    def __init__(
        self,
        database: Database,
        originals: Originals,
        worker: str,
        claim_seconds: float,
        observer: Observer,
    ) -> None:
        self._database = database
        self._originals = originals
        self._worker = worker
        self._claims = Claims(Mail, database, worker, claim_seconds)
        self._observe = observer
        self._expected: dict[tuple[Queue, str | None], tuple[datetime, date | None]] = {}

    def open_mailbox(self, name: str, look: Look) -> int:
        """Return the id of a mailbox; the first time, note up to where its old mail goes."""
        with self._database.transaction() as session:
            self._name_mailbox(session, name)
            session.execute(
                update(Mailbox)
                .where(Mailbox.name == name, Mailbox.first_look_at.is_(None))
                .values(
                    first_look_at=now(),
                    first_uidvalidity=look.uidvalidity,
                    first_uidnext=next_uid(look),
                    reconciliation_due_at=now() + timedelta(days=1),
                )
            )
            return session.scalars(select(Mailbox.id).where(Mailbox.name == name)).one()

    def find_mailbox(self, name: str) -> int | None:
        """Return the id of a mailbox; None when it was never opened."""
        with self._database.transaction() as session:
            return session.scalars(select(Mailbox.id).where(Mailbox.name == name)).one_or_none()

    def sight(
        self, mailbox_id: int, folder: str, uidvalidity: int, uids: Sequence[int]
    ) -> list[Entry]:
        """Write down mails that the server shows, and claim those that nobody had written down.

        Returns:
            The newly claimed, lowest UID first.
        """
        if not uids:
            return []
        moment = now()
        rows = [
            {
                "mailbox_id": mailbox_id,
                "folder": folder,
                "uidvalidity": uidvalidity,
                "uid": uid,
                "sighted_at": moment,
                "state": MailState.SIGHTED,
                **self._claims.values(moment),
                "attempts": 0,
                "old": False,
                "original_complete": True,
                "left_in_inbox": False,
            }
            for uid in uids
        ]
        with self._database.transaction() as session:
            mails = self._add_unknown(session, rows, "")
            entries = sorted(
                (_entry(mail, resumed=False) for mail in mails), key=lambda entry: entry.uid
            )
        for entry in entries:
            self._observe(MailState.SIGHTED, entry.id)
        return entries

    def leave(
        self, mailbox_id: int, folder: str, uidvalidity: int, outlines: Mapping[int, Outline]
    ) -> None:
        """Write down old mails that stay where they are, by decision; those known are left out.

        Args:
            mailbox_id: The mailbox.
            folder: The inbox.
            uidvalidity: That of the inbox.
            outlines: What is known of the mails, by their UIDs.
        """
        moment = now()
        for uids in chunks(sorted(outlines), CHUNK):
            rows = [
                {
                    "mailbox_id": mailbox_id,
                    "folder": folder,
                    "uidvalidity": uidvalidity,
                    "uid": uid,
                    "sighted_at": moment,
                    "received_at": outlines[uid].received_at,
                    "original_size": outlines[uid].size,
                    "state": MailState.LEFT,
                    "attempts": 0,
                    "old": True,
                    "original_complete": False,
                    "left_in_inbox": False,
                }
                for uid in uids
            ]
            with self._database.transaction() as session:
                self._add_unknown(session, rows, "left alone by decision")

    def _add_unknown(
        self, session: Session, rows: Sequence[dict[str, Any]], note: str
    ) -> Sequence[Mail]:
        """Write down mails by their places, those left out that are written down already."""
        mails: Sequence[Mail] = session.scalars(
            self._insert(Mail)
            .values(rows)
            .on_conflict_do_nothing(index_elements=["mailbox_id", "folder", "uidvalidity", "uid"])
            .returning(Mail)
        ).all()
        for mail in mails:
            self._record(session, mail.id, None, mail.state, note)
        return mails

    def claim_due(self, mailbox_id: int | None, limit: int) -> list[Entry]:
        """Claim mails that have work left and that nobody holds, the longest due first.

        Args:
            mailbox_id: Of this mailbox; None for the questions from the form.
            limit: At most so many.
        """
        with self._database.transaction() as session:
            mails = self._claims.take(session, Mail.mailbox_id == mailbox_id, limit=limit)
            return sorted(
                (_entry(mail, resumed=True) for mail in mails), key=lambda entry: entry.id
            )

    def next_due(self, mailbox_id: int | None) -> datetime | None:
        """Return when the next mail can be taken up; None when none has work left.

        Args:
            mailbox_id: As for `claim_due`.
        """
        return self._claims.next_due(Mail.mailbox_id == mailbox_id)

    def keep(self, entry: Entry, fetched: Fetched, *, old: bool) -> Entry:
        """Keep the original, encrypted, in the same transaction as the step to `kept`."""
        with self._database.transaction() as session:
            original_id = self._originals.keep(session, fetched.raw)
            kept = self._step(
                session,
                entry,
                MailState.KEPT,
                "",
                received_at=fetched.received_at,
                old=old,
                original_id=original_id,
                original_size=fetched.size,
                original_complete=fetched.complete,
            )
        self._observe(MailState.KEPT, entry.id)
        return kept

    def read_original(self, entry: Entry) -> bytes:
        """Return the kept bytes of a mail.

        Raises:
            OriginalsError: No key opens it.
        """
        with self._database.reading() as session:
            return self._originals.read(session, entry.original_id or 0)

    def read_receipt(self, entry: Entry) -> Receipt:
        """Return what the receipt of a question from the form says."""
        with self._database.transaction() as session:
            return receipt_of_case(session, entry.case_id or 0)

    def expected_by(self, entry: Entry, shelf: str | None) -> date | None:
        """Return the day by which an answer to a mail on a shelf can be expected; None if unknown."""
        with self._database.reading() as session:
            centre = session.scalar(select(Case.centre).where(Case.id == entry.case_id))
            for queue in QUEUES:
                if queue == shelf:
                    told = self._expected.get((queue, centre))
                    if told is None or told[0] < now() - _TOLD_AGAIN_FOR:
                        told = now(), expected_by(session, queue, centre, now())
                        self._expected[queue, centre] = told
                    return told[1]
        return None

    def advance(self, entry: Entry, to_state: MailState, note: str = "", **values: Any) -> Entry:
        """Take a mail one step on.

        Args:
            entry: The mail as it is now.
            to_state: Where it goes.
            note: For its history; no text of the mail.
            **values: Columns that change with the step.

        Returns:
            The mail as it is then.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            PlaceTakenError: The ledger has another mail at that place of the target folder.
            ValueError: The states do not follow one another.
        """
        try:
            with self._database.transaction() as session:
                advanced = self._step(session, entry, to_state, note, **values)
        except IntegrityError as error:
            raise PlaceTakenError(
                f"Mail {entry.id}: another mail is recorded at {values.get('target_uid')}."
            ) from error
        self._observe(to_state, entry.id)
        return advanced

    def decide(
        self,
        entry: Entry,
        decision: Decision,
        *,
        centre: str | None,
        sampled: bool,
        mail: ParsedMail | None = None,
        report: DeliveryReport | None = None,
        put_on: Shelf | None = None,
    ) -> Entry:
        """Take a mail to `decided`, and open its case for the caseworkers.

        Args:
            entry: The mail.
            decision: Where it belongs, and why.
            centre: The slug of the centre whose mailbox it came to, if it is one centre's.
            sampled: Whether it is put up for confirmation although the decision is sure.
            mail: What it says, to find the earlier case that it belongs to; None if not readable.
            report: What it says as a report on the delivery of a mail of ours.
            put_on: The shelf in whose folder somebody put it, whatever is decided.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
        """
        with self._database.transaction() as session:
            case = begin_case(
                session,
                decision,
                channel="mail",
                opened_at=entry.received_at or now(),
                centre=centre,
                sampled=sampled,
                old=entry.old,
            )
            if put_on is not None:
                sorted_by_hand(session, case.id, put_on, moved=True)
            decided = self._step(
                session,
                entry,
                MailState.DECIDED,
                decision.shelf,
                case_id=case.id,
                **decided_columns(decision),
            )
            self._link(session, entry, mail, report)
        self._observe(MailState.DECIDED, entry.id)
        return decided

    def reread(
        self,
        entry: Entry,
        reading: Reading,
        *,
        old: bool,
    ) -> Entry:
        """Take a mail that was read again on: to its new shelf, or back to that of unreadable mail.

        In one transaction the case is put on the new shelf, and the correction is asked for by which
        the mail is moved. Where a caseworker has put the case elsewhere meanwhile, that holds.

        Args:
            entry: The mail, in state `rereading`.
            reading: What came of it.
            old: Whether it is too old to be acknowledged.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
        """
        decision = reading.decision
        with self._database.transaction() as session:
            case = session.get_one(Case, entry.case_id, with_for_update=True)
            if decision.shelf == "unreadable" or case.shelf != "unreadable":
                again = self._step(
                    session,
                    entry,
                    MailState.NOT_ACKNOWLEDGED,
                    decision.shelf,
                    acknowledgement="unreadable",
                    reasons=decided_columns(decision)["reasons"],
                )
                _note(session, case, STILL_UNREADABLE, None)
            else:
                values = {**reading.columns, **decided_columns(decision)}
                if reading.fetched is not None:
                    self._replace_original(session, entry, reading.fetched, values)
                values["perhaps_duplicate_of"] = entry.perhaps_duplicate_of or _earlier(
                    session, entry, reading.columns.get("fingerprint")
                )
                again = self._step(
                    session,
                    entry,
                    MailState.MOVED,
                    decision.shelf,
                    acknowledgement=None,
                    moved_at=now(),
                    old=old,
                    **values,
                )
                self._link(session, entry, reading.mail, reading.report)
                _put_on_shelf(session, case, again, decision.shelf)
        self._observe("reread", entry.id)
        return again

    def places_alike(self, entry: Entry, fingerprints: frozenset[str]) -> dict[int, Location]:
        """Return the recorded places of the other mails with a mail's content, by their ids."""
        with self._database.reading() as session:
            alike = session.scalars(_alike(entry, fingerprints))
            return {mail.id: location(mail) for mail in alike}

    def recognise(self, entry: Entry, sighting: Sighting, **values: Any) -> Entry | None:
        """Take a mail to `parsed`, unless its fingerprint shows that the ledger has it already.

        One mail has one row. If it is a mail that the ledger has at another place, the row that was
        made for it here goes, and the other is brought up to date (`states.Finding`). Any other mail
        with the fingerprint makes this one perhaps a duplicate; in doubt it is shown, never skipped.

        Args:
            entry: The mail, in state `kept`.
            sighting: What the server says of it and of those like it.
            **values: The parsed columns, `fingerprint` among them.

        Returns:
            The mail as it is then; None when it belongs to another row.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            HeldElsewhereError: It belongs to a row that another worker holds at this moment, or
                perhaps to one that is being moved.
            PlaceTakenError: Meanwhile another mail was recorded at its place.
        """
        parsed: Entry | None = None
        try:
            with self._database.transaction() as session:
                # Two workers that read the same mail in the same moment must see each other's row.
                session.execute(
                    select(Mailbox.id)
                    .where(Mailbox.id == entry.mailbox_id)
                    .with_for_update(key_share=True)
                )
                alike = session.scalars(
                    # Not FOR UPDATE: the desk writes corrections of mails whose case it holds.
                    _alike(entry, sighting.fingerprints).with_for_update(key_share=True)
                ).all()
                finding, known = find(session, sighting, alike)
                if finding is Finding.UNDER_WAY and known is not None:
                    raise HeldElsewhereError(f"Mail {entry.id} is perhaps mail {known.id}.")
                if known is None or finding is Finding.COPY:
                    parsed = self._step(
                        session,
                        entry,
                        MailState.PARSED,
                        "",
                        perhaps_duplicate_of=known.id if known else None,
                        **_own_place(sighting),
                        **values,
                    )
                else:
                    self._take_over(session, known, entry, sighting, finding)
                    known.fingerprint = values["fingerprint"]
        except IntegrityError as error:
            raise PlaceTakenError(
                f"Mail {entry.id}: another mail is recorded at {sighting.at}."
            ) from error
        self._observe(MailState.PARSED if parsed else finding, entry.id)
        return parsed

    def has_erased(self) -> bool:
        """Return whether any mail was erased, so that each new one may be one that comes again."""
        with self._database.reading() as session:
            return (
                session.scalar(select(Mail.id).where(Mail.erased_at.is_not(None)).limit(1))
                is not None
            )

    def find_erased(self, traces: ColumnElement[bool], received_at: datetime | None) -> int | None:
        """Return the mail that was erased and has these traces, in whatever mailbox; None without.

        Args:
            traces: What it is recognised by.
            received_at: When it was received, where that must be the same; None where not.
        """
        query = select(Mail.id).where(Mail.erased_at.is_not(None), traces)
        if received_at is not None:
            query = query.where(Mail.received_at == received_at)
        # The one that was erased rather than one that had come again already.
        query = query.order_by(Mail.case_id.is_(None), Mail.id).limit(1)
        with self._database.reading() as session:
            return session.scalar(query)

    def take_back(
        self, entry: Entry, erased_id: int, fetched: Fetched, uidvalidity: int, **values: Any
    ) -> Entry | None:
        """Take a mail that had been erased to `decided`, keeping nothing of what it says.

        It goes back to the folder of its shelf, opens no case, and is deleted in the mailbox where
        that was decided for the one that was erased.

        Args:
            entry: The mail, in state `sighted`.
            erased_id: The row of the mail that was erased.
            fetched: As the server gave it.
            uidvalidity: That of the folder now.
            **values: Its fingerprint and the digest of its bytes.

        Returns:
            The mail as it is then; None when it was merged into the row of the erased one.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
        """
        taken: Entry | None = None
        with self._database.transaction() as session:
            erased = session.get_one(Mail, erased_id, with_for_update=True)
            at = Location(entry.folder, entry.uidvalidity, entry.uid)
            if is_same_in_inbox(erased, at, uidvalidity, fetched.received_at):
                self._merge(session, erased, entry, uidvalidity)
            elif _is_renumbered(erased, entry):
                self._delete(session, entry)
                _place(erased, at)
            else:
                case = session.get(Case, erased.case_id) if erased.case_id else None
                taken = self._step(
                    session,
                    entry,
                    MailState.DECIDED,
                    "erased before",
                    received_at=fetched.received_at,
                    original_size=fetched.size,
                    original_complete=fetched.complete,
                    perhaps_duplicate_of=erased.id,
                    shelf=case.shelf if case else erased.shelf,
                    erased_at=now(),
                    acknowledgement="erased",
                    **values,
                )
                _prove_again(session, entry.id, erased, taken.shelf or "", fetched.size)
        self._observe(MailState.DECIDED if taken else "merged", entry.id)
        return taken

    def forget(self, entry: Entry) -> None:
        """Delete the row of a mail that was sighted under a number that is void, and never kept.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
        """
        with self._database.transaction() as session:
            self._delete(session, entry)
        self._observe("forgotten", entry.id)

    def postpone(self, entry: Entry, error: str, delay: timedelta | None = None) -> None:
        """Let go of a mail until later, with what failed. A lost claim does not matter.

        Args:
            entry: The mail.
            error: For the desk and the operator; no text of the mail.
            delay: Until it is due again; longer with each attempt when it is not given.
        """
        self._claims.postpone(entry.id, entry.attempts, error, delay)

    def release_own(self) -> None:
        """Let go of all mails that this worker holds, as if it had not taken them up."""
        self._claims.release()

    def taken_uids(self, mailbox_id: int, folder: str, uidvalidity: int, from_uid: int) -> set[int]:
        """Return the UIDs of a target folder that are known to be other mails."""
        at_mails, at_corrections = (
            select(table.target_uid).where(
                table.target_folder == folder,
                table.target_uidvalidity == uidvalidity,
                table.target_uid >= from_uid,
            )
            for table in (Mail, Correction)
        )
        with self._database.transaction() as session:
            uids = session.scalars(
                union(
                    at_mails.where(Mail.mailbox_id == mailbox_id),
                    # A copy that a correction has made is not the mail's place yet.
                    at_corrections.join(Mail, Mail.id == Correction.mail_id).where(
                        Mail.mailbox_id == mailbox_id
                    ),
                )
            )
            return {uid for uid in uids if uid is not None}

    def count_alike(
        self,
        mailbox_id: int,
        folder: str,
        uidvalidity: int,
        fingerprint: str | None,
        besides: int | None = None,
    ) -> int:
        """Return how many mails of a content are recorded in a folder under void numbers.

        Args:
            mailbox_id: The mailbox.
            folder: By its name on the server.
            uidvalidity: That of the folder now.
            fingerprint: Of the content.
            besides: The mail that is not counted, None to count all.
        """
        with self._database.transaction() as session:
            return session.scalars(
                select(func.count(Mail.id)).where(
                    Mail.mailbox_id == mailbox_id,
                    Mail.fingerprint == fingerprint,
                    Mail.target_folder == folder,
                    Mail.target_uidvalidity != uidvalidity,
                    Mail.target_uid.is_not(None),
                    Mail.id != (besides or 0),
                )
            ).one()

    def check_cap(self, entry: Entry, cap: Cap) -> None:
        """Check that an acknowledgement may be sent; another worker may send one meanwhile.

        Raises:
            AcknowledgementsCappedError: The address has had as many as it may.
            AcknowledgementsBrakedError: So many were sent to all that this one waits.
        """
        with self._database.reading() as session:
            _check_cap(session, entry, cap)

    def begin_acknowledging(self, entry: Entry, cap: Cap, message_id: str) -> Entry:
        """Take a mail to `acknowledging`, if one more acknowledgement may be sent.

        It is counted and recorded in one piece, so that the cap holds with several workers too.

        Args:
            entry: The mail.
            cap: How many may be sent.
            message_id: Of the acknowledgement, by which a report on it is known.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            AcknowledgementsCappedError: As for `check_cap`; so is AcknowledgementsBrakedError.
        """
        with self._database.transaction() as session:
            self._lock_acknowledgements(session)
            _check_cap(session, entry, cap)
            begun = self._step(
                session,
                entry,
                MailState.ACKNOWLEDGING,
                "",
                acknowledged_at=now(),
                acknowledgement_message_id=message_id[:255],
            )
        self._observe(MailState.ACKNOWLEDGING, entry.id)
        return begun

    def old_mail_rule(self, mailbox_id: int) -> OldMailRule:
        """Return what was decided about the old mail of a mailbox.

        Raises:
            ValueError: Nothing was, so no mail of it can have been taken in.
        """
        with self._database.transaction() as session:
            rule = rule_of(session.get_one(Mailbox, mailbox_id))
        if rule is None:
            raise ValueError(f"Nothing is decided about the old mail of mailbox {mailbox_id}.")
        return rule

    def last_look_at(self, mailbox_id: int) -> datetime | None:
        """Return when the inbox was last looked through to the end; if it never was, first seen.

        None of a mailbox of which neither is known.
        """
        with self._database.transaction() as session:
            last = func.coalesce(Mailbox.last_round_trip_at, Mailbox.first_look_at)
            return session.scalars(select(last).where(Mailbox.id == mailbox_id)).one()

    def is_scanned(self, mailbox_id: int, uidvalidity: int) -> bool:
        """Return whether all mail of the inbox was kept at least once under a UIDVALIDITY."""
        with self._database.transaction() as session:
            return (
                session.scalars(
                    select(Mailbox.scanned_uidvalidity).where(Mailbox.id == mailbox_id)
                ).one()
                == uidvalidity
            )

    def record_round_trip(
        self, mailbox_id: int, folder: str, uidvalidity: int, *, complete: bool = True
    ) -> None:
        """Write down that a round through the inbox came to its end.

        Args:
            mailbox_id: The mailbox.
            folder: Its inbox.
            uidvalidity: That of the inbox.
            complete: Whether nothing was left over for the next round.
        """
        with self._database.transaction() as session:
            unread = session.scalars(
                select(func.count(Mail.id)).where(
                    Mail.mailbox_id == mailbox_id,
                    Mail.folder == folder,
                    Mail.uidvalidity == uidvalidity,
                    Mail.state.in_([MailState.SIGHTED, MailState.KEPT]),
                    Mail.due_at.is_not(None),
                )
            ).one()
            values: dict[str, Any] = {"last_round_trip_at": now()}
            if unread == 0 and complete:
                values["scanned_uidvalidity"] = uidvalidity
            session.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(**values))

    def record_error(self, mailbox_name: str, error: str) -> None:
        """Write down what failed, for the desk; also of a mailbox that was never reached."""
        with self._database.transaction() as session:
            self._name_mailbox(session, mailbox_name)
            session.execute(
                update(Mailbox)
                .where(Mailbox.name == mailbox_name)
                .values(last_error_at=now(), last_error=error[:500])
            )

    def _name_mailbox(self, session: Session, name: str) -> None:
        """Make the row of a mailbox, unless it is there."""
        session.execute(
            self._insert(Mailbox).values(name=name).on_conflict_do_nothing(index_elements=["name"])
        )

    def _lock_acknowledgements(self, session: Session) -> None:
        """Let no other transaction count acknowledgements until this one ends."""
        if not self._database.is_sqlite:  # which has one writer at a time
            session.execute(select(func.pg_advisory_xact_lock(_ACKNOWLEDGEMENTS_LOCK)))

    def _insert(self, table: type[Mail | Mailbox]) -> Any:
        return (sqlite.insert if self._database.is_sqlite else postgresql.insert)(table)

    def _step(
        self, session: Session, entry: Entry, to_state: MailState, note: str, **values: Any
    ) -> Entry:
        if not is_permitted(entry.state, to_state):
            raise ValueError(f"A mail cannot go from {entry.state} to {to_state}.")
        changed = {"state": to_state, "attempts": 0, "last_error": None, **values}
        self._claims.step(
            session,
            entry.id,
            entry.state,
            changed,
            finished=to_state in FINISHED,
        )
        self._record(session, entry.id, entry.state, to_state, note)
        known = {name: value for name, value in changed.items() if name in _COLUMNS}
        return replace(entry, **known, resumed=False)

    def _record(
        self,
        session: Session,
        mail_id: int,
        from_state: MailState | None,
        to_state: MailState,
        note: str,
    ) -> None:
        step = {
            "mail_id": mail_id,
            "from_state": from_state,
            "to_state": to_state,
            "at": now(),
            "worker": self._worker,
            "note": note[:500] or None,
        }
        session.connection().execute(_STEP, step)

    def _link(
        self,
        session: Session,
        entry: Entry,
        mail: ParsedMail | None,
        report: DeliveryReport | None,
    ) -> None:
        """Write down which earlier case a mail belongs to, if it does."""
        belonging = None if mail is None else find_belonging(session, mail, report)
        if belonging is not None:
            note_belonging(session, entry.id, belonging)

    def _replace_original(
        self, session: Session, entry: Entry, fetched: Fetched, values: dict[str, Any]
    ) -> None:
        """Keep a mail whole of which the first part alone was kept."""
        values["original_id"] = self._originals.keep(session, fetched.raw)
        values["original_size"], values["original_complete"] = fetched.size, True
        session.execute(
            update(Mail).where(Mail.id == entry.id).values(original_id=values["original_id"])
        )
        if entry.original_id is not None:
            self._originals.erase(session, entry.original_id)

    def _delete(self, session: Session, entry: Entry) -> None:
        """Delete the row of a mail that this worker holds, with its history."""
        session.execute(delete(MailTransition).where(MailTransition.mail_id == entry.id))
        self._claims.remove(session, entry.id, entry.state)

    def _take_over(
        self,
        session: Session,
        mail: Mail,
        entry: Entry,
        sighting: Sighting,
        finding: Finding,
    ) -> None:
        """Let the row of a known mail stand for what was seen, with the place that is valid now."""
        before = location(mail)
        if finding is Finding.RENUMBERED and mail.target_folder != sighting.at.folder:
            self._merge(session, mail, entry, sighting.uidvalidity)
            return
        self._delete(session, entry)
        if entry.original_id is not None:
            self._originals.erase(session, entry.original_id)
        if finding is Finding.KNOWN:
            return
        # The case is locked before the mail is changed, in the order in which the desk does it.
        if finding is Finding.RETURNED and mail.state != MailState.GONE:
            returned_by_hand(session, mail.case_id)
            mail.returned_at = now()
        elif finding is Finding.SORTED and sighting.shelf is not None:
            moved = before.folder != sighting.at.folder
            sorted_by_hand(session, mail.case_id, sighting.shelf, moved=moved)
            mail.returned_at = None
        if mail.state == MailState.GONE:
            self._revive(session, mail, sighting)
            return
        _place(mail, sighting.at)
        if sighting.shelf is None:
            # Moved on from there, this number of the inbox is still a known one.
            mail.folder, mail.uidvalidity, mail.uid = sighting.at
        self._record(
            session, mail.id, mail.state, mail.state, f"{finding}: {before} > {sighting.at}"
        )

    def _revive(self, session: Session, mail: Mail, sighting: Sighting) -> None:
        """Go on with a mail that was gone before it was moved, from where it was found."""
        moment = now()
        if sighting.shelf is None:
            to_state = MailState.DECIDED
            mail.folder, mail.uidvalidity, mail.uid = sighting.at
        else:
            to_state = MailState.MOVED
            mail.moved_at = moment
            _place(mail, sighting.at)
        self._record(session, mail.id, mail.state, to_state, f"found at {sighting.at}")
        mail.state, mail.due_at, mail.attempts = to_state, moment, 0

    def _merge(self, session: Session, mail: Mail, entry: Entry, uidvalidity: int) -> None:
        """Of two rows of one mail in a renumbered inbox, keep the older one, at the new place."""
        moment = now()
        is_newer = entry.uidvalidity == uidvalidity
        if is_newer and mail.claimed_until is not None and mail.claimed_until > moment:
            raise HeldElsewhereError(f"Mail {entry.id} is mail {mail.id}, which is being handled.")
        self._delete(session, entry)
        if entry.original_id is not None:
            self._originals.erase(session, entry.original_id)
        other = (mail.uidvalidity, mail.uid) if is_newer else (entry.uidvalidity, entry.uid)
        if is_newer:
            mail.uidvalidity, mail.uid = entry.uidvalidity, entry.uid
            if mail.due_at is not None:
                mail.due_at = moment
        self._record(session, mail.id, mail.state, mail.state, f"renumbered from {other}")


def _check_cap(session: Session, entry: Entry, cap: Cap) -> None:
    since = now() - timedelta(hours=1)
    address = bare(entry.reply_to or "")
    sent = select(func.count(Mail.id)).where(Mail.acknowledged_at >= since, Mail.id != entry.id)
    if session.scalars(sent.where(Mail.reply_to_bare == address)).one() >= cap.to_one:
        raise AcknowledgementsCappedError(f"Mail {entry.id}: the address has had {cap.to_one}.")
    if session.scalars(sent).one() >= cap.in_all:
        raise AcknowledgementsBrakedError(
            f"{cap.in_all} acknowledgements went out within the hour; this one waits. Look whether "
            "mail goes round in a circle."
        )


def _earlier(session: Session, entry: Entry, fingerprint: str | None) -> int | None:
    """The mail of the same content that came first, or was acknowledged."""
    return session.scalar(
        select(Mail.id)
        .where(
            Mail.mailbox_id == entry.mailbox_id,
            Mail.fingerprint == fingerprint,
            Mail.id != entry.id,
            Mail.state != MailState.GONE,
            or_(Mail.id < entry.id, Mail.acknowledged_at.is_not(None)),
        )
        .order_by(Mail.id)
        .limit(1)
    )


def _put_on_shelf(session: Session, case: Case, entry: Entry, shelf: Shelf) -> None:
    """Put a case on the shelf where it belongs, open, and let the mailbox follow."""
    _note(session, case, READ_AGAIN, f"unreadable > {shelf}")
    case.shelf, case.closed_at, case.confirmation = shelf, None, None
    arrive(session, case, old=entry.old)
    session.add(
        Correction(
            mail_id=entry.id,
            to_shelf=shelf,
            asked_at=now(),
            state=CorrectionState.WAITING,
            due_at=now(),
            attempts=0,
        )
    )


def _note(session: Session, case: Case, action: str, detail: str | None) -> None:
    session.add(CaseEvent(case_id=case.id, at=now(), action=action, detail=detail))


def _prove_again(session: Session, mail_id: int, erased: Mail, shelf: str, size: int) -> None:
    """Write down that an erased mail came again, and have it deleted where the first one was."""
    before = session.scalars(
        select(Erasure)
        .where(Erasure.case_id == erased.case_id, Erasure.what == "case")
        .order_by(Erasure.id.desc())
        .limit(1)
    ).one_or_none()
    again = Erasure(
        at=now(),
        what="again",
        case_id=erased.case_id,
        shelf=shelf,
        ground=before.ground if before else "expired",
        days=before.days if before else None,
        user_name=before.user_name if before else None,
        originals=0,
        size=size,
        digests=[],
    )
    session.add(again)
    session.flush()
    was_removed = session.scalar(select(Removal.id).where(Removal.mail_id == erased.id).limit(1))
    if was_removed is not None:
        ask_for_removal(session, again.id, session.get_one(Mail, mail_id), ())


def _alike(entry: Entry, fingerprints: frozenset[str]) -> Select[Mail]:
    """The other mails of the mailbox with one of the fingerprints, the oldest first."""
    return (
        select(Mail)
        .where(
            Mail.mailbox_id == entry.mailbox_id,
            Mail.fingerprint.in_(fingerprints),
            Mail.id != entry.id,
        )
        .order_by(Mail.id)
    )


def _is_renumbered(mail: Mail, entry: Entry) -> bool:
    """Whether a known mail was seen in its own folder, which has other numbers now."""
    if mail.mailbox_id != entry.mailbox_id or mail.target_uid is None:
        return False
    return mail.target_folder == entry.folder and mail.target_uidvalidity != entry.uidvalidity


def _place(mail: Mail, at: Location) -> None:
    mail.target_folder, mail.target_uidvalidity, mail.target_uid = at
    mail.missing_since = None


def _own_place(sighting: Sighting) -> dict[str, Any]:
    """A mail that is first seen in a queue's folder lies where it belongs."""
    if sighting.shelf is None:
        return {}
    folder, uidvalidity, uid = sighting.at
    return {"target_folder": folder, "target_uidvalidity": uidvalidity, "target_uid": uid}
