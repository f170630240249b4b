"""The form of a queue at a centre: what was typed, what is wrong with it, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, TypeVar, get_args

from starlette.datastructures import FormData

from triage.addresses import LONGEST as LONGEST_ADDRESS
from triage.addresses import bare, is_address
from triage.queues import folder_names
from triage.queues.settings import (
    EVERYWHERE,
    MOST_SERVICE_DAYS,
    NOBODY,
    Chosen,
    Notify,
    Place,
    When,
)
from triage.queues.working_days import Opening
from understanding.queues import QUEUES

Choice = Literal["without", "none", "own"]
"""As it is where nothing is chosen; nothing at all; something of its own."""

Problem = Literal[
    "folder_too_long",
    "folder_empty_level",
    "folder_characters",
    "folder_taken_by_mail",
    "folder_taken",
    "no_address",
    "own_address",
    "too_many_addresses",
    "no_minutes",
    "no_times",
    "no_hours",
    "closed_all_week",
    "no_days",
    "too_many_days",
    "no_service_days",
]
"""What is wrong with what was typed; the pages put it into words."""

MOST_ADDRESSES = 10
MOST_MINUTES = 1440
MOST_TIMES = 24
MOST_CLOSED_DAYS = 100

_CHOICES: Mapping[str, Choice] = {choice: choice for choice in get_args(Choice)}
_WHENS: Mapping[str, When] = {when: when for when in get_args(When)}
_LONGEST = 4000

# As people write hours: 9-15, 9.30-15, 09:00-15:00.
_HOURS = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[.:](\d{2}))?")
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})")
_DAY_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y")

_T = TypeVar("_T")


@dataclass(frozen=True)
class QueueForm:
    """What was typed, kept as it is so that it can be shown again.

    Attributes:
        place: What is edited, as it is now.
        values: What was typed, by the names of the fields.
        problems: What is wrong, by the names of the fields.
        chosen: What it says; of fields with problems nothing.
    """

    place: Place
    values: Mapping[str, str]
    problems: Mapping[str, Problem]
    chosen: Chosen

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of what can be chosen here."""
        return tuple(_names(self.place))


def form_of(place: Place) -> QueueForm:
    """Return the form as it stands when it is opened."""
    chosen, values = place.chosen, dict[str, str]()
    for name, value in _chosen_values(chosen).items():
        empty = "none" if place.centre == EVERYWHERE and name in _WITH_NONE else "without"
        nothing: object = {"forward_to": "", "notify": NOBODY, "service_days": 0}.get(name)
        is_none = name in _WITH_NONE and value == nothing
        values[f"{name}_from"] = empty if value is None else "none" if is_none else "own"
    notify = chosen.notify or NOBODY
    values |= {
        "folder": chosen.folder or "",
        "forward_to": chosen.forward_to or "",
        "notify_to": "\n".join(notify.to),
        "notify_when": notify.when,
        "notify_minutes": str(notify.minutes),
        "notify_times": ", ".join(f"{one:%H:%M}" for one in notify.times),
        "notify_in_hours": "true" if notify.in_hours else "",
        "closed_days": "\n".join(f"{day:%d-%m-%Y}" for day in chosen.closed_days or ()),
        "service_days": str(chosen.service_days or ""),
    }
    for day in range(7):
        opening = (chosen.hours or {}).get(day)
        values[f"hours_{day}"] = f"{opening[0]:%H:%M}-{opening[1]:%H:%M}" if opening else ""
    return QueueForm(place, values, {}, chosen)


def form_in(
    sent: FormData, place: Place, own_addresses: frozenset[str], inboxes: frozenset[str]
) -> QueueForm:
    """Return the form that was sent.

    Args:
        sent: What came.
        place: What is edited.
        own_addresses: The addresses that the ICS itself sends from, in lower case.
        inboxes: The inboxes of all mailboxes, which can be no queue's folder.
    """
    values = {
        name: value.replace("\r\n", "\n")[:_LONGEST]
        for name, value in sent.items()
        if isinstance(value, str) and name != "csrf_token"
    }
    reading = _Reading(values, place, own_addresses, inboxes)
    chosen = Chosen(
        folder=reading.chosen("folder", reading.folder),
        forward_to=reading.chosen("forward_to", reading.forward_to, nothing=""),
        notify=reading.chosen("notify", reading.notify, nothing=NOBODY),
        hours=reading.chosen("hours", reading.hours),
        closed_days=reading.chosen("closed_days", reading.closed_days),
        service_days=reading.chosen("service_days", reading.service_days, nothing=0),
    )
    return QueueForm(place, values, reading.problems, chosen)


