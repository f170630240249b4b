"""The way of one mail through the house, one recorded step at a time.

Every step records, acts, and records what came of it, and is safe to be begun again: a worker may
be killed at any place. What a step cannot know after a crash it finds out (where a mail is), or,
where that is impossible, leaves undone for good (whether an acknowledgement was sent).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from storage.times import now
from triage.acknowledgement import (
    Replies,
    compose,
    compose_forward,
    languages_of,
    why_none,
)
from triage.classifier import Decision, unreadable
from triage.delivery import Outcome, SmtpSender
from triage.errors import (
    DecisionFailedError,
    DeliveryPostponedError,
    MailboxRefusedError,
    MailboxRenumberedError,
    SmtpUnavailableError,
    UnreadableMailError,
)
from triage.fingerprint import Fingerprints
from triage.folders import QueueFolders
from triage.ledger import Entry, Ledger, Observer
from triage.limits import time_limit
from triage.mailbox import CopyUid, Fetched, ImapMailbox, Look, MoveMethod, Place
from triage.message import ParsedMail, parse
from triage.moving import Move, Mover, Traces, Whereabouts
from triage.receipt import compose_receipt
from triage.recording import read_columns
from triage.reference import reference
from triage.shelves import FOLDERS, Shelf
from triage.states import MailState

_log = structlog.get_logger(__name__)

# Which mails are drawn must not be foreseen, nor be the same after each start.
_chance = random.SystemRandom()

READING_SECONDS = 60.0
"""Reading and judging one mail may take so long."""

LETHAL_ATTEMPTS = 5
"""A mail at whose reading the worker ended so often, without a trace, is not read again."""

FIRST_PART = 1_000_000
"""Bytes that are kept of a mail beyond the size limit."""

GIVE_UP_AFTER = timedelta(days=3)
"""An acknowledgement that the SMTP server has put off for so long is no longer sent."""

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
        forward_addresses: Where a queue's mail is also sent to.
        acknowledgements_per_hour: At most so many to one address.
        old_after: Mail that lay in the mailbox longer than this at the first look is old.
        centre: The slug of the centre whose mailbox it is; None where several share it.
        confirmation_share: 0 to 1, how many of the surely decided mails a person confirms.
    """

    address: str
    own_addresses: frozenset[str]
    mail_limit: int
    forward_addresses: Mapping[str, str]
    acknowledgements_per_hour: int
    old_after: timedelta
    centre: str | None
    confirmation_share: float


