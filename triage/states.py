"""The states of mails, corrections, replies, removals and notifications, and the moves between them.

And what it means when a mail is found at a place where the ledger has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class MailState(StrEnum):
    """How far a mail has come. The order is the order of the work."""

    SIGHTED = "sighted"
    """The server showed it; it is not kept yet."""
    KEPT = "kept"
    """Its original is in the encrypted store."""
    PARSED = "parsed"
    """Its text, sender and attachments are known."""
    DECIDED = "decided"
    """Where it belongs is decided, with the reasons."""
    MOVING = "moving"
    """The target folder's next UID is recorded; the move itself may or may not have happened."""
    COPIED = "copied"
    """A copy is in the target folder; the one in the inbox may still be there."""
    MOVED = "moved"
    """It is in its folder."""
    FORWARDING = "forwarding"
    """It may or may not have been sent on to the queue's forwarding address."""
    FORWARDED = "forwarded"
    """Sending it on is over, with the outcome recorded."""
    ACKNOWLEDGING = "acknowledging"
    """The acknowledgement may or may not have been sent."""
    ACKNOWLEDGED = "acknowledged"
    """The acknowledgement was accepted by the SMTP server."""
    ACKNOWLEDGEMENT_UNCERTAIN = "acknowledgement_uncertain"
    """Nobody knows whether the acknowledgement was sent; it is never sent again."""
    NOT_ACKNOWLEDGED = "not_acknowledged"
    """No acknowledgement is due or possible, with the reason recorded."""
    GONE = "gone"
    """Somebody else took it out of the inbox before it was moved; found again, it goes on."""
    LEFT = "left"
    """It lay in the mailbox at the first look; an admin decided that it stays where it is."""
    REREADING = "rereading"
    """It lies on the shelf of unreadable mail, and is to be read and decided on once more."""


PERMITTED: Mapping[MailState, frozenset[MailState]] = {
    # A mail that was erased and comes again is not kept: it goes back to its folder, and no further.
    MailState.SIGHTED: frozenset({MailState.KEPT, MailState.GONE, MailState.DECIDED}),
    MailState.KEPT: frozenset({MailState.PARSED, MailState.DECIDED}),
    MailState.PARSED: frozenset({MailState.DECIDED}),
    # A question from the form lies in no mailbox: what follows the move follows at once. A mail that
    # somebody put into a queue's folder lies there already.
    MailState.DECIDED: frozenset(
        {
            MailState.MOVING,
            MailState.MOVED,
            MailState.GONE,
            MailState.FORWARDING,
            MailState.FORWARDED,
            MailState.ACKNOWLEDGING,
            MailState.NOT_ACKNOWLEDGED,
        }
    ),
    # Taken up again, a move is begun anew with the target's next UID of that moment.
    MailState.MOVING: frozenset(
        {MailState.MOVING, MailState.COPIED, MailState.MOVED, MailState.GONE}
    ),
    MailState.COPIED: frozenset({MailState.MOVED}),
    MailState.MOVED: frozenset(
        {
            MailState.FORWARDING,
            MailState.FORWARDED,
            MailState.ACKNOWLEDGING,
            MailState.NOT_ACKNOWLEDGED,
        }
    ),
    # Refused before its content was sent, a mail goes back and is tried again.
    MailState.FORWARDING: frozenset({MailState.FORWARDED, MailState.MOVED, MailState.DECIDED}),
    MailState.FORWARDED: frozenset({MailState.ACKNOWLEDGING, MailState.NOT_ACKNOWLEDGED}),
    MailState.ACKNOWLEDGING: frozenset(
        {
            MailState.ACKNOWLEDGED,
            MailState.ACKNOWLEDGEMENT_UNCERTAIN,
            MailState.NOT_ACKNOWLEDGED,
            MailState.MOVED,
            MailState.FORWARDED,
            MailState.DECIDED,
        }
    ),
    MailState.ACKNOWLEDGED: frozenset(),
    MailState.ACKNOWLEDGEMENT_UNCERTAIN: frozenset(),
    # Of a mail that could not be read, and only when a person asks for it.
    MailState.NOT_ACKNOWLEDGED: frozenset({MailState.REREADING}),
    # Found again: in the inbox, to be moved after all, or in the folder of a queue.
    MailState.GONE: frozenset({MailState.DECIDED, MailState.MOVED}),
    MailState.LEFT: frozenset(),
    # Read after all, it is forwarded and acknowledged like any other; it is moved by a correction.
    MailState.REREADING: frozenset({MailState.MOVED, MailState.NOT_ACKNOWLEDGED}),
}
"""From each state, the states that may follow."""

