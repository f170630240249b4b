"""The worker: looks into the inbox again and again, and takes each mail through its way.

Between the mails it carries out what caseworkers asked for, and once a day it erases what has been
kept long enough. The trouble of one mail, correction or reply is its own alone: it is put off, and
the next is taken up. Where the trouble is everybody's (no connection, no database), the worker waits
and begins a new round.
"""

from __future__ import annotations

import os
import random
import re
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from language.masking import mask
from storage.database import DatabaseUnavailableError
from storage.times import now
from triage.alarms import Alarms
from triage.cases.correcting import Corrector
from triage.cases.errands import CorrectionErrand, Errands, RemovalErrand, ReplyErrand
from triage.cases.precision_watch import PrecisionWatch
from triage.connections.mailbox import Fetched, Look, Status
from triage.errors import (
    ClaimLostError,
    MailboxRefusedError,
    MailboxRenumberedError,
    MailboxUnavailableError,
    TriageError,
)
from triage.folders.first_look import FirstLook, OldMailRule, divided
from triage.folders.moving import Mover
from triage.folders.places import Places, chunks
from triage.folders.reconciliation import Reconciler
from triage.ledger import Entry
from triage.letters.notifying import Notifier
from triage.letters.sending import ReplySender
from triage.privacy.erasing import Eraser
from triage.privacy.removing import Remover
from triage.queues.notifications import NotificationErrand
from triage.workflow import FIRST_PART, Parts, Work, Workflow

_log = structlog.get_logger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds between two rounds that fail, at most."""

_BATCH = 10
_BATCH_BYTES = 8_000_000
_ERRANDS_SECONDS = 1.0
_MOST_IN_ROUND = 200

# Of alarms: what is everybody's trouble, and what an admin has to end.
_ROUND = "round"
_UNDECIDED = "undecided"
_ERASED_AT_ONCE = 100
_DAY_SECONDS = 86_400.0
_PRECISION_SECONDS = 3_600.0

# What a question from the form is taken on with: there is no inbox to look into.
_NO_LOOK = Look(uidvalidity=0, uidnext=None, uids=())
_E = TypeVar("_E", CorrectionErrand, ReplyErrand, RemovalErrand, NotificationErrand)

# With what stands in quotes before the @ (RFC 5322 section 3.4.1), blanks included.
_ADDRESS = re.compile(r"""(?:"[^"]*"|[^\s<>"]+)@[^\s<>]+""")


@dataclass(frozen=True)
class Watch:
    """How a mailbox is watched; all times in seconds.

    Attributes:
        mailbox_name: What the mailbox is called in the ledger: its user, so that it stays the
            same when it moves to another server.
        inbox: The folder in which mail arrives.
        idle_seconds: How long one IDLE lasts.
        poll_seconds: The pause between looks where the server has no IDLE.
        claim_seconds: How long a claim holds; nothing is waited for longer.
        folder_seconds: How often the folders of the queues are looked at.
        has_unposted: Whether what came by no mailbox, from the form and the counter, is sent from
            here; with several mailboxes, one of them has it.
    """

    mailbox_name: str
    inbox: str
    idle_seconds: float
    poll_seconds: float
    claim_seconds: float
    folder_seconds: float
    has_unposted: bool = True


@dataclass(frozen=True)
class Upkeep:
    """What a worker does now and then, beside its mails.

    Attributes:
        eraser: Erases what has been kept long enough.
        places: How the folders were last seen.
        reconciler: Proves once a day that mailbox and ledger agree.
        notifier: Tells people that mail has come into their queues.
        precision: Looks whether sure decisions are right often enough; None: another worker does.
    """

    eraser: Eraser
    places: Places
    reconciler: Reconciler
    notifier: Notifier
    precision: PrecisionWatch | None = None


def worker_name() -> str:
    """Return a name for this worker that no other has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


