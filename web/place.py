"""Where a public page stands: its address in each language, for links, browsers and search engines."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from language.languages import LANGUAGES, Language


@dataclass(frozen=True)
class Place:
    """The addresses of one public page.

    Attributes:
        public_url: Of the whole site, as people type it, without a stroke at its end.
        language: Of the page at hand.
        path: What stands after the language, such as `articles/tax-card`; empty for the front page.
        readable_in: The languages in which the page exists.
        instead: What stands after the language where it does not exist in one.
        query: What was asked of the page, with its question mark; kept when the language changes.
    """

    public_url: str
    language: Language
    path: str
    readable_in: Collection[Language] = LANGUAGES
    instead: str = ""
    query: str = ""

    def in_language(self, language: Language) -> str:
        """Return where the choice of a language leads: to this page, or to what there is instead."""
        if language in self.readable_in:
            return f"/{language}/{self.path}{self.query}"
        return f"/{language}/{self.instead}"

    def absolute(self, language: Language) -> str:
        """Return the page's stable address in a language, without what was asked of it."""
        return f"{self.public_url}/{language}/{self.path}"

    @property
    def languages(self) -> list[Language]:
        """The languages in which the page exists, in their usual order."""
        return [language for language in LANGUAGES if language in self.readable_in]

    @property
    def missing_in(self) -> list[Language]:
        """The languages in which it does not."""
        return [language for language in LANGUAGES if language not in self.readable_in]
