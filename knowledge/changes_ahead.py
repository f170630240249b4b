"""What will change for centres and municipalities, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.models import Centre, Municipality
from knowledge.periods import day_after
from language.normalisation import fold


@dataclass
class ChangesOfDay:
    """The changes that take effect on a day; each list holds keys and names, by name.

    Attributes:
        day: The first day on which they hold.
        centres: Centres with other data, by slug.
        closing: Centres that are no more, by slug.
        municipalities: Municipalities with another region or centre, by code.
    """

    day: date
    centres: list[tuple[str, str]] = field(default_factory=list)
    closing: list[tuple[str, str]] = field(default_factory=list)
    municipalities: list[tuple[str, str]] = field(default_factory=list)


def changes_ahead(session: Session, today: date) -> list[ChangesOfDay]:
    """Return the changes after a day, the next first.

    Args:
        session: Read only.
        today: The day in Denmark.
    """
    found: dict[date, ChangesOfDay] = {}
    for centre in session.scalars(select(Centre)):
        for record in centre.records:
            if record.valid_from is not None and record.valid_from > today:
                _of(found, record.valid_from).centres.append((centre.slug, record.name))
        end = centre.records[-1].valid_to
        if end is not None and end >= today:
            closing = (centre.slug, centre.records[-1].name)
            _of(found, day_after(end)).closing.append(closing)
    for municipality in session.scalars(select(Municipality)):
        for served in municipality.records:
            if served.valid_from is not None and served.valid_from > today:
                named = (municipality.code, municipality.name)
                _of(found, served.valid_from).municipalities.append(named)
    for changes in found.values():
        for names in (changes.centres, changes.closing, changes.municipalities):
            names.sort(key=lambda one: fold(one[1]))
    return [found[day] for day in sorted(found)]


def _of(found: dict[date, ChangesOfDay], day: date) -> ChangesOfDay:
    return found.setdefault(day, ChangesOfDay(day))
