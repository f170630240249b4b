"""Brings the catalogues up to date with code and templates: `python -m web.catalogues`.

New texts are added without a translation, texts that are no longer used are removed; a test fails
until a translator has filled in what is missing.
"""

from __future__ import annotations

import sys
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from language.languages import Language
from web.translations import (
    CATALOGUES,
    CatalogueName,
    catalogue_path,
    languages_of,
    read_catalogue,
    texts_in_code,
)

_HEADER = """\
# Texts of Ankomst in another language.
# Translations are made natively: what a reader of this language would expect to read.
#"""

# Who made a file and when: it would change every time, and the history of the repository says it.
_LEFT_OUT = (
    '"POT-Creation',
    '"PO-Revision',
    '"Report-Msgid-Bugs-To',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
)


def updated(language: Language, catalogue: CatalogueName, template: Catalog) -> Catalog:
    """Return a catalogue with exactly the texts of the template, known translations kept."""
    if catalogue_path(language, catalogue).exists():
        present = read_catalogue(language, catalogue)
    else:
        present = Catalog(locale=language, domain=catalogue)
    present.update(template, no_fuzzy_matching=True)
    present.obsolete.clear()
    present.header_comment = _HEADER
    present.project, present.version = "Ankomst", "1"
    present.fuzzy = False
    return present


def write(catalogue: Catalog) -> bytes:
    """Return a catalogue as the content of its file, ordered by text so that changes are small."""
    content = BytesIO()
    write_po(content, catalogue, sort_output=True, no_location=True, width=98, omit_header=False)
    lines = content.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(_LEFT_OUT)]
    return ("\n".join(kept) + "\n").encode()


def main() -> None:
    """Rewrite all catalogues."""
    for catalogue in CATALOGUES:
        template = texts_in_code(catalogue)
        for language in languages_of(catalogue):
            path = catalogue_path(language, catalogue)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(write(updated(language, catalogue, template)))
            missing = sum(1 for m in read_catalogue(language, catalogue) if m.id and not m.string)
            sys.stdout.write(f"{path}: {missing} texts without a translation\n")


if __name__ == "__main__":
    main()
