"""What is set of a queue at a centre: the centre's own choice, else the queue's, else the default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from storage.database import Database
from storage.times import now
from triage.errors import FolderTakenError, SettingChangedError
from triage.models import QueueSetting, ShelfFolder
from triage.queues.folder_names import key
from triage.queues.working_days import WEEK, Opening, WorkingDays
from triage.shelves import FOLDERS, Shelf
from understanding.queues import QUEUES, Queue

EVERYWHERE = ""
"""In place of a centre: what holds at all centres that have nothing of their own."""

MOST_SERVICE_DAYS = 60
"""Working days; nobody promises an answer later than this."""

When = Literal["at_once", "every", "at"]
"""When people are told: of each mail at once; of all that came so many minutes after the first; at
certain times of the day."""


@dataclass(frozen=True)
class Notify:
    """Who is told that mail has come into a queue, and when.

    Attributes:
        to: Addresses; none where nobody is told.
        when: At which moments.
        minutes: With `every`, how long after the first mail.
        times: With `at`, the times of the day in Denmark, the earliest first.
        in_hours: Whether people are told within working hours alone.
    """

    to: tuple[str, ...] = ()
    when: When = "at_once"
    minutes: int = 60
    times: tuple[time, ...] = ()
    in_hours: bool = True


NOBODY = Notify()


@dataclass(frozen=True)
class Chosen:
    """What an admin chose for a shelf at a centre, or at all; None where it is as it is without.

    Attributes:
        folder: Where the mail lies in the mailbox, levels separated by `/`.
        forward_to: Where the mail is also sent; empty for nowhere.
        notify: Who is told of new mail.
        hours: As of `WorkingDays`; so is `closed_days`.
        closed_days: In order.
        service_days: Within so many working days the queue answers; 0 for no promise.
    """

    folder: str | None = None
    forward_to: str | None = None
    notify: Notify | None = None
    hours: Mapping[int, Opening] | None = None
    closed_days: tuple[date, ...] | None = None
    service_days: int | None = None


NOTHING = Chosen()


@dataclass(frozen=True)
class InForce:
    """What holds for a shelf at a centre; the names are those of `Chosen`."""

    folder: str
    forward_to: str = ""
    notify: Notify = NOBODY
    hours: Mapping[int, Opening] | None = None
    closed_days: tuple[date, ...] = ()
    service_days: int = 0

    @property
    def working(self) -> WorkingDays:
        """When people work on the queue."""
        return WorkingDays(self.hours or WEEK, frozenset(self.closed_days))


@dataclass(frozen=True)
class Place:
    """A shelf at a centre, as an admin edits it.

    Attributes:
        shelf: Which one.
        centre: Slug, or `EVERYWHERE`.
        chosen: What is chosen for it.
        without: What holds where it chooses nothing.
        in_force: What holds.
        revision: Counts the changes; 0 where nothing was ever chosen.
        forward_resumed_at: As of `models.QueueSetting`.
        changed_by: Who changed it last; None where nobody did.
        changed_at: When.
    """

    shelf: Shelf
    centre: str
    chosen: Chosen
    without: InForce
    in_force: InForce
    revision: int = 0
    forward_resumed_at: datetime | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


def in_force(session: Session, shelf: Shelf, centre: str | None) -> InForce:
    """Return what holds for a shelf at a centre.

    Args:
        session: Read only.
        shelf: Which one.
        centre: Slug; None for what is no one centre's.
    """
    rows = session.scalars(
        select(QueueSetting).where(
            QueueSetting.shelf == shelf, QueueSetting.centre.in_({EVERYWHERE, centre or EVERYWHERE})
        )
    )
    known = {row.centre: _chosen(row) for row in rows}
    own = known.get(centre or EVERYWHERE, NOTHING)
    return _over(own, _over(known.get(EVERYWHERE, NOTHING), InForce(FOLDERS[shelf])))


def places(session: Session, centres: Iterable[str]) -> list[Place]:
    """Return all shelves, each everywhere and then at each centre.

    Args:
        session: Read only.
        centres: Their slugs; a centre with something of its own that is no more comes last.
    """
    rows = {(row.shelf, row.centre): row for row in session.scalars(select(QueueSetting))}
    known = dict.fromkeys([EVERYWHERE, *centres, *sorted(centre for _, centre in rows)])
    found = []
    for shelf in FOLDERS:
        default = InForce(FOLDERS[shelf])
        everywhere = _over(_chosen(rows.get((shelf, EVERYWHERE))), default)
        for centre in known:
            without = everywhere if centre else default
            found.append(_place(shelf, centre, rows.get((shelf, centre)), without))
    return found


def place(session: Session, shelf: Shelf, centre: str) -> Place:
    """Return a shelf at a centre, or `EVERYWHERE`, as an admin edits it."""
    without = in_force(session, shelf, None) if centre else InForce(FOLDERS[shelf])
    return _place(shelf, centre, session.get(QueueSetting, (shelf, centre)), without)


def save(
    session: Session, shelf: Shelf, centre: str, chosen: Chosen, revision: int, user: str
) -> bool:
    """Write down what an admin chose; a folder that the shelf had before stays known as its own.

    Args:
        session: A unit of work.
        shelf: Which one.
        centre: Slug, or `EVERYWHERE`.
        chosen: All of it.
        revision: The one that the admin had before them.
        user: Their name.

    Returns:
        Whether anything was changed.

    Raises:
        SettingChangedError: Somebody else has changed it.
        FolderTakenError: The folder is, or was, that of another shelf.
    """
    row = session.get(QueueSetting, (shelf, centre), with_for_update=True)
    if (row.revision if row else 0) != revision:
        raise SettingChangedError(f"{shelf} at {centre or 'all centres'} was changed; look anew.")
    if chosen == _chosen(row):
        return False
    if chosen.folder is not None:
        _take_folder(session, shelf, chosen.folder)
    if row is None:
        row = QueueSetting(shelf=shelf, centre=centre)
        session.add(row)
    for name, value in _columns(chosen).items():
        setattr(row, name, value)
    row.changed_by, row.changed_at = user, now()
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise SettingChangedError(f"{shelf} was changed at this moment; look anew.") from error
    return True


def resume_forwarding(session: Session, shelf: Shelf, centre: str, user: str) -> None:
    """Have mail forwarded again after it had come back; what came back before counts no more.

    Raises:
        LookupError: Nothing is set there.
    """
    row = session.get_one(QueueSetting, (shelf, centre), with_for_update=True)
    row.forward_resumed_at = row.changed_at = now()
    row.changed_by = user
    session.flush()


def take_over(
    database: Database, centre: str | None, forward: Mapping[Queue, str], service_days: int
) -> None:
    """Take over what the variables say of queues, the first time; after that the pages count.

    Args:
        database: With the present schema.
        centre: The slug of the mailbox' centre; None where several share it.
        forward: ANKOMST_FORWARD_ADDRESSES of the mailbox.
        service_days: ANKOMST_ANSWER_PROMISE_DAYS.
    """
    empty = dict.fromkeys(_columns(NOTHING))
    rows = [
        empty
        | {"shelf": queue, "centre": EVERYWHERE, "service_days": service_days or None}
        | ({} if centre else {"forward_to": forward.get(queue)})
        for queue in QUEUES
    ]
    if centre:
        rows += [
            empty | {"shelf": queue, "centre": centre, "forward_to": address}
            for queue, address in forward.items()
        ]
    insert = (sqlite.insert if database.is_sqlite else postgresql.insert)(QueueSetting)
    with database.transaction() as session:
        session.execute(
            insert.values(
                [row | {"revision": 1, "changed_at": now()} for row in rows]
            ).on_conflict_do_nothing(index_elements=["shelf", "centre"])
        )


def is_taken_over(session: Session) -> bool:
    """Return whether the variables were taken over, so that the pages count."""
    everywhere = select(QueueSetting.shelf).where(QueueSetting.centre == EVERYWHERE)
    return session.scalar(everywhere.limit(1)) is not None


def folders_in_force(session: Session, centre: str | None) -> list[str]:
    """Return the folders that mail of a centre's mailbox is put into now, levels separated by `/`."""
    return [in_force(session, shelf, centre).folder for shelf in FOLDERS]


