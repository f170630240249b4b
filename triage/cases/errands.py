"""The errands: what caseworkers asked for and the worker carries out, and how far each has come.

A correction moves a mail to another folder; a reply is sent and kept in the folder of sent mail; a
removal deletes in the mailbox what was erased here.
As in the ledger, every change is one transaction, made under a claim (triage/claims.py); what a
caseworker should see of it is written into the history of the case in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from triage.cases.handling import SORTED_BY_HAND
from triage.claims import Claims
from triage.errors import PlaceTakenError
from triage.folders.places import Location, location
from triage.ledger import Observer
from triage.models import Case, CaseEvent, Correction, Erasure, Mail, Removal, Reply
from triage.states import (
    CORRECTION_FINISHED,
    CORRECTION_PERMITTED,
    REMOVAL_FINISHED,
    REMOVAL_PERMITTED,
    REPLY_FINISHED,
    REPLY_PERMITTED,
    CorrectionState,
    RemovalState,
    ReplyState,
)

MOVED_IN_MAILBOX = "moved_in_mailbox"
"""The mailbox has followed a correction; the detail is the folder."""
MAIL_GONE = "mail_gone"
"""A mail is not in its folder any more; the mailbox could not follow a correction."""
REPLY_SENT = "reply_sent"
"""A reply was accepted by the SMTP server."""
REPLY_UNCERTAIN = "reply_uncertain"
"""Nobody knows whether a reply was sent."""
REPLY_REFUSED = "reply_refused"
"""A reply could not be sent; the case is open again. The detail is `refused` or `gave_up`."""

PASSING_ON_SENT = "passing_on_sent"
"""A mail that is passed on to another authority was accepted by the SMTP server."""
PASSING_ON_UNCERTAIN = "passing_on_uncertain"
"""Nobody knows whether a mail was passed on."""
PASSING_ON_REFUSED = "passing_on_refused"
"""A mail could not be passed on; the case is open again. The detail is `refused` or `gave_up`."""

OUTCOMES = (
    MOVED_IN_MAILBOX,
    MAIL_GONE,
    REPLY_SENT,
    REPLY_UNCERTAIN,
    REPLY_REFUSED,
    PASSING_ON_SENT,
    PASSING_ON_UNCERTAIN,
    PASSING_ON_REFUSED,
)
"""What the worker writes into the history of a case."""

_SENDS = (ReplyState.WAITING, ReplyState.SENDING)
"""The states of a reply in which the mailbox is not needed."""


@dataclass(frozen=True)
class CorrectionErrand:
    """What a worker knows of a correction that it holds, and of its mail.

    Attributes:
        id: The correction.
        mail_id: The mail.
        mailbox_id: The mailbox that the mail is in.
        case_id: Its case.
        to_shelf: Where it goes.
        state: How far the correction has come.
        attempts: How often it was taken up in this state.
        folder: Where the mail lies, by its name on the server.
        uidvalidity: That of this folder when the mail came into it.
        uid: The mail's number there.
        fingerprint: As of `models.Mail`; so are `message_id` and `original_size`.
        message_id: A hint.
        original_size: Bytes on the server.
        original_complete: False where only the first part was read.
        move_method: As of `models.Correction`; so are the columns of the target.
        target_folder: The new folder, by its name on the server.
        target_uidvalidity: That of the new folder when the move began.
        target_uidnext: The new folder's next UID when the move began.
        target_uid: The mail's number in the new folder.
        resumed: Whether an earlier worker or attempt may have done the next step already.
    """

    id: int
    mail_id: int
    mailbox_id: int
    case_id: int | None
    to_shelf: str
    state: CorrectionState
    attempts: int
    folder: str
    uidvalidity: int
    uid: int
    fingerprint: str | None
    message_id: str | None
    original_size: int | None
    original_complete: bool
    move_method: str | None
    target_folder: str | None
    target_uidvalidity: int | None
    target_uidnext: int | None
    target_uid: int | None
    resumed: bool = True


@dataclass(frozen=True)
class ReplyErrand:
    """What a worker knows of a reply that it holds; the names are those of `models.Reply`."""

    id: int
    case_id: int
    state: ReplyState
    attempts: int
    asked_at: datetime
    sent_at: datetime | None
    recipient: str
    message_id: str
    original_id: int
    authority: str | None


@dataclass(frozen=True)
class RemovalErrand:
    """What a worker knows of a removal that it holds, and of its mail or reply.

    Attributes:
        id: The removal.
        erasure_id: The proof of the erasure that it follows.
        state: How far it has come.
        attempts: How often it was taken up in this state.
        folder: Where the mail lies, by its name on the server; None for that of sent mail.
        uidvalidity: That of this folder when the mail came into it.
        uid: The mail's number there.
        fingerprint: As of `models.Mail`; so are `erased_digest` and `original_size`.
        erased_digest: None where its key was gone when it was erased.
        original_size: Bytes on the server.
        first_bytes: Of a mail that was too large to be kept whole, how many bytes it is known by.
        message_id: Of a reply of ours; None where it is a mail.
    """

    id: int
    erasure_id: int
    state: RemovalState
    attempts: int
    folder: str | None
    uidvalidity: int | None
    uid: int | None
    fingerprint: str | None
    erased_digest: str | None
    original_size: int | None
    first_bytes: int | None
    message_id: str | None


Errand = CorrectionErrand | ReplyErrand | RemovalErrand

_E = TypeVar("_E", CorrectionErrand, ReplyErrand, RemovalErrand)


class Errands:
    """The errands of one mailbox, as one worker sees them.

    Args:
        database: Where they are.
        originals: Where the bytes of replies are kept.
        worker: A name that no other worker has.
        claim_seconds: How long a claim holds without a step.
        observer: Told of each step after it is committed.
        has_unposted: Whether replies to cases that came by no mailbox are among them.
    """

    def __init__(
        self,
        database: Database,
        originals: Originals,
        worker: str,
        claim_seconds: float,
        observer: Observer,
        *,
        has_unposted: bool = True,
    ) -> None:
        self._database = database
        self._originals = originals
        self._corrections = Claims(Correction, database, worker, claim_seconds)
        self._replies = Claims(Reply, database, worker, claim_seconds)
        self._removals = Claims(Removal, database, worker, claim_seconds)
        self._observe = observer
        self._has_unposted = has_unposted

    def claim_correction(self, mailbox_id: int) -> CorrectionErrand | None:
        """Claim the correction that is due longest; None when there is none to be taken up."""
        with self._database.transaction() as session:
            for correction in self._corrections.take(session, _is_next(mailbox_id), limit=1):
                return _correction(correction, session.get_one(Mail, correction.mail_id))
        return None

    def claim_unsent_reply(self, mailbox_id: int | None) -> ReplyErrand | None:
        """Claim the unsent reply that is due longest; None when there is none.

        Args:
            mailbox_id: None where the mailbox was never reached.
        """
        return self._claim_reply(self._answers(mailbox_id), Reply.state.in_(_SENDS))

    def claim_sent_reply(self, mailbox_id: int) -> ReplyErrand | None:
        """Claim a reply that was sent and is still to be kept; None when there is none."""
        return self._claim_reply(self._answers(mailbox_id), Reply.state == ReplyState.SENT)

    def claim_removal(self, mailbox_id: int) -> RemovalErrand | None:
        """Claim the removal that is due longest; None when there is none to be taken up."""
        with self._database.transaction() as session:
            for removal in self._removals.take(session, _is_in(mailbox_id), limit=1):
                return _removal(session, removal)
        return None

    def next_due(self, mailbox_id: int) -> datetime | None:
        """Return when the next errand can be taken up; None when none is left."""
        due = (
            self._corrections.next_due(_is_next(mailbox_id)),
            self._replies.next_due(self._answers(mailbox_id)),
            self._removals.next_due(_is_in(mailbox_id)),
        )
        return min((moment for moment in due if moment is not None), default=None)

    def read_message(self, reply: ReplyErrand) -> bytes:
        """Return the whole message of a reply.

        Raises:
            OriginalsError: No key opens it.
        """
        with self._database.transaction() as session:
            return self._originals.read(session, reply.original_id)

    def advance_correction(
        self, correction: CorrectionErrand, to_state: CorrectionState, **values: Any
    ) -> CorrectionErrand:
        """Take a correction one step on; done, the mail's place is the new one.

        Args:
            correction: As it is now.
            to_state: Where it goes.
            **values: Columns that change with the step.

        Returns:
            The correction as it is then.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            PlaceTakenError: Another mail is recorded at the new place.
            ValueError: The states do not follow one another.
        """
        if to_state not in CORRECTION_PERMITTED[correction.state]:
            raise ValueError(f"A correction cannot go from {correction.state} to {to_state}.")
        advanced = _advanced(correction, {"state": to_state, "attempts": 0, **values})
        advanced = replace(advanced, resumed=False)
        try:
            with self._database.transaction() as session:
                if to_state is CorrectionState.COPIED:
                    _check_is_free(session, advanced)
                self._corrections.step(
                    session,
                    correction.id,
                    correction.state,
                    {"state": to_state, "attempts": 0, "last_error": None, **values},
                    finished=to_state in CORRECTION_FINISHED,
                )
                if to_state is CorrectionState.DONE:
                    _place(session, advanced.mail_id, _target(advanced))
                    _record(session, correction.case_id, MOVED_IN_MAILBOX, advanced.target_folder)
                elif to_state is CorrectionState.GONE:
                    _record(session, correction.case_id, MAIL_GONE)
        except IntegrityError as error:
            raise _place_taken(advanced) from error
        self._observe(f"correction_{to_state}", correction.id)
        return advanced

    def begin_anew(
        self, correction: CorrectionErrand, found: Callable[[], Location | None]
    ) -> CorrectionErrand | None:
        """Let a correction begin again from where its mail lies now, since somebody moved it.

        What was asked for on the desk is carried out all the same.

        Args:
            correction: As it is now; nothing of it has happened in the mailbox.
            found: Looks for the mail; asked when the ledger does not know of another place.

        Returns:
            The correction as it is then; None when the mail is nowhere.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            PlaceTakenError: Another mail is recorded at the place.
        """
        known = Location(correction.folder, correction.uidvalidity, correction.uid)
        with self._database.transaction() as session:
            recorded = location(session.get_one(Mail, correction.mail_id))
        place = recorded if recorded != known else found()
        if place is None:
            return None
        try:
            with self._database.transaction() as session:
                self._corrections.step(
                    session,
                    correction.id,
                    correction.state,
                    {"state": CorrectionState.WAITING, "last_error": None},
                    finished=False,
                )
                _place(session, correction.mail_id, place)
                _record(session, correction.case_id, SORTED_BY_HAND, place.folder)
        except IntegrityError as error:
            raise _place_taken(correction) from error
        self._observe("correction_begun_anew", correction.id)
        folder, uidvalidity, uid = place
        return replace(
            correction,
            state=CorrectionState.WAITING,
            folder=folder,
            uidvalidity=uidvalidity,
            uid=uid,
        )

    def advance_reply(
        self, reply: ReplyErrand, to_state: ReplyState, detail: str | None = None, **values: Any
    ) -> ReplyErrand:
        """Take a reply one step on. Sent, it is let go of, for whoever reaches the mailbox.

        Args:
            reply: As it is now.
            to_state: Where it goes.
            detail: For the history of the case; no text of a person.
            **values: Columns that change with the step.

        Returns:
            The reply as it is then.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            ValueError: The states do not follow one another.
        """
        if to_state not in REPLY_PERMITTED[reply.state]:
            raise ValueError(f"A reply cannot go from {reply.state} to {to_state}.")
        changes = {"state": to_state, "attempts": 0, "last_error": None, **values}
        let_go = {"claimed_by": None, "claimed_until": None} if to_state is ReplyState.SENT else {}
        with self._database.transaction() as session:
            self._replies.step(
                session,
                reply.id,
                reply.state,
                {**changes, **let_go},
                finished=to_state in REPLY_FINISHED,
            )
            actions = _ACTIONS if reply.authority is None else _ACTIONS_OF_PASSING_ON
            if (action := actions.get(to_state)) is not None:
                _record(session, reply.case_id, action, detail)
            if to_state is ReplyState.REFUSED:
                _reopen(session, reply.case_id, passed_on=reply.authority is None)
        self._observe(f"reply_{to_state}", reply.id)
        return _advanced(reply, changes)

    def advance_removal(self, removal: RemovalErrand, to_state: RemovalState) -> RemovalErrand:
        """Take a removal one step on; done, that is proved too.

        Args:
            removal: As it is now.
            to_state: Where it goes.

        Returns:
            The removal as it is then.

        Raises:
            ClaimLostError: Another worker has it; nothing was changed.
            ValueError: The states do not follow one another.
        """
        if to_state not in REMOVAL_PERMITTED[removal.state]:
            raise ValueError(f"A removal cannot go from {removal.state} to {to_state}.")
        changes = {"state": to_state, "attempts": 0, "last_error": None}
        with self._database.transaction() as session:
            self._removals.step(
                session,
                removal.id,
                removal.state,
                changes,
                finished=to_state in REMOVAL_FINISHED,
            )
            if to_state is RemovalState.DONE:
                _prove_removed(session, removal)
        self._observe(f"removal_{to_state}", removal.id)
        return _advanced(removal, changes)

    def postpone(self, errand: Errand, error: str) -> None:
        """Let go of an errand until later, with what failed. A lost claim does not matter."""
        if isinstance(errand, CorrectionErrand):
            self._corrections.postpone(errand.id, errand.attempts, error)
        elif isinstance(errand, ReplyErrand):
            self._replies.postpone(errand.id, errand.attempts, error)
        else:
            self._removals.postpone(errand.id, errand.attempts, error)

    def release_own(self) -> None:
        """Let go of all errands that this worker holds, as if it had not taken them up."""
        self._corrections.release()
        self._replies.release()
        self._removals.release()

    def _answers(self, mailbox_id: int | None) -> ColumnElement[bool]:
        """Whether a reply answers a mail of this mailbox, or a case that came by no mailbox."""
        mail = select(Mail.id).where(Mail.case_id == Reply.case_id, Mail.mailbox_id.is_not(None))
        of_mailbox = mail.where(Mail.mailbox_id == mailbox_id)
        if not self._has_unposted:
            return of_mailbox.exists()
        return or_(~mail.exists(), of_mailbox.exists())

    def _claim_reply(self, *conditions: ColumnElement[bool]) -> ReplyErrand | None:
        with self._database.transaction() as session:
            for reply in self._replies.take(session, *conditions, limit=1):
                return ReplyErrand(**{f.name: getattr(reply, f.name) for f in fields(ReplyErrand)})
        return None


_ACTIONS: Mapping[ReplyState, str] = {
    ReplyState.SENT: REPLY_SENT,
    ReplyState.UNCERTAIN: REPLY_UNCERTAIN,
    ReplyState.REFUSED: REPLY_REFUSED,
}

_ACTIONS_OF_PASSING_ON: Mapping[ReplyState, str] = {
    ReplyState.SENT: PASSING_ON_SENT,
    ReplyState.UNCERTAIN: PASSING_ON_UNCERTAIN,
    ReplyState.REFUSED: PASSING_ON_REFUSED,
}


def _is_next(mailbox_id: int) -> ColumnElement[bool]:
    """Whether a correction is of a mail in a folder of this mailbox, and the mail's next one."""
    earlier = aliased(Correction)
    is_earlier = select(earlier.id).where(
        earlier.mail_id == Correction.mail_id,
        earlier.id < Correction.id,
        earlier.due_at.is_not(None),
    )
    of_mailbox = select(Mail.id).where(
        Mail.id == Correction.mail_id, Mail.mailbox_id == mailbox_id, Mail.moved_at.is_not(None)
    )
    return of_mailbox.exists() & ~is_earlier.exists()


