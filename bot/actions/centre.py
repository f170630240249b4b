"""The ICS centre of a person: its data in words, and what it means for their situation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.actions.phrases import Phrases
from bot.actions.turn import Turn
from knowledge.centres import ServingCentre, centre_for
from knowledge.situations import OTHER_CENTRE, Situation, centre_word
from language.languages import Language


def centre_text(centre: ServingCentre, language: Language, phrases: Phrases) -> str:
    """Return how a municipality's centre is reached; what is not known is left out."""
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
