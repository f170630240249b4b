"""The way of one mail through the house, one recorded step at a time.

Every step records, acts, and records what came of it, and is safe to be begun again: a worker may
be killed at any place. What a step cannot know after a crash it finds out (where a mail is), or,
where that is impossible, leaves undone for good (whether an acknowledgement was sent).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from language.masking import mask
from storage.database import DatabaseUnavailableError
from storage.times import now
from triage.alarms import Alarms
from triage.connections.delivery import Outcome, SmtpSender
from triage.connections.mailbox import CopyUid, Fetched, ImapMailbox, Look, MoveMethod, Place
from triage.deciding.classifier import Decision, unreadable
from triage.deciding.delivery_reports import DeliveryReport, read_report
from triage.errors import (
    AcknowledgementsCappedError,
    DecisionFailedError,
    DeliveryPostponedError,
    MailboxRefusedError,
    MailboxRenumberedError,
    SmtpUnavailableError,
    UnreadableMailError,
)
from triage.fingerprint import Fingerprints
from triage.folders.first_look import OldMailRule
from triage.folders.moving import Move, Mover, Traces, Whereabouts
from triage.folders.queue_folders import QueueFolders
from triage.ledger import Cap, Entry, Ledger, Observer, Reading
from triage.letters.acknowledgement import (
    Replies,
    answer_address,
    compose,
    languages_of,
    why_none,
)
from triage.letters.forwarding import compose_forward, why_not_forwarded
from triage.letters.outgoing import id_of
from triage.letters.receipt import compose_receipt
from triage.models import Mail
from triage.parsing.message import ParsedMail
from triage.parsing.reading import read
from triage.queues.forwarding import Destination, Forwarding
from triage.recording import read_columns
from triage.reference import reference
from triage.shelves import FOLDERS, Shelf
from triage.states import MailState

_log = structlog.get_logger(__name__)

# Which mails are drawn must not be foreseen, nor be the same after each start.
_chance = random.SystemRandom()

LETHAL_ATTEMPTS = 5
"""A mail at whose reading the worker ended so often, without a trace, is not read again."""

FIRST_PART = 1_000_000
"""Bytes that are kept of a mail beyond the size limit."""

# What a mail server reports stands at the beginning; what it sends back with it may be long.
_REPORT_BYTES = 1_000_000

GIVE_UP_AFTER = timedelta(days=3)
"""An acknowledgement that the SMTP server has put off for so long is no longer sent."""

# What a mail is told from others with the same words by; ends of lines as the server has them.
_NAMED = re.compile(rb"^(?:message-id|date)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = b"\r\n\r\n"

UNSEEN_FOR = timedelta(minutes=15)
"""By so much the clocks of mail server and worker may differ, and a round may last."""

_PLAIN_MAIL = ParsedMail(
    sender="somebody@example.org", subject="Tax card", text_new="How do I get a Danish tax card?"
)


@dataclass(frozen=True)
class Rules:
    """What is set for all mails.

    Attributes:
        address: The ICS' own address: sender of acknowledgements.
        own_addresses: All addresses that the ICS sends from, in lower case.
        mail_limit: Bytes; a larger mail is not read.
        acknowledgements_per_hour: At most so many to one person's address.
        acknowledge_within: Mail that came longer ago than this, when it is taken up, is old.
        acknowledgements_in_all: At most so many acknowledgements in an hour, to all addresses.
        centre: The slug of the centre whose mailbox it is; None where several share it.
        confirmation_share: 0 to 1, how many of the surely decided mails a person confirms.
    """

    address: str
    own_addresses: frozenset[str]
    mail_limit: int
    acknowledgements_per_hour: int
    acknowledge_within: timedelta
    acknowledgements_in_all: int
    centre: str | None
    confirmation_share: float


@dataclass(frozen=True)
class Parts:
    """What the workflow works with; put together in one place, in tests otherwise."""

    ledger: Ledger
    mailbox: ImapMailbox
    folders: QueueFolders
    forwarding: Forwarding
    sender: SmtpSender
    fingerprints: Fingerprints
    decide: Callable[[ParsedMail], Decision]
    replies: Replies
    receipts: Replies
    rules: Rules
    observe: Observer


@dataclass
class Work:
    """A mail in a worker's hands: its entry, and what need not be fetched or parsed again."""

    entry: Entry
    look: Look
    fetched: Fetched | None = None
    parsed: ParsedMail | None = None