FINISHED: frozenset[MailState] = frozenset(
    {
        MailState.ACKNOWLEDGED,
        MailState.ACKNOWLEDGEMENT_UNCERTAIN,
        MailState.NOT_ACKNOWLEDGED,
        MailState.GONE,
        MailState.LEFT,
    }
)
"""The states with nothing left to do by itself."""

UNFINISHED: frozenset[MailState] = frozenset(MailState) - FINISHED
"""The states that a worker takes up."""


def is_permitted(from_state: MailState, to_state: MailState) -> bool:
    """Return whether a mail may go from one state straight to the other."""
    return to_state in PERMITTED[from_state]


class Finding(StrEnum):
    """What a mail means that the server shows at a place where the ledger has none.

    A mail is known by its fingerprint; whether it still lies at its recorded place, the server is
    asked. The order is that in which they are looked for.
    """

    RENUMBERED = "renumbered"
    """A known mail in its folder, which has another UIDVALIDITY now: its place is the new one."""
    KNOWN = "known"
    """A known mail whose way was recorded meanwhile, or that was here on its way to where the ledger
    has it: there is nothing to do."""
    UNDER_WAY = "under_way"
    """Perhaps a known mail that a worker is moving at this moment: it is looked at again later."""
    SORTED = "sorted"
    """A known mail that is not at its place any more and lies in a queue's folder: somebody moved
    it, which is a correction."""
    RETURNED = "returned"
    """A known mail that is not in its folder any more and lies in the inbox: somebody put it back. It
    stays there, for a worker would put it where it was, until a person says where it belongs."""
    COPY = "copy"
    """A second mail with the content of one that still lies at its place: perhaps a duplicate. It has
    a row of its own, is shown, and is never acknowledged."""
    NEW = "new"
    """A mail that the ledger has not seen."""


class CorrectionState(StrEnum):
    """How far the mailbox has followed a caseworker's correction."""

    WAITING = "waiting"
    """The desk shows the new queue; the mail lies in its old folder."""
    MOVING = "moving"
    """The new folder's next UID is recorded; the move itself may or may not have happened."""
    COPIED = "copied"
    """A copy is in the new folder; the one in the old folder may still be there."""
    DONE = "done"
    """The mail is in the new folder, or there is no mail to move."""
    GONE = "gone"
    """Somebody else took the mail out of the folders of the queues; only the desk has changed."""


CORRECTION_PERMITTED: Mapping[CorrectionState, frozenset[CorrectionState]] = {
    # Somebody moved the mail in the mailbox meanwhile: it waits to be moved from where it lies now.
    CorrectionState.WAITING: frozenset(
        {CorrectionState.WAITING, CorrectionState.MOVING, CorrectionState.GONE}
    ),
    # Taken up again, a move is begun anew with the new folder's next UID of that moment.
    CorrectionState.MOVING: frozenset(
        {
            CorrectionState.WAITING,
            CorrectionState.MOVING,
            CorrectionState.COPIED,
            CorrectionState.DONE,
            CorrectionState.GONE,
        }
    ),
    CorrectionState.COPIED: frozenset({CorrectionState.DONE}),
    CorrectionState.DONE: frozenset(),
    CorrectionState.GONE: frozenset(),
}
"""From each state of a correction, the states that may follow."""

CORRECTION_FINISHED: frozenset[CorrectionState] = frozenset(
    state for state, following in CORRECTION_PERMITTED.items() if not following
)
"""The states of a correction with nothing left to do."""


