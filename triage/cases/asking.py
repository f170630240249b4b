"""A question that a person puts by the form of the chat: it becomes a case, as a mail does.

It is written down as a mail, so that everything that holds for mails holds for it: read, masked and
decided on in the same way, its original encrypted, acknowledged and forwarded by the worker. Mail,
case and hand-over are made in one transaction: there is no receipt without a case, and the same
form sent twice makes one.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.headerregistry import Address
from email.utils import make_msgid

import structlog
from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from conversations import record
from conversations.errors import UnknownConversationError
from knowledge.centres import centre_for
from knowledge.opening import opens_next
from language.languages import Language
from language.masking import find_personal_numbers, mask
from storage.database import Database
from storage.originals import Originals
from storage.times import now
from triage.addresses import bare
from triage.cases.waiting import expected_by
from triage.deciding.classifier import Decision, not_judged
from triage.deciding.rules.table import RULES
from triage.errors import UnfitAddressError, UnfitQuestionError
from triage.letters.acknowledgement import answer_address
from triage.letters.outgoing import begin
from triage.letters.receipt import Receipt, find_receipt, receipt_of_case, when_words
from triage.models import Handover, Mail, MailTransition
from triage.parsing.message import ParsedMail, parse
from triage.recording import begin_case, decided_columns, read_columns
from triage.states import MailState
from understanding.queues import QUEUES, Queue
from web.request_log import error_fields
from web.translations import translations

_log = structlog.get_logger(__name__)

# As for mails: which questions are drawn must not be foreseen.
_chance = random.SystemRandom()

_SUBJECT_CHARACTERS = 80

_BY = "form"
"""Who is recorded as having taken the first step."""

_SPEAKERS = {"person": "Person", "bot": "Chat"}

_PLAIN = ParsedMail(sender="somebody@example.org", text_new="How do I get a Danish tax card?")

Decider = Callable[[ParsedMail, Language], Decision]
"""Decides where a question belongs; takes it as a mail, and the language of the page."""


@dataclass(frozen=True)
class Asked:
    """What a person sent by the form.

    Attributes:
        browser: What the person's browser is known by, unguessable.
        question: As typed, without control characters.
        name: On one line.
        address: Where the answer goes.
        language: Of the page.
        municipality: Official name, None where the person does not live in one or did not say.
        conversation_id: Where the person comes from, None where from no conversation.
        with_conversation: Whether it is sent along.
    """

    browser: str
    question: str
    name: str
    address: str
    language: Language
    municipality: str | None
    conversation_id: str | None
    with_conversation: bool

    @property
    def key(self) -> str:
        """The same for the same thing sent again by a browser; another when something was changed.

        So a form that was sent twice makes one case, and one that was gone back to, to set the
        address right, makes another.
        """
        parts = (self.browser, self.address, self.name, self.municipality or "", self.question)
        text = "\0".join((*parts, str(self.with_conversation)))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class IntakeRules:
    """What is set for all questions.

    Attributes:
        address: The ICS' own address.
        own_addresses: All addresses that the ICS sends from, in lower case.
        centre: The slug of the centre whose installation this is; None where several share it.
        confirmation_share: 0 to 1, how many of the surely decided ones a person confirms.
        receipts_per_hour: At most so many are sent to one address.
    """

    address: str
    own_addresses: frozenset[str]
    centre: str | None
    confirmation_share: float
    receipts_per_hour: int


class Intake:
    """Takes in questions from the form.

    Args:
        database: Where cases and conversations are.
        originals: Keeps what was typed, encrypted.
        decide_on: Decides where a question belongs.
        rules: What is set for all questions.
    """

    def __init__(
        self, database: Database, originals: Originals, decide_on: Decider, rules: IntakeRules
    ) -> None:
        self._database = database
        self._originals = originals
        self._decide_on = decide_on
        self._rules = rules

    def prepare(self, language: Language) -> None:
        """Have what decides loaded, while somebody fills in the form; a fault shows when it is sent.

        Args:
            language: Of the page.
        """
        with suppress(Exception):
            self._decide_on(_PLAIN, language)

    def receive(self, asked: Asked) -> Receipt:
        """Make a case of a question and return its receipt; of one sent before, the first's.

        Raises:
            UnfitAddressError: The address is our own, or takes no answers.
            UnfitQuestionError: There are no words in it.
            DatabaseUnavailableError: The database is away; nothing was taken in.
        """
        key = asked.key
        with self._database.transaction() as session:
            known = find_receipt(session, key)
            asked = _without_unknown_conversation(session, asked)
            conversation = _conversation(session, asked) if asked.with_conversation else ""
        if known is not None:
            return known
        raw = _as_mail(asked, conversation, self._rules.address)
        mail = parse(raw).unsigned
        if answer_address(mail) != asked.address.lower():
            raise UnfitAddressError("The address cannot be written into a mail; give another one.")
        decision = self._decided(mail, asked.language)
        try:
            with self._database.transaction() as session:
                return self._take_in(session, key, asked, raw, mail, decision)
        except IntegrityError:
            # The same form, sent twice at once: the other one was taken in.
            with self._database.transaction() as session:
                known = find_receipt(session, key)
            if known is None:
                raise
            return known

    def _decided(self, mail: ParsedMail, language: Language) -> Decision:
        # The subject repeats the first words of the question, which must not count twice.
        bare = replace(mail, subject="")
        # The rules know addresses that take no answers; the rest of what they look at is ours.
        if any(rule.check(bare, self._rules.own_addresses) for rule in RULES):
            raise UnfitAddressError("No answer can be sent to this address; give another one.")
        try:
            decision = self._decide_on(bare, language)
        except Exception as error:  # noqa: BLE001 (whatever is wrong with us, the question counts)
            _log.error("question_not_judged", **error_fields(error))
            decision = not_judged(bare)
        if decision.shelf not in QUEUES:
            raise UnfitQuestionError("There is nothing to read in the question; write it in words.")
        return decision

    def _take_in(
        self,
        session: Session,
        key: str,
        asked: Asked,
        raw: bytes,
        mail: ParsedMail,
        decision: Decision,
    ) -> Receipt:
        moment, rules = now(), self._rules
        serving = centre_for(session, asked.municipality) if asked.municipality else None
        centre = rules.centre or (serving.slug if serving else None)
        case = begin_case(
            session,
            decision,
            channel="chat",
            opened_at=moment,
            centre=centre,
            sampled=decision.decided and _chance.random() < rules.confirmation_share,
        )
        case.asker_name = mask(asked.name)
        row = Mail(
            folder="",
            uidvalidity=0,
            uid=case.id,
            sighted_at=moment,
            received_at=moment,
            state=MailState.DECIDED,
            due_at=moment,
            original_id=self._originals.keep(session, raw),
            original_size=len(raw),
            case_id=case.id,
            acknowledgement=self._why_no_mail(session, mask(asked.address.lower())),
            **read_columns(mail),
            **decided_columns(decision),
        )
        session.add(row)
        session.flush()
        session.add(
            MailTransition(mail_id=row.id, to_state=MailState.DECIDED, at=moment, worker=_BY)
        )
        session.add(
            Handover(
                key=key,
                case_id=case.id,
                conversation_id=asked.conversation_id,
                language=asked.language,
                municipality=asked.municipality,
                has_conversation=asked.with_conversation,
                number_hidden=bool(find_personal_numbers(f"{asked.question}\n{asked.name}")),
                expected_by=expected_by(session, _queue(decision), centre, moment),
                opens_at=opens_next(serving, moment) if serving else None,
                asked_at=moment,
            )
        )
        session.flush()
        receipt = receipt_of_case(session, case.id)
        if asked.conversation_id is not None:
            _note_in_conversation(session, asked.conversation_id, receipt, asked.language)
        return receipt

    def _why_no_mail(self, session: Session, address: str) -> str | None:
        """Return `too_many` where so many were sent, or are about to be, that this receipt is not.

        The worker holds to it, so that the receipt on the screen says what is true.
        """
        sent = or_(
            Mail.acknowledged_at >= now() - timedelta(hours=1),
            and_(Mail.acknowledgement.is_(None), Mail.due_at.is_not(None)),
        )
        query = select(func.count(Mail.id)).where(Mail.reply_to_bare == bare(address), sent)
        return "too_many" if session.scalars(query).one() >= self._rules.receipts_per_hour else None


def conversation_lines(session: Session, conversation_id: str) -> list[tuple[str, str]]:
    """Return what was said in a conversation, masked: who spoke (person or bot), and the text."""
    return [
        (turn.who, turn.text)
        for turn in record.history(session, conversation_id)
        if turn.reference is None
    ]


def _conversation(session: Session, asked: Asked) -> str:
    lines = conversation_lines(session, asked.conversation_id or "")
    return "\n\n".join(f"{_SPEAKERS[who]}: {text}" for who, text in lines)


def _as_mail(asked: Asked, conversation: str, to: str) -> bytes:
    """Write a question as the mail that the person could have sent, the conversation quoted."""
    first_line = asked.question.strip().partition("\n")[0]
    sender = str(Address(asked.name, addr_spec=asked.address))
    message = begin(sender, to, " ".join(first_line.split())[:_SUBJECT_CHARACTERS])
    quoted = "".join(f"> {line}\n" for line in conversation.split("\n")) if conversation else ""
    message.set_content(f"{asked.question.strip()}\n\n{quoted}", cte="quoted-printable")
    # The receipt, which we send, goes by this id.
    message.replace_header("Message-ID", make_msgid(domain=to.rpartition("@")[2] or "localhost"))
    return message.as_bytes()


def _queue(decision: Decision) -> Queue:
    return decision.queue if decision.decided else "visitation"


def _without_unknown_conversation(session: Session, asked: Asked) -> Asked:
    if asked.conversation_id is None:
        return replace(asked, with_conversation=False)
    try:
        record.find(session, asked.conversation_id)
    except UnknownConversationError:
        return replace(asked, conversation_id=None, with_conversation=False)
    return asked


def _note_in_conversation(
    session: Session, conversation_id: str, receipt: Receipt, language: Language
) -> None:
    """Let the record of the conversation say that it was handed over, with the receipt."""
    record.find(session, conversation_id)
    _ = translations(language).gettext
    said = _("Your question is with a person now. Your reference is %(reference)s.") % {
        "reference": receipt.reference
    }
    text = "\n\n".join([said, *when_words(receipt, language)])
    record.add_receipt(session, conversation_id, text, language, receipt.reference)