def _correction(row: Correction, mail: Mail) -> CorrectionErrand:
    if (
        mail.mailbox_id is None
        or mail.target_folder is None
        or mail.target_uidvalidity is None
        or mail.target_uid is None
    ):
        raise ValueError(f"Correction {row.id} is of a mail that was never moved to a folder.")
    return CorrectionErrand(
        id=row.id,
        mail_id=mail.id,
        mailbox_id=mail.mailbox_id,
        case_id=mail.case_id,
        to_shelf=row.to_shelf,
        state=row.state,
        attempts=row.attempts,
        folder=mail.target_folder,
        uidvalidity=mail.target_uidvalidity,
        uid=mail.target_uid,
        fingerprint=mail.fingerprint,
        message_id=mail.message_id,
        original_size=mail.original_size,
        original_complete=mail.original_complete,
        move_method=row.move_method,
        target_folder=row.target_folder,
        target_uidvalidity=row.target_uidvalidity,
        target_uidnext=row.target_uidnext,
        target_uid=row.target_uid,
    )


def _is_in(mailbox_id: int) -> ColumnElement[bool]:
    """Whether a removal is in this mailbox, and what is to be removed has come to its place."""
    under_way = select(Mail.id).where(Mail.id == Removal.mail_id, Mail.due_at.is_not(None))
    here = or_(Removal.mailbox_id == mailbox_id, Removal.mailbox_id.is_(None))
    return and_(here, ~under_way.exists())