def known_folders(session: Session) -> dict[str, Shelf]:
    """Return the shelf of each folder that is or ever was one's, by its name with `/` in it.

    A folder that a shelf has no more is among them: mail lies in it, and people go on using it.
    """
    found = {folder: shelf for shelf, folder in FOLDERS.items()}
    for row in session.scalars(select(ShelfFolder)):
        found[row.folder] = _SHELVES[row.shelf]
    return found


def _take_folder(session: Session, shelf: Shelf, folder: str) -> None:
    for known, owner in known_folders(session).items():
        # Written otherwise it is the same folder on some servers, and another one on others.
        if key(known) == key(folder) and (known != folder or owner != shelf):
            raise FolderTakenError(f"{folder} is {known}, the folder of {owner}.", known, owner)
        if known == folder:
            return
    session.add(ShelfFolder(key=key(folder), folder=folder, shelf=shelf, since=now()))
    try:
        session.flush()
    except IntegrityError as error:
        raise SettingChangedError(f"{folder} was taken at this moment; look anew.") from error


_SHELVES: Mapping[str, Shelf] = {shelf: shelf for shelf in FOLDERS}


def _over(chosen: Chosen, without: InForce) -> InForce:
    values = {field.name: getattr(chosen, field.name) for field in fields(Chosen)}
    kept = {name: getattr(without, name) for name, value in values.items() if value is None}
    return InForce(**(values | kept))


