"""Writing what is published into files, so that a change made here can be reviewed as text.

A file that already says the same is left alone, whatever its layout and comments.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge import models, rows
from knowledge.articles import (
    ARTICLE_FILE,
    ArticleFile,
    parse_text,
    write_article_file,
    write_text,
)
from knowledge.catalogue import (
    TOPICS_FILE,
    Catalogue,
    catalogue,
    head_of,
    read_catalogue,
    write_catalogue,
)
from knowledge.centre_files import (
    CENTRES_FILE,
    CentreFile,
    MunicipalityEntry,
    read_centres,
    write_centres,
)
from knowledge.content import ARTICLES_FOLDER
from knowledge.errors import ContentError
from knowledge.facts import FACTS_FILE, read_facts, write_facts
from knowledge.models import TranslationVersion
from knowledge.strict_yaml import read_text, read_yaml
from knowledge.translations import text_of
from knowledge.whole_files import write_whole


def export_content(session: Session, directory: Path) -> list[Path]:
    """Write articles, topics, facts and centres into `articles/`, `topics.yml` and so on.

    Args:
        session: Read only.
        directory: Made where it is not there. Files of things that are not published are left.

    Returns:
        The files that were written, because they were not there or said something else.

    Raises:
        ExportError: A file cannot be written.
    """
    published = session.scalars(
        select(TranslationVersion)
        .where(TranslationVersion.state == "published")
        .order_by(TranslationVersion.topic, TranslationVersion.language)
    ).all()
    written: list[Path] = []
    articles = directory / ARTICLES_FOLDER
    for topic in sorted({version.topic for version in published}):
        file = rows.article_file(session.get_one(models.Article, topic))
        written += _write(
            articles / topic / ARTICLE_FILE, write_article_file(file), file, _read_article_file
        )
    for version in published:
        path = articles / version.topic / f"{version.language}.md"
        text = text_of(version)
        written += _write(
            path, write_text(text), text, lambda path: parse_text(read_text(path), path)
        )
    written += _write_topics(directory / TOPICS_FILE.name, catalogue(session))
    facts = rows.all_facts(session)
    if facts:
        written += _write(directory / FACTS_FILE, write_facts(facts), facts, read_facts)
    centres = _centre_file(session)
    if centres.centres:
        written += _write(
            directory / CENTRES_FILE, write_centres(centres), _comparable(centres), _read_centres
        )
    return written


def _write_topics(path: Path, topics: Catalogue) -> list[Path]:
    """Write the topics under the comment that the file begins with."""
    if not topics.every:
        return []
    try:
        head = head_of(path)
    except ContentError:
        head = head_of(TOPICS_FILE)  # there is no file yet, or none that can be read
    return _write(
        path,
        write_catalogue(topics, head),
        list(topics.every.values()),
        lambda path: list(read_catalogue(path).every.values()),
    )


def _centre_file(session: Session) -> CentreFile:
    centres = session.scalars(select(models.Centre))
    municipalities = session.scalars(select(models.Municipality))
    return CentreFile(
        centres={row.slug: rows.centre_entry(row) for row in centres},
        municipalities=tuple(rows.municipality_entry(row) for row in municipalities),
    )


def _read_article_file(path: Path) -> ArticleFile:
    return read_yaml(path, ArticleFile)


def _read_centres(path: Path) -> object:
    return _comparable(read_centres(path))


def _comparable(file: CentreFile) -> tuple[object, list[MunicipalityEntry]]:
    """Return the file's data without the order of municipalities, which means nothing."""
    return file.centres, sorted(file.municipalities, key=lambda entry: entry.code)


def _write(path: Path, content: str, value: object, read: Callable[[Path], object]) -> list[Path]:
    """Write a file at once and whole, unless it says the same already."""
    try:
        if path.exists() and read(path) == value:
            return []
    except ContentError:
        pass  # it cannot be read, so it does not say the same
    write_whole(path, content)
    return [path]
