"""Sends a caseworker's reply, at most once, and keeps it in the mailbox's folder of sent mail."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import structlog

from storage.times import now
from triage.cases.errands import Errands, ReplyErrand
from triage.connections.delivery import SmtpSender
from triage.connections.mailbox import ImapMailbox
from triage.errors import DeliveryPostponedError, SmtpUnavailableError
from triage.ledger import Observer
from triage.states import ReplyState

_log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
"""A reply that the recipient's server still puts off after so long has failed, and the caseworker
is told: the person can be reached in another way."""


class ReplySender:
    """Sends and keeps replies.

    Args:
        errands: The replies.
        sender: The SMTP server.
        mailbox: Where they are kept.
        address: The ICS' own address: envelope sender, so that bounces come back.
        observe: Told of each step.
    """

    def __init__(
        self,
        errands: Errands,
        sender: SmtpSender,
        mailbox: ImapMailbox,
        address: str,
        observe: Observer,
    ) -> None:
        self._errands = errands
        self._sender = sender
        self._mailbox = mailbox
        self._address = address
        self._observe = observe

    def send(self, reply: ReplyErrand) -> None:
        """Send a reply; the mailbox is not needed.

        Raises:
            SmtpUnavailableError: Nothing was sent, the server is away; the reply waits.
            DeliveryPostponedError: Nothing was sent; the reply waits.
            ClaimLostError: Another worker has it.
            DatabaseUnavailableError: Nothing can be recorded now.
            OriginalsError: Its message cannot be opened.
        """
        if reply.state is ReplyState.SENDING:
            # Taken up here, nobody knows whether it was sent.
            self._uncertain(reply)
            return
        known = reply

        def _record() -> None:
            nonlocal known
            self._observe("reply_offered", reply.id)
            known = self._errands.advance_reply(reply, ReplyState.SENDING, sent_at=now())

        content = self._errands.read_message(reply)
        try:
            # In the database the recipient is masked.
            outcome = self._sender.send(_recipient(content), content, self._address, _record)
        except (DeliveryPostponedError, SmtpUnavailableError) as error:
            if known is not reply:
                # The server answered that it did not take the reply. So it may be sent again.
                known = self._errands.advance_reply(
                    known, ReplyState.WAITING, sent_at=None, attempts=reply.attempts
                )
            if isinstance(error, DeliveryPostponedError) and _is_too_late(reply):
                self._refused(known, "gave_up")
                return
            raise
        if outcome == "sent":
            self._observe("reply_delivered", reply.id)
            self._errands.advance_reply(known, ReplyState.SENT, sent_at=now())
        elif outcome == "uncertain":
            self._uncertain(known)
        else:
            self._refused(known, "refused")

    def keep(self, reply: ReplyErrand) -> None:
        """Put a reply that was sent into the folder of sent mail, unless it is there.

        An earlier worker may have put it there, and some SMTP servers do by themselves.

        Raises:
            TriageError: It could not be kept; it is in the state that was recorded last.
            DatabaseUnavailableError: Nothing can be recorded now.
            OriginalsError: Its message cannot be opened.
        """
        folder = self._mailbox.sent_folder()
        if not self._mailbox.holds(folder, reply.message_id):
            content = self._errands.read_message(reply)
            self._mailbox.append(folder, content, reply.sent_at or now())
            self._observe("reply_appended", reply.id)
        self._errands.advance_reply(reply, ReplyState.KEPT)

    def _uncertain(self, reply: ReplyErrand) -> None:
        _log.error("reply_uncertain", reply=reply.id, case=reply.case_id)
        self._errands.advance_reply(reply, ReplyState.UNCERTAIN)

    def _refused(self, reply: ReplyErrand, reason: str) -> None:
        _log.error("reply_refused", reply=reply.id, case=reply.case_id, reason=reason)
        self._errands.advance_reply(reply, ReplyState.REFUSED, reason, sent_at=None)


def _recipient(content: bytes) -> str:
    message = message_from_bytes(content, policy=SMTP)
    return str(message["To"].addresses[0].addr_spec)


def _is_too_late(reply: ReplyErrand) -> bool:
    return reply.asked_at < now() - GIVE_UP_AFTER