def _removal(session: Session, row: Removal) -> RemovalErrand:
    mail = session.get(Mail, row.mail_id) if row.mail_id is not None else None
    reply = session.get(Reply, row.reply_id) if row.reply_id is not None else None
    is_moved = mail is not None and mail.target_uid is not None
    first_bytes = None
    if mail is not None and not mail.original_complete:
        first_bytes = _kept_of(session, row.erasure_id)
    return RemovalErrand(
        id=row.id,
        erasure_id=row.erasure_id,
        state=row.state,
        attempts=row.attempts,
        folder=None if mail is None else mail.target_folder if is_moved else mail.folder,
        uidvalidity=None
        if mail is None
        else mail.target_uidvalidity
        if is_moved
        else mail.uidvalidity,
        uid=None if mail is None else mail.target_uid if is_moved else mail.uid,
        fingerprint=mail.fingerprint if mail else None,
        erased_digest=mail.erased_digest if mail else None,
        original_size=mail.original_size if mail else None,
        first_bytes=first_bytes,
        message_id=reply.message_id if reply else None,
    )


def _kept_of(session: Session, erasure_id: int) -> int | None:
    """How many bytes of a mail had been kept when it was erased."""
    digests = session.get_one(Erasure, erasure_id).digests
    return next((digest["size"] for digest in digests if digest["what"] == "mail"), None)