class Workflow:
    """Takes mails from step to step."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._mover = Mover(parts.mailbox, parts.ledger, parts.fingerprints)
        self._old_mail: OldMailRule | None = None
        self._alarms = Alarms()
        self._steps: Mapping[MailState, Callable[[Work], Entry | None]] = {
            MailState.SIGHTED: self._keep,
            MailState.KEPT: self._read,
            MailState.PARSED: self._decide,
            MailState.DECIDED: self._route,
            MailState.MOVING: self._move,
            MailState.COPIED: self._remove_from_inbox,
            MailState.MOVED: self._forward,
            MailState.FORWARDING: self._settle_forwarding,
            MailState.FORWARDED: self._acknowledge,
            MailState.ACKNOWLEDGING: self._settle_acknowledgement,
            MailState.REREADING: self._reread,
        }

    def advance(self, work: Work) -> None:
        """Take a mail as far as it goes: to a state with nothing left to do.

        Raises:
            TriageError: A step failed; the mail is in the state that was recorded last, and its
                worker still holds it.
            DatabaseUnavailableError: Likewise, and nothing can be recorded now.
            OriginalsError: Its original cannot be opened.
        """
        entry: Entry | None = work.entry
        while entry is not None and (step := self._steps.get(entry.state)) is not None:
            entry = step(work)
            if entry is not None:
                work.entry = entry

    # --- sighted → kept → parsed → decided -------------------------------------------------

    def _keep(self, work: Work) -> Entry | None:
        """Keep the bytes, encrypted, before anything changes on the server."""
        entry, parts = work.entry, self._parts
        if not self._was_put_there(entry) and entry.uidvalidity != work.look.uidvalidity:
            # It was never kept, and its number means nothing now; under its new number the same
            # mail is sighted anew.
            self._check_view(work)
            parts.ledger.forget(entry)
            return None
        if work.fetched is None:
            with self._in_its_folder(work) as uidvalidity:
                if uidvalidity is not None and uidvalidity != entry.uidvalidity:
                    parts.ledger.forget(entry)
                    return None
                work.fetched = self._fetch(entry.uid) if uidvalidity is not None else None
        if work.fetched is None and self._was_put_there(entry):
            # On its way to another folder, where it is seen again.
            _log.warning("mail_passed_by", mail=entry.id, folder=entry.folder)
            parts.ledger.forget(entry)
            return None
        if work.fetched is None:
            return parts.ledger.advance(entry, MailState.GONE, "not in the inbox any more")
        parts.observe("fetched", entry.id)
        if (before := self._erased_before(work, work.fetched)) is not None:
            erased_id, traces = before
            put_there = self._was_put_there(entry)
            validity = entry.uidvalidity if put_there else work.look.uidvalidity
            return parts.ledger.take_back(entry, erased_id, work.fetched, validity, **traces)
        return parts.ledger.keep(entry, work.fetched, old=self._is_old(entry, work.fetched))

    def _erased_before(self, work: Work, fetched: Fetched) -> tuple[int, dict[str, Any]] | None:
        """Find out, in memory alone, whether a mail was erased and has come again.

        By its bytes, then by its fingerprint. Of a mail with neither Message-ID nor Date, which
        somebody may well have written twice, the time of its arrival must be the same too: in
        doubt it is a new one.

        Returns:
            The row that was erased, and what the new row is recognised by.
        """
        ledger, fingerprints = self._parts.ledger, self._parts.fingerprints
        if not ledger.has_erased():
            return None
        raw = fetched.raw
        received_at = None if _NAMED.search(raw.partition(_END_OF_HEAD)[0]) else fetched.received_at
        digest = fingerprints.of_bytes(raw)
        found = ledger.find_erased(Mail.erased_digest == digest, received_at)
        fingerprint = None
        # What may have ended a worker is kept first: then it is known for what it is.
        if work.entry.attempts <= 1:
            try:
                work.parsed = read(raw, with_texts=True)
            except UnreadableMailError:
                work.parsed = None
            else:
                fingerprint = fingerprints.of(work.parsed, raw)
        if found is None and fingerprint is not None:
            alike = Mail.fingerprint.in_(fingerprints.all_of(work.parsed, raw))
            found = ledger.find_erased(alike, received_at)
        if found is None:
            return None
        return found, {"fingerprint": fingerprint, "erased_digest": digest}

    @contextmanager
    def _in_its_folder(self, work: Work) -> Iterator[int | None]:
        """Select the folder that a mail was seen in; its UIDVALIDITY, None when it is not there."""
        mailbox, folder = self._parts.mailbox, work.entry.folder
        if not self._was_put_there(work.entry):
            yield work.look.uidvalidity
        elif not mailbox.has_folder(folder):
            yield None
        else:
            with mailbox.within(folder, readonly=True) as uidvalidity:
                yield uidvalidity

    def _was_put_there(self, entry: Entry) -> bool:
        """Whether it was first seen in the folder of a queue, into which somebody had put it."""
        return not entry.is_from_form and entry.folder in self._parts.folders.shelves()

    def _fetch(self, uid: int) -> Fetched | None:
        mailbox, limit = self._parts.mailbox, self._parts.rules.mail_limit
        size = mailbox.sizes([uid]).get(uid)
        if size is None:
            return None
        return mailbox.fetch([uid], min(FIRST_PART, limit) if size > limit else None).get(uid)

    def _is_old(self, entry: Entry, fetched: Fetched) -> bool:
        """Whether a mail is not acknowledged, for it lay there at the first look, or came long ago.

        Of a mail that somebody put into a queue's folder nobody knows where it comes from, unless it
        came after the inbox was last looked through: then nobody had a chance to see it there.
        """
        if self._was_put_there(entry):
            seen = self._parts.ledger.last_look_at(entry.mailbox)
            return seen is None or fetched.received_at < seen - UNSEEN_FOR
        if self._old_mail is None:
            self._old_mail = self._parts.ledger.old_mail_rule(entry.mailbox)
        was_there = self._old_mail.was_there(entry.uidvalidity, entry.uid, fetched.received_at)
        return was_there or self._is_late(fetched.received_at)

    def _is_late(self, received_at: datetime) -> bool:
        """Whether an acknowledgement would come so late that it confuses."""
        return received_at < now() - self._parts.rules.acknowledge_within

    def _read(self, work: Work) -> Entry | None:
        """Parse the mail, and see whether the ledger has it already at another place."""
        entry = work.entry
        if _is_lethal(entry):
            known = self._recognise(work)
            return known and self._shelve(known, unreadable("ended_the_worker"))
        try:
            parsed = self._parsed(work)
        except UnreadableMailError as error:
            known = self._recognise(work)
            return known and self._shelve(known, unreadable(error.reason, str(error)))
        return self._recognise(work, **read_columns(parsed))

    def _recognise(self, work: Work, **columns: Any) -> Entry | None:
        """Find out whether it is a mail that the ledger has; None when it belongs to another row."""
        entry, parts, raw = work.entry, self._parts, self._raw(work)
        prints = parts.fingerprints.all_of(work.parsed, raw)
        others = parts.ledger.places_alike(entry, prints)
        return parts.ledger.recognise(
            entry,
            parts.folders.sighting(entry, prints, others),
            fingerprint=parts.fingerprints.of(work.parsed, raw),
            **columns,
        )

    def _decide(self, work: Work) -> Entry:
        """Decide where it belongs; what cannot be judged by its own fault goes to the shelf."""
        entry = work.entry
        if _is_lethal(entry):
            return self._shelve(entry, unreadable("ended_the_worker"))
        if not entry.original_complete:
            return self._shelve(entry, unreadable("too_large", f"{entry.original_size} bytes"))
        decision = self._judge(work)
        mail = None if decision.shelf == "unreadable" else self._parsed(work)
        return self._shelve(entry, decision, mail, self._report_in(work, decision))

    def _judge(self, work: Work) -> Decision:
        """Decide on what a mail says.

        Raises:
            DecisionFailedError: Nothing can be judged at the moment; the fault is ours.
            DatabaseUnavailableError: Neither the rules nor the active model are known.
        """
        entry = work.entry
        try:
            decision = self._parts.decide(self._parsed(work))
        except UnreadableMailError as error:
            decision = unreadable(error.reason, str(error))
        except DatabaseUnavailableError:
            raise
        except Exception as error:
            if not self._can_decide():
                raise DecisionFailedError(
                    f"No mail can be judged: {type(error).__name__}"
                ) from error
            _log.warning("mail_cannot_be_judged", mail=entry.id, error=type(error).__name__)
            decision = unreadable("cannot_be_judged", type(error).__name__)
        return decision

    def _can_decide(self) -> bool:
        """Whether a plain mail can be judged: if not, the fault is ours and not the mail's."""
        try:
            self._parts.decide(_PLAIN_MAIL)
        except Exception:  # noqa: BLE001 (whatever it is, it is not this mail)
            return False
        return True

    def _report_in(self, work: Work, decision: Decision) -> DeliveryReport | None:
        """Read what a mail server says about a mail of ours; a report that is broken says nothing."""
        if decision.kind != "automatic":
            return None
        try:
            return read_report(self._raw(work)[:_REPORT_BYTES])
        except Exception as error:  # noqa: BLE001 (it is on its shelf all the same)
            _log.warning("report_not_read", mail=work.entry.id, error=type(error).__name__)
            return None

    def _shelve(
        self,
        entry: Entry,
        decision: Decision,
        mail: ParsedMail | None = None,
        report: DeliveryReport | None = None,
    ) -> Entry:
        rules = self._parts.rules
        put_on = self._parts.folders.shelves().get(entry.folder) if entry.mailbox_id else None
        return self._parts.ledger.decide(
            entry,
            decision,
            centre=rules.centre,
            sampled=put_on is None
            and decision.decided
            and _chance.random() < rules.confirmation_share,
            put_on=put_on,
            mail=mail,
            report=report,
        )

    # --- unreadable → rereading → moved, or unreadable as before ---------------------------

    def _reread(self, work: Work) -> Entry:
        """Read and decide on a mail again that could not be read; a correction then moves it."""
        entry = work.entry
        late = entry.received_at is not None and self._is_late(entry.received_at)
        return self._parts.ledger.reread(entry, self._reading(work), old=entry.old or late)

    def _reading(self, work: Work) -> Reading:
        entry, parts = work.entry, self._parts
        if _is_lethal(entry):
            return Reading(unreadable("ended_the_worker"))
        fetched = None
        if not entry.original_complete:
            fetched = work.fetched = self._fetch_whole(entry)
            if fetched is None:
                return Reading(unreadable("too_large", f"{entry.original_size} bytes"))
        raw = self._raw(work)
        try:
            parsed = work.parsed = read(raw, with_texts=True)
        except UnreadableMailError as error:
            return Reading(unreadable(error.reason, str(error)))
        decision = self._judge(work)
        if decision.shelf == "unreadable":
            return Reading(decision)
        columns = {"fingerprint": parts.fingerprints.of(parsed, raw), **read_columns(parsed)}
        return Reading(decision, columns, parsed, self._report_in(work, decision), fetched)

    def _fetch_whole(self, entry: Entry) -> Fetched | None:
        """Fetch a mail from its folder that had been too large; None if it still is, or is gone."""
        mailbox, limit = self._parts.mailbox, self._parts.rules.mail_limit
        too_large = entry.original_size is None or entry.original_size > limit
        if too_large or entry.target_uid is None or entry.target_folder is None:
            return None
        if not mailbox.has_folder(entry.target_folder):
            return None
        with mailbox.within(entry.target_folder, readonly=True) as uidvalidity:
            if uidvalidity != entry.target_uidvalidity:
                return None
            return mailbox.fetch([entry.target_uid]).get(entry.target_uid)

    # --- decided → moving → (copied) → moved -----------------------------------------------

    def _route(self, work: Work) -> Entry:
        """Move it to its folder; a question from the form lies in none, and goes on at once."""
        if work.entry.is_from_form:
            return self._forward(work)
        if self._was_put_there(work.entry):
            return self._parts.ledger.advance(
                work.entry, MailState.MOVED, "put there by hand", moved_at=now()
            )
        return self._begin_move(work)

    def _begin_move(self, work: Work) -> Entry:
        """Record the target's next UID, so that after a crash the mail can be found there."""
        entry, parts = work.entry, self._parts
        if entry.uidvalidity != work.look.uidvalidity:
            return self._missing(work)
        place = parts.mailbox.place(parts.folders.of(_shelf(entry)))
        return parts.ledger.advance(
            entry,
            MailState.MOVING,
            place.folder,
            move_method=parts.mailbox.move_method.value,
            target_folder=place.folder,
            target_uidvalidity=place.uidvalidity,
            target_uidnext=place.uidnext,
            target_uid=None,
        )

    def _move(self, work: Work) -> Entry:
        """Move it on the server. Taken up again, first find out whether that has happened."""
        entry, parts = work.entry, self._parts
        if entry.resumed:
            return self._settle_move(work) or self._begin_move(work)
        place = self._mover.carry_out(_move_of(entry), entry.uid)
        parts.observe("moved_on_server", entry.id)
        settled = self._settled(entry, place) if place else self._settle_move(work)
        if settled is None:
            raise MailboxRefusedError("The server moved nothing, and did not say why.")
        return settled

    def _settle_move(self, work: Work) -> Entry | None:
        """Find out whether a move has happened; None when the mail is still in the inbox alone."""
        entry = work.entry
        renumbered = entry.uidvalidity != work.look.uidvalidity
        found = self._mover.settle(_move_of(entry), None if renumbered else entry.uid)
        if found is Whereabouts.IN_SOURCE:
            return None
        return self._missing(work) if found is Whereabouts.NOWHERE else self._settled(entry, found)

    def _settled(self, entry: Entry, place: CopyUid) -> Entry:
        """Record where the mail is now."""
        ledger = self._parts.ledger
        where = {"target_uidvalidity": place.uidvalidity, "target_uid": place.uid}
        note = f"{entry.target_folder} {place.uidvalidity}/{place.uid}"
        if entry.move_method == MoveMethod.COPY:
            return ledger.advance(entry, MailState.COPIED, note, **where)
        return ledger.advance(entry, MailState.MOVED, note, moved_at=now(), **where)

    def _missing(self, work: Work) -> Entry:
        """The mail is neither where it was nor where it should be.

        After a renumbering that can only be said once all of the inbox was looked through under
        the new numbers, for there the mail may be recognised again.
        """
        entry, parts = work.entry, self._parts
        validity = work.look.uidvalidity
        self._check_view(work)
        if entry.uidvalidity != validity and not parts.ledger.is_scanned(entry.mailbox, validity):
            raise MailboxRenumberedError("The inbox was renumbered; the mail is looked for in it.")
        if entry.state == MailState.COPIED:
            return parts.ledger.advance(entry, MailState.MOVED, "gone", moved_at=now())
        _log.error("mail_gone", mail=entry.id, folder=entry.folder)
        return parts.ledger.advance(entry, MailState.GONE, "neither in the inbox nor in its folder")

    def _check_view(self, work: Work) -> None:
        """Refuse to conclude from a number where this worker has an old view of the inbox."""
        mailbox = self._parts.mailbox
        if mailbox.look().uidvalidity != work.look.uidvalidity:
            mailbox.close()
            raise MailboxRenumberedError("The inbox was renumbered; look at it anew.")

    def _remove_from_inbox(self, work: Work) -> Entry:
        """After copying, take the original out of the inbox as far as the server can."""
        entry, parts = work.entry, self._parts
        if entry.uidvalidity != work.look.uidvalidity:
            return self._missing(work)
        removed = parts.mailbox.remove(entry.uid)
        parts.observe("removed_from_inbox", entry.id)
        return parts.ledger.advance(
            entry,
            MailState.MOVED,
            "" if removed else "left in the inbox, marked as deleted",
            moved_at=now(),
            left_in_inbox=not removed,
        )

    # --- moved → forwarded → acknowledged --------------------------------------------------

    def _forward(self, work: Work) -> Entry:
        """Send it on where the queue's settings say so; at most once, as an acknowledgement."""
        entry, parts = work.entry, self._parts
        if entry.kind != "mail" or entry.forwarding is not None:
            return self._acknowledge(work)
        destination = parts.forwarding.destination(self._lies_on(entry), entry.case_id)
        if destination is None:
            return self._acknowledge(work)
        to = destination.address
        why_not = self._why_not_forwarded(work, destination)
        if why_not is not None:
            return parts.ledger.advance(
                entry, MailState.FORWARDED, why_not, forwarding=why_not, forwarded_to=mask(to)
            )
        outcome: Outcome | Literal["gave_up"] = "gave_up"
        if not self._has_waited_too_long(entry):
            content = compose_forward(
                self._raw(work),
                self._lies_on(entry) or "",
                reference(entry.case_id or 0),
                parts.rules.address,
                to,
            )
            before, message_id = entry, id_of(content)[:255]

            def _begin() -> Entry:
                return parts.ledger.advance(
                    before, MailState.FORWARDING, forward_message_id=message_id
                )

            outcome, entry = self._send(entry, to, content, _begin, envelope=parts.rules.address)
        if outcome != "sent":
            _log.error("forwarding_failed", mail=entry.id, reason=outcome)
        return parts.ledger.advance(
            entry, MailState.FORWARDED, outcome, forwarding=outcome, forwarded_to=mask(to)
        )

    def _why_not_forwarded(self, work: Work, destination: Destination) -> str | None:
        """Why a mail is not sent on: it might go round in a circle, or nothing arrives there."""
        entry, parts = work.entry, self._parts
        trouble = f"forwarding of {self._lies_on(entry)}"
        if destination.is_paused:
            self._alarms.sound(trouble, "forwarding_paused", mail=entry.id, queue=entry.shelf)
            return "paused"
        self._alarms.end(trouble)
        try:
            mail = self._parsed(work)
        except UnreadableMailError:
            return "unreadable"  # whether it was sent on before cannot be told
        why_not = why_not_forwarded(mail, destination.address, parts.rules.own_addresses)
        if why_not is None and parts.forwarding.is_answer_to_one(mail):
            why_not = "forwarded_before"
        if why_not is not None:
            _log.warning("not_forwarded", mail=entry.id, reason=why_not)
        return why_not

    def _settle_forwarding(self, work: Work) -> Entry:
        """Taken up here, nobody knows whether it was sent on; it is not sent again."""
        _log.error("forwarding_uncertain", mail=work.entry.id)
        return self._parts.ledger.advance(
            work.entry, MailState.FORWARDED, "uncertain", forwarding="uncertain"
        )

    def _acknowledge(self, work: Work) -> Entry:
        """Tell the sender that the mail has arrived: at most once, and never a machine."""
        entry, parts = work.entry, self._parts
        # It may be settled already: the screen told who asked by the form; an erased mail gets none.
        reason = entry.acknowledgement or self._why_no_acknowledgement(work)
        if reason is not None:
            return self._not_acknowledged(entry, reason)
        before = entry
        content = self._receipt(work) if entry.is_from_form else self._acknowledgement(work)
        # In the ledger the address is masked.
        recipient = answer_address(self._parsed(work)) or ""

        def _begin() -> Entry:
            return parts.ledger.begin_acknowledging(before, self._cap, id_of(content))

        try:
            outcome, entry = self._send(entry, recipient, content, _begin)
        except AcknowledgementsCappedError:
            # Another worker has sent the last one meanwhile.
            return self._not_acknowledged(entry, "too_many")
        if outcome == "sent":
            return parts.ledger.advance(
                entry, MailState.ACKNOWLEDGED, acknowledgement="sent", acknowledged_at=now()
            )
        if outcome == "uncertain":
            return self._uncertain(entry)
        return self._not_acknowledged(entry, "refused")

    def _acknowledgement(self, work: Work) -> bytes:
        entry, parts = work.entry, self._parts
        return compose(
            self._parsed(work),
            parts.replies,
            languages_of(entry.language, entry.language_confidence or 0.0),
            reference(entry.case_id or 0),
            parts.rules.address,
            parts.ledger.expected_by(entry, self._lies_on(entry)),
        )

    def _receipt(self, work: Work) -> bytes:
        parts = self._parts
        return compose_receipt(
            self._parsed(work),
            parts.receipts,
            parts.ledger.read_receipt(work.entry),
            parts.rules.address,
        )

    def _why_no_acknowledgement(self, work: Work) -> str | None:
        entry = work.entry
        reason = self._why_unfit_for_one(entry) or self._why_none(work)
        if reason is not None:
            return reason
        if self._has_waited_too_long(entry):
            return "gave_up"
        return "too_many" if self._is_capped(entry) else None

    def _why_none(self, work: Work) -> str | None:
        """Why a mail gets no acknowledgement, by what it says."""
        mail = self._parsed(work)
        if work.entry.is_from_form:
            # Its subject is the beginning of what the person wrote, and says nothing of a program.
            mail = replace(mail, subject="")
        return why_none(mail, work.entry.kind, self._parts.rules.own_addresses)

    def _is_capped(self, entry: Entry) -> bool:
        try:
            self._parts.ledger.check_cap(entry, self._cap)
        except AcknowledgementsCappedError:
            return True
        return False

    @property
    def _cap(self) -> Cap:
        rules = self._parts.rules
        return Cap(rules.acknowledgements_per_hour, rules.acknowledgements_in_all)

    def _why_unfit_for_one(self, entry: Entry) -> str | None:
        """Why a mail gets no acknowledgement, by its place and history and not by what it says."""
        lies_on = self._lies_on(entry)
        if "unreadable" in {entry.shelf, lies_on}:
            return "unreadable"
        if entry.old:
            return "brought_by_hand" if self._was_put_there(entry) else "old_mail"
        if entry.perhaps_duplicate_of is not None:
            return "perhaps_a_duplicate"
        return lies_on if lies_on in {"automatic", "spam"} else None

    def _lies_on(self, entry: Entry) -> str | None:
        """The shelf in whose folder it lies, where somebody may have put it since it was decided.

        What was read after all lies in the folder of unreadable mail until its correction is
        carried out; it counts as where it goes.
        """
        folder = self._parts.folders.shelves().get(entry.target_folder or "", entry.shelf)
        return entry.shelf if folder == "unreadable" else folder

    def _has_waited_too_long(self, entry: Entry) -> bool:
        since = entry.received_at if entry.is_from_form else entry.moved_at
        return since is not None and since < now() - GIVE_UP_AFTER

    def _not_acknowledged(self, entry: Entry, reason: str) -> Entry:
        if reason in {"refused", "gave_up", "too_many"}:
            _log.error("acknowledgement_failed", mail=entry.id, reason=reason)
        return self._parts.ledger.advance(
            entry,
            MailState.NOT_ACKNOWLEDGED,
            reason,
            acknowledgement=reason,
            acknowledged_at=None,
        )

    def _settle_acknowledgement(self, work: Work) -> Entry:
        """Taken up here, nobody knows whether it was sent; it is shown and never sent again."""
        return self._uncertain(work.entry)

    def _uncertain(self, entry: Entry) -> Entry:
        _log.error("acknowledgement_uncertain", mail=entry.id)
        return self._parts.ledger.advance(
            entry, MailState.ACKNOWLEDGEMENT_UNCERTAIN, acknowledgement="uncertain"
        )

    def _send(
        self,
        entry: Entry,
        recipient: str,
        content: bytes,
        begin: Callable[[], Entry],
        *,
        envelope: str = "",
    ) -> tuple[Outcome, Entry]:
        """Send a mail, the state recorded before its content is sent.

        Args:
            entry: The mail that it is about.
            recipient: One address.
            content: What is sent.
            begin: Records that it may have been sent, and returns the entry as it is then.
            envelope: Envelope sender; empty for the null sender.

        Returns:
            `sent`, `uncertain` or `refused`, and the entry as it is then: refused before its
            content was sent, the state is as before.

        Raises:
            SmtpUnavailableError: Nothing was sent, the server is away; the state is as before.
            DeliveryPostponedError: Nothing was sent; the state is as before.
        """
        ledger, known = self._parts.ledger, entry

        def _record() -> None:
            nonlocal known
            self._parts.observe("offered", entry.id)
            known = begin()

        try:
            outcome = self._parts.sender.send(recipient, content, envelope, _record)
        except (DeliveryPostponedError, SmtpUnavailableError):
            if known is not entry:
                # The server answered that it did not take the mail. So it may be sent again.
                ledger.advance(
                    known,
                    entry.state,
                    "put off by the SMTP server",
                    attempts=entry.attempts,
                    acknowledged_at=None,
                )
            raise
        if outcome == "sent":
            self._parts.observe("delivered", entry.id)
        return outcome, known

    # --- what is known of a mail -----------------------------------------------------------

    def _raw(self, work: Work) -> bytes:
        if work.fetched is not None:
            return work.fetched.raw
        return self._parts.ledger.read_original(work.entry)

    def _parsed(self, work: Work) -> ParsedMail:
        if work.parsed is None:
            work.parsed = read(self._raw(work), with_texts=True)
        return work.parsed


def _is_lethal(entry: Entry) -> bool:
    """Whether workers ended again and again while they read this mail, and left no trace."""
    return entry.attempts >= LETHAL_ATTEMPTS and entry.last_error is None


def _move_of(entry: Entry) -> Move:
    return Move(
        entry.move_method,
        Place(entry.target_folder or "", entry.target_uidvalidity, entry.target_uidnext),
        Traces(
            entry.mailbox,
            entry.fingerprint,
            entry.message_id,
            entry.original_size,
            entry.original_complete,
        ),
    )


def _shelf(entry: Entry) -> Shelf:
    for shelf in FOLDERS:
        if shelf == entry.shelf:
            return shelf
    raise ValueError(f"Mail {entry.id} has no shelf.")