def _place(shelf: Shelf, centre: str, row: QueueSetting | None, without: InForce) -> Place:
    chosen = _chosen(row)
    if row is None:
        return Place(shelf, centre, chosen, without, without)
    return Place(
        shelf,
        centre,
        chosen,
        without,
        _over(chosen, without),
        row.revision,
        row.forward_resumed_at,
        row.changed_by,
        row.changed_at,
    )


def _chosen(row: QueueSetting | None) -> Chosen:
    if row is None:
        return NOTHING
    return Chosen(
        folder=row.folder,
        forward_to=row.forward_to,
        notify=None if row.notification is None else _notify(row.notification),
        hours=None
        if row.hours is None
        else {
            int(day): (_clock(opens), _clock(closes)) for day, (opens, closes) in row.hours.items()
        },
        closed_days=None
        if row.closed_days is None
        else tuple(date.fromisoformat(day) for day in row.closed_days),
        service_days=row.service_days,
    )


def _columns(chosen: Chosen) -> dict[str, Any]:
    """What is chosen as the columns have it."""
    hours = chosen.hours
    notify = chosen.notify
    return {
        "folder": chosen.folder,
        "forward_to": chosen.forward_to,
        "notification": None
        if notify is None
        else {
            "to": list(notify.to),
            "when": notify.when,
            "minutes": notify.minutes,
            "times": [one.strftime("%H:%M") for one in notify.times],
            "in_hours": notify.in_hours,
        },
        "hours": None
        if hours is None
        else {
            str(day): [one.strftime("%H:%M") for one in opening] for day, opening in hours.items()
        },
        "closed_days": None
        if chosen.closed_days is None
        else [day.isoformat() for day in chosen.closed_days],
        "service_days": chosen.service_days,
    }


def _notify(kept: Mapping[str, Any]) -> Notify:
    return Notify(
        to=tuple(kept["to"]),
        when=kept["when"],
        minutes=kept["minutes"],
        times=tuple(_clock(one) for one in kept["times"]),
        in_hours=kept["in_hours"],
    )


def _clock(text: str) -> time:
    return time.fromisoformat(text)
