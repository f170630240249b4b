"""Which ICS centre helps a person, whether it is open today, and whether to book a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from knowledge.centres import (
    Centre,
    ServingCentre,
    centre_for,
    municipalities_meant,
    similar_municipalities,
)
from knowledge.errors import AnswerError
from knowledge.register import HoursOfDay, RegisteredCentre, confirmed_hours, registered_centres
from web.translations import Translatable, later


@dataclass(frozen=True)
class WhichCentre:
    """What is known of a place.

    Attributes:
        place: What was typed.
        meant: The municipalities that it stands for; several where a town or postcode lies in
            several.
        similar: Where it stands for none, municipalities with nearly such a name.
        serving: The centre, where it stands for one; `agreement_known` says whether a page names it
            for the municipality, and `appointment` whether to book a time.
        centre: The same as it is published.
        visitors_today: The confirmed hours for visitors on the day; None where they are not known.
        callers_today: Likewise for callers.
    """

    place: str
    meant: tuple[str, ...]
    similar: tuple[str, ...]
    serving: ServingCentre | None
    centre: RegisteredCentre | None
    visitors_today: HoursOfDay | None
    callers_today: HoursOfDay | None


def which_centre(session: Session, place: str, day: date) -> WhichCentre:
    """Return the centre that helps a person.

    Whom each centre serves, and its hours, stand in the register with the source of each
    (`knowledge/centres.yml`, https://lifeindenmark.borger.dk/settle-in-denmark/ics-international-citizen-service).

    Args:
        session: Read only.
        place: A municipality, a town or a postcode, as a person types it; may be empty.
        day: The day in Denmark. Hours are those of an ordinary week: public holidays are not known.
    """
    meant = municipalities_meant(session, place) if place else []
    similar = similar_municipalities(session, place) if place and not meant else []
    serving = centre_for(session, meant[0], day) if len(meant) == 1 else None
    centre = next(
        (one for one in registered_centres(session, day) if serving and one.slug == serving.slug),
        None,
    )
    visitors, callers = hours_on(serving, day) if serving else (None, None)
    return WhichCentre(
        place=place,
        meant=tuple(meant),
        similar=tuple(similar),
        serving=serving,
        centre=centre,
        visitors_today=visitors,
        callers_today=callers,
    )


def hours_on(centre: Centre, day: date) -> tuple[HoursOfDay | None, HoursOfDay | None]:
    """Return a centre's confirmed hours on a day: for visitors and for callers.

    Args:
        centre: With its hours as seen.
        day: The day in Denmark.

    Returns:
        None for each that is not confirmed or not known for this weekday. Hours are those of an
        ordinary week: public holidays are not known.
    """
    hours = confirmed_hours(centre.hours)
    return _on(day, hours.opening if hours else None), _on(day, hours.telephone if hours else None)


def the_one_centre(session: Session, place: str, day: date) -> WhichCentre:
    """Return the centre that helps a person, where there is just one.

    Raises:
        AnswerError: The place is not known or lies in several municipalities; the message names
            those that may be meant.
    """
    found = which_centre(session, place, day)
    if len(found.meant) != 1:
        raise AnswerError("municipality", why_not_one(found))
    return found


def why_not_one(found: WhichCentre) -> Translatable:
    """Return what to say of a place that does not stand for just one municipality."""
    if found.meant:
        return later(
            "“%(place)s” lies in several municipalities. Write the one where you live or are "
            "going to live: %(names)s.",
            place=found.place,
            names=", ".join(found.meant),
        )
    if found.similar:
        return later(
            "We know no municipality, town or postcode called “%(name)s”. Did you mean: %(names)s?",
            name=found.place,
            names=", ".join(found.similar),
        )
    return later(
        "We know no municipality, town or postcode called “%(name)s”. Write the name of "
        "your municipality, or choose it from the list.",
        name=found.place,
    )


def _on(day: date, week: tuple[HoursOfDay, ...] | None) -> HoursOfDay | None:
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return next((one for one in week or () if one.weekday == weekdays[day.weekday()]), None)
