"""Which mails are proposed for training: those whose routing a person has confirmed.

A proposal is no row of its own: it is a case that can be decided about, and its text is made when
somebody looks at it. So no copy of a mail is kept that nobody has seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog
from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from language.languages import LANGUAGES, Language
from language.personal_data import Personal, find_personal_data, replaced
from storage.originals import Originals, OriginalsError
from triage.cases.handling import SORTED_BY_HAND
from triage.errors import UnreadableMailError
from triage.models import Case, CaseEvent, HowConfirmed, Mail, TrainingMail
from triage.parsing.reading import read
from triage.reference import reference
from triage.shelves import Shelf

_log = structlog.get_logger(__name__)

LABELS: tuple[Shelf, ...] = ("tax", "jobseeker", "visitation", "automatic", "spam")
"""What a mail can be learnt as."""

_HOW: Mapping[str, HowConfirmed] = {
    "confirmed": "confirmed",
    "corrected": "corrected",
    "answered": "answered",
    SORTED_BY_HAND: "moved",
}


@dataclass(frozen=True)
class Proposal:
    """A case whose mail may become a training mail.

    Attributes:
        case_id: The case.
        revision: Of the case.
        language: Of the mail.
        label: The shelf that it lies on, as was confirmed.
        decided_shelf: Where the decision had put it.
        was_sure: Whether the decision was.
        how: What confirmed it.
        at: When.
    """

    case_id: int
    revision: int
    language: Language
    label: str
    decided_shelf: str
    was_sure: bool
    how: HowConfirmed
    at: datetime

    @property
    def reference(self) -> str:
        """The reference of the case."""
        return reference(self.case_id)

    @property
    def was_wrong(self) -> bool:
        """Whether the decision had put it on another shelf."""
        return self.decided_shelf != self.label

    @property
    def telling(self) -> int:
        """How much there is to learn from it: 0 where the model was wrong, 1 unsure, 2 right."""
        return 0 if self.was_wrong else 2 if self.was_sure else 1


@dataclass(frozen=True)
class ProposedText:
    """What a mail says, and where something personal stands in it.

    Attributes:
        subject: As it stands in the ledger.
        body: What was newly written.
        in_subject: Places in the subject.
        in_body: Places in the body.
        topics: Slugs of the topics that were found.
    """

    subject: str
    body: str
    in_subject: list[Personal]
    in_body: list[Personal]
    topics: list[str]

    @property
    def proposed_subject(self) -> str:
        """The subject with placeholders."""
        return replaced(self.subject, self.in_subject)

    @property
    def proposed_body(self) -> str:
        """The body with placeholders."""
        return replaced(self.body, self.in_body)


def proposals(
    session: Session,
    *,
    language: Language | None = None,
    label: str | None = None,
    how: HowConfirmed | None = None,
) -> list[Proposal]:
    """Return what is proposed, in the order in which it should be looked at.

    Args:
        session: Read only.
        language: Only mails in this one.
        label: Only those on this shelf.
        how: Only those confirmed in this way.
    """
    query = _query()
    if language is not None:
        query = query.where(Mail.language == language)
    if label is not None:
        query = query.where(Case.shelf == label)
    found = [_proposal(row) for row in session.execute(query)]
    return _balanced(session, [one for one in found if how is None or one.how == how])


def proposal(session: Session, case_id: int) -> Proposal | None:
    """Return the proposal of a case, None where it is none, or none any more."""
    row = session.execute(_query().where(Case.id == case_id)).one_or_none()
    return None if row is None else _proposal(row)


def text_of(session: Session, originals: Originals, case_id: int) -> ProposedText:
    """Return what the mail of a case says, and what is personal in it.

    The sender's name and address are looked for too. Where the original, in which the name stands,
    cannot be read, that is written to the log and the rest is found all the same.

    Args:
        session: Read only.
        originals: Of the mails.
        case_id: The case.
    """
    mail = session.scalars(select(Mail).where(Mail.case_id == case_id)).one()
    asker = session.get_one(Case, case_id).asker_name
    named = _sender_name(session, originals, mail)
    names = [one for one in (mail.sender, mail.reply_to, asker, named) if one]
    subject, body = mail.subject or "", (mail.text_new or "").strip()
    return ProposedText(
        subject,
        body,
        find_personal_data(subject, names),
        find_personal_data(body, names),
        list(mail.topics or ()),
    )


def _sender_name(session: Session, originals: Originals, mail: Mail) -> str:
    if mail.original_id is None:
        return ""
    try:
        return read(originals.read(session, mail.original_id)).sender_name
    except (OriginalsError, UnreadableMailError) as error:
        _log.warning("sender_unknown", mail=mail.id, error=type(error).__name__)
        return ""


def _query() -> Select[*tuple[Any, ...]]:
    """Return what selects the cases that a person has confirmed, and not yet decided about here."""
    last = (
        select(func.max(CaseEvent.id))
        .where(CaseEvent.case_id == Case.id, CaseEvent.action.in_(_HOW))
        .correlate(Case)
        .scalar_subquery()
    )
    looked_at = or_(
        CaseEvent.user_name.is_not(None),
        # Moved from another shelf: what lay in a folder when it was found nobody may have looked at.
        and_(Case.confirmation == "corrected", Mail.old.is_(False)),
    )
    return (
        select(
            Case.id,
            Case.revision,
            Mail.language,
            Case.shelf,
            Mail.shelf.label("decided_shelf"),
            Mail.decided,
            CaseEvent.action,
            CaseEvent.at,
        )
        .join(Mail, Mail.case_id == Case.id)
        .join(CaseEvent, CaseEvent.id == last)
        .where(
            Case.confirmation.is_not(None),
            Case.erased_at.is_(None),
            Case.shelf.in_(LABELS),
            Mail.language.in_(LANGUAGES),
            Mail.perhaps_duplicate_of.is_(None),
            Mail.text_new.is_not(None),
            func.trim(Mail.text_new, " \n\t\r") != "",
            Mail.shelf.is_not(None),
            looked_at,
            ~select(TrainingMail.id).where(TrainingMail.case_id == Case.id).exists(),
        )
        .order_by(CaseEvent.at.desc(), Case.id.desc())
    )


def _proposal(row: Row[*tuple[Any, ...]]) -> Proposal:
    return Proposal(
        case_id=row.id,
        revision=row.revision,
        language=cast("Language", row.language),
        label=row.shelf,
        decided_shelf=row.decided_shelf,
        was_sure=bool(row.decided),
        how=_HOW[row.action],
        at=row.at,
    )


def _balanced(session: Session, found: Iterable[Proposal]) -> list[Proposal]:
    """Order proposals: what the model was wrong in, then unsure; in turn by language and shelf.

    Languages and shelves of which few mails were accepted come first.
    """
    rows = session.execute(
        select(TrainingMail.language, TrainingMail.label, func.count())
        .where(TrainingMail.state == "accepted")
        .group_by(TrainingMail.language, TrainingMail.label)
    )
    had: Counter[tuple[str, str]] = Counter({(lang, label): n for lang, label, n in rows})
    places: dict[int, int] = {}
    ordered = sorted(found, key=lambda one: one.telling)  # stable: the newest stay first
    for one in ordered:
        places[one.case_id] = had[one.language, one.label]
        had[one.language, one.label] += 1
    return sorted(ordered, key=lambda one: (one.telling, places[one.case_id]))
