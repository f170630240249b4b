"""The centres as pieces of HTML for pages of others: no script, no style, marked up for programs.

The markup is microdata (https://html.spec.whatwg.org/multipage/microdata.html) with the words of
schema.org, which needs no script and so works under every Content-Security-Policy.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.centre_files import Weekday
from knowledge.register import RegisteredCentre
from language.languages import Language
from web.dates import weekday
from web.pages import Pages

_WEEKDAYS: tuple[tuple[Weekday, str], ...] = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
)
"""And their names in https://schema.org/DayOfWeek."""

HEADING = 2
"""The level of a centre's name, below the one heading of a page."""


def weekdays(language: Language) -> dict[Weekday, tuple[str, str]]:
    """Return the weekdays' names: in a language, and in schema.org."""
    return {key: (weekday(number, language), name) for number, (key, name) in enumerate(_WEEKDAYS)}


def fragment(
    pages: Pages,
    language: Language,
    centres: Sequence[RegisteredCentre],
    heading: int = HEADING,
) -> str:
    """Return centres as a piece of HTML.

    Args:
        pages: The templates.
        language: Of the texts; names and addresses are Danish or as the centre writes them.
        centres: One or more, or none: then it says so.
        heading: The level of the heading that each has, 2 to 6.
    """
    return pages.html(
        "centres_fragment.html",
        language,
        centres=centres,
        heading=heading,
        weekdays=weekdays(language),
    )
