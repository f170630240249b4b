"""The ICS centre of a person: its data in words, and what it means for their situation."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.actions.phrases import Phrases
from bot.actions.turn import Turn
from knowledge.centres import ServingCentre, centre_for
from knowledge.guides import words
from knowledge.guides.which_centre import hours_on
from knowledge.situations import OTHER_CENTRE, Situation, centre_word
from language.languages import Language
from web.dates import today


def centre_text(
    centre: ServingCentre, language: Language, phrases: Phrases, day: date | None = None
) -> str:
    """Return how a municipality's centre is reached; what is not known is left out.

    Args:
        centre: With its hours as seen: those of the day are told where they are confirmed, and
            where not, the page that shows them.
        language: Of the text.
        phrases: The bot's own phrases.
        day: The day in Denmark; today where none is given.
    """
    visitors, callers = hours_on(centre, day or today())
    page = None if visitors or callers else centre.opening_hours_page
    return phrases.filled(
        language,
        "centre_answer",
        {
            "municipality": centre.municipality,
            "centre": centre.name,
            "address": centre.address,
            "phone": centre.phone,
            "email": centre.email,
            "web": centre.web,
            "visitors": words.hours_today("visitors", visitors, language) if visitors else None,
            "callers": words.hours_today("callers", callers, language) if callers else None,
            "hours_page": words.opening_hours(page, language) if page else None,
            "booking": words.booking(centre.appointment, language),
        },
    )


def situation_with_centre(session: Session, turn: Turn) -> Situation:
    """Return a person's situation with the centre that serves their municipality.

    The municipality named last decides; where it has no centre that is known, the person reads what
    holds for most.
    """
    if turn.municipality is None:
        return turn.situation
    centre = centre_for(session, turn.municipality)
    return {**turn.situation, "centre": centre_word(centre.slug) if centre else OTHER_CENTRE}
