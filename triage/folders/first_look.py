"""The first look at a mailbox: what lies in it is counted, and an admin decides what becomes of it.

Until then nothing in the mailbox is touched. Old mail, which lay there at the first look, is never
acknowledged, whatever is decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from storage.database import Database
from storage.times import now
from triage.connections.mailbox import ImapMailbox, Look, Outline
from triage.errors import MailboxChangedError, UnknownMailboxError
from triage.models import Mailbox, OldMail
from web.dates import ZONE

Policy = Literal["ask", "as_new", "sort", "leave"]
"""What is done about old mail: an admin is asked, or what the settings have decided beforehand."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """What lay in the inbox when it was counted.

    Attributes:
        count: How many mails.
        size: All together, in bytes.
        unread: How many look unread; colleagues may have read the others.
        older: How many had been there for more than a day.
        oldest: When the oldest was received; None where there was none.
        newest: When the newest was received.
        days: How many were received on each day in Denmark.
    """

    count: int
    size: int
    unread: int
    older: int
    oldest: datetime | None
    newest: datetime | None
    days: Mapping[date, int]

    def since(self, day: date) -> int:
        """Return how many were received on a day in Denmark or after it."""
        return sum(number for one, number in self.days.items() if one >= day)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept in the database."""
        return {
            "count": self.count,
            "size": self.size,
            "unread": self.unread,
            "older": self.older,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "newest": self.newest.isoformat() if self.newest else None,
            "days": {day.isoformat(): number for day, number in sorted(self.days.items())},
        }


def found_in(outlines: Iterable[Outline], moment: datetime) -> Found:
    """Count what lies in an inbox.

    Args:
        outlines: Of the mails in it.
        moment: Now.
    """
    mails = list(outlines)
    times = [mail.received_at for mail in mails]
    return Found(
        count=len(mails),
        size=sum(mail.size for mail in mails),
        unread=sum(not mail.is_read for mail in mails),
        older=sum(received_at < moment - _DAY for received_at in times),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        days=Counter(day_of(received_at) for received_at in times),
    )


def read_found(kept: Mapping[str, Any]) -> Found:
    """Return what was counted, from how it is kept in the database."""
    return Found(
        count=kept["count"],
        size=kept["size"],
        unread=kept["unread"],
        older=kept["older"],
        oldest=datetime.fromisoformat(kept["oldest"]) if kept["oldest"] else None,
        newest=datetime.fromisoformat(kept["newest"]) if kept["newest"] else None,
        days={date.fromisoformat(day): number for day, number in kept["days"].items()},
    )


def day_of(moment: datetime) -> date:
    """Return the day in Denmark that a moment belongs to."""
    return moment.astimezone(ZONE).date()


@dataclass(frozen=True)
class OldMailRule:
    """Which mail of a mailbox is old, and what was decided about it.

    Attributes:
        old_mail: The decision.
        since: The first day in Denmark of what is sorted, where only a part is.
        first_look_at: When the mailbox was first looked at.
        counted_at: When its mail was counted last: later, if the inbox was renumbered meanwhile.
        uidvalidity: That of the inbox then.
        uidnext: Mail below it lay there then.
    """

    old_mail: OldMail
    since: date | None
    first_look_at: datetime
    counted_at: datetime
    uidvalidity: int | None
    uidnext: int | None

    def was_there(self, uidvalidity: int, uid: int, received_at: datetime) -> bool:
        """Return whether a mail lay in the inbox when it was counted.

        Under another UIDVALIDITY the numbers say nothing, and the time of receipt decides, which
        servers keep.
        """
        if self.old_mail == "as_new":
            return False
        if uidvalidity == self.uidvalidity:
            return uid < (self.uidnext or 0)
        return received_at < self._whole_second

    def is_left(self, uidvalidity: int, uid: int, received_at: datetime) -> bool:
        """Return whether a mail stays where it is, by decision."""
        if self.old_mail not in {"since", "leave"}:
            return False
        if not self.was_there(uidvalidity, uid, received_at):
            return False
        if self.counted_at != self.first_look_at and received_at >= self._whole_second:
            # It came between the first look and the renumbering: nobody decided to leave it.
            return False
        return self.since is None or day_of(received_at) < self.since

    def leaves_some(self, uidvalidity: int, uid: int) -> bool:
        """Return whether it must be asked when a mail was received, to know what becomes of it."""
        if self.old_mail not in {"since", "leave"}:
            return False
        return uidvalidity != self.uidvalidity or uid < (self.uidnext or 0)

    @property
    def _whole_second(self) -> datetime:
        """The first look, as servers give times: they have no fractions of seconds (RFC 3501)."""
        return self.first_look_at.replace(microsecond=0)


def rule_of(mailbox: Mailbox) -> OldMailRule | None:
    """Return what was decided about the old mail of a mailbox; None while nobody has."""
    if mailbox.old_mail is None or mailbox.first_look_at is None:
        return None
    return OldMailRule(
        mailbox.old_mail,
        mailbox.old_mail_since,
        mailbox.first_look_at,
        mailbox.counted_at or mailbox.first_look_at,
        mailbox.first_uidvalidity,
        mailbox.first_uidnext,
    )


