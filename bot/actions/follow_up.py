"""A short question that leans on the answer before: the part of the article that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from bot.actions.turn import Turn
from knowledge.answers import PartWanted
from knowledge.documents import SectionKey
from knowledge.situations import Citizenship, is_citizenship
from language.languages import Language
from understanding.cues import Aspect, Relative, cue_words

# The sections that may tell it, the likeliest first; None is the lead.
_SECTIONS: Final[Mapping[Aspect, tuple[SectionKey | None, ...]]] = {
    "bring": ("bring", "steps"),
    "cost": ("deadlines", "steps", None, "next", "bring"),
    "when": ("deadlines", "steps", "next"),
    "how_long": ("next", "deadlines", "steps", None),
    "where": ("where", "steps"),
    "how": ("steps",),
    "next": ("next", "steps"),
}

_FAMILY: Final[Mapping[Citizenship, str]] = {
    "nordic": "family-eu",
    "eu_eea_ch": "family-eu",
    "third_country": "family-third-country",
}
_CHILDREN: Final = ("child-benefit", "childcare-and-school")

_RESIDENCE: Final = frozenset(
    {
        *("eu-residence", "nordic-citizens", "third-country-work-permit", "pay-limit-scheme"),
        *("positive-list", "fast-track", "extend-permit", "residence-card", "visa", "studying"),
        *_FAMILY.values(),
    }
)
"""Topics after which a question for the family is on the family's own right to live here."""


def parts_wanted(aspects: Sequence[Aspect], language: Language) -> list[PartWanted]:
    """Return what of an article is asked for.

    Args:
        aspects: What was asked.
        language: Of the article.
    """
    words = cue_words(language)
    return [PartWanted(_SECTIONS[a], partial(words.speaks_of, a)) for a in aspects]


def topics_for_relative(turn: Turn, topic: str, relative: Relative) -> list[str]:
    """Return the topics that a question for a relative may mean, after one on a topic.

    One where it is clear: after a topic of residence that of the family, by the citizenship of who
    asks. Else several to choose from, the topic itself first.
    """
    citizenship = turn.situation.get("citizenship")
    family = [_FAMILY[citizenship]] if is_citizenship(citizenship) else sorted({*_FAMILY.values()})
    if topic in _RESIDENCE and len(family) == 1:
        return family
    children = _CHILDREN if relative == "child" else ()
    return list(dict.fromkeys([topic, *children, *family]))
