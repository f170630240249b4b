"""Texts of pages in the languages of their readers, from gettext catalogues.

English stands in the code and in the templates and is the key. Two catalogues:
`messages` is for the public, in all six languages; `staff` is for staff, in Danish and English.
They are read from `web/locale/<language>/LC_MESSAGES/<catalogue>.po`, compiled in memory.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from language.languages import LANGUAGES, Language

CatalogueName = Literal["messages", "staff"]
CATALOGUES: tuple[CatalogueName, ...] = get_args(CatalogueName)

SOURCE_LANGUAGE: Language = "en"
STAFF_LANGUAGES: tuple[Language, ...] = ("da", "en")

LOCALE = Path(__file__).parent / "locale"
ROOT = Path(__file__).parent.parent

# Where texts stand: in these folders, those of staff in these parts of them.
_FOLDERS = ("web", "bot/chat", "bot/widget", "triage", "knowledge", "learning")
_STAFF_PARTS = (
    "web/account",
    "web/admin",
    "triage/admin",
    "triage/desk",
    "triage/letters/notifying.py",
    "triage/queues",
    "learning",
    "knowledge/admin",
    "knowledge/articles.py",
    "knowledge/centre_files.py",
    "knowledge/changing_records.py",
    "knowledge/comparing.py",
    "knowledge/documents.py",
    "knowledge/facts.py",
    "knowledge/glossary.py",
    "knowledge/periods.py",
    "knowledge/saving.py",
    "knowledge/strict_yaml.py",
    "knowledge/text_rules.py",
    "learning",
)

_KEYWORDS = {**DEFAULT_KEYWORDS, "later": None}


@dataclass(frozen=True)
class Translatable:
    """A text that is written where no language is known yet, such as the message of an error.

    Attributes:
        key: The text in English, with placeholders such as `%(line)s`.
        values: What the placeholders stand for; a value that is translatable is translated too.
    """

    key: str
    values: Mapping[str, object]

    def in_language(self, language: Language) -> str:
        """Return the text in a language; in English where the catalogues have no translation."""
        found = translations(language).gettext(self.key)
        return found % {
            name: value.in_language(language) if isinstance(value, Translatable) else value
            for name, value in self.values.items()
        }

    def __str__(self) -> str:
        """The text in English."""
        return self.in_language(SOURCE_LANGUAGE)


def later(key: str, /, **values: object) -> Translatable:
    """Mark a text for the catalogues, to be translated when it is shown."""
    return Translatable(key, values)


def catalogue_path(language: Language, catalogue: CatalogueName) -> Path:
    """Return where a catalogue is kept."""
    return LOCALE / language / "LC_MESSAGES" / f"{catalogue}.po"


def languages_of(catalogue: CatalogueName) -> tuple[Language, ...]:
    """Return the languages into which a catalogue is translated; English is its source."""
    languages = LANGUAGES if catalogue == "messages" else STAFF_LANGUAGES
    return tuple(code for code in languages if code != SOURCE_LANGUAGE)


def read_catalogue(language: Language, catalogue: CatalogueName) -> Catalog:
    """Read one catalogue.

    Raises:
        FileNotFoundError: There is none of that name in that language.
    """
    with catalogue_path(language, catalogue).open("rb") as file:
        return read_po(file, locale=language, domain=catalogue)


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """Return the texts in a language, of the public and of staff together."""
    found = gettext.NullTranslations()
    for catalogue in CATALOGUES:
        if language in languages_of(catalogue):
            compiled = BytesIO()
            write_mo(compiled, read_catalogue(language, catalogue))
            compiled.seek(0)
            one = gettext.GNUTranslations(compiled)
            one.add_fallback(found)
            found = one
    return found


def texts_in_code(catalogue: CatalogueName) -> Catalog:
    """Collect the texts of a catalogue from code and templates."""
    collected = Catalog(domain=catalogue, charset="utf-8")
    for path in _source_files(catalogue):
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        options = {"silent": "false", "trimmed": "true"} if path.suffix == ".html" else {}
        for line, message, comments, context in extract_from_file(
            method, path, comment_tags=("Translators:",), options=options, keywords=_KEYWORDS
        ):
            collected.add(
                message,
                locations=[(path.relative_to(ROOT).as_posix(), line)],
                auto_comments=comments,
                context=context,
            )
    return collected


def _source_files(catalogue: CatalogueName) -> Iterator[Path]:
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            is_staff = name.startswith(_STAFF_PARTS)
            if path.suffix in {".py", ".html"} and is_staff == (catalogue == "staff"):
                yield path
