"""The content as files: where articles and centres lie in a directory, and reading them all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.articles import Article, read_articles
from knowledge.centre_files import CENTRES_FILE, CentreFile, read_centres
from knowledge.errors import ContentError, Finding

CONTENT_DIRECTORY = Path(__file__).parent
"""The project's own content: `articles/` and `centres.yml` stand beside this file."""

ARTICLES_FOLDER = "articles"


@dataclass(frozen=True)
class Layout:
    """Where the content lies.

    Attributes:
        articles: The folder that holds one folder for each topic.
        centres: The file of centres; None where there are only articles.
    """

    articles: Path
    centres: Path | None


@dataclass(frozen=True)
class Content:
    """All articles, and the centres where the directory has them."""

    articles: list[Article]
    centres: CentreFile | None


def layout(directory: Path) -> Layout:
    """Find the content in a directory that holds `articles/` and `centres.yml`.

    A directory without `articles/` is taken for the folder of articles itself.

    Raises:
        ContentError: There is no such directory.
    """
    if not directory.is_dir():
        raise ContentError((Finding(directory, "is no directory; check the name."),))
    inner = directory / ARTICLES_FOLDER
    centres = directory / CENTRES_FILE
    return Layout(
        articles=inner if inner.is_dir() else directory,
        centres=centres if centres.exists() else None,
    )


def read_content(directory: Path) -> Content:
    """Read all files of the content.

    Raises:
        ContentError: With the findings of all files that are wrong.
    """
    found = layout(directory)
    findings: list[Finding] = []
    articles: list[Article] = []
    centres: CentreFile | None = None
    try:
        articles = read_articles(found.articles)
    except ContentError as error:
        findings += error.findings
    try:
        centres = read_centres(found.centres) if found.centres else None
    except ContentError as error:
        findings += error.findings
    if findings:
        raise ContentError(tuple(findings))
    return Content(articles, centres)
