"""The training mails: accepted by a person with personal data taken out, refused, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from language.languages import Language, is_language
from language.masking import mask
from language.normalisation import fold
from learning.errors import AlreadyDecidedError, NearlyTheSameError
from learning.likeness import mail_nearly_the_same
from learning.proposing import Proposal, proposal
from storage.times import now
from triage.models import Case, TrainingMail, TrainingMailState
from understanding.examples import MailExample
from understanding.queues import is_mail_label

ONE_IN_KEPT_BACK = 5
"""Of so many mails one is kept back: models are judged on it, and never trained on it."""


@dataclass(frozen=True)
class Content:
    """What a person has made of a proposal.

    Attributes:
        subject: With personal data taken out.
        body: Likewise.
        label: The shelf that it belongs on.
        language: What it is written in.
        topics: Slugs of what it is about.
    """

    subject: str
    body: str
    label: str
    language: Language
    topics: Sequence[str] = field(default=())

    @property
    def text(self) -> str:
        """What is learnt from: the subject, an empty line, the body."""
        return f"{self.subject}\n\n{self.body}".strip()


@dataclass(frozen=True)
class KeptBack:
    """A mail that models are judged on and never trained on.

    Attributes:
        id: Of the training mail.
        example: What it says, and the queue that it belongs in.
    """

    id: int
    example: MailExample


def accept(
    session: Session, case_id: int, revision: int, content: Content, user: str
) -> TrainingMail:
    """Let the mail of a case become a training mail.

    Whether it is kept back is told from what it says then, and stays so whatever is changed later.

    Args:
        session: A unit of work.
        case_id: The case.
        revision: Of the case, as the person had it before them.
        content: What they made of the proposal.
        user: Their name.

    Raises:
        AlreadyDecidedError: The case was changed meanwhile, or somebody else has decided about it; the
            transaction must be rolled back.
        NearlyTheSameError: Another training mail says nearly the same; nothing was changed.
    """
    seen = _unchanged(session, case_id, revision)
    other = mail_nearly_the_same(session, content.language, content.text)
    if other is not None:
        raise NearlyTheSameError(other)
    mail = TrainingMail(
        case_id=case_id, state="accepted", how=seen.how, kept_back=False, **_columns(content)
    )
    mail.kept_back = is_kept_back(mail.digest or "")
    return _written(session, mail, user)


def refuse(session: Session, case_id: int, revision: int, user: str) -> TrainingMail:
    """Write down that a mail is not to be learnt from, so that it is not proposed again.

    Raises:
        AlreadyDecidedError: As of `accept`.
    """
    seen = _unchanged(session, case_id, revision)
    mail = TrainingMail(
        case_id=case_id,
        state="refused",
        subject="",
        body="",
        folded="",
        digest=None,
        label=seen.label,
        topics=[],
        language=seen.language,
        how=seen.how,
        kept_back=False,
    )
    return _written(session, mail, user)


def change(session: Session, mail: TrainingMail, content: Content, user: str) -> None:
    """Change what a training mail says, or what it is about.

    Raises:
        AlreadyDecidedError: Somebody else changed it; the transaction must be rolled back.
        NearlyTheSameError: Another one says nearly the same; nothing was changed.
    """
    other = mail_nearly_the_same(session, content.language, content.text, apart_from=mail.id)
    if other is not None:
        raise NearlyTheSameError(other)
    for name, value in _columns(content).items():
        setattr(mail, name, value)
    _written(session, mail, user)


def put(session: Session, mail: TrainingMail, state: TrainingMailState, user: str) -> None:
    """Take a training mail out of the training, or bring it back.

    Raises:
        AlreadyDecidedError: Somebody else changed it; the transaction must be rolled back.
    """
    mail.state = state
    _written(session, mail, user)


def delete(session: Session, mail: TrainingMail) -> None:
    """Delete a training mail for good; its case, where there is one, is proposed again.

    Raises:
        AlreadyDecidedError: Somebody else changed it; the transaction must be rolled back.
    """
    session.delete(mail)
    _flush(session)


def existing(session: Session, mail_id: int, revision: int | None = None) -> TrainingMail | None:
    """Return a training mail, None where there is none of this number.

    Args:
        session: The unit of work.
        mail_id: Which one.
        revision: The one that a person had before them.

    Raises:
        AlreadyDecidedError: Somebody else has changed it since.
    """
    mail = session.get(TrainingMail, mail_id)
    if mail is not None and revision is not None and mail.revision != revision:
        raise AlreadyDecidedError("Somebody else has changed this training mail; look again.")
    return mail


def find(
    session: Session,
    state: TrainingMailState,
    *,
    text: str = "",
    language: Language | None = None,
    label: str | None = None,
    offset: int = 0,
    limit: int,
) -> tuple[int, Sequence[TrainingMail]]:
    """Find training mails.

    Args:
        session: Read only.
        state: accepted, removed, or refused.
        text: What they contain; case and diacritics do not matter.
        language: Only those in this one.
        label: Only those of this shelf.
        offset: So many are left out.
        limit: At most so many are returned.

    Returns:
        How many there are, and a part of them, the newest first.
    """
    conditions: list[ColumnElement[bool]] = [TrainingMail.state == state]
    if text:
        wanted = fold(text.replace("\0", " "))
        conditions.append(TrainingMail.folded.contains(wanted, autoescape=True))
    if language is not None:
        conditions.append(TrainingMail.language == language)
    if label is not None:
        conditions.append(TrainingMail.label == label)
    count = session.scalar(select(func.count()).select_from(TrainingMail).where(*conditions))
    query = select(TrainingMail).where(*conditions).order_by(TrainingMail.id.desc())
    return count or 0, session.scalars(query.offset(offset).limit(limit)).all()


def accepted(session: Session, *, kept_back: bool) -> list[TrainingMail]:
    """Return the accepted mails that models are trained on, or those that they are judged on."""
    return list(
        session.scalars(
            select(TrainingMail)
            .where(TrainingMail.state == "accepted", TrainingMail.kept_back.is_(kept_back))
            .order_by(TrainingMail.language, TrainingMail.label, TrainingMail.id)
        )
    )


def training_mails(session: Session) -> list[MailExample]:
    """Return the accepted mails that models are trained on."""
    rows = accepted(session, kept_back=False)
    return [example for row in rows if (example := example_of(row)) is not None]


def kept_back_mails(session: Session) -> list[KeptBack]:
    """Return the accepted mails that models are judged on."""
    rows = accepted(session, kept_back=True)
    return [KeptBack(row.id, example) for row in rows if (example := example_of(row)) is not None]


def example_of(mail: TrainingMail) -> MailExample | None:
    """Return a training mail as understanding learns it; None for a label or language of before."""
    if not is_mail_label(mail.label) or not is_language(mail.language):
        return None
    return MailExample(mail.subject, mail.body, mail.label, mail.language, tuple(mail.topics))


def is_kept_back(digest: str) -> bool:
    """Return whether a mail is kept back, by the digest of what it said when it was accepted."""
    return int(digest[:8], 16) % ONE_IN_KEPT_BACK == 0


def _columns(content: Content) -> dict[str, object]:
    subject, body = mask(content.subject), mask(content.body)
    folded = fold(f"{subject} {body}")
    return {
        "subject": subject,
        "body": body,
        "folded": folded,
        "digest": hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest(),
        "label": content.label,
        "language": content.language,
        "topics": list(content.topics),
    }


def _unchanged(session: Session, case_id: int, revision: int) -> Proposal:
    # Whoever erases the case or decides about it waits until this is done.
    session.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    found = proposal(session, case_id)
    if found is None or found.revision != revision:
        raise AlreadyDecidedError(f"Case {case_id} was changed or decided about meanwhile.")
    return found


def _written(session: Session, mail: TrainingMail, user: str) -> TrainingMail:
    mail.seen_by, mail.seen_at = user, now()
    session.add(mail)
    _flush(session)
    return mail


def _flush(session: Session) -> None:
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise AlreadyDecidedError(
            "Somebody else decided at the same moment; look again."
        ) from error