class FirstLook:
    """Counts what lies in a mailbox, again if that changes, until its old mail is decided about.

    Args:
        database: Where it is written down.
        mailbox: The mailbox, with its inbox selected; nothing in it is changed.
        policy: What is done about old mail.
    """

    def __init__(self, database: Database, mailbox: ImapMailbox, policy: Policy) -> None:
        self._database = database
        self._mailbox = mailbox
        self._policy = policy

    def rule(self, mailbox_id: int, look: Look) -> OldMailRule | None:
        """Return what was decided about the old mail; None while nobody has, and nothing is touched.

        Args:
            mailbox_id: The mailbox, opened in the ledger.
            look: Its inbox now.
        """
        with self._database.transaction() as session:
            kept = session.get_one(Mailbox, mailbox_id)
            rule = rule_of(kept)
            uidnext = _boundary(kept, look)
            is_new_count = _needs_counting(kept, look, uidnext)
        if rule is not None:
            return rule
        old = [uid for uid in look.uids if uid < uidnext]
        found = None
        if is_new_count:
            found = found_in(self._mailbox.outlines(old).values(), now())
        with self._database.transaction() as session:
            kept = session.get_one(Mailbox, mailbox_id, with_for_update=True)
            kept.waiting_new = len(look.uids) - len(old)
            if found is not None and kept.old_mail is None:
                self._write_down(kept, look, uidnext, found)
            return rule_of(kept)

    def is_decided(self, mailbox_id: int) -> bool:
        """Return whether the old mail is decided about."""
        with self._database.reading() as session:
            return session.get_one(Mailbox, mailbox_id).old_mail is not None

    def _write_down(self, kept: Mailbox, look: Look, uidnext: int, found: Found) -> None:
        if kept.first_uidvalidity != look.uidvalidity:
            kept.counted_at = now()
        else:
            kept.counted_at = kept.counted_at or kept.first_look_at
        kept.first_uidvalidity, kept.first_uidnext = look.uidvalidity, uidnext
        kept.found = found.as_json()
        if self._policy != "ask":
            kept.old_mail, kept.decided_at = self._policy, now()
        elif not found.count:
            kept.old_mail, kept.decided_at = "sort", now()


def _boundary(kept: Mailbox, look: Look) -> int:
    """The UID below which mail is old: as at the first look, unless the numbers are others now."""
    if kept.first_uidvalidity == look.uidvalidity and kept.first_uidnext is not None:
        return kept.first_uidnext
    return next_uid(look)


def _needs_counting(kept: Mailbox, look: Look, uidnext: int) -> bool:
    """Whether nothing was counted yet, or something was taken out, or the numbers are others."""
    if kept.found is None or kept.first_uidvalidity != look.uidvalidity:
        return True
    return read_found(kept.found).count != sum(uid < uidnext for uid in look.uids)


def next_uid(look: Look) -> int:
    """Return the UID that the next mail will have, also where the server does not tell it."""
    return look.uidnext or max(look.uids, default=0) + 1


def divided(
    rule: OldMailRule, look: Look, uids: Sequence[int], outlines: Mapping[int, Outline]
) -> tuple[list[int], list[int]]:
    """Divide mails that the ledger does not know into those to be taken in, and those to be left.

    Args:
        rule: What was decided.
        look: The inbox now.
        uids: The mails.
        outlines: Of those whose time of receipt matters. One that has none is in neither part: it
            is gone, or the next look shows it again.

    Returns:
        Those to be taken in, new mail first, each lowest UID first; those to be left.
    """
    validity = look.uidvalidity
    taken: list[int] = []
    left: list[int] = []
    for uid in uids:
        if not rule.leaves_some(validity, uid):
            taken.append(uid)
        elif uid in outlines:
            is_left = rule.is_left(validity, uid, outlines[uid].received_at)
            (left if is_left else taken).append(uid)
    is_old = validity == rule.uidvalidity
    taken.sort(key=lambda uid: (is_old and uid < (rule.uidnext or 0), uid))
    return taken, left


def decide_on_old_mail(
    session: Session,
    mailbox_id: int,
    counted_at: datetime,
    old_mail: Literal["sort", "since", "leave"],
    since: date | None,
    user: str,
) -> None:
    """Write down what an admin decided about the old mail of a mailbox; the worker then goes on.

    Args:
        session: A unit of work.
        mailbox_id: The mailbox.
        counted_at: When its mail was counted, as the admin saw it.
        old_mail: The decision.
        since: The first day in Denmark of what is sorted, for `since` alone.
        user: The name of who decides.

    Raises:
        UnknownMailboxError: There is no such mailbox.
        MailboxChangedError: It is decided about already, or was counted anew meanwhile.
    """
    mailbox = session.get(Mailbox, mailbox_id, with_for_update=True)
    if mailbox is None:
        raise UnknownMailboxError(f"There is no mailbox {mailbox_id}.")
    if mailbox.old_mail is not None or mailbox.counted_at != counted_at:
        raise MailboxChangedError(f"Mailbox {mailbox_id} has changed; look at it anew.")
    mailbox.old_mail, mailbox.old_mail_since = old_mail, since if old_mail == "since" else None
    mailbox.decided_at, mailbox.decided_by = now(), user
    session.flush()
