"""Mail that is meant for another authority: passed on to it, and the text that tells the sender.

An authority that gets a letter outside of its field passes it on to the right one as far as it can
(Danish Public Administration Act, forvaltningsloven, section 7(2)). It is a caseworker who does so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from sqlalchemy.orm import Session

from language.languages import LANGUAGES, Language
from language.masking import mask
from storage.originals import Originals
from storage.times import now
from triage.authorities import Authority, Page
from triage.cases.cases import CaseDetail
from triage.cases.handling import note_event, take
from triage.errors import AlreadyPassedOnError, NotAMailError, RepliesMissingError
from triage.letters import outgoing
from triage.letters.replying import Draft, subject_of
from triage.models import Reply
from triage.states import ReplyState

Letter = Literal["passed_on", "pointed_on"]
"""What the sender is told: that we have passed the mail on; that they must turn there themselves."""

_DIRECTORY: Final = Path(__file__).parent / "texts"
_AUTHORITY, _PAGE, _REFERENCE = "{authority}", "{page}", "{reference}"

# What the authority reads above the mail. Authorities in Denmark work in Danish.
_TO_AUTHORITY: Final = """\
Denne henvendelse er sendt til International Citizen Service ({reference}). Den vedrører ikke vores \
sagsområde, og vi sender den derfor videre til jer, jf. forvaltningslovens § 7, stk. 2. Mailen er \
vedlagt, som vi fik den.

Svar venligst afsenderen direkte.

Venlig hilsen
International Citizen Service
"""


@dataclass(frozen=True)
class Destination:
    """Where a mail is passed on to: the slug of the authority, and the address of its mailbox."""

    authority: str
    address: str


@cache
def letters(letter: Letter) -> Mapping[Language, str]:
    """Return the text to the sender in each language, with {authority}, {page} and {reference}.

    Raises:
        RepliesMissingError: One is missing, or lacks what is to be filled in.
    """
    found: dict[Language, str] = {}
    for language in LANGUAGES:
        path = _DIRECTORY / letter / f"{language}.txt"
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise RepliesMissingError(f"{path} cannot be read: {error.strerror}.") from error
        if not all(part in text for part in (_AUTHORITY, _PAGE, _REFERENCE)):
            raise RepliesMissingError(
                f"{path} must have {_AUTHORITY}, {_PAGE} and {_REFERENCE} in it."
            )
        found[language] = text.strip()
    return found


def draft_to_sender(
    case: CaseDetail, language: Language, authority: Authority, page: Page | None, letter: Letter
) -> Draft:
    """Return the reply that tells the sender whose matter it is, for a caseworker to look through.

    Args:
        case: What is answered.
        language: Of the reply.
        authority: Whose matter it is.
        page: Where they are found; None where an editor must still say so.
        letter: What is told.
    """
    text = (
        letters(letter)[language]
        .replace(_AUTHORITY, authority.names[language])
        .replace(_PAGE, page.url if page else "")
        .replace(_REFERENCE, case.summary.reference)
    )
    return Draft(language, subject_of(case), re.sub(r"\n{3,}", "\n\n", text))


def pass_on(
    session: Session,
    originals: Originals,
    case: CaseDetail,
    revision: int,
    to: Destination,
    *,
    sender: str,
    user: str,
) -> int:
    """Hand a case's mail over to the worker, which sends it to another authority as it came.

    The case stays open: the sender must still be told.

    Args:
        session: A unit of work.
        originals: Keep the mail.
        case: Whose mail it is.
        revision: Of the case, as the caseworker had it.
        to: The authority, with its secure mailbox.
        sender: The ICS' own address.
        user: The name of who passes it on.

    Returns:
        The id of what the worker sends, among the replies.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
        AlreadyPassedOnError: It was passed on before.
        NotAMailError: It came by no mail that could be sent on.
        OriginalsError: The mail's original cannot be opened.
    """
    row = take(session, case.summary.id or 0, revision)
    if row.passed_on_to is not None:
        raise AlreadyPassedOnError(f"Case {row.id} was passed on already.")
    if case.original_id is None:
        raise NotAMailError(f"Case {row.id} has no mail that could be passed on.")
    raw = originals.read(session, case.original_id)
    subject = f"[{case.summary.reference}] Videresendt efter forvaltningslovens § 7, stk. 2"
    text = _TO_AUTHORITY.replace(_REFERENCE, case.summary.reference)
    message = outgoing.begin(sender, to.address, subject)
    # An automatic answer would come back as a mail of nobody's.
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "da"
    message.set_content(text, cte="quoted-printable")
    # As a file of octets: a broken mail must not break the mail that carries it.
    message.add_attachment(raw, maintype="application", subtype="octet-stream", filename="mail.eml")
    moment = now()
    sent = Reply(
        case_id=row.id,
        state=ReplyState.WAITING,
        author=user,
        asked_at=moment,
        recipient=to.address,
        authority=to.authority,
        language="da",
        subject=mask(subject),
        text=mask(text),
        message_id=message["Message-ID"],
        original_id=originals.keep(session, message.as_bytes()),
        due_at=moment,
        attempts=0,
    )
    session.add(sent)
    row.passed_on_to = to.authority
    note_event(session, row.id, "passed_on", user, to.authority)
    session.flush()
    return sent.id


def note_passed_on(
    session: Session, case: CaseDetail, revision: int, slug: str, *, user: str
) -> None:
    """Record that a caseworker has passed a case's mail on by another way, such as Digital Post.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
        AlreadyPassedOnError: It was passed on before.
    """
    row = take(session, case.summary.id or 0, revision)
    if row.passed_on_to is not None:
        raise AlreadyPassedOnError(f"Case {row.id} was passed on already.")
    row.passed_on_to = slug
    note_event(session, row.id, "passed_on_by_hand", user, slug)
    session.flush()