class ReplyState(StrEnum):
    """How far a caseworker's reply has come."""

    WAITING = "waiting"
    """Written and kept; nothing is sent yet."""
    SENDING = "sending"
    """It may or may not have been sent."""
    SENT = "sent"
    """The SMTP server accepted it; it is not in the folder of sent mail yet."""
    KEPT = "kept"
    """It lies in the mailbox's folder of sent mail too."""
    UNCERTAIN = "uncertain"
    """Nobody knows whether it was sent; it is shown and never sent again by itself."""
    REFUSED = "refused"
    """The SMTP server does not take mail to this address; the case is open again."""


REPLY_PERMITTED: Mapping[ReplyState, frozenset[ReplyState]] = {
    ReplyState.WAITING: frozenset({ReplyState.SENDING, ReplyState.REFUSED}),
    # Put off by the server before it took the mail, a reply goes back and is tried again.
    ReplyState.SENDING: frozenset(
        {ReplyState.SENT, ReplyState.UNCERTAIN, ReplyState.REFUSED, ReplyState.WAITING}
    ),
    ReplyState.SENT: frozenset({ReplyState.KEPT}),
    ReplyState.KEPT: frozenset(),
    ReplyState.UNCERTAIN: frozenset(),
    ReplyState.REFUSED: frozenset(),
}
"""From each state of a reply, the states that may follow."""

REPLY_FINISHED: frozenset[ReplyState] = frozenset(
    state for state, following in REPLY_PERMITTED.items() if not following
)
"""The states of a reply with nothing left to do."""


class RemovalState(StrEnum):
    """How far the mailbox has followed the erasure of a case."""

    WAITING = "waiting"
    """The mail still lies in the mailbox."""
    REMOVING = "removing"
    """It may or may not have been deleted."""
    DONE = "done"
    """It is deleted."""
    GONE = "gone"
    """It was not where it should have been; somebody else took it away."""
    UNABLE = "unable"
    """The server cannot delete a single mail (it has no UIDPLUS); it is shown, and left."""


REMOVAL_PERMITTED: Mapping[RemovalState, frozenset[RemovalState]] = {
    RemovalState.WAITING: frozenset(
        {RemovalState.REMOVING, RemovalState.GONE, RemovalState.UNABLE}
    ),
    # Taken up again, it is looked for again.
    RemovalState.REMOVING: frozenset(
        {RemovalState.REMOVING, RemovalState.DONE, RemovalState.UNABLE}
    ),
    RemovalState.DONE: frozenset(),
    RemovalState.GONE: frozenset(),
    RemovalState.UNABLE: frozenset(),
}
"""From each state of a removal, the states that may follow."""

REMOVAL_FINISHED: frozenset[RemovalState] = frozenset(
    state for state, following in REMOVAL_PERMITTED.items() if not following
)
"""The states of a removal with nothing left to do."""


class NotificationState(StrEnum):
    """How far a notification of new mail has come."""

    WAITING = "waiting"
    """Nothing is sent yet."""
    SENDING = "sending"
    """It may or may not have been sent."""
    SENT = "sent"
    """The SMTP server accepted it."""
    UNCERTAIN = "uncertain"
    """Nobody knows whether it was sent; it is never sent again."""
    REFUSED = "refused"
    """The SMTP server does not take mail to this address, or put it off for too long."""


NOTIFICATION_PERMITTED: Mapping[NotificationState, frozenset[NotificationState]] = {
    NotificationState.WAITING: frozenset({NotificationState.SENDING, NotificationState.REFUSED}),
    # Put off by the server before it took the mail, it goes back and is tried again.
    NotificationState.SENDING: frozenset(
        {
            NotificationState.SENT,
            NotificationState.UNCERTAIN,
            NotificationState.REFUSED,
            NotificationState.WAITING,
        }
    ),
    NotificationState.SENT: frozenset(),
    NotificationState.UNCERTAIN: frozenset(),
    NotificationState.REFUSED: frozenset(),
}
"""From each state of a notification, the states that may follow."""

NOTIFICATION_FINISHED: frozenset[NotificationState] = frozenset(
    state for state, following in NOTIFICATION_PERMITTED.items() if not following
)
"""The states of a notification with nothing left to do."""
