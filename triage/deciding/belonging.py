"""To which earlier case a mail belongs: a report on a mail of ours, or an answer to one.

It is a link for people and no more: cases are never merged, and nobody may see a case because of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from language.masking import mask
from storage.times import now
from triage.deciding.delivery_reports import DeliveryReport
from triage.models import Case, CaseEvent, Mail, Reply, SentMail
from triage.parsing import headers
from triage.parsing.message import ParsedMail
from triage.reference import numbers_in

NOT_DELIVERED = "not_delivered"
"""A mail of ours was not delivered; the detail is what it was, and the status code."""

_MOST_IDS = 50


@dataclass(frozen=True)
class Belonging:
    """The earlier case that a mail belongs to.

    Attributes:
        case_id: The case.
        sent: Which mail of ours it is about; None where only the subject or sender says so.
        is_certain: Whether a Message-ID of ours shows it, which nobody can guess.
        report: What a report says; None of an answer.
    """

    case_id: int
    sent: SentMail | None
    is_certain: bool
    report: DeliveryReport | None = None


def find_belonging(
    session: Session, mail: ParsedMail, report: DeliveryReport | None
) -> Belonging | None:
    """Return the earlier case that a mail belongs to; None where it belongs to none.

    Args:
        session: Read only.
        mail: The parsed mail.
        report: What it says, if it is a report on delivery.
    """
    if report is not None:
        return _of_report(session, report)
    in_reply_to = headers.message_ids(mail.header("in-reply-to"))
    found = _by_ids(session, [*in_reply_to, *reversed(mail.references)])
    if found is not None:
        return Belonging(*found, is_certain=True)
    for case_id in numbers_in(mail.subject):
        if mail.sender and _is_persons(session, case_id, mask(mail.sender)):
            return Belonging(case_id, None, is_certain=False)
    return None


def note_belonging(session: Session, mail_id: int, belonging: Belonging) -> None:
    """Write down what a mail belongs to. The case of a reply that was not delivered is open again.

    Args:
        session: A unit of work.
        mail_id: The mail.
        belonging: The earlier case.
    """
    report = belonging.report
    values: dict[str, Any] = {"about_case_id": belonging.case_id}
    if report is not None:
        values |= {
            "reported_on": belonging.sent,
            "reported_action": report.action,
            "reported_status": report.status,
            "reported_recipient": mask(report.recipient),
        }
    session.execute(
        update(Mail)
        .where(Mail.id == mail_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if report is None or report.action != "failed":
        return
    session.add(
        CaseEvent(
            case_id=belonging.case_id,
            at=now(),
            action=NOT_DELIVERED,
            detail=" ".join(filter(None, (belonging.sent, report.status))),
        )
    )
    if belonging.sent == "reply" and belonging.is_certain:
        session.execute(
            update(Case)
            .where(Case.id == belonging.case_id, Case.erased_at.is_(None))
            # Whoever has the case open is told that it has changed.
            .values(
                closed_at=None, revision=Case.revision + 1, **_undone(session, report.message_ids)
            )
            .execution_options(synchronize_session=False)
        )


def _undone(session: Session, message_ids: Sequence[str]) -> dict[str, None]:
    """What does not hold any more of a case when these mails of ours did not arrive."""
    passed_on = select(Reply.id).where(
        Reply.message_id.in_(message_ids[:_MOST_IDS]), Reply.authority.is_not(None)
    )
    return {} if session.scalar(passed_on.limit(1)) is None else {"passed_on_to": None}


def _of_report(session: Session, report: DeliveryReport) -> Belonging | None:
    found = _by_ids(session, report.message_ids)
    if found is not None:
        return Belonging(*found, is_certain=True, report=report)
    # Some servers give what they send an id of their own; the reference stays in the subject.
    for case_id in report.cases:
        # In the database addresses are masked.
        sent = _sent_to(session, case_id, mask(report.recipient))
        if sent is not None:
            return Belonging(case_id, sent, is_certain=False, report=report)
    return None


def _by_ids(session: Session, ids: Iterable[str]) -> tuple[int, SentMail] | None:
    """The case of the first id that a mail of ours had, and what that mail was."""
    for one in list(dict.fromkeys(ids))[:_MOST_IDS]:
        replied = session.scalar(select(Reply.case_id).where(Reply.message_id == one).limit(1))
        if replied is not None:
            return replied, "reply"
        for column, sent in _COLUMNS:
            case_id = session.scalar(
                select(Mail.case_id).where(column == one, Mail.case_id.is_not(None)).limit(1)
            )
            if case_id is not None:
                return case_id, sent
    return None


_COLUMNS: tuple[tuple[InstrumentedAttribute[str | None], SentMail], ...] = (
    (Mail.acknowledgement_message_id, "acknowledgement"),
    (Mail.forward_message_id, "forward"),
)


def _sent_to(session: Session, case_id: int, recipient: str) -> SentMail | None:
    """What we sent to an address about a case; None where nothing was."""
    if not recipient:
        return None
    replied = select(Reply.id).where(Reply.case_id == case_id, Reply.recipient == recipient)
    if session.scalar(replied.limit(1)) is not None:
        return "reply"
    mail = session.scalars(select(Mail).where(Mail.case_id == case_id)).one_or_none()
    was_forwarded = mail is not None and mail.forwarding in {"sent", "uncertain"}
    if mail is not None and was_forwarded and mail.forwarded_to == recipient:
        return "forward"
    was_acknowledged = mail is not None and mail.acknowledgement in {"sent", "uncertain"}
    if mail is not None and was_acknowledged and mail.reply_to == recipient:
        return "acknowledgement"
    return None


def _is_persons(session: Session, case_id: int, address: str) -> bool:
    """Whether an address is that of the person of a case."""
    of_case = (
        select(Case.id)
        .outerjoin(Mail, Mail.case_id == Case.id)
        .where(
            Case.id == case_id,
            or_(
                Case.asker_address == address,
                Mail.reply_to == address,
                Mail.sender == address,
            ),
        )
    )
    return session.scalar(of_case.limit(1)) is not None
