"""What the desk reads: how many cases lie where, the cases of a shelf, one case with its reasons.

Mail that the worker has not decided on yet has no case; it is listed as arriving.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, undefer

from language.languages import Language, is_language
from language.masking import MASK, mask
from storage.originals import Originals, OriginalsError
from triage.errors import UnreadableMailError
from triage.models import (
    Case,
    CaseEvent,
    Channel,
    Confirmation,
    Correction,
    Handover,
    Mail,
    Mailbox,
    MailTransition,
    Reply,
    SentMail,
)
from triage.parsing.reading import read
from triage.queues.settings import in_force
from triage.reference import reference
from triage.shelves import Shelf
from triage.states import CorrectionState, MailState, ReplyState
from understanding.queues import Kind, Queue
from web.dates import today

Listing = Literal["tax", "jobseeker", "visitation", "automatic", "spam", "unreadable", "arriving"]
"""The shelves, and mail that is on none of them yet."""

LISTINGS: tuple[Listing, ...] = get_args(Listing)

Selection = Literal[
    "open", "warned", "to_confirm", "unsure", "overdue", "elsewhere", "passed_on", "closed"
]
"""Which cases of a shelf: those with something left to do; those among them with a warning; those
whose routing a person should confirm; those whose decision is unsure; those that should have been
answered by now; those that are probably meant for another authority; those that were passed on to
one, done or not; those that are done."""


@dataclass(frozen=True)
class Scope:
    """Whose cases are read; None means no limit.

    Attributes:
        queues: Of the three queues, only these; the other shelves are everybody's, for nobody
            knows yet whose they are.
        centres: Only cases of these centres, and those that are no one centre's.
    """

    queues: frozenset[str] | None = None
    centres: frozenset[str] | None = None

    def has_listing(self, listing: Listing) -> bool:
        """Return whether a listing is among these."""
        return self.queues is None or listing not in _QUEUES or listing in self.queues

    def has(self, summary: CaseSummary) -> bool:
        """Return whether a case is among these."""
        in_centre = self.centres is None or summary.centre in {None, *self.centres}
        return in_centre and self.has_listing(summary.listing)


EVERYTHING = Scope()


@dataclass(frozen=True)
class QueueCount:
    """How much lies on a shelf and is not closed.

    Attributes:
        queue: The shelf, or `arriving`.
        total: All open cases on it.
        unsure: Those among them whose decision is unsure and that no caseworker has touched.
        to_confirm: Those among them that wait for a caseworker's confirmation, unsure or drawn.
        oldest: When the oldest of them came; None when there is none.
        warned: Those among them with a warning.
        elsewhere: Those among them that are probably meant for another authority.
        overdue: Those that should have been answered by now.
    """

    queue: Listing
    total: int
    unsure: int
    to_confirm: int
    oldest: datetime | None
    warned: int = 0
    elsewhere: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class CaseSummary:
    """One line in a list of cases. All text is masked.

    Attributes:
        id: Identifies the case; None for mail that is arriving.
        mail_id: The mail that it came by, None for one from the counter or the telephone.
        reference: What the person is told, "ICS-000123"; empty for mail that is arriving.
        channel: How it came in.
        received_at: When the mail was received, or the person came or called.
        sender: The mail's sender, or who asked: name, address or number; empty if not known.
        subject: Empty when there is none.
        language: One of the six, None when it is none of them or not known.
        listing: The shelf that it lies on now, or `arriving`.
        centre: Slug of the centre whose case it is, None when it is no one centre's.
        kind: Of a mail, None until it is decided.
        queue: The classifier's best guess among the three queues, None where it did not judge.
        confidence: 0 to 1 for the queue, None where the classifier did not judge.
        decided: False when the decision was unsure, None where there was none.
        to_confirm: Whether a caseworker should look whether the routing is right.
        confirmation: What a caseworker did about the routing, None as long as none did.
        closed_at: When nothing was left to do.
        state: How far a mail has come, None for other cases.
        acknowledgement: `sent`, `uncertain`, or the key of the reason why there is none; None
            while it is not settled.
        perhaps_duplicate_of: The mail that has the same content, if any.
        troubled: Whether a step of the worker failed and waits to be tried again.
        erased_at: When all that it said was erased.
        warnings: What must be seen first, as keys: `warning.threats` …
        authority: Slug of the other authority that it is probably meant for, None for ours.
        passed_on_to: Slug of the authority that it was passed on to, None if to none.
        due_on: The last day of the time within which its queue answers, None without a promise.
    """

    id: int | None
    mail_id: int | None
    reference: str
    channel: Channel
    received_at: datetime
    sender: str
    subject: str
    language: Language | None
    listing: Listing
    centre: str | None
    kind: Kind | None
    queue: Queue | None
    confidence: float | None
    decided: bool | None
    to_confirm: bool
    confirmation: Confirmation | None
    closed_at: datetime | None
    state: MailState | None
    acknowledgement: str | None
    perhaps_duplicate_of: int | None
    troubled: bool
    erased_at: datetime | None
    warnings: tuple[str, ...] = ()
    authority: str | None = None
    passed_on_to: str | None = None
    due_on: date | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been answered by now."""
        return self.closed_at is None and self.due_on is not None and self.due_on < today()

    @property
    def is_unsure(self) -> bool:
        """Whether the decision is unsure and no caseworker has touched it."""
        return self.decided is False and self.confirmation is None


