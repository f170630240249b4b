"""Situations of people in words, in the language of a page."""

from __future__ import annotations

from collections.abc import Collection

from knowledge.situations import CITIZENSHIPS, Citizenship
from language.languages import Language
from web.translations import translations


def citizenships(language: Language) -> list[tuple[Citizenship, str]]:
    """Return each group of citizenships with its name."""
    gettext = translations(language).gettext
    return [
        ("nordic", gettext("Finland, Iceland, Norway or Sweden")),
        ("eu_eea_ch", gettext("Another EU/EEA country or Switzerland")),
        ("third_country", gettext("A country outside the EU, the EEA and Switzerland")),
    ]


def for_whom(only: Collection[Citizenship], language: Language) -> str:
    """Return for which citizenships something holds."""
    names = dict(citizenships(language))
    listed = "; ".join(names[one] for one in CITIZENSHIPS if one in only)
    return translations(language).gettext("Only with citizenship of: %(countries)s") % {
        "countries": listed
    }
