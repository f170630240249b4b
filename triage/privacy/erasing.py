"""Erases what cases say: when their period is over, or because somebody decided so.

The rows stay, with what statistics and the worker need: places and keyed fingerprint of the mail,
states and times, shelf, language, topics, and what staff did. Everything that a person wrote goes,
in one transaction a case, together with the proof (`models.Erasure`). What lies in the mailbox is
deleted afterwards by the worker (`triage/privacy/removing.py`), which is only then asked to: so a mail is
never gone there and still kept here for good, and one that is still there is known as erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conversations.erasing import erase as erase_conversations
from language.masking import mask
from storage.database import Database, DatabaseUnavailableError
from storage.originals import Originals, OriginalsError
from storage.times import now
from triage.cases.handling import note_event, take
from triage.errors import StillUnderWayError
from triage.fingerprint import Fingerprints
from triage.models import (
    Case,
    Erasure,
    Ground,
    Handover,
    InMailbox,
    Mail,
    Removal,
    Reply,
    ReplyDraft,
    TrainingMail,
)
from triage.privacy.retention import expired, is_under_way, periods
from triage.shelves import FOLDERS
from triage.states import RemovalState, ReplyState

_log = structlog.get_logger(__name__)

FILED_UNDER_CHARACTERS = 60

ERASED = "erased"
"""What the history of a case says of it; the detail is the ground."""

_TABLES = (
    *("original", "desk_case", "mail", "reply", "reply_draft", "handover"),
    *("training_mail", "conversation", "turn"),
)

# Its own message ids, times and states say nothing of a person.
_EMPTY_REPLY: dict[str, Any] = {
    "recipient": "",
    "subject": "",
    "text": "",
    "original_id": None,
    "last_error": None,
}

What = Literal["mail", "note", "reply", "draft"]

ForTraining = Literal["keep", "delete"]
"""Whether the training mail that was made of a case stays, without its number, when it is erased."""


@dataclass(frozen=True)
class Decree:
    """Why a case is erased.

    Attributes:
        ground: The rule.
        days: Of the period that is over.
        user_name: Who decided it; None for the period.
        filed_under: Where the decision is filed.
        in_mailbox: What becomes of the mail in the mailbox.
        for_training: What becomes of the training mail that was made of it.
    """

    ground: Ground
    in_mailbox: InMailbox
    days: int | None = None
    user_name: str | None = None
    filed_under: str | None = None
    for_training: ForTraining = "keep"


@dataclass
class _Taken:
    """The originals that are taken out of a case: their ids, and what proves that they are gone."""

    ids: list[int] = field(default_factory=list)
    digests: list[dict[str, Any]] = field(default_factory=list)


class Eraser:
    """Erases cases.

    Args:
        database: Where they are.
        originals: Their originals.
        fingerprints: Make the digests of what is erased.
    """

    def __init__(
        self, database: Database, originals: Originals, fingerprints: Fingerprints
    ) -> None:
        self._database = database
        self._originals = originals
        self._fingerprints = fingerprints

    def erase_expired(self, limit: int) -> int:
        """Erase cases whose period is over, each in a transaction of its own.

        A case that cannot be erased is left for the next time and takes no other with it.

        Args:
            limit: At most so many.

        Returns:
            How many there were to erase, at most the limit.

        Raises:
            DatabaseUnavailableError: The database is away; what was erased until then is.
        """
        with self._database.reading() as session:
            due = session.scalars(
                select(Case.id)
                .where(expired(periods(session), now()))
                .order_by(Case.closed_at)
                .limit(limit)
            ).all()
        for case_id in due:
            try:
                self._erase_if_expired(case_id)
            except DatabaseUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 (whatever is wrong with one, the next counts)
                _log.error("not_erased", case=case_id, error=type(error).__name__)
        if due:
            self._database.overwrite_deleted(_TABLES)
        return len(due)

    def _erase_if_expired(self, case_id: int) -> None:
        """Erase a case, unless somebody was faster or it was opened again."""
        with self._database.transaction() as session:
            chosen = periods(session)
            case = session.scalars(
                select(Case)
                .where(Case.id == case_id, expired(chosen, now()))
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if case is None:
                return
            period = next(chosen[shelf] for shelf in FOLDERS if shelf == case.shelf)
            self._erase(session, case, Decree("expired", period.in_mailbox, days=period.days))

    def erase(self, session: Session, case_id: int, revision: int, decree: Decree) -> None:
        """Erase a case because somebody decided so.

        Args:
            session: A unit of work; when it is committed, call `leave_disk`.
            case_id: Which case.
            revision: The one that they had before them.
            decree: Why; what was typed is masked and cut off here.

        Raises:
            UnknownCaseError: There is no such case.
            CaseChangedError: Somebody else has changed it.
            StillUnderWayError: The worker still has something to do on it.
        """
        case = take(session, case_id, revision)
        if session.scalar(select(Case.id).where(Case.id == case_id, is_under_way())) is not None:
            raise StillUnderWayError(f"Case {case_id} is still being worked on by the worker.")
        self._erase(session, case, decree)

    def leave_disk(self) -> None:
        """Let what was erased leave the disk too."""
        self._database.overwrite_deleted(_TABLES)

    def _erase(self, session: Session, case: Case, decree: Decree) -> None:
        moment = now()
        mail = session.scalars(select(Mail).where(Mail.case_id == case.id)).one_or_none()
        replies = session.scalars(select(Reply).where(Reply.case_id == case.id)).all()
        draft = session.get(ReplyDraft, case.id)
        taken = _Taken()
        self._take(session, taken, "mail", mail.original_id if mail else None)
        self._take(session, taken, "note", case.note_original_id)
        self._take(session, taken, "draft", draft.original_id if draft else None)
        for reply in replies:
            self._take(session, taken, "reply", reply.original_id)
        _empty_case(case)
        case.erased_at = moment
        case.closed_at = case.closed_at or moment
        if mail is not None:
            _empty_mail(mail)
            mail.erased_at = moment
            mail.erased_digest = next(
                (d["digest"] for d in taken.digests if d["what"] == "mail"), None
            )
        session.execute(update(Reply).where(Reply.case_id == case.id).values(**_EMPTY_REPLY))
        if draft is not None:
            session.delete(draft)
        for handover in session.scalars(select(Handover).where(Handover.case_id == case.id)):
            session.delete(handover)
            if handover.conversation_id is not None:
                # What led to the question was said in it, whether it was sent along or not.
                erase_conversations(session, [handover.conversation_id])
        _let_go_of_training_mail(session, case.id, decree.for_training)
        session.flush()
        for original_id in taken.ids:
            self._originals.erase(session, original_id)
        erasure = Erasure(
            at=moment,
            what="case",
            case_id=case.id,
            shelf=case.shelf,
            ground=decree.ground,
            days=decree.days,
            user_name=decree.user_name,
            filed_under=mask(decree.filed_under or "")[:FILED_UNDER_CHARACTERS] or None,
            originals=len(taken.ids),
            size=sum(digest["size"] for digest in taken.digests),
            digests=taken.digests,
        )
        session.add(erasure)
        note_event(session, case.id, ERASED, decree.user_name, decree.ground)
        session.flush()
        if decree.in_mailbox == "delete":
            ask_for_removal(session, erasure.id, mail, replies)
        _log.info("erased", case=case.id, ground=decree.ground, originals=len(taken.ids))

    def _take(self, session: Session, taken: _Taken, what: What, original_id: int | None) -> None:
        if original_id is None:
            return
        taken.ids.append(original_id)
        try:
            content = self._originals.read(session, original_id)
        except OriginalsError:
            # Its key is gone: it is erased all the same, and nobody can tell what it was.
            taken.digests.append({"what": what, "size": 0, "digest": None})
            return
        digest = self._fingerprints.of_bytes(content)
        taken.digests.append({"what": what, "size": len(content), "digest": digest})


def is_learnt_from(session: Session, case_id: int | None) -> bool:
    """Return whether a training mail with a text was made of a case."""
    query = select(TrainingMail.id).where(
        TrainingMail.case_id == case_id, TrainingMail.state != "refused"
    )
    return session.scalar(query) is not None


def ask_for_removal(
    session: Session, erasure_id: int, mail: Mail | None, replies: Sequence[Reply]
) -> None:
    """Have the worker delete in the mailbox what lies there of an erased case.

    Args:
        session: The unit of work in which it is erased.
        erasure_id: The proof of that.
        mail: The case's mail, if it came by one.
        replies: What was answered.
    """
    moment = now()

    def _ask(mail_id: int | None, reply_id: int | None) -> None:
        session.add(
            Removal(
                erasure_id=erasure_id,
                mail_id=mail_id,
                reply_id=reply_id,
                mailbox_id=mail.mailbox_id if mail else None,
                asked_at=moment,
                state=RemovalState.WAITING,
                due_at=moment,
                attempts=0,
            )
        )

    if mail is not None and mail.mailbox_id is not None:
        _ask(mail.id, None)
    for reply in replies:
        # Also one of which nobody knows whether it was sent: some servers keep it by themselves.
        if reply.state in {ReplyState.KEPT, ReplyState.UNCERTAIN}:
            _ask(None, reply.id)


def _let_go_of_training_mail(session: Session, case_id: int, choice: ForTraining) -> None:
    """Delete the training mail of a case, or let it stay without anything that leads back to the case."""
    query = select(TrainingMail).where(TrainingMail.case_id == case_id)
    for mail in session.scalars(query):
        if choice == "delete" or mail.state == "refused":
            session.delete(mail)
        else:
            mail.case_id = None


def _empty_case(case: Case) -> None:
    case.subject = None
    case.note = None
    case.note_original_id = None
    case.asker_name = None
    case.asker_address = None
    case.asker_telephone = None


def _empty_mail(mail: Mail) -> None:
    mail.original_id = None
    mail.message_id = None
    mail.sender = None
    mail.recipients = None
    mail.reply_to = None
    mail.reply_to_bare = None
    mail.reported_recipient = None
    mail.sent_at = None
    mail.subject = None
    mail.text_new = None
    mail.text_signature = None
    mail.text_quoted = None
    mail.attachments = None
    mail.reasons = [{"key": reason["key"], "text": ""} for reason in mail.reasons or ()]
    mail.warnings = [{"key": warning["key"], "text": ""} for warning in mail.warnings or ()]
    mail.last_error = None
