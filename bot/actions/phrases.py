"""The bot's own phrases in six languages, read from phrases/<language>.yml and checked once."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import yaml

from bot.actions.errors import PhrasesError
from language.languages import LANGUAGES, Language

DIRECTORY = Path(__file__).parent / "phrases"

Phrase = Literal[
    "greet",
    "goodbye",
    "thanks",
    "affirm",
    "deny",
    "bot_challenge",
    "what_can_you_do",
    "restart",
    "language_changed",
    "ask_language",
    "feedback_sorry",
    "out_of_scope",
    "choice",
    "none_of_these",
    "handover",
    "handover_centre",
    "handover_button",
    "nothing_understood",
    "seventh_language",
    "personal_number_hint",
    "centre_answer",
    "ask_municipality",
    "choose_municipality",
    "municipality_unknown",
    "perhaps",
    "care_despair",
    "care_danger",
    "care_insult",
    "own_case",
    "own_case_unknown",
    "not_in_article",
    "asked_again",
    "memory_nothing",
    "memory_known",
    "memory_language",
    "memory_citizenship",
    "memory_stay",
    "memory_occupation",
    "memory_address",
    "memory_municipality",
    "memory_topic",
    "memory_correct",
    "memory_forget_button",
    "memory_forgotten",
    "pd_u2_begin",
    "pd_u2_go_on",
    "pd_u2_again",
    "day_unknown",
    "day_noted",
    "day_example",
    "day_unreadable",
    "day_needed",
    "pd_u2_steps",
]
"""The names of the phrases; each language has exactly these."""

_REMEMBERED = ("language", "citizenship", "stay", "occupation", "address", "municipality", "topic")

_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "centre_answer": frozenset(
        {
            "municipality",
            "centre",
            "address",
            "phone",
            "email",
            "web",
            "visitors",
            "callers",
            "hours_page",
            "booking",
        }
    ),
    "choose_municipality": frozenset({"municipalities"}),
    "care_despair": frozenset({"emergency", "helpline"}),
    "care_danger": frozenset({"emergency", "hotline"}),
    **{f"memory_{what}": frozenset({"value"}) for what in _REMEMBERED},
    "day_noted": frozenset({"day"}),
    "day_example": frozenset({"day"}),
    "pd_u2_steps": frozenset({"pd_u2_date", "pd_u2_last_day", "pd_u2_arrival"}),
}


class Phrases:
    """All phrases in all languages.

    Args:
        texts: Phrases by language and name.

    Raises:
        PhrasesError: A language has other phrases than `Phrase` names, or one has other
            placeholders than it should.
    """

    def __init__(self, texts: Mapping[Language, Mapping[str, object]]) -> None:
        self._texts: dict[Language, dict[str, str]] = {}
        for language in LANGUAGES:
            if language not in texts:
                raise PhrasesError(f"There are no phrases in {language}.")
            self._texts[language] = _checked(language, texts[language])

    def text(self, language: Language, phrase: Phrase) -> str:
        """Return a phrase that has no placeholders."""
        return self._texts[language][phrase]

    def in_all_languages(self, phrase: Phrase) -> tuple[str, ...]:
        """Return a phrase in each of the six languages."""
        return tuple(self._texts[language][phrase] for language in LANGUAGES)

    def filled(self, language: Language, phrase: Phrase, values: Mapping[str, str | None]) -> str:
        """Return a phrase with its placeholders filled.

        Args:
            language: The language of the phrase.
            phrase: Its name.
            values: A value for each placeholder; a line that needs one which is None is left out.
        """
        lines = [
            line.format_map({name: value or "" for name, value in values.items()})
            for line in self._texts[language][phrase].splitlines()
            if all(values[name] is not None for name in _fields(line))
        ]
        return "\n".join(lines)


def load_phrases(directory: Path = DIRECTORY) -> Phrases:
    """Read the phrases of all languages.

    Raises:
        PhrasesError: A file is missing or no YAML, or a phrase is missing, unknown or wrong.
    """
    texts: dict[Language, Mapping[str, object]] = {}
    for language in LANGUAGES:
        path = directory / f"{language}.yml"
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise PhrasesError(f"{path} cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise PhrasesError(f"{path} is no list of `name: phrase`.")
        texts[language] = content
    return Phrases(texts)


def _checked(language: Language, phrases: Mapping[str, object]) -> dict[str, str]:
    expected = set(get_args(Phrase))
    for name in sorted(expected - set(phrases)):
        raise PhrasesError(f"phrases/{language}.yml lacks the phrase {name}.")
    for name in sorted(set(phrases) - expected):
        raise PhrasesError(f"phrases/{language}.yml has a phrase that nothing says: {name}.")
    checked: dict[str, str] = {}
    for name, text in phrases.items():
        if not isinstance(text, str) or not text.strip():
            raise PhrasesError(f"phrases/{language}.yml: {name} is no text.")
        placeholders = _PLACEHOLDERS.get(name)
        try:
            found = frozenset(_fields(text))
        except ValueError as error:
            raise PhrasesError(f"phrases/{language}.yml: {name}: {error}.") from error
        if found != (placeholders or frozenset()):
            raise PhrasesError(
                f"phrases/{language}.yml: {name} has the placeholders "
                f"{', '.join(sorted(found)) or 'none'}; it needs "
                f"{', '.join(sorted(placeholders or ())) or 'none'}."
            )
        checked[name] = text.strip()
    return checked


def _fields(text: str) -> list[str]:
    return [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