class _WrongError(ValueError):
    """What was typed in a field is wrong; the admin is told what to write."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class _Reading:
    """Reads what was typed, and notes what is wrong with it."""

    def __init__(
        self,
        values: Mapping[str, str],
        place: Place,
        own_addresses: frozenset[str],
        inboxes: frozenset[str],
    ) -> None:
        self._values = values
        self._place = place
        self._own = {bare(address) for address in own_addresses}
        self._inboxes = {folder_names.key(inbox) for inbox in inboxes}
        self.problems: dict[str, Problem] = {}

    def chosen(
        self, name: str, read: Callable[[], _T | None], *, nothing: _T | None = None
    ) -> _T | None:
        """What was chosen of one thing; None where it is as it is without."""
        if name not in _names(self._place):
            return None
        choice = _CHOICES.get(self._text(f"{name}_from"), "without")
        if choice == "own":
            try:
                return read()
            except _WrongError as wrong:
                self._note(name, wrong.problem)
                return None
        return nothing if choice == "none" and self._place.centre != EVERYWHERE else None

    def folder(self) -> str:
        folder = folder_names.clean(self._text("folder"))
        unfit = folder_names.why_unfit(folder)
        if unfit is not None:
            raise _WrongError(_UNFIT[unfit])
        if folder_names.key(folder) in self._inboxes:
            raise _WrongError("folder_taken_by_mail")
        return folder

    def forward_to(self) -> str:
        address = self._text("forward_to")
        problem = self._wrong_address(address)
        if problem is not None:
            raise _WrongError(problem)
        return address

    def notify(self) -> Notify:
        addresses = tuple(one for one in re.split(r"[\s,;]+", self._text("notify_to")) if one)
        problems = [self._wrong_address(address) for address in addresses or ("",)]
        problem = next((one for one in problems if one is not None), None)
        if len(addresses) > MOST_ADDRESSES:
            problem = "too_many_addresses"
        if problem is not None:
            self._note("notify_to", problem)
        when = _WHENS.get(self._text("notify_when"), "at_once")
        minutes = _number(self._text("notify_minutes"), MOST_MINUTES)
        times = _times(self._text("notify_times"))
        if when == "every" and minutes is None:
            self._note("notify_minutes", "no_minutes")
        if when == "at" and not times:
            self._note("notify_times", "no_times")
        in_hours = self._text("notify_in_hours") == "true"
        kept_minutes = minutes if when == "every" and minutes else NOBODY.minutes
        kept_times = tuple(times or ()) if when == "at" else ()
        return Notify(tuple(dict.fromkeys(addresses)), when, kept_minutes, kept_times, in_hours)

    def hours(self) -> Mapping[int, Opening]:
        found: dict[int, Opening] = {}
        for day in range(7):
            typed = self._text(f"hours_{day}")
            opening = _opening(typed)
            if opening is not None:
                found[day] = opening
            elif typed:
                self._note(f"hours_{day}", "no_hours")
        if not found and not self.problems.keys() & {f"hours_{day}" for day in range(7)}:
            self._note("hours_0", "closed_all_week")
        return found

    def closed_days(self) -> tuple[date, ...]:
        typed = [line for line in re.split(r"[\n,;]+", self._text("closed_days")) if line.strip()]
        if len(typed) > MOST_CLOSED_DAYS:
            raise _WrongError("too_many_days")
        return tuple(sorted({_day(line.strip()) for line in typed}))

    def service_days(self) -> int:
        days = _number(self._text("service_days"), MOST_SERVICE_DAYS)
        if days is None:
            raise _WrongError("no_service_days")
        return days

    def _text(self, name: str) -> str:
        return self._values.get(name, "").strip()

    def _wrong_address(self, address: str) -> Problem | None:
        if not is_address(address) or len(address) > LONGEST_ADDRESS or not address.isascii():
            return "no_address"
        return "own_address" if bare(address) in self._own else None

    def _note(self, name: str, problem: Problem) -> None:
        self.problems[name] = problem


_ALL = ("folder", "forward_to", "notify", "hours", "closed_days", "service_days")
_WITH_NONE = frozenset({"forward_to", "notify", "service_days"})

_UNFIT: Mapping[folder_names.Unfit, Problem] = {
    "too_long": "folder_too_long",
    "empty_level": "folder_empty_level",
    "characters": "folder_characters",
    "taken_by_mail": "folder_taken_by_mail",
}


def _names(place: Place) -> tuple[str, ...]:
    return _ALL if place.shelf in QUEUES else ("folder",)


def _chosen_values(chosen: Chosen) -> dict[str, object]:
    return {name: getattr(chosen, name) for name in _ALL}


def _number(text: str, most: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) if 1 <= int(text) <= most else None


def _opening(text: str) -> Opening | None:
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    opens, closes = _at(found[1], found[2]), _at(found[3], found[4])
    return (opens, closes) if opens is not None and closes is not None and opens < closes else None


def _times(text: str) -> tuple[time, ...] | None:
    """The times of the day in a text, in order; None where one is none."""
    found = []
    for one in re.split(r"[\s,;]+", text):
        match = _CLOCK.fullmatch(one)
        at = _at(match[1], match[2]) if match else None
        if at is None:
            return None
        found.append(at)
    return tuple(sorted(set(found))) if len(found) <= MOST_TIMES else None


def _at(hour: str, minute: str | None) -> time | None:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        return None


def _day(text: str) -> date:
    for form in _DAY_FORMS:
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
    raise _WrongError("no_days")
