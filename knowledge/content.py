"""The content as files: where articles and centres lie in a directory, and reading them all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.articles import Article, read_articles
from knowledge.catalogue import TOPICS_FILE, Catalogue, read_catalogue
from knowledge.centre_files import CENTRES_FILE, CentreFile, read_centres
from knowledge.errors import ContentError, Finding
from knowledge.facts import FACTS_FILE, Facts, read_facts

CONTENT_DIRECTORY = Path(__file__).parent
"""The project's own content: `topics.yml`, `articles/` and the others stand beside this file."""

ARTICLES_FOLDER = "articles"


@dataclass(frozen=True)
class Layout:
    """Where the content lies.

    Attributes:
        articles: The folder that holds one folder for each topic.
        facts: The file of facts; None where there is none.
        centres: The file of centres; None where there are only articles.
        topics: The file of topics; None where there is none.
    """

    articles: Path
    facts: Path | None
    centres: Path | None
    topics: Path | None


@dataclass(frozen=True)
class Content:
    """All articles, the facts in them, and the centres and topics where the directory has them."""

    articles: list[Article]
    facts: Facts
    centres: CentreFile | None
    topics: Catalogue | None


def layout(directory: Path) -> Layout:
    """Find the content in a directory that holds `articles/`, `topics.yml`, `facts.yml`, `centres.yml`.

    A directory without `articles/` is taken for the folder of articles itself.

    Raises:
        ContentError: There is no such directory.
    """
    if not directory.is_dir():
        raise ContentError((Finding(directory, "is no directory; check the name."),))
    inner = directory / ARTICLES_FOLDER
    facts, centres = directory / FACTS_FILE, directory / CENTRES_FILE
    topics = directory / TOPICS_FILE.name
    return Layout(
        articles=inner if inner.is_dir() else directory,
        facts=facts if facts.exists() else None,
        centres=centres if centres.exists() else None,
        topics=topics if topics.exists() else None,
    )


def read_content(directory: Path) -> Content:
    """Read all files of the content.

    Raises:
        ContentError: With the findings of all files that are wrong.
    """
    found = layout(directory)
    findings: list[Finding] = []
    articles: list[Article] = []
    facts: Facts = {}
    centres: CentreFile | None = None
    topics: Catalogue | None = None
    try:
        articles = read_articles(found.articles)
    except ContentError as error:
        findings += error.findings
    try:
        facts = read_facts(found.facts) if found.facts else {}
    except ContentError as error:
        findings += error.findings
    try:
        centres = read_centres(found.centres) if found.centres else None
    except ContentError as error:
        findings += error.findings
    try:
        topics = read_catalogue(found.topics) if found.topics else None
    except ContentError as error:
        findings += error.findings
    if findings:
        raise ContentError(tuple(findings))
    return Content(articles, facts, centres, topics)
