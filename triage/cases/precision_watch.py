"""Sounds an alarm when sure decisions are not as often right as wanted, or less often than before.

It is told from the cases drawn at random (triage/cases/precision.py), by language, by shelf, by both,
and in all. An alarm begins when it is sure and ends when it is over, with room between the two, so
that it does not come and go with each confirmation; it lasts in the database, whoever looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import comb

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.times import now
from triage.alarms import Alarms
from triage.models import Case, Mail, PrecisionAlarm, PrecisionTrouble
from understanding.intervals import wilson_interval

WINDOWS_BEFORE = 3
"""A window is compared with so many windows before it."""

_FELL = 0.01
"""An alarm begins where a fall would come about by chance less often than this …"""

_FELL_NO_MORE = 0.1
"""… and is over where it would more often than this."""

Group = tuple[str, str]
"""Language and shelf, either of them empty for all together."""


@dataclass(frozen=True)
class Goal:
    """What is wanted of sure decisions.

    Attributes:
        share: So many of them should be right, 0 to 1.
        window: They are counted for so long.
        least: With fewer confirmed cases than this nothing is said.
    """

    share: float
    window: timedelta
    least: int


@dataclass(frozen=True)
class Tally:
    """The confirmed cases of a group.

    Attributes:
        confirmed: How many caseworkers have looked at in the window.
        right: How many of them lay where they belong.
        confirmed_before: How many in the windows before it.
        right_before: How many of these lay where they belong.
    """

    confirmed: int = 0
    right: int = 0
    confirmed_before: int = 0
    right_before: int = 0

    def trouble(self, goal: Goal) -> PrecisionTrouble | None:
        """Return what is surely wrong; None where nothing is, or too few cases tell."""
        if self.confirmed < goal.least:
            return None
        if wilson_interval(self.right, self.confirmed)[1] < goal.share:
            return "below"
        if self.confirmed_before >= goal.least and self.chance_of_falling() < _FELL:
            return "fell"
        return None

    def is_over(self, trouble: PrecisionTrouble, goal: Goal) -> bool:
        """Return whether a trouble is over; too few cases do not say so."""
        if self.confirmed < goal.least:
            return False
        if trouble == "fell":
            return self.chance_of_falling() > _FELL_NO_MORE
        return self.right >= goal.share * self.confirmed

    def chance_of_falling(self) -> float:
        """Return how often so few would be right in the window if nothing had changed.

        Fisher's exact test, one-sided (R. A. Fisher, JRSS 98, 1935, pages 39 to 82).
        """
        whole = self.confirmed + self.confirmed_before
        right = self.right + self.right_before
        ways = sum(
            comb(right, chosen) * comb(whole - right, self.confirmed - chosen)
            for chosen in range(max(0, self.confirmed - whole + right), self.right + 1)
        )
        return ways / comb(whole, self.confirmed)


class PrecisionWatch:
    """Looks now and then whether sure decisions are right often enough.

    Args:
        database: Where cases and alarms are.
        goal: What is wanted.
        in_use_since: When the model in use was put into use; what it did not decide counts no more.
    """

    def __init__(
        self,
        database: Database,
        goal: Goal,
        in_use_since: Callable[[Session], datetime | None],
    ) -> None:
        self._database = database
        self._goal = goal
        self._in_use_since = in_use_since
        self._alarms = Alarms()

    def look(self) -> None:
        """Begin the alarms that are due, end those that are over, and write both to the log.

        Raises:
            DatabaseUnavailableError: The database is away.
        """
        try:
            with self._database.transaction() as session:
                began, ended = self._look(session)
        except IntegrityError:  # another worker looked in this moment, and has written it down
            return
        for group, tally in began.items():
            self._alarms.sound(
                _name(group),
                "precision_low",
                language=group[0],
                shelf=group[1],
                right=tally.right,
                confirmed=tally.confirmed,
            )
        for group in ended:
            self._alarms.end(_name(group))

    def _look(self, session: Session) -> tuple[dict[Group, Tally], list[Group]]:
        moment = now()
        since = self._in_use_since(session)
        begin = moment - self._goal.window
        tallies = tally_of_groups(
            session,
            begin if since is None else max(begin, since),
            begin - WINDOWS_BEFORE * self._goal.window,
        )
        lasting = {(one.language, one.shelf): one for one in lasting_alarms(session)}
        ended: list[Group] = []
        for group, alarm in lasting.items():
            tally = tallies.get(group, Tally())
            is_of_old_model = since is not None and alarm.began_at < since
            if is_of_old_model or tally.is_over(alarm.trouble, self._goal):
                alarm.ended_at = moment
                ended.append(group)
            elif tally.confirmed >= self._goal.least:
                alarm.confirmed, alarm.right = tally.confirmed, tally.right
        session.flush()
        troubled: dict[Group, Tally] = {}
        for group, tally in tallies.items():
            trouble = tally.trouble(self._goal)
            if trouble is None or group in ended:
                continue
            troubled[group] = tally
            if group not in lasting:
                session.add(
                    PrecisionAlarm(
                        language=group[0],
                        shelf=group[1],
                        trouble=trouble,
                        began_at=moment,
                        confirmed=tally.confirmed,
                        right=tally.right,
                    )
                )
        session.flush()
        return troubled, ended


def tally_of_groups(
    session: Session, begin: datetime, begin_before: datetime
) -> dict[Group, Tally]:
    """Count the drawn and confirmed cases of each language, shelf, both, and all.

    Args:
        session: Read only.
        begin: When the window begins, by when the mails came.
        begin_before: From when on the cases before it are counted.
    """
    rows = session.execute(
        select(Mail.language, Mail.shelf, Case.shelf, Case.opened_at)
        .join(Case, Mail.case_id == Case.id)
        .where(
            Case.sampled,
            Case.confirmation.is_not(None),
            Mail.shelf.is_not(None),
            Case.opened_at >= begin_before,
        )
    )
    counted: Counter[tuple[Group, str]] = Counter()
    for language, decided, lies, opened_at in rows:
        when = "" if opened_at >= begin else "_before"
        groups = {(one, shelf) for one in ("", language or "") for shelf in ("", decided or "")}
        for group in groups:
            counted[group, f"confirmed{when}"] += 1
            counted[group, f"right{when}"] += decided == lies
    return {
        group: Tally(**{name: counted[group, name] for name in Tally.__dataclass_fields__})
        for group in sorted({group for group, _ in counted})
    }


def lasting_alarms(session: Session) -> Sequence[PrecisionAlarm]:
    """Return the alarms that last: that of everything first, then of shelves and languages."""
    return session.scalars(
        select(PrecisionAlarm)
        .where(PrecisionAlarm.ended_at.is_(None))
        .order_by(PrecisionAlarm.language, PrecisionAlarm.shelf)
    ).all()


def _name(group: Group) -> str:
    return f"precision {group[0] or 'all'} {group[1] or 'all'}"
