"""Tells people by mail that mail has come into their queue: how much, and where it is read.

Nothing of what the mails say, and nobody's name: a notification may be read by many, and lies about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog

from language.languages import Language
from storage.times import now
from triage.connections.delivery import SmtpSender
from triage.errors import DeliveryPostponedError, SmtpUnavailableError
from triage.ledger import Observer
from triage.letters.outgoing import begin, id_of
from triage.queues.notifications import NotificationErrand, Notifications
from triage.reference import reference
from triage.states import NotificationState
from understanding.queues import Queue
from web.translations import translations

_log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(days=1)
"""A notification that the server still puts off after so long is of no use any more."""

MOST_LINKS = 20
"""Cases that a notification links to; of more it says how many."""

# Of the office: nobody knows which language an address reads.
_LANGUAGE: Language = "da"


class Notifier:
    """Sends notifications, each at most once.

    Args:
        notifications: What is to be sent.
        sender: The SMTP server.
        address: The ICS' own address, also envelope sender, so that reports on delivery come back.
        public_url: Address of the pages.
        observe: Told of each step.
    """

    def __init__(
        self,
        notifications: Notifications,
        sender: SmtpSender,
        address: str,
        public_url: str,
        observe: Observer,
    ) -> None:
        self.notifications = notifications
        self._sender = sender
        self._address = address
        self._public_url = public_url
        self._observe = observe

    def send(self, errand: NotificationErrand) -> None:
        """Send a notification.

        Raises:
            SmtpUnavailableError: Nothing was sent, the server is away; it waits.
            DeliveryPostponedError: Nothing was sent; it waits.
            ClaimLostError: Another worker has it.
            DatabaseUnavailableError: Nothing can be recorded now.
        """
        notifications = self.notifications
        if errand.state is NotificationState.SENDING:
            # Taken up here, nobody knows whether it was sent.
            self._end(errand, NotificationState.UNCERTAIN)
            return
        if errand.made_at < now() - GIVE_UP_AFTER:
            self._end(errand, NotificationState.REFUSED)
            return
        content = compose_notification(errand, self._address, self._public_url)
        known = errand

        def _record() -> None:
            nonlocal known
            self._observe("notification_offered", errand.id)
            known = notifications.advance(
                errand, NotificationState.SENDING, message_id=id_of(content)[:255]
            )

        try:
            outcome = self._sender.send(errand.recipient, content, self._address, _record)
        except (DeliveryPostponedError, SmtpUnavailableError):
            if known is not errand:
                # The server answered that it did not take it. So it may be sent again.
                notifications.advance(known, NotificationState.WAITING, attempts=errand.attempts)
            raise
        if outcome == "sent":
            self._observe("notification_delivered", errand.id)
        self._end(known, NotificationState(outcome))

    def _end(self, errand: NotificationErrand, state: NotificationState) -> None:
        if state is not NotificationState.SENT:
            _log.error("notification_failed", notification=errand.id, reason=state.value)
        self.notifications.advance(errand, state)


def compose_notification(errand: NotificationErrand, sender: str, public_url: str) -> bytes:
    """Write a notification; it says of itself that a program sent it (RFC 3834 section 5).

    Args:
        errand: Of which cases it tells, and whom.
        sender: The ICS' own address.
        public_url: Address of the pages.
    """
    texts = translations(_LANGUAGE)
    number, queue, desk = (
        len(errand.cases),
        _queue_name(errand.shelf),
        f"{public_url.rstrip('/')}/desk",
    )
    title = texts.ngettext(
        "%(num)s new question in %(queue)s", "%(num)s new questions in %(queue)s", number
    ) % {"num": number, "queue": queue}
    if errand.urgent:
        title = texts.gettext("Look at once: %(title)s") % {"title": title}
    message = begin(sender, errand.recipient, title)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    lines = [f"{title}.", ""]
    lines += [f"{reference(one)}: {desk}/cases/{one}" for one in errand.cases[:MOST_LINKS]]
    if number > MOST_LINKS:
        more = texts.ngettext("and %(num)s more", "and %(num)s more", number - MOST_LINKS)
        lines.append(more % {"num": number - MOST_LINKS})
    lines += [
        "",
        texts.gettext("The whole queue: %(address)s") % {"address": f"{desk}/{errand.shelf}/"},
        "",
        texts.gettext(
            "This mail was sent by Ankomst. An administrator decides on the page Queues who gets it."
        ),
    ]
    message.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    return message.as_bytes()


def _queue_name(shelf: str) -> str:
    gettext = translations(_LANGUAGE).gettext
    names: Mapping[Queue, str] = {
        "tax": gettext("Tax"),
        "jobseeker": gettext("Jobseekers"),
        "visitation": gettext("Visitation"),
    }
    return next((name for queue, name in names.items() if queue == shelf), shelf)
