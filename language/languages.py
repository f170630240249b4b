"""The six languages that Ankomst speaks."""

from __future__ import annotations

from typing import Literal, TypeGuard, get_args

Language = Literal["da", "en", "pl", "lt", "ro", "de"]
"""ISO 639-1 codes: form 04.063 exists in exactly these six languages."""

LANGUAGES: tuple[Language, ...] = get_args(Language)

NAMES: dict[Language, str] = {
    "da": "dansk",
    "en": "English",
    "pl": "polski",
    "lt": "lietuvių",
    "ro": "română",
    "de": "Deutsch",
}
"""Each language's name in itself."""


def is_language(value: object) -> TypeGuard[Language]:
    """Return whether a value is the code of one of the six languages."""
    return value in LANGUAGES