class Worker:
    """Works on one mailbox until it is stopped. Several may work on the same one."""

    def __init__(
        self,
        parts: Parts,
        errands: Errands,
        first_look: FirstLook,
        upkeep: Upkeep,
        watch: Watch,
    ) -> None:
        self._parts = parts
        self._first_look = first_look
        self._alarms = Alarms()
        self._errands = errands
        self._eraser = upkeep.eraser
        self._erases_at = 0.0
        self._precision = upkeep.precision
        self._looks_at_precision_at = 0.0
        self._remover = Remover(errands, parts.mailbox, parts.fingerprints, parts.observe)
        self._places = upkeep.places
        self._reconciler = upkeep.reconciler
        self._notifier = upkeep.notifier
        mover = Mover(parts.mailbox, parts.ledger, parts.fingerprints)
        self._corrector = Corrector(errands, parts.mailbox, parts.folders, mover, parts.observe)
        self._replies = ReplySender(
            errands, parts.sender, parts.mailbox, parts.rules.address, parts.observe
        )
        self._watch = watch
        self._workflow = Workflow(parts)
        self._stopped = threading.Event()
        self._pause = 0.0
        self._mailbox_is_away = False
        self._looked_for_errands_at = 0.0
        self._holds_claims = False
        self._mailbox_id: int | None = None
        self._is_undecided = False
        self._has_more = False

    def stop(self) -> None:
        """Ask the worker to end after the mail in hand; from any thread, not from a signal handler."""
        self._stopped.set()

    def run(self) -> None:
        """Work until `stop` is called. Our failures end a round, never the worker."""
        while not self._stopped.is_set():
            try:
                self._sit_out()
                self._erase_expired()
                self._look_at_precision()
                self.round()
                self._pause = 0.0
                self._alarms.end(_ROUND)
                self._wait()
            except (TriageError, DatabaseUnavailableError) as error:
                self._fail(error)
            except Exception as error:  # noqa: BLE001
                # A fault of the program: shown as such, and tried again all the same, for a
                # worker that has ended takes in no mail at all.
                _log.info("round_broke", error=type(error).__name__, where=_where(error))
                self._fail(error)
        self._end()

    def _erase_expired(self) -> None:
        """Erase what has been kept long enough, some of it at a time, so that no mail waits."""
        if time.monotonic() < self._erases_at:
            return
        if self._eraser.erase_expired(_ERASED_AT_ONCE) < _ERASED_AT_ONCE:
            self._erases_at = time.monotonic() + _DAY_SECONDS

    def _look_at_precision(self) -> None:
        if self._precision is not None and time.monotonic() >= self._looks_at_precision_at:
            self._precision.look()
            self._looks_at_precision_at = time.monotonic() + _PRECISION_SECONDS

    def round(self) -> int:
        """Look into the inbox once and work on what is due, errands too.

        Of a long inbox only so much is worked on that the heartbeat does not stop; what is left over
        comes with the next round. While nobody has decided what becomes of the old mail, the inbox
        is only looked at.

        Returns:
            How many mails were worked on.

        Raises:
            MailboxUnavailableError: There is no connection to the server.
            MailboxRefusedError: The server refuses to show the inbox.
            DatabaseUnavailableError: The database is away.
        """
        parts, watch = self._parts, self._watch
        if not parts.mailbox.connected:
            # Connecting may take long, or fail.
            self._send_replies()
            self._send_unposted()
            parts.mailbox.connect()
        look = parts.mailbox.look()
        if self._mailbox_id is None:
            self._mailbox_id = parts.ledger.open_mailbox(watch.mailbox_name, look)
        if self._holds_claims:
            # What was in hand when something broke; without this it would wait for the claims to
            # run out.
            self._release_own()
        # What is taken up now may leave the inbox, and must not be taken for new then.
        unknown = self._places.unknown(self._mailbox_id, watch.inbox, look.uidvalidity, look.uids)
        worked = self._resume(look, self._mailbox_id)
        rule = self._first_look.rule(self._mailbox_id, look)
        self._note_whether_decided(rule)
        new = [] if rule is None else self._new(rule, look, self._mailbox_id, unknown)
        for uids in chunks(new[:_MOST_IN_ROUND], _BATCH):
            if self._stopped.is_set():
                return worked
            worked += self._take_in(look, self._mailbox_id, watch.inbox, look.uidvalidity, uids)
            # A mail that was put off must not wait for a long inbox to end.
            worked += self._resume(look, self._mailbox_id)
        self._has_more = len(new) > _MOST_IN_ROUND
        if rule is not None:
            worked += self._look_into_folders(look, self._mailbox_id)
        if not self._stopped.is_set():
            parts.ledger.record_round_trip(
                self._mailbox_id,
                watch.inbox,
                look.uidvalidity,
                complete=rule is not None and not self._has_more,
            )
            if rule is not None and not self._has_more:
                self._places.record_look(
                    self._mailbox_id, _as_status(watch.inbox, look), _above(look)
                )
                self._reconcile(self._mailbox_id)
            self._has_more = self._has_more or parts.mailbox.has_grown(look)
        return worked

    def _reconcile(self, mailbox_id: int) -> None:
        """Once a day, prove that mailbox and ledger agree."""
        if not self._reconciler.is_due(mailbox_id):
            return
        report = self._reconciler.compare(mailbox_id)
        self._reconciler.record(mailbox_id, report)
        log = _log.error if report.unexplained else _log.info
        log("reconciled", mailbox=report.mailbox, unexplained=report.unexplained)

    def _look_into_folders(self, look: Look, mailbox_id: int) -> int:
        """Take in what people put into the folders of the queues, then note what left them.

        In this order: what left one folder for another is at its new place by then.
        """
        worked = 0
        views = list(self._parts.folders.changed(mailbox_id))
        for view in views:
            for uids in chunks(view.unknown, _BATCH):
                if self._stopped.is_set():
                    return worked
                folder, uidvalidity = view.status.folder, view.status.uidvalidity
                worked += self._take_in(look, mailbox_id, folder, uidvalidity, uids)
                worked += self._resume(look, mailbox_id)
        for view in views:
            self._parts.folders.record(mailbox_id, view)
        return worked

    def _new(
        self, rule: OldMailRule, look: Look, mailbox_id: int, unknown: Sequence[int]
    ) -> list[int]:
        """Return the mails to be taken in; those that are to be left are written down as such."""
        parts, inbox, validity = self._parts, self._watch.inbox, look.uidvalidity
        in_question = [uid for uid in unknown if rule.leaves_some(validity, uid)]
        outlines = parts.mailbox.outlines(in_question) if in_question else {}
        taken, left = divided(rule, look, unknown, outlines)
        if left:
            parts.ledger.leave(mailbox_id, inbox, validity, {uid: outlines[uid] for uid in left})
            _log.info("old_mail_left", mailbox=mailbox_id, mails=len(left))
        return taken

    def _note_whether_decided(self, rule: OldMailRule | None) -> None:
        """Raise the alarm while nobody has decided about the old mail: new mail waits too."""
        self._is_undecided = rule is None
        if rule is None:
            self._alarms.sound(_UNDECIDED, "old_mail_undecided", mailbox=self._mailbox_id)
        else:
            self._alarms.end(_UNDECIDED)

    def _resume(self, look: Look, mailbox_id: int) -> int:
        """Work on what is due, one by one, so that a deadly mail takes no other with it.

        Errands come between the mails: whoever asked for them waits for them.
        """
        worked = 0
        while not self._stopped.is_set():
            self._run_errands(mailbox_id)
            claimed = self._parts.ledger.claim_due(mailbox_id, limit=1)
            if not claimed:
                break
            self._work_on(Work(claimed[0], look))
            worked += 1
        return worked

    def _run_errands(self, mailbox_id: int) -> None:
        """Carry out what is due, one of each kind in turn."""
        errands = self._errands
        more = True
        while more and not self._stopped.is_set():
            correction = errands.claim_correction(mailbox_id)
            if correction is not None:
                self._run_errand(
                    "correction", correction, self._corrector.carry_out, put_off=errands.postpone
                )
            sent = self._send_reply(mailbox_id)
            reply = errands.claim_sent_reply(mailbox_id)
            if reply is not None:
                self._run_errand("reply", reply, self._replies.keep, put_off=errands.postpone)
            removal = errands.claim_removal(mailbox_id)
            if removal is not None:
                self._run_errand(
                    "removal", removal, self._remover.carry_out, put_off=errands.postpone
                )
            more = any((correction, sent, reply, removal))
        self._send_unposted()

    def _send_unposted(self) -> None:
        """Send what has to do with no mailbox, if that is this worker's: receipts, notifications."""
        if self._watch.has_unposted:
            self._send_receipts()
            self._send_notifications()

    def _send_receipts(self) -> None:
        """Take the questions from the form as far as they go; for that, no mailbox is needed."""
        while not self._stopped.is_set():
            claimed = self._parts.ledger.claim_due(None, limit=1)
            if not claimed:
                break
            self._work_on(Work(claimed[0], _NO_LOOK))

    def _send_notifications(self) -> None:
        """Tell people that mail has come into their queues."""
        notifications = self._notifier.notifications
        notifications.prepare()
        while not self._stopped.is_set() and (errand := notifications.claim()) is not None:
            self._run_errand(
                "notification", errand, self._notifier.send, put_off=notifications.postpone
            )

    def _send_replies(self) -> None:
        """Send the replies that are due; for that, no mailbox is needed."""
        mailbox_id = self._mailbox_id or self._parts.ledger.find_mailbox(self._watch.mailbox_name)
        while not self._stopped.is_set() and self._send_reply(mailbox_id):
            pass

    def _send_reply(self, mailbox_id: int | None) -> bool:
        """Send the reply that is due longest, and return whether there was one."""
        reply = self._errands.claim_unsent_reply(mailbox_id)
        if reply is not None:
            self._run_errand("reply", reply, self._replies.send, put_off=self._errands.postpone)
        return reply is not None

    def _take_in(
        self, look: Look, mailbox_id: int, folder: str, uidvalidity: int, uids: Sequence[int]
    ) -> int:
        """Write down new mails of a folder, fetch them together, and work on each."""
        self._holds_claims = True
        entries = self._parts.ledger.sight(mailbox_id, folder, uidvalidity, uids)
        if folder == self._watch.inbox:
            fetched = self._fetch_together(entries)
        else:
            with self._parts.mailbox.within(folder, readonly=True) as now_there:
                fetched = self._fetch_together(entries) if now_there == uidvalidity else {}
        for entry in entries:
            if self._stopped.is_set():
                break
            self._work_on(Work(entry, look, fetched=fetched.pop(entry.uid, None)))
        else:
            self._holds_claims = False
        return len(entries)

    def _fetch_together(self, entries: Sequence[Entry]) -> dict[int, Fetched]:
        """Fetch small mails in few commands; large ones are fetched when it is their turn."""
        if not entries:
            return {}
        mailbox = self._parts.mailbox
        sizes = mailbox.sizes([entry.uid for entry in entries])
        together: list[int] = []
        total = 0
        largest = min(FIRST_PART, self._parts.rules.mail_limit)
        for uid, size in sizes.items():
            if size <= largest and total + size <= _BATCH_BYTES:
                together.append(uid)
                total += size
        return mailbox.fetch(together) if together else {}

    def _work_on(self, work: Work) -> None:
        """Take a mail as far as it goes."""
        self._fenced(
            {"mail": work.entry.id},
            lambda: self._workflow.advance(work),
            lambda error: self._parts.ledger.postpone(work.entry, error),
        )

    def _run_errand(
        self,
        kind: str,
        errand: _E,
        carry_out: Callable[[_E], None],
        *,
        put_off: Callable[[_E, str], None],
    ) -> None:
        """Take an errand as far as it goes."""
        self._fenced(
            {kind: errand.id},
            lambda: carry_out(errand),
            lambda error: put_off(errand, error),
        )

    def _fenced(
        self, named: dict[str, int], act: Callable[[], None], postpone: Callable[[str], None]
    ) -> None:
        """The one place where the trouble of one mail or errand ends.

        Args:
            named: What it is, for the log.
            act: Works on it.
            postpone: Puts it off, with what failed.
        """
        trouble = " ".join(f"{kind} {number}" for kind, number in named.items())

        def _put_off(error: Exception) -> None:
            described = _described(error)
            self._alarms.sound(trouble, "put_off", **named, error=described)
            postpone(described)
            self._parts.ledger.record_error(self._watch.mailbox_name, described)

        self._holds_claims = True
        try:
            act()
            self._alarms.end(trouble)
        except ClaimLostError:
            _log.warning("claim_lost", **named)
        except DatabaseUnavailableError:
            raise
        except (MailboxUnavailableError, MailboxRenumberedError) as error:
            _put_off(error)
            if isinstance(error, MailboxUnavailableError) or not self._parts.mailbox.connected:
                raise
        except TriageError as error:
            _put_off(error)
        except Exception as error:  # noqa: BLE001
            # A fault of the program or of a library, on this one: the others go on.
            _log.info("step_broke", **named, where=_where(error))
            _put_off(error)
        self._holds_claims = False

    def _fail(self, error: Exception) -> None:
        """Raise the alarm and hang up; the pause is longer with each failure in a row."""
        described = _described(error)
        self._parts.mailbox.close()
        self._alarms.sound(
            _ROUND, "triage_failed", mailbox=self._watch.mailbox_name, error=described
        )
        try:
            self._parts.ledger.record_error(self._watch.mailbox_name, described)
        except DatabaseUnavailableError:
            _log.info("alarm_not_recorded", error="the database is away")
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or 1.0)
        self._mailbox_is_away = isinstance(error, MailboxUnavailableError | MailboxRefusedError)

    def _sit_out(self) -> None:
        """Wait a little after a failure. While only the mailbox is away, replies are sent."""
        # Several workers that failed together must not all come back together.
        until = time.monotonic() + self._pause * random.uniform(0.75, 1.0)  # noqa: S311
        while not self._stopped.is_set() and (left := until - time.monotonic()) > 0:
            self._stopped.wait(min(left, _ERRANDS_SECONDS))
            if self._mailbox_is_away:
                self._send_replies()
                self._send_unposted()

    def _wait(self) -> None:
        """Wait for new mail or errands, but not beyond the time when something is due again."""
        if self._stopped.is_set() or self._mailbox_id is None or self._has_more:
            return
        watch = self._watch
        seconds = min(watch.idle_seconds, watch.claim_seconds, watch.folder_seconds)
        for due in (
            self._parts.ledger.next_due(self._mailbox_id),
            self._next_unposted(),
            self._errands.next_due(self._mailbox_id),
        ):
            if due is not None:
                seconds = min(seconds, (due - now()).total_seconds())
        if seconds > 0:
            self._parts.mailbox.wait(seconds, self._is_wanted, watch.poll_seconds)

    def _is_wanted(self) -> bool:
        """Whether waiting should end; about once a second, whether something has become due."""
        if self._stopped.is_set():
            return True
        moment = time.monotonic()
        if moment - self._looked_for_errands_at < _ERRANDS_SECONDS or self._mailbox_id is None:
            return False
        self._looked_for_errands_at = moment
        try:
            if self._is_undecided and self._first_look.is_decided(self._mailbox_id):
                return True
            dues = (
                self._errands.next_due(self._mailbox_id),
                self._parts.ledger.next_due(self._mailbox_id),
                self._next_unposted(),
            )
        except DatabaseUnavailableError:
            return True  # The next round meets it again and raises the alarm.
        return any(due is not None and due <= now() for due in dues)

    def _next_unposted(self) -> datetime | None:
        """When there is next something to send that has to do with no mailbox; None if not ours."""
        if not self._watch.has_unposted:
            return None
        dues = (self._parts.ledger.next_due(None), self._notifier.notifications.next_due())
        return min((due for due in dues if due is not None), default=None)

    def _release_own(self) -> None:
        self._parts.ledger.release_own()
        self._errands.release_own()
        self._notifier.notifications.release_own()
        self._holds_claims = False

    def _end(self) -> None:
        """Let go of everything, so that another worker can go on at once."""
        try:
            self._release_own()
        except DatabaseUnavailableError as error:
            _log.error("claims_not_released", error=_described(error))
        self._parts.mailbox.close()
        self._parts.sender.close()
        _log.info("worker_ended", mailbox=self._watch.mailbox_name)


def _as_status(inbox: str, look: Look) -> Status:
    return Status(inbox, look.uidvalidity, look.uidnext, len(look.uids), None)


def _above(look: Look) -> int:
    return max(max(look.uids, default=0) + 1, look.uidnext or 0)


def _described(error: Exception) -> str:
    """What failed, for log and desk, without what it may quote: texts, numbers, addresses."""
    if isinstance(error, TriageError | DatabaseUnavailableError):
        return _ADDRESS.sub("[address]", mask(f"{type(error).__name__}: {error}"[:300]))
    return type(error).__name__


def _where(error: Exception) -> str:
    """The innermost places of a traceback; its message may quote a mail, so it is left out."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
