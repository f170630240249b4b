"""Tells what a mail means that the server shows at a place where the ledger has none.

Whether it is known says its fingerprint; whether the known mail still lies at its own place, the
server is asked. What follows from it is written down in `triage.states.Finding`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from triage.folders.places import (
    Location,
    is_before_its_move,
    is_being_corrected,
    is_moving,
    location,
)
from triage.models import Mail
from triage.shelves import Shelf
from triage.states import Finding, MailState

_IN_INBOX = frozenset({MailState.PARSED, MailState.DECIDED, MailState.MOVING, MailState.COPIED})
"""States with a fingerprint in which the mail may still be in the inbox."""


@dataclass(frozen=True)
class Sighting:
    """What the server says of a mail, and of those that the ledger has with the same content.

    Attributes:
        at: The place at which it was seen.
        uidvalidity: Of this folder now.
        received_at: When the server received it.
        shelf: Whose folder it is; None for the inbox.
        is_there: Whether the mail is still at this place.
        fingerprints: All that it may have in the ledger.
        others: Of each mail with the same content its recorded place, and whether it lies there; None
            where nobody can know, since its folder has other numbers now and has not been looked
            through under them.
    """

    at: Location
    uidvalidity: int
    received_at: datetime | None
    shelf: Shelf | None
    is_there: bool
    fingerprints: frozenset[str]
    others: Mapping[int, tuple[Location, bool | None]]

    def lies(self, mail: Mail) -> bool | None:
        """Whether a known mail lies at its recorded place; None when nobody can know."""
        place, is_there = self.others.get(mail.id, (None, None))
        return is_there if place == location(mail) else None


def find(
    session: Session, sighting: Sighting, alike: Sequence[Mail]
) -> tuple[Finding, Mail | None]:
    """Return what a mail means, and the known mail that it is or is like.

    Args:
        session: The transaction in which it is acted upon.
        sighting: What the server says.
        alike: The known mails with the same content, locked, the oldest first.
    """
    for mail in alike:
        if _is_renumbered(mail, sighting):
            # One that a correction has moved already is not what lies here, but one that is like it.
            corrected = is_being_corrected(session, mail)
            return Finding.UNDER_WAY if corrected else Finding.RENUMBERED, mail
    for mail in alike:
        if location(mail) == sighting.at or (not sighting.is_there and _was_here(mail, sighting)):
            return Finding.KNOWN, mail
    if not alike:
        return Finding.NEW, None
    for mail in alike:
        if _may_be_under_way(session, mail, sighting):
            return Finding.UNDER_WAY, mail
    for mail in alike:
        if _has_left_its_place(mail, sighting):
            return (Finding.RETURNED if sighting.shelf is None else Finding.SORTED), mail
    return Finding.COPY, alike[0]


def _is_renumbered(mail: Mail, sighting: Sighting) -> bool:
    """Whether a known mail is this one under another UIDVALIDITY of the same folder."""
    at, validity = sighting.at, sighting.uidvalidity
    if mail.target_uid is not None and mail.target_folder == at.folder:
        return at.uidvalidity == validity != mail.target_uidvalidity
    return is_same_in_inbox(mail, at, validity, sighting.received_at)


def is_same_in_inbox(mail: Mail, at: Location, valid: int, received_at: datetime | None) -> bool:
    """Whether a known mail of the same content is one that was seen under another UIDVALIDITY.

    It has not been moved yet, or was left behind after it was copied. And what was seen under numbers
    that are void, and kept by a worker that died, is a mail that has a row under the valid ones,
    however far that has come.

    Args:
        mail: The known mail.
        at: Where the other was seen.
        valid: The UIDVALIDITY of that folder now.
        received_at: When the other came.
    """
    if mail.folder != at.folder or mail.uidvalidity == at.uidvalidity:
        return False
    if mail.uidvalidity == valid:
        return True
    if at.uidvalidity != valid:
        return False
    if mail.state == MailState.COPIED or mail.left_in_inbox:
        # It may be gone from the inbox, and what lies there be another mail of the same content,
        # which would be taken out in its place: that came at another time.
        return mail.received_at == received_at
    return mail.state in _IN_INBOX


def _was_here(mail: Mail, sighting: Sighting) -> bool:
    """Whether a known mail was at this place only on its way to its own.

    In the inbox that is a mail whose next place was seen before it was read here.
    """
    return sighting.shelf is not None or mail.folder != sighting.at.folder


def _may_be_under_way(session: Session, mail: Mail, sighting: Sighting) -> bool:
    lies = sighting.lies(mail)
    if sighting.shelf is None and mail.state in _IN_INBOX:
        return False  # what lies in the inbox is not what is moved out of it
    if lies is None and mail.state != MailState.GONE:
        return True
    # Soon it is known to be gone, and then to be this one.
    return is_moving(session, mail) or (is_before_its_move(mail) and not lies)


def _has_left_its_place(mail: Mail, sighting: Sighting) -> bool:
    if mail.state == MailState.GONE:
        return mail.case_id is not None
    return mail.moved_at is not None and sighting.lies(mail) is False
