"""Answers of caseworkers: started from the article of the topic, kept while written, handed over.

The worker sends what is handed over; see `triage.letters.sending`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge.answers import Answer, NeedsSituation
from knowledge.situations import NOT_KNOWN, Situation
from language.languages import LANGUAGES, Language, is_language
from language.masking import MASK, mask
from storage.originals import Originals
from storage.times import now
from triage.cases.cases import CaseDetail
from triage.cases.handling import note_event, put_away, take
from triage.errors import (
    CaseErasedError,
    NoRecipientError,
    RepliesMissingError,
    UnreadableMailError,
)
from triage.letters import outgoing
from triage.letters.acknowledgement import answer_address
from triage.models import Case, Reply, ReplyDraft
from triage.parsing.headers import ANSWER_MARKS
from triage.parsing.message import ParsedMail
from triage.parsing.reading import read
from triage.states import ReplyState

DIRECTORY = Path(__file__).parent / "texts" / "answer"

MOST_CHARACTERS = 50_000
SUBJECT_CHARACTERS = 300

_ANSWER, _REFERENCE = "{answer}", "{reference}"
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
# A mail that was passed on ("VS") is answered under the subject that it had.
_REPLY_MARK = re.compile(rf"(?:{ANSWER_MARKS}|vs)\s*:\s*", re.IGNORECASE)

# Most who write in these languages are EU citizens; the caseworker sees the choice and changes it.
_OF_EU_COUNTRIES: frozenset[Language] = frozenset({"pl", "lt", "ro", "de"})


@dataclass(frozen=True)
class Draft:
    """A reply that is being written. `text` is plain text."""

    language: Language
    subject: str
    text: str


@cache
def letters() -> Mapping[Language, str]:
    """Return the letter around an answer in each language, with {answer} and {reference}.

    Raises:
        RepliesMissingError: One is missing, or lacks what is to be filled in.
    """
    found = {}
    for language in LANGUAGES:
        path = DIRECTORY / f"{language}.txt"
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise RepliesMissingError(f"{path} cannot be read: {error.strerror}.") from error
        if _ANSWER not in text or _REFERENCE not in text:
            raise RepliesMissingError(f"{path} must have {_ANSWER} and {_REFERENCE} in it.")
        found[language] = text.strip()
    return found


def likely_situation(language: Language) -> Situation:
    """Return the situation to begin with for who writes in a language, as far as it is likely."""
    return {"citizenship": "eu_eea_ch"} if language in _OF_EU_COUNTRIES else NOT_KNOWN


def article_text(found: Answer | NeedsSituation | None) -> str:
    """Return an article as the plain text of a mail, with its sources; empty where there is none.

    Args:
        found: What `knowledge.answers.answer` gives; of one that depends on the person's
            situation nothing can be said yet.
    """
    if not isinstance(found, Answer):
        return ""
    sources = "\n".join(f"{source.title}: {source.url}" for source in found.sources)
    return f"{_plain(found.text)}\n\n{sources}".strip()


def first_draft(
    case: CaseDetail, language: Language, found: Answer | NeedsSituation | None
) -> Draft:
    """Return the reply that a caseworker begins with: the letter, with the topic's article in it.

    Args:
        case: What is answered.
        language: Of the reply.
        found: The article, see `article_text`.
    """
    letter = letters()[language].replace(_REFERENCE, case.summary.reference)
    text = letter.replace(_ANSWER, article_text(found))
    return Draft(language, subject_of(case), re.sub(r"\n{3,}", "\n\n", text))


def read_draft(session: Session, originals: Originals, case_id: int) -> Draft | None:
    """Return what a caseworker was writing; None when nothing is kept.

    Raises:
        OriginalsError: No key opens it.
    """
    row = session.get(ReplyDraft, case_id)
    if row is None:
        return None
    kept = json.loads(originals.read(session, row.original_id))
    language: Language = kept["language"] if is_language(kept["language"]) else "en"
    return Draft(language, kept["subject"], kept["text"])


def save_draft(
    session: Session, originals: Originals, case_id: int, draft: Draft, user: str
) -> None:
    """Keep what a caseworker is writing, encrypted, in place of what was kept before.

    Raises:
        CaseErasedError: The case was erased; nothing is kept.
    """
    # Locked, so that it is not erased between this look and the draft.
    case = session.get_one(Case, case_id, with_for_update=True)
    if case.erased_at is not None:
        raise CaseErasedError(f"Case {case_id} was erased.")
    discard_draft(session, originals, case_id)
    kept = originals.keep(session, json.dumps(asdict(draft)).encode())
    session.add(ReplyDraft(case_id=case_id, original_id=kept, author=user, saved_at=now()))
    session.flush()


def discard_draft(session: Session, originals: Originals, case_id: int) -> None:
    """Forget what a caseworker was writing."""
    row = session.get(ReplyDraft, case_id, with_for_update=True)
    if row is not None:
        session.delete(row)
        session.flush()
        originals.erase(session, row.original_id)


def hand_over(
    session: Session,
    originals: Originals,
    case: CaseDetail,
    revision: int,
    draft: Draft,
    *,
    sender: str,
    user: str,
) -> int:
    """Hand a reply over to the worker, which sends it; the case is closed.

    Args:
        session: A unit of work.
        originals: Keeps the message.
        case: What is answered.
        revision: Of the case, as the caseworker had it.
        draft: The reply.
        sender: The ICS' own address.
        user: The name of who answers.

    Returns:
        The id of the reply.

    Raises:
        UnknownCaseError: There is no such case.
        CaseChangedError: Somebody else has changed it.
        NoRecipientError: There is no address to answer to.
        OriginalsError: The mail's original cannot be opened.
    """
    row = take(session, case.summary.id or 0, revision)
    if case.recipient is None:
        raise NoRecipientError(f"Case {row.id} has no address to answer to.")
    mail = None
    if case.original_id is not None and case.decided_shelf != "unreadable":
        # Unread, the answer has no thread, and is sent all the same.
        with suppress(UnreadableMailError):
            mail = read(originals.read(session, case.original_id))
    # In the ledger the address is masked.
    recipient = (answer_address(mail) if mail is not None else None) or case.recipient
    if MASK in recipient:
        raise NoRecipientError(f"The address of case {row.id} cannot be read.")
    message = compose(draft, recipient, sender, mail)
    moment = now()
    reply = Reply(
        case_id=row.id,
        state=ReplyState.WAITING,
        author=user,
        asked_at=moment,
        recipient=case.recipient,
        language=draft.language,
        subject=mask(draft.subject),
        text=mask(draft.text),
        message_id=message["Message-ID"],
        original_id=originals.keep(session, message.as_bytes()),
        due_at=moment,
        attempts=0,
    )
    session.add(reply)
    put_away(session, row)
    row.confirmation = row.confirmation or "answered"
    row.closed_at = moment
    note_event(session, row.id, "answered", user, draft.language)
    discard_draft(session, originals, row.id)
    session.flush()
    return reply.id


def compose(draft: Draft, to: str, sender: str, mail: ParsedMail | None) -> EmailMessage:
    """Write a reply as a mail, in the thread of the mail that it answers.

    Args:
        draft: What is said.
        to: Where it goes.
        sender: The ICS' own address.
        mail: What is answered, None where that was no mail.
    """
    message = outgoing.begin(sender, to, " ".join(draft.subject.split()))
    if mail is not None:
        outgoing.put_into_thread(message, mail)
    message["Content-Language"] = draft.language
    message.set_content(draft.text.strip() + "\n", cte="quoted-printable")
    return message


def subject_of(case: CaseDetail) -> str:
    """Return the subject of an answer: that of the mail, with the case's reference."""
    bare = case.summary.subject
    while (mark := _REPLY_MARK.match(bare)) is not None:
        bare = bare[mark.end() :]
    tag = f"[{case.summary.reference}]"
    return f"Re: {bare} {tag}" if tag not in bare else f"Re: {bare}"


def _plain(chat_text: str) -> str:
    """Return the chat's Markdown as plain text: addresses in brackets after what they are."""
    return _BOLD.sub(r"\1", _LINK.sub(_link, chat_text))


def _link(link: re.Match[str]) -> str:
    words, address = link[1], link[2].removeprefix("mailto:").removeprefix("tel:")
    return words if words.replace(" ", "") == address else f"{words} ({address})"