@dataclass(frozen=True)
class Parts:
    """What the workflow works with; put together in one place, in tests otherwise."""

    ledger: Ledger
    mailbox: ImapMailbox
    folders: QueueFolders
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
        self._first_look: tuple[datetime, int | None, int | None] | None = None
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
        if work.fetched is None:
            with self._in_its_folder(work) as uidvalidity:
                if uidvalidity is not None and uidvalidity != entry.uidvalidity:
                    # It was never kept, and its number means nothing now; under its new number the
                    # same mail is sighted anew.
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
        return parts.ledger.keep(entry, work.fetched, old=self._is_old(work))

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

    def _is_old(self, work: Work) -> bool:
        """Whether it lay in the mailbox for long before anybody could have taken it in.

        Of a mail that somebody put into a queue's folder nobody knows where it comes from, unless it
        came after the inbox was last looked through: then nobody had a chance to see it there.
        """
        entry, fetched = work.entry, work.fetched
        if fetched is not None and self._was_put_there(entry):
            seen = self._parts.ledger.last_look_at(entry.mailbox)
            return fetched.received_at < seen - UNSEEN_FOR
        if self._first_look is None:
            self._first_look = self._parts.ledger.first_look(entry.mailbox)
        at, uidvalidity, uidnext = self._first_look
        if fetched is None or uidvalidity != entry.uidvalidity or entry.uid >= (uidnext or 0):
            return False
        return fetched.received_at < at - self._parts.rules.old_after

    def _read(self, work: Work) -> Entry | None:
        """Parse the mail, and see whether the ledger has it already at another place."""
        entry = work.entry
        if _is_lethal(entry):
            known = self._recognise(work)
            return known and self._shelve(known, unreadable("ended_the_worker"))
        try:
            with time_limit(READING_SECONDS):
                work.parsed = parse(self._raw(work))
        except UnreadableMailError as error:
            known = self._recognise(work)
            return known and self._shelve(known, unreadable(error.reason, str(error)))
        return self._recognise(work, **read_columns(work.parsed))

    def _recognise(self, work: Work, **read: Any) -> Entry | None:
        """Find out whether it is a mail that the ledger has; None when it belongs to another row."""
        entry, parts, raw = work.entry, self._parts, self._raw(work)
        prints = parts.fingerprints.all_of(work.parsed, raw)
        others = parts.ledger.places_alike(entry, prints)
        return parts.ledger.recognise(
            entry,
            parts.folders.sighting(entry, prints, others),
            fingerprint=parts.fingerprints.of(work.parsed, raw),
            **read,
        )

    def _decide(self, work: Work) -> Entry:
        """Decide where it belongs; what cannot be judged by its own fault goes to the shelf."""
        entry = work.entry
        if _is_lethal(entry):
            return self._shelve(entry, unreadable("ended_the_worker"))
        if not entry.original_complete:
            return self._shelve(entry, unreadable("too_large", f"{entry.original_size} bytes"))
        try:
            with time_limit(READING_SECONDS):
                decision = self._parts.decide(self._parsed(work))
        except UnreadableMailError as error:
            decision = unreadable(error.reason, str(error))
        except Exception as error:
            if not self._can_decide():
                raise DecisionFailedError(
                    f"No mail can be judged: {type(error).__name__}"
                ) from error
            _log.warning("mail_cannot_be_judged", mail=entry.id, error=type(error).__name__)
            decision = unreadable("cannot_be_judged", type(error).__name__)
        return self._shelve(entry, decision)

    def _can_decide(self) -> bool:
        """Whether a plain mail can be judged: if not, the fault is ours and not the mail's."""
        try:
            self._parts.decide(_PLAIN_MAIL)
        except Exception:  # noqa: BLE001 (whatever it is, it is not this mail)
            return False
        return True

    def _shelve(self, entry: Entry, decision: Decision) -> Entry:
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
        )

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
        place = parts.mailbox.place(FOLDERS[_shelf(entry)])
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
        if parts.mailbox.look().uidvalidity != validity:
            # It was this worker that had an old view, all through its round.
            parts.mailbox.close()
            raise MailboxRenumberedError("The inbox was renumbered; look at it anew.")
        if entry.uidvalidity != validity and not parts.ledger.is_scanned(entry.mailbox, validity):
            raise MailboxRenumberedError("The inbox was renumbered; the mail is looked for in it.")
        if entry.state == MailState.COPIED:
            return parts.ledger.advance(entry, MailState.MOVED, "gone", moved_at=now())
        _log.error("mail_gone", mail=entry.id, folder=entry.folder)
        return parts.ledger.advance(entry, MailState.GONE, "neither in the inbox nor in its folder")

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
        to = parts.rules.forward_addresses.get(self._lies_on(entry) or "")
        if to is None or entry.kind != "mail" or entry.forwarding is not None:
            return self._acknowledge(work)
        outcome: Outcome | Literal["gave_up"] = "gave_up"
        if not self._has_waited_too_long(entry):
            content = compose_forward(
                self._raw(work),
                self._lies_on(entry) or "",
                reference(entry.case_id or 0),
                parts.rules.address,
                to,
            )
            outcome, entry = self._send(
                entry, to, content, MailState.FORWARDING, envelope=parts.rules.address
            )
        if outcome != "sent":
            _log.error("forwarding_failed", mail=entry.id, reason=outcome)
        return parts.ledger.advance(
            entry, MailState.FORWARDED, outcome, forwarding=outcome, forwarded_to=to
        )

    def _settle_forwarding(self, work: Work) -> Entry:
        """Taken up here, nobody knows whether it was sent on; it is not sent again."""
        _log.error("forwarding_uncertain", mail=work.entry.id)
        return self._parts.ledger.advance(
            work.entry, MailState.FORWARDED, "uncertain", forwarding="uncertain"
        )

    def _acknowledge(self, work: Work) -> Entry:
        """Tell the sender that the mail has arrived: at most once, and never a machine."""
        entry, parts = work.entry, self._parts
        # Of a question from the form it may be settled already: the screen has told the person.
        reason = entry.acknowledgement or self._why_no_acknowledgement(work)
        if reason is not None:
            return self._not_acknowledged(entry, reason)
        content = self._receipt(work) if entry.is_from_form else self._acknowledgement(work)
        outcome, entry = self._send(
            entry, entry.reply_to or "", content, MailState.ACKNOWLEDGING, acknowledged_at=now()
        )
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
        entry, parts = work.entry, self._parts
        reason = self._why_unfit_for_one(entry) or why_none(
            self._parsed(work), entry.kind, parts.rules.own_addresses
        )
        if reason is not None:
            return reason
        if self._has_waited_too_long(entry):
            return "gave_up"
        since = now() - timedelta(hours=1)
        sent = parts.ledger.acknowledged_since(entry.reply_to or "", since)
        return "too_many" if sent >= parts.rules.acknowledgements_per_hour else None

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
        """The shelf in whose folder it lies, where somebody may have put it since it was decided."""
        if entry.target_folder is None:
            return entry.shelf
        return self._parts.folders.shelves().get(entry.target_folder, entry.shelf)

    def _has_waited_too_long(self, entry: Entry) -> bool:
        since = entry.received_at if entry.is_from_form else entry.moved_at
        return since is not None and since < now() - GIVE_UP_AFTER

    def _not_acknowledged(self, entry: Entry, reason: str) -> Entry:
        if reason in {"refused", "gave_up"}:
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
        state: MailState,
        *,
        envelope: str = "",
        **values: datetime,
    ) -> tuple[Outcome, Entry]:
        """Send a mail, the state recorded before its content is sent.

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
            known = ledger.advance(entry, state, "", **values)

        try:
            outcome = self._parts.sender.send(recipient, content, envelope, _record)
        except (DeliveryPostponedError, SmtpUnavailableError):
            if known is not entry:
                # The server answered that it did not take the mail. So it may be sent again.
                undone: dict[str, Any] = {**dict.fromkeys(values), "attempts": entry.attempts}
                ledger.advance(known, entry.state, "put off by the SMTP server", **undone)
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
            work.parsed = parse(self._raw(work))
        return work.parsed


def _is_lethal(entry: Entry) -> bool:
    """Whether workers ended again and again while they read this mail, and left no trace."""
    return entry.attempts >= LETHAL_ATTEMPTS and entry.last_error is None


def _move_of(entry: Entry) -> Move:
    return Move(
        entry.move_method,
        Place(entry.target_folder or "", entry.target_uidvalidity, entry.target_uidnext),
        Traces(entry.mailbox, entry.fingerprint, entry.message_id, entry.original_size),
    )


def _shelf(entry: Entry) -> Shelf:
    for shelf in FOLDERS:
        if shelf == entry.shelf:
            return shelf
    raise ValueError(f"Mail {entry.id} has no shelf.")
