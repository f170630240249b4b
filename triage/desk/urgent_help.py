"""Whom to call for a person in danger: the numbers of the knowledge base, where they are confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from knowledge.rows import all_facts
from language.languages import Language
from web.dates import today

_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "warning.forced_labour": ("emergency-number", "anti-trafficking-hotline"),
    "warning.threats": ("emergency-number",),
    "warning.despair": ("emergency-number", "suicide-helpline"),
}
"""The facts that hold the numbers, by the key of a warning."""


@dataclass(frozen=True)
class HelpNumber:
    """A number to call.

    Attributes:
        fact: The name of the fact that holds it.
        number: None where an editor must still confirm it.
        source: The page that holds it.
        url: Its address.
    """

    fact: str
    number: str | None
    source: str
    url: str


def numbers_for(
    session: Session, warnings: Iterable[str], language: Language
) -> dict[str, list[HelpNumber]]:
    """Return the numbers for each warning that has any, by the warnings' keys."""
    facts = all_facts(session)
    day = today()
    return {
        key: [
            HelpNumber(
                name,
                facts[name].in_words(language) if facts[name].is_confirmed(day) else None,
                facts[name].source.title,
                facts[name].source.url,
            )
            for name in _NUMBERS.get(key, ())
            if name in facts
        ]
        for key in warnings
    }
