"""The contact register as files under the names of its addresses, to be published elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models
from knowledge.addresses import ALL_CENTRES_FRAGMENT, REGISTER, centre_fragment
from knowledge.pages.fragments import fragment
from knowledge.register import Register, register, to_json
from knowledge.whole_files import remove, write_whole
from language.languages import LANGUAGES
from web.pages import Pages
from web.static_files import StaticFiles

_TEMPLATES = Path(__file__).parent / "templates"


def write_register(session: Session, directory: Path, day: date) -> list[Path]:
    """Write the register of a day; a file that says the same already is left alone.

    Args:
        session: Read only.
        directory: Made where it is not there. Of what else lies in it, only the pieces of centres
            that are no more are removed.
        day: The day in Denmark.

    Returns:
        The files that were written or removed.

    Raises:
        ExportError: A file cannot be written or removed.
    """
    found = register(session, day)
    files = {directory / name: content for name, content in _files(found)}
    changed = [path for path, content in files.items() if _differs(path, content)]
    for path in changed:
        write_whole(path, files[path])
    known = session.scalars(select(models.Centre.slug).order_by(models.Centre.slug)).all()
    paths = [directory / code / centre_fragment(slug) for code in LANGUAGES for slug in known]
    outdated = [path for path in paths if path not in files and path.exists()]
    for path in outdated:
        remove(path)
    return changed + outdated


def _files(found: Register) -> Iterator[tuple[str, str]]:
    pages = Pages([_TEMPLATES], StaticFiles({}))
    yield REGISTER, to_json(found)
    for language in LANGUAGES:
        yield f"{language}/{ALL_CENTRES_FRAGMENT}", fragment(pages, language, found.centres)
        for centre in found.centres:
            yield f"{language}/{centre_fragment(centre.slug)}", fragment(pages, language, [centre])


def _differs(path: Path, content: str) -> bool:
    return not path.is_file() or path.read_bytes() != content.encode()
