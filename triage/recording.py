"""What is written down of a mail: when it is read, and when it is decided on.

The worker does so for mails, the form of the chat for the questions that it takes in.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from language.masking import mask
from storage.times import now
from triage.addresses import bare
from triage.deciding.admin_rules.traits import MOST_RECIPIENTS
from triage.deciding.classifier import Decision
from triage.deciding.documents import recognise
from triage.deciding.warnings import is_urgent, urgency
from triage.letters.acknowledgement import answer_address
from triage.models import Case, CaseEvent, Channel
from triage.parsing.message import ParsedMail
from triage.parsing.parts import Attachment
from triage.queues.arrivals import arrive


def read_columns(mail: ParsedMail) -> dict[str, Any]:
    """Return the columns of `models.Mail` that tell what a mail says; CPR numbers are masked.

    So an address with such a number in it is one that nothing can be sent to: who sends takes it
    from the original.
    """
    reply_to = mask(answer_address(mail) or "")[:320]
    return {
        "message_id": mask(mail.message_id or "")[:500] or None,
        "sender": mask(mail.sender)[:320],
        "recipients": [mask(address)[:320] for address in mail.recipients[:MOST_RECIPIENTS]],
        "reply_to": reply_to or None,
        "reply_to_bare": bare(reply_to) or None,
        "sent_at": mail.date,
        "subject": mask(mail.subject)[:500],
        "text_new": mask(mail.text_new),
        "text_signature": mask(mail.text_signature),
        "text_quoted": mask(mail.text_quoted),
        "attachments": [_told_of(attachment) for attachment in mail.attachments],
    }


def _told_of(attachment: Attachment) -> dict[str, Any]:
    """What is written down of an attachment; of its text only which document it is."""
    document = recognise(attachment.name, attachment.text)
    return {
        "name": mask(attachment.name),
        "content_type": mask(attachment.content_type)[:255],
        "size": attachment.size,
        "document": document.key if document else None,
    }


def decided_columns(decision: Decision) -> dict[str, Any]:
    """Return the columns of `models.Mail` that tell where a mail belongs, and why."""
    return {
        "kind": decision.kind,
        "queue": decision.queue,
        "confidence": decision.confidence,
        "decided": decision.decided,
        "language": decision.language,
        "language_confidence": decision.language_confidence,
        "topics": list(decision.topics),
        "reasons": [asdict(reason) for reason in decision.reasons],
        "rule_id": decision.rule_id,
        "shelf": decision.shelf,
        "authority": decision.authority,
        "warnings": [asdict(warning) for warning in decision.warnings],
        "urgency": urgency([warning.key for warning in decision.warnings]),
    }


def begin_case(
    session: Session,
    decision: Decision,
    *,
    channel: Channel,
    opened_at: datetime,
    centre: str | None,
    sampled: bool,
    old: bool = False,
) -> Case:
    """Open the case of a mail that was decided on, with the beginning of its history.

    Args:
        session: A unit of work.
        decision: Where the mail belongs.
        channel: How it came.
        opened_at: When it came.
        centre: The slug of the centre whose case it is, None where it is no one centre's.
        sampled: Whether it is put up for confirmation although the decision is sure.
        old: Whether it lay in the mailbox long before: nobody is told of it, nothing was promised.
    """
    case = Case(
        channel=channel,
        shelf=decision.shelf,
        opened_at=opened_at,
        centre=centre,
        sampled=sampled,
        urgent=is_urgent(warning.key for warning in decision.warnings),
    )
    arrive(session, case, old=old)
    session.add(case)
    session.flush()
    session.add(CaseEvent(case_id=case.id, at=now(), action="opened"))
    return case
