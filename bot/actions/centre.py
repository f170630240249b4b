"""The data of an ICS centre in words."""

from __future__ import annotations

from bot.actions.phrases import Phrases
from knowledge.centres import ServingCentre
from language.languages import Language

CENTRES_TOPIC = "ics-for-municipality"
"""The topic whose answer is the municipality's own centre."""


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