@dataclass(frozen=True)
class Reason:
    """One reason of a decision: a key for the desk to put into words, and what it refers to.

    Attributes:
        key: A rule's name (`rule.bounce`), `sentence`, `below_threshold`, `warning.threats` …
        text: The sentence of the mail or the value of the header that it rests on, masked.
    """

    key: str
    text: str


_TEXTS = tuple(
    undefer(column)
    for column in (Mail.text_new, Mail.text_signature, Mail.text_quoted, Mail.attachments)
)


@dataclass(frozen=True)
class AttachmentInfo:
    """What is attached to a mail.

    Attributes:
        name: Masked.
        content_type: Such as `application/pdf`.
        size: In bytes, decoded.
        document: The key of the document that it was recognised as, None if as none.
    """

    name: str
    content_type: str
    size: int
    document: str | None = None


@dataclass(frozen=True)
class Transition:
    """One step of a mail's way."""

    from_state: MailState | None
    to_state: MailState
    at: datetime
    worker: str
    note: str


@dataclass(frozen=True)
class Event:
    """Something that was done about a case; `user_name` is None for what the worker did."""

    action: str
    at: datetime
    user_name: str | None
    detail: str


@dataclass(frozen=True)
class SentReply:
    """A reply as the desk shows it, or a mail passed on to an authority; subject and text are masked."""

    id: int
    state: ReplyState
    author: str
    asked_at: datetime
    recipient: str
    language: Language | None
    subject: str
    text: str
    last_error: str | None
    authority: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether something will still happen to it by itself."""
        return self.state in {ReplyState.WAITING, ReplyState.SENDING, ReplyState.SENT}


@dataclass(frozen=True)
class Report:
    """What a mail server reported of a mail of ours.

    Attributes:
        case_id: The case of the report itself.
        sent: Which mail it is about.
        action: `failed` or `delayed`.
        status: The status code, empty if none was given.
        recipient: Who was not reached; masked, empty if not said.
        at: When the report came.
    """

    case_id: int | None
    sent: SentMail
    action: str
    status: str
    recipient: str
    at: datetime


@dataclass(frozen=True)
class CaseDetail:
    """A case as a caseworker reads it. All text is masked, unless `numbers_shown` made it.

    Attributes:
        summary: The line that stands in the list.
        revision: Counts the changes of the case; 0 for mail that is arriving.
        sent_at: The mail's own date, None when it has none.
        text_new: What the sender wrote now, or what was noted at the counter.
        text_signature: What stands below it, such as the block of an office; often empty.
        text_quoted: The older thread below it, empty when there is none.
        attachments: In the order of the mail.
        topics: Slugs of topics, the likeliest first.
        reasons: Why the decision put it where it did.
        decided_shelf: Where the decision put it, None where there was none.
        folder: The folder in the mailbox, by its name there; None until it is moved.
        missing_since: When it was noticed that the mail is in no folder of ours any more.
        returned_at: When it was noticed that somebody put the mail back into the inbox.
        moving_to: The folder that a correction will still move it to, None when none does.
        can_be_moved: Whether a correction can be carried out now: not while the worker is still
            moving the mail to its first folder.
        recipient: Where an answer goes, None when there is no address.
        asker_name: Who asked at the counter, on the telephone or by the form, empty if not known.
        municipality: Where who filled in the form lives, None if not said.
        asker_telephone: Their number, empty if not known.
        transitions: The way of the mail so far, oldest first.
        events: What was done about the case, oldest first.
        replies: What was answered, oldest first.
        last_error: What failed last on the worker's side, None when nothing did.
        original_id: Of the mail's original, None when there is none.
        can_be_read_again: Whether it is an unreadable mail that the worker can read again.
        belongs_to: The earlier case that the mail answers, or reports on; None where there is none.
        later_cases: Those whose mail answers this one, oldest first.
        reports: What mail servers reported of our mails about this case, oldest first.
        rule_id: The admin's rule that decided, None when none did or it is removed.
        warnings: What must be seen first, with what each rests on.
        forwarded_to: Where it was also sent, or would have been; None where nowhere.
        forwarding: What came of that: `sent`, `uncertain`, or the key of the reason why not.
    """

    summary: CaseSummary
    revision: int
    sent_at: datetime | None
    text_new: str
    text_signature: str
    text_quoted: str
    attachments: tuple[AttachmentInfo, ...]
    topics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    decided_shelf: Shelf | None
    folder: str | None
    missing_since: datetime | None
    returned_at: datetime | None
    moving_to: str | None
    can_be_moved: bool
    recipient: str | None
    asker_name: str
    municipality: str | None
    asker_telephone: str
    transitions: tuple[Transition, ...]
    events: tuple[Event, ...]
    replies: tuple[SentReply, ...]
    last_error: str | None
    original_id: int | None
    can_be_read_again: bool = False
    belongs_to: int | None = None
    later_cases: tuple[int, ...] = ()
    reports: tuple[Report, ...] = ()
    rule_id: int | None = None
    warnings: tuple[Reason, ...] = ()
    forwarded_to: str | None = None
    forwarding: str | None = None

    @property
    def has_numbers(self) -> bool:
        """Whether personal numbers are hidden in it."""
        texts = (self.summary.subject, self.text_new, self.text_signature, self.text_quoted)
        return any(MASK in text for text in texts)


def queue_counts(session: Session, scope: Scope = EVERYTHING) -> list[QueueCount]:
    """Return one count for each listing of a scope, in the order of `LISTINGS`, empty ones too."""
    rows = session.execute(
        _cases(scope)
        .with_only_columns(
            Case.shelf,
            func.count(Case.id),
            func.count(Case.id).filter(_UNSURE),
            func.count(Case.id).filter(_TO_CONFIRM),
            func.min(Case.opened_at),
            func.count(Case.id).filter(_WARNED),
            func.count(Case.id).filter(_ELSEWHERE),
            func.count(Case.id).filter(Case.due_on < today()),
        )
        .where(Case.closed_at.is_(None))
        .group_by(Case.shelf)
    ).all()
    found: dict[str, tuple[int, int, int, datetime | None, int, int, int]] = {
        shelf: (total, unsure, to_confirm, oldest, warned, elsewhere, overdue)
        for shelf, total, unsure, to_confirm, oldest, warned, elsewhere, overdue in rows
    }
    total, oldest = session.execute(
        select(
            func.count(Mail.id), func.min(func.coalesce(Mail.received_at, Mail.sighted_at))
        ).where(_ARRIVING)
    ).one()
    found["arriving"] = (total, 0, 0, oldest, 0, 0, 0)
    return [
        QueueCount(listing, *found.get(listing, (0, 0, 0, None, 0, 0, 0)))
        for listing in LISTINGS
        if scope.has_listing(listing)
    ]


def list_cases(
    session: Session,
    listing: Listing,
    selection: Selection = "open",
    *,
    scope: Scope = EVERYTHING,
    after_id: int | None = None,
    limit: int = 50,
) -> list[CaseSummary]:
    """Return the cases of a listing: the most urgent and then the oldest first, done ones the newest.

    Args:
        session: The database.
        listing: Which shelf, or `arriving`.
        selection: Which of its cases; of arriving mail there is but one kind.
        scope: Whose cases.
        after_id: Go on after this case of the page before.
        limit: At most so many.
    """
    if listing == "arriving":
        arriving = select(Mail).where(_ARRIVING).order_by(Mail.id).limit(limit)
        if after_id is not None:
            arriving = arriving.where(Mail.id > after_id)
        return [_summary(None, mail) for mail in session.scalars(arriving)]
    statement = _cases(scope).where(Case.shelf == listing, _selected(selection))
    if selection in {"closed", "passed_on"}:
        statement = statement.order_by(Case.id.desc())
        if after_id is not None:
            statement = statement.where(Case.id < after_id)
    else:
        statement = statement.order_by(_URGENCY.desc(), Case.id)
        if after_id is not None:
            statement = statement.where(_comes_after(after_id))
    return [_summary(case, mail) for case, mail in session.execute(statement.limit(limit))]


def next_case(
    session: Session, listing: Listing, selection: Selection, scope: Scope, after_id: int
) -> int | None:
    """Return the next case of a list, from the beginning again after its last; None if none is."""
    for start in (after_id, None):
        found = list_cases(session, listing, selection, scope=scope, after_id=start, limit=1)
        if found and found[0].id != after_id:
            return found[0].id
    return None


def read_case(session: Session, case_id: int) -> CaseDetail | None:
    """Return a case with its text, decision and way; None when there is no such case.

    The caller writes the audit log.
    """
    case = session.get(Case, case_id, options=[undefer(Case.note)])
    if case is None:
        return None
    mail = session.scalars(
        select(Mail).where(Mail.case_id == case_id).options(*_TEXTS)
    ).one_or_none()
    correction = None if mail is None else _open_correction(session, mail.id)
    return CaseDetail(
        summary=_summary(case, mail),
        revision=case.revision,
        sent_at=mail.sent_at if mail else None,
        text_new=(mail.text_new if mail else case.note) or "",
        text_signature=(mail.text_signature if mail else None) or "",
        text_quoted=(mail.text_quoted if mail else None) or "",
        attachments=_attachments(mail),
        topics=tuple((mail.topics if mail else case.topics) or ()),
        reasons=tuple(Reason(r["key"], r["text"]) for r in (mail.reasons if mail else None) or ()),
        decided_shelf=_SHELVES[mail.shelf] if mail and mail.shelf else None,
        folder=mail.target_folder if mail and mail.moved_at else None,
        missing_since=mail.missing_since if mail else None,
        returned_at=mail.returned_at if mail else None,
        moving_to=in_force(session, _SHELVES[correction.to_shelf], case.centre).folder
        if correction
        else None,
        can_be_moved=mail is None
        or mail.mailbox_id is None
        or mail.moved_at is not None
        or mail.state == MailState.GONE,
        recipient=mail.reply_to if mail else case.asker_address,
        asker_name=case.asker_name or "",
        municipality=session.scalar(
            select(Handover.municipality).where(Handover.case_id == case_id)
        ),
        asker_telephone=case.asker_telephone or "",
        transitions=_transitions(session, mail),
        events=_events(session, case_id),
        replies=replies_of(session, case_id),
        last_error=(correction.last_error if correction else None)
        or (mail.last_error if mail else None),
        original_id=mail.original_id if mail else None,
        can_be_read_again=case.shelf == "unreadable"
        and mail is not None
        and mail.shelf == "unreadable"
        and mail.state == MailState.NOT_ACKNOWLEDGED
        and mail.original_id is not None,
        belongs_to=mail.about_case_id if mail else None,
        later_cases=_later_cases(session, case_id),
        reports=_reports(session, case_id),
        rule_id=mail.rule_id if mail else None,
        warnings=tuple(
            Reason(w["key"], w["text"]) for w in (mail.warnings if mail else None) or ()
        ),
        forwarded_to=mail.forwarded_to if mail else None,
        forwarding=mail.forwarding if mail else None,
    )


def read_arriving(session: Session, originals: Originals, mail_id: int) -> CaseDetail | None:
    """Return a mail that is arriving, from its original if the worker has not read it yet.

    None when there is no such mail, or when it has a case. The caller writes the audit log.
    """
    mail = session.get(Mail, mail_id, options=_TEXTS)
    if mail is None or mail.case_id is not None:
        return None
    if mail.text_new is None and mail.original_id is not None:
        texts, attachments = _from_original(session, originals, mail.original_id)
    else:
        texts = (mail.text_new or "", mail.text_signature or "", mail.text_quoted or "")
        attachments = _attachments(mail)
    text_new, text_signature, text_quoted = texts
    return CaseDetail(
        summary=_summary(None, mail),
        revision=0,
        sent_at=mail.sent_at,
        text_new=text_new,
        text_signature=text_signature,
        text_quoted=text_quoted,
        attachments=attachments,
        topics=(),
        reasons=(),
        decided_shelf=None,
        folder=None,
        missing_since=None,
        returned_at=None,
        moving_to=None,
        can_be_moved=False,
        recipient=None,
        asker_name="",
        municipality=None,
        asker_telephone="",
        transitions=_transitions(session, mail),
        events=(),
        replies=(),
        last_error=mail.last_error,
        original_id=mail.original_id,
    )


def case_of_mail(session: Session, mail_id: int) -> int | None:
    """Return the case of a mail; None when it has none, or when there is no such mail."""
    return session.scalar(select(Mail.case_id).where(Mail.id == mail_id))


def mail_of_case(session: Session, case_id: int) -> int | None:
    """Return the mail that a case came by; None when it came by none, or is not there."""
    return session.scalar(select(Mail.id).where(Mail.case_id == case_id))


def mailbox_of_case(session: Session, case_id: int) -> str | None:
    """Return the name of the mailbox that a case came by; None where it came by none."""
    return session.scalar(
        select(Mailbox.name)
        .join(Mail, Mail.mailbox_id == Mailbox.id)
        .where(Mail.case_id == case_id)
    )


def numbers_shown(session: Session, originals: Originals, detail: CaseDetail) -> CaseDetail:
    """Return a case with the personal numbers that were hidden in its texts.

    The caller writes the audit log.

    Raises:
        OriginalsError: The original has been erased, or no key opens it.
        UnreadableMailError: It cannot be read within its limits.
    """
    summary = detail.summary
    if detail.decided_shelf == "unreadable":
        return detail  # it may have ended the worker, and would end this process too
    if detail.original_id is not None:
        parsed = read(originals.read(session, detail.original_id))
        if summary.channel == "chat":
            parsed = parsed.unsigned
        return replace(
            detail,
            summary=replace(summary, subject=parsed.subject),
            text_new=parsed.text_new,
            text_signature=parsed.text_signature,
            text_quoted=parsed.text_quoted,
        )
    case = session.get_one(Case, summary.id)
    if case.note_original_id is None:
        return detail
    subject, _, note = originals.read(session, case.note_original_id).decode().partition("\n")
    return replace(detail, summary=replace(summary, subject=subject), text_new=note)


_UNSURE = and_(Mail.decided.is_(False), Case.confirmation.is_(None))
_TO_CONFIRM = and_(
    or_(Mail.decided.is_(False), Case.sampled, Mail.returned_at.is_not(None)),
    Case.confirmation.is_(None),
)
_URGENCY = func.coalesce(Mail.urgency, 0)
_WARNED = _URGENCY > 0
_ELSEWHERE = and_(Mail.authority.is_not(None), Case.passed_on_to.is_(None))
_ARRIVING = and_(Mail.shelf.is_(None), Mail.state.not_in([MailState.GONE, MailState.LEFT]))
_OPEN = Case.closed_at.is_(None)
_SELECTED: Mapping[str, ColumnElement[bool]] = {
    "open": _OPEN,
    "to_confirm": and_(_OPEN, _TO_CONFIRM),
    "warned": and_(_OPEN, _WARNED),
    "unsure": and_(_OPEN, _UNSURE),
    "elsewhere": and_(_OPEN, _ELSEWHERE),
    "passed_on": Case.passed_on_to.is_not(None),
    "closed": Case.closed_at.is_not(None),
}
_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
_QUEUES: Mapping[str, Queue] = {queue: queue for queue in get_args(Queue)}
_SHELVES: Mapping[str, Shelf] = {shelf: shelf for shelf in get_args(Shelf)}


def _selected(selection: Selection) -> ColumnElement[bool]:
    # What is overdue another day is not overdue today.
    return and_(_OPEN, Case.due_on < today()) if selection == "overdue" else _SELECTED[selection]


def _cases(scope: Scope) -> Select[Case, Mail]:
    statement = select(Case, Mail).outerjoin(Mail, Mail.case_id == Case.id)
    if scope.centres is not None:
        statement = statement.where(or_(Case.centre.is_(None), Case.centre.in_(scope.centres)))
    return statement


def _comes_after(case_id: int) -> ColumnElement[bool]:
    """Whether a case stands below another in a list by urgency and age."""
    urgency = func.coalesce(
        select(Mail.urgency).where(Mail.case_id == case_id).correlate(None).scalar_subquery(), 0
    )
    return or_(urgency > _URGENCY, and_(urgency == _URGENCY, Case.id > case_id))


def _open_correction(session: Session, mail_id: int) -> Correction | None:
    """The last correction that the mailbox has not followed yet."""
    return session.scalars(
        select(Correction)
        .where(
            Correction.mail_id == mail_id,
            Correction.state.not_in([CorrectionState.DONE, CorrectionState.GONE]),
        )
        .order_by(Correction.id.desc())
        .limit(1)
    ).one_or_none()


def _attachments(mail: Mail | None) -> tuple[AttachmentInfo, ...]:
    return tuple(
        AttachmentInfo(str(a["name"]), str(a["content_type"]), int(a["size"]), a.get("document"))
        for a in (mail.attachments if mail else None) or ()
    )


def _transitions(session: Session, mail: Mail | None) -> tuple[Transition, ...]:
    if mail is None:
        return ()
    rows = session.scalars(
        select(MailTransition).where(MailTransition.mail_id == mail.id).order_by(MailTransition.id)
    )
    return tuple(Transition(t.from_state, t.to_state, t.at, t.worker, t.note or "") for t in rows)


def _events(session: Session, case_id: int) -> tuple[Event, ...]:
    rows = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
    )
    return tuple(Event(e.action, e.at, e.user_name, e.detail or "") for e in rows)


def _later_cases(session: Session, case_id: int) -> tuple[int, ...]:
    found = session.scalars(
        select(Mail.case_id)
        .where(
            Mail.about_case_id == case_id,
            Mail.case_id.is_not(None),
            Mail.reported_on.is_(None),
        )
        .order_by(Mail.case_id)
    )
    return tuple(one for one in found if one is not None)


def _reports(session: Session, case_id: int) -> tuple[Report, ...]:
    rows = session.scalars(
        select(Mail)
        .where(Mail.about_case_id == case_id, Mail.reported_on.is_not(None))
        .order_by(Mail.id)
    )
    return tuple(
        Report(
            mail.case_id,
            mail.reported_on,
            mail.reported_action or "",
            mail.reported_status or "",
            mail.reported_recipient or "",
            mail.received_at or mail.sighted_at,
        )
        for mail in rows
        if mail.reported_on is not None
    )


def replies_of(session: Session, case_id: int) -> tuple[SentReply, ...]:
    """Return what was answered in a case, oldest first."""
    rows = session.scalars(
        select(Reply)
        .where(Reply.case_id == case_id)
        .order_by(Reply.id)
        .options(undefer(Reply.text))
    )
    return tuple(
        SentReply(
            reply.id,
            reply.state,
            reply.author,
            reply.asked_at,
            reply.recipient,
            reply.language if is_language(reply.language) else None,
            reply.subject,
            reply.text,
            reply.last_error,
            reply.authority,
        )
        for reply in rows
    )


def _from_original(
    session: Session, originals: Originals, original_id: int
) -> tuple[tuple[str, str, str], tuple[AttachmentInfo, ...]]:
    try:
        parsed = read(originals.read(session, original_id))
    except (OriginalsError, UnreadableMailError):
        return ("", "", ""), ()
    attachments = tuple(
        AttachmentInfo(mask(a.name), a.content_type, a.size) for a in parsed.attachments
    )
    texts = (mask(parsed.text_new), mask(parsed.text_signature), mask(parsed.text_quoted))
    return texts, attachments


def _summary(case: Case | None, mail: Mail | None) -> CaseSummary:
    language = mail.language if mail else case.language if case else None
    decided = mail.decided if mail else None
    confirmation = case.confirmation if case else None
    returned = mail is not None and mail.returned_at is not None
    return CaseSummary(
        id=case.id if case else None,
        mail_id=mail.id if mail else None,
        reference=reference(case.id) if case else "",
        channel=case.channel if case else "mail",
        received_at=_received_at(case, mail),
        sender=_sender(case, mail),
        subject=(mail.subject if mail else case.subject if case else None) or "",
        language=language if is_language(language) else None,
        listing=_SHELVES[case.shelf] if case else "arriving",
        centre=case.centre if case else None,
        kind=_KINDS.get((mail.kind if mail else None) or ""),
        queue=_QUEUES.get((mail.queue if mail else None) or ""),
        confidence=mail.confidence if mail else None,
        decided=decided,
        to_confirm=case is not None
        and confirmation is None
        and (decided is False or case.sampled or returned),
        confirmation=confirmation,
        closed_at=case.closed_at if case else None,
        state=mail.state if mail else None,
        acknowledgement=mail.acknowledgement if mail else None,
        perhaps_duplicate_of=mail.perhaps_duplicate_of if mail else None,
        troubled=mail is not None and mail.due_at is not None and mail.last_error is not None,
        erased_at=case.erased_at if case else None,
        warnings=tuple(one["key"] for one in (mail.warnings if mail else None) or ()),
        authority=mail.authority if mail else None,
        passed_on_to=case.passed_on_to if case else None,
        due_on=case.due_on if case else None,
    )


def _received_at(case: Case | None, mail: Mail | None) -> datetime:
    if mail is not None:
        return mail.received_at or mail.sighted_at
    if case is None:
        raise ValueError("There is neither a case nor a mail.")
    return case.opened_at


def _sender(case: Case | None, mail: Mail | None) -> str:
    if mail is not None:
        return mask(mail.sender or "")
    if case is None:
        return ""
    return case.asker_name or case.asker_address or case.asker_telephone or ""
