"""Situations of people in words: the questions for them, and their names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from knowledge.situations import (
    OTHER_CENTRE,
    WORDS,
    Condition,
    Dimension,
    centre_slug,
    centre_word,
    centres_named,
    dimensions_of,
)
from language.languages import Language
from web.translations import translations

NO_CENTRES: Final[Mapping[str, str]] = {}


def reason(dimension: Dimension, language: Language) -> str:
    """Return why a person is asked where they stand in a dimension."""
    gettext = translations(language).gettext
    reasons: dict[Dimension, str] = {
        "citizenship": gettext("The answer depends on your citizenship."),
        "stay": gettext("The answer depends on the length of your stay."),
        "occupation": gettext("The answer depends on what you do."),
        "address": gettext("The answer depends on where you live."),
        "centre": gettext("The answer depends on which ICS centre helps you."),
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
        "centre": gettext("Which ICS centre helps you?"),
    }
    return questions[dimension]


def name(word: Condition, language: Language, centres: Mapping[str, str] = NO_CENTRES) -> str:
    """Return a word of a situation as a person would say it, for buttons and lists.

    Args:
        word: The word.
        language: Of its name.
        centres: The names of the centres by their slugs; one that is not there is called by its
            slug.
    """
    gettext = translations(language).gettext
    slug = centre_slug(word)
    if slug is not None:
        return centres.get(slug, slug)
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
        OTHER_CENTRE: gettext("Another ICS centre"),
    }
    return names[word]


def names(
    dimension: Dimension, language: Language, centres: Mapping[str, str] = NO_CENTRES
) -> list[tuple[Condition, str]]:
    """Return the words of a dimension with their names; those of the centres come by `centres`."""
    words = WORDS.get(dimension, tuple(map(centre_word, centres)))
    return [(word, name(word, language, centres)) for word in words]


def for_whom(
    only: Collection[Condition],
    language: Language,
    centres: Mapping[str, str] = NO_CENTRES,
    named: Collection[str] = (),
) -> str:
    """Return for whom something holds that holds in some situations only.

    Args:
        only: The words of the situations.
        language: Of what is returned.
        centres: The names of the centres by their slugs.
        named: The slugs of the centres that the article names, as far as they are known.
    """
    gettext = translations(language).gettext
    phrases: dict[Dimension, str] = {
        "citizenship": gettext("Only with citizenship of: %(words)s"),
        "stay": gettext("Only with a stay of: %(words)s"),
        "occupation": gettext("Only if this fits: %(words)s"),
        "address": gettext("Only with a home address: %(words)s"),
    }
    told = [
        phrases[dimension]
        % {"words": "; ".join(name(word, language) for word in WORDS[dimension] if word in only)}
        for dimension in dimensions_of(only)
        if dimension in phrases
    ]
    return ". ".join([*told, *_at_which_centres(only, language, centres, named)])


def _at_which_centres(
    only: Collection[Condition],
    language: Language,
    centres: Mapping[str, str],
    named: Collection[str],
) -> Iterator[str]:
    gettext = translations(language).gettext
    here = sorted(centres_named(only))
    excepted = sorted({*named}.difference(here))
    slugs = excepted if OTHER_CENTRE in only else here
    words = "; ".join(centres.get(slug, slug) for slug in slugs)
    if OTHER_CENTRE in only and excepted:
        yield gettext("At all ICS centres except: %(words)s") % {"words": words}
    elif OTHER_CENTRE in only:
        yield gettext("At the other ICS centres")
    elif here:
        yield gettext("Only at: %(words)s") % {"words": words}