def _prove_removed(session: Session, removal: RemovalErrand) -> None:
    """Write down that what was erased here is deleted in the mailbox too."""
    erasure = session.get_one(Erasure, removal.erasure_id)
    session.add(
        Erasure(
            at=now(),
            what="mailbox",
            case_id=erasure.case_id,
            shelf=erasure.shelf,
            ground=erasure.ground,
            days=erasure.days,
            user_name=erasure.user_name,
            filed_under=erasure.filed_under,
            originals=0,
            size=removal.original_size or 0,
            digests=[],
        )
    )


def _advanced(errand: _E, values: Mapping[str, Any]) -> _E:
    names = {field.name for field in fields(errand)}
    return replace(errand, **{name: value for name, value in values.items() if name in names})


def _target(correction: CorrectionErrand) -> Location:
    folder, validity, uid = (
        correction.target_folder,
        correction.target_uidvalidity,
        correction.target_uid,
    )
    if folder is None or validity is None or uid is None:
        raise ValueError(f"Correction {correction.id} is done, but nobody knows where the mail is.")
    return Location(folder, validity, uid)


def _place(session: Session, mail_id: int, place: Location) -> None:
    """Record where a mail is now."""
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id)
        .values(
            target_folder=place.folder,
            target_uidvalidity=place.uidvalidity,
            target_uid=place.uid,
            missing_since=None,
            returned_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def _check_is_free(session: Session, correction: CorrectionErrand) -> None:
    """Refuse a place at which a mail is recorded, before the mail leaves its old folder."""
    mail_id = session.scalar(
        select(Mail.id).where(
            Mail.mailbox_id == correction.mailbox_id,
            Mail.target_folder == correction.target_folder,
            Mail.target_uidvalidity == correction.target_uidvalidity,
            Mail.target_uid == correction.target_uid,
        )
    )
    if mail_id is not None:
        raise _place_taken(correction)


def _place_taken(correction: CorrectionErrand) -> PlaceTakenError:
    return PlaceTakenError(
        f"Correction {correction.id}: another mail is recorded at {correction.target_uid}."
    )


def _record(session: Session, case_id: int | None, action: str, detail: str | None = None) -> None:
    if case_id is not None:
        session.add(CaseEvent(case_id=case_id, at=now(), action=action, detail=detail))


def _reopen(session: Session, case_id: int, *, passed_on: bool) -> None:
    """Open a case again; unless it stays so, it is not passed on to another authority any more."""
    undone: dict[str, None] = {} if passed_on else {"passed_on_to": None}
    session.execute(
        update(Case)
        .where(Case.id == case_id)
        # Whoever has the case open is told that it has changed.
        .values(closed_at=None, revision=Case.revision + 1, **undone)
        .execution_options(synchronize_session=False)
    )
