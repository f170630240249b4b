"""Looks through all tables for what should not be there any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database import Base
from storage.originals import Original
from triage.models import (
    Case,
    Erasure,
    Handover,
    Mail,
    Removal,
    Reply,
    ReplyDraft,
    TrainingMail,
)
from triage.reference import reference
from triage.states import RemovalState

Kind = Literal[
    "original_without_owner",
    "case_not_empty",
    "mail_not_empty",
    "reply_not_empty",
    "draft",
    "handover",
    "training_mail",
    "no_proof",
    "proof_of_nothing",
]
"""What was found: an original that nothing refers to; text that is left in an erased case, its mail, its
replies; a draft or a hand-over of it; a training mail that leads back to it; an erased case without a proof; a proof of a case that is not
erased."""


@dataclass(frozen=True)
class Remain:
    """Something that should not be there: what, and where (never what it says)."""

    kind: Kind
    where: str


@dataclass(frozen=True)
class InMailbox:
    """What is still to be deleted in the mailbox, and what cannot be."""

    waiting: int
    unable: int
    gone: int


def remains(session: Session) -> list[Remain]:
    """Return all that should not be there any more; an empty list is the proof that nothing is."""
    found = [Remain("original_without_owner", f"original {id_}") for id_ in _without_owner(session)]
    found += [
        Remain(kind, reference(case_id))
        for kind, case_ids in _of_cases(session)
        for case_id in case_ids
    ]
    # What came again after it was erased has no case, and never had a text.
    loose = select(Mail.id).where(Mail.erased_at.is_not(None), Mail.case_id.is_(None), _FULL_MAIL)
    found += [Remain("mail_not_empty", f"mail {mail_id}") for mail_id in session.scalars(loose)]
    return found


def in_mailbox(session: Session) -> InMailbox:
    """Return how much of what was erased still lies in the mailbox, or was not found there."""
    query = select(Removal.state, func.count(Removal.id)).group_by(Removal.state)
    counted = {state: number for state, number in session.execute(query)}  # noqa: C416 (typing)
    return InMailbox(
        waiting=counted.get(RemovalState.WAITING, 0) + counted.get(RemovalState.REMOVING, 0),
        unable=counted.get(RemovalState.UNABLE, 0),
        gone=counted.get(RemovalState.GONE, 0),
    )


def was_erased(session: Session, digest: str) -> list[Erasure]:
    """Return the proofs that the bytes of a digest were erased, oldest first."""
    return [
        erasure
        for erasure in session.scalars(select(Erasure).order_by(Erasure.id))
        if any(one["digest"] == digest for one in erasure.digests)
    ]


def _without_owner(session: Session) -> Sequence[int]:
    """Originals that no column of any table refers to."""
    originals = Base.metadata.tables[Original.__tablename__]
    owners = [
        select(column).where(column.is_not(None))
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.references(originals) for key in column.foreign_keys)
    ]
    return session.scalars(
        select(Original.id).where(Original.id.not_in(union_all(*owners))).order_by(Original.id)
    ).all()


def _of_cases(session: Session) -> Iterator[tuple[Kind, Sequence[int]]]:
    proofs = select(Erasure.id).where(Erasure.case_id == Case.id, Erasure.what == "case")
    queries: tuple[tuple[Kind, Select[int]], ...] = (
        ("case_not_empty", select(Case.id).where(_FULL_CASE)),
        ("mail_not_empty", select(Case.id).join(Mail, Mail.case_id == Case.id).where(_FULL_MAIL)),
        (
            "reply_not_empty",
            select(Case.id).join(Reply, Reply.case_id == Case.id).where(_FULL_REPLY),
        ),
        ("draft", select(Case.id).join(ReplyDraft, ReplyDraft.case_id == Case.id)),
        ("handover", select(Case.id).join(Handover, Handover.case_id == Case.id)),
        (
            "training_mail",
            select(Case.id).join(TrainingMail, TrainingMail.case_id == Case.id),
        ),
        ("no_proof", select(Case.id).where(~proofs.exists())),
    )
    for kind, query in queries:
        erased = query.where(Case.erased_at.is_not(None)).distinct().order_by(Case.id)
        yield kind, session.scalars(erased).all()
    kept = select(Case.id).where(Case.erased_at.is_(None), proofs.exists())
    yield "proof_of_nothing", session.scalars(kept.order_by(Case.id)).all()


def _any_of(*columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return or_(*(column.is_not(None) for column in columns))


_FULL_CASE = _any_of(
    Case.subject,
    Case.note,
    Case.note_original_id,
    Case.asker_name,
    Case.asker_address,
    Case.asker_telephone,
)
_FULL_MAIL = _any_of(
    Mail.original_id,
    Mail.message_id,
    Mail.sender,
    Mail.recipients,
    Mail.reply_to,
    Mail.reply_to_bare,
    Mail.reported_recipient,
    Mail.sent_at,
    Mail.subject,
    Mail.text_new,
    Mail.text_signature,
    Mail.text_quoted,
    Mail.attachments,
)
_FULL_REPLY = or_(
    Reply.original_id.is_not(None),
    Reply.recipient != "",
    Reply.subject != "",
    Reply.text != "",
)
