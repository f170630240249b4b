"""The receipt of a question from the form: what it says, on the screen and by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from language.languages import Language, is_language
from triage.letters.acknowledgement import (
    SURE,
    Replies,
    answer_address,
    languages_of,
    mark_as_automatic,
    set_bodies,
)
from triage.letters.outgoing import begin
from triage.models import Case, Handover, Mail
from triage.parsing.message import ParsedMail
from triage.reference import reference
from understanding.queues import QUEUES, Queue
from web import dates
from web.translations import translations

DIRECTORY = Path(__file__).parent / "texts" / "receipt"

# Uncertain: it may have been sent, and is not sent again.
_MAILED = frozenset({None, "sent", "uncertain"})

_QUEUES: Mapping[str, Queue] = {queue: queue for queue in QUEUES}


@dataclass(frozen=True)
class Receipt:
    """What a receipt tells.

    Attributes:
        key: Its address on the pages; unguessable.
        reference: What the case is called, "ICS-000123".
        address: Where the answer goes, in lower case; masked.
        queue: Where the case lies now; general guidance where it lies on no queue's shelf.
        languages: Those to say it in, the person's own first: two where it is not sure.
        asked_at: When the question was sent.
        expected_by: The day in Denmark by which an answer can be expected, None where not known.
        opens_at: When the centre opens next, None where it was open or that is not known.
        number_hidden: Whether a CPR number was found in what was typed.
        has_conversation: Whether the conversation was sent along.
        why_no_mail: The key of the reason why the receipt is not sent by mail, see
            `triage.workflow`; None where it is, or is still to be sent.
    """

    key: str
    reference: str
    address: str
    queue: Queue
    languages: tuple[Language, ...]
    asked_at: datetime
    expected_by: date | None
    opens_at: datetime | None
    number_hidden: bool
    has_conversation: bool
    why_no_mail: str | None


def receipt_languages(page: Language, found: str | None, confidence: float) -> tuple[Language, ...]:
    """Return the languages of a receipt, the one that the person surely reads first.

    Args:
        page: Of the page with the form.
        found: What the question was found to be in, None if in none of the six.
        confidence: 0 to 1.
    """
    if is_language(found) and confidence >= SURE:
        return (found,) if found == page else (page, found)
    return (page, "en") if page != "en" else languages_of(None, 0.0)


def find_receipt(session: Session, key: str) -> Receipt | None:
    """Return the receipt of a key; None when there is none."""
    return _first(session, Handover.key == key)


def receipt_of_case(session: Session, case_id: int) -> Receipt:
    """Return the receipt of a case that came by the form.

    Raises:
        LookupError: It did not.
    """
    found = _first(session, Handover.case_id == case_id)
    if found is None:
        raise LookupError(f"Case {case_id} has no receipt: it did not come by the form.")
    return found


def receipt_of_conversation(session: Session, conversation_id: str) -> Receipt | None:
    """Return the last receipt that was given in a conversation; None when none was."""
    return _first(session, Handover.conversation_id == conversation_id)


def queue_words(queue: Queue, language: Language) -> str:
    """Return what a queue does for people, in plain words."""
    _ = translations(language).gettext
    names: dict[Queue, str] = {
        "tax": _("Guidance on tax"),
        "jobseeker": _("Guidance for jobseekers"),
        "visitation": _("General guidance"),
    }
    return names[queue]


def when_words(receipt: Receipt, language: Language) -> list[str]:
    """Return when an answer can be expected, in sentences."""
    _ = translations(language).gettext
    if receipt.expected_by is None:
        sentences = [_("We answer questions in the order in which they come.")]
    else:
        day = dates.day(receipt.expected_by, language)
        sentences = [_("You can expect an answer by %(day)s.") % {"day": day}]
    if receipt.opens_at is not None:
        moment = dates.moment(receipt.opens_at, language)
        sentences.append(
            _("The office is closed now. It opens next: %(moment)s, unless that is a holiday.")
            % {"moment": moment}
        )
    return sentences


def number_words(language: Language) -> str:
    """Return that a CPR number was found and hidden."""
    return translations(language).gettext(
        "You wrote something that looks like a CPR number. It is hidden from view and kept "
        "encrypted. Please do not send CPR numbers by e-mail: if we need yours, we ask for it in a "
        "safe way."
    )


def compose_receipt(mail: ParsedMail, texts: Replies, receipt: Receipt, sender: str) -> bytes:
    """Write the receipt as a mail: the first of its thread, under the id of the question.

    Args:
        mail: The question as it was kept.
        texts: In all languages, with {reference}, {queue} and {when} to be filled in.
        receipt: What it tells.
        sender: The ICS' own address.
    """
    first = receipt.languages[0]
    message = begin(
        sender, answer_address(mail) or "", _filled(texts[first].subject, receipt, first)
    )
    if mail.message_id is not None:
        message.replace_header("Message-ID", mail.message_id)
    mark_as_automatic(message)
    set_bodies(
        message,
        [_filled(texts[language].body, receipt, language) for language in receipt.languages],
    )
    return message.as_bytes()


def _filled(text: str, receipt: Receipt, language: Language) -> str:
    when = when_words(receipt, language)
    if receipt.number_hidden:
        when.append(number_words(language))
    return (
        text.replace("{reference}", receipt.reference)
        .replace("{queue}", queue_words(receipt.queue, language))
        .replace("{when}", "\n\n".join(when))
    )


def _first(session: Session, condition: ColumnElement[bool]) -> Receipt | None:
    row = session.execute(
        select(Handover, Case, Mail)
        .join(Case, Case.id == Handover.case_id)
        .join(Mail, Mail.case_id == Case.id)
        .where(condition)
        .order_by(Handover.case_id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    handover, case, mail = row
    page: Language = handover.language if is_language(handover.language) else "en"
    return Receipt(
        key=handover.key,
        reference=reference(case.id),
        address=mail.reply_to or "",
        queue=_QUEUES.get(case.shelf, "visitation"),
        languages=receipt_languages(page, mail.language, mail.language_confidence or 0.0),
        asked_at=handover.asked_at,
        expected_by=handover.expected_by,
        opens_at=handover.opens_at,
        number_hidden=handover.number_hidden,
        has_conversation=handover.has_conversation,
        why_no_mail=None if mail.acknowledgement in _MAILED else mail.acknowledgement,
    )
