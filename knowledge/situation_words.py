"""Situations of people in words: the questions for them, and their names."""

from __future__ import annotations

from collections.abc import Collection

from knowledge.situations import WORDS, Condition, Dimension, dimensions_of
from language.languages import Language
from web.translations import translations


def reason(dimension: Dimension, language: Language) -> str:
    """Return why a person is asked where they stand in a dimension."""
    gettext = translations(language).gettext
    reasons: dict[Dimension, str] = {
        "citizenship": gettext("The answer depends on your citizenship."),
        "stay": gettext("The answer depends on the length of your stay."),
        "occupation": gettext("The answer depends on what you do."),
        "address": gettext("The answer depends on where you live."),
    }
    return reasons[dimension]


def question(dimension: Dimension, language: Language) -> str:
    """Return what a person is asked to find out where they stand in a dimension."""
    gettext = translations(language).gettext
    questions: dict[Dimension, str] = {
        "citizenship": gettext("Which passport do you have?"),
        "stay": gettext("How long will you be in Denmark, from the day you arrive?"),
        "occupation": gettext("What fits you?"),
        "address": gettext("Where is your home address?"),
    }
    return questions[dimension]


def name(word: Condition, language: Language) -> str:
    """Return a word of a situation as a person would say it, for buttons and lists."""
    gettext = translations(language).gettext
    names: dict[Condition, str] = {
        "nordic": gettext("Finland, Iceland, Norway or Sweden"),
        "eu_eea_ch": gettext("Another EU/EEA country or Switzerland"),
        "third_country": gettext("A country outside the EU, the EEA and Switzerland"),
        "up_to_3_months": gettext("Up to 3 months"),
        "3_to_6_months": gettext("3 to 6 months"),
        "over_6_months": gettext("More than 6 months"),
        "employee": gettext("I work for an employer"),
        "jobseeker": gettext("I am looking for work"),
        "other_occupation": gettext("Neither: student, self-employed, family or other"),
        "danish_address": gettext("In Denmark"),
        "foreign_address": gettext("In another country"),
    }
    return names[word]


def names(dimension: Dimension, language: Language) -> list[tuple[Condition, str]]:
    """Return the words of a dimension with their names."""
    return [(word, name(word, language)) for word in WORDS[dimension]]


def for_whom(only: Collection[Condition], language: Language) -> str:
    """Return for whom something holds that holds in some situations only."""
    gettext = translations(language).gettext
    phrases: dict[Dimension, str] = {
        "citizenship": gettext("Only with citizenship of: %(words)s"),
        "stay": gettext("Only with a stay of: %(words)s"),
        "occupation": gettext("Only if this fits: %(words)s"),
        "address": gettext("Only with a home address: %(words)s"),
    }
    return ". ".join(
        phrases[dimension]
        % {"words": "; ".join(name(word, language) for word in WORDS[dimension] if word in only)}
        for dimension in dimensions_of(only)
    )
