"""The files of one topic: `article.yml`, and `<language>.md` for each language.

`<language>.md` is front matter between two lines of `---`, then the body, which is kept to the
letter. Reading and writing are each other's inverse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from knowledge.catalogue import Slug
from knowledge.documents import Document, parse_document, problems
from knowledge.errors import ContentError, Finding
from knowledge.markdown import to_passages
from knowledge.strict_yaml import (
    Day,
    Line,
    WebAddress,
    parse_yaml,
    read_text,
    read_yaml,
    write_yaml,
)
from language.languages import LANGUAGES, Language, is_language
from web.translations import later

ARTICLE_FILE = "article.yml"

Reading = Literal["written", "cross-read", "confirmed"]
"""How far a translation has been read: by its writer, by a second reader, by a native reader."""

READINGS: tuple[Reading, ...] = get_args(Reading)

_FENCE = "---\n"
_MARKDOWN_FILE = re.compile(r"^(?P<language>[a-z]{2})\.md$")


class Source(BaseModel):
    """An official page that an article rests on.

    Attributes:
        id: Its name within the article.
        title: The page's title, in the page's language.
        url: Its address.
        checked: The day on which it was last read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$", max_length=60)]
    title: Line
    url: WebAddress
    checked: Day


class ArticleFile(BaseModel):
    """What all languages of an article share.

    Attributes:
        reviewed: The day on which its facts were last checked.
        review_due: The day by which they must be checked again.
        sources: The pages it rests on.
        related: Slugs of topics that go with it.
        to_confirm: What an editor must still find out, in English.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reviewed: Day
    review_due: Day
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    related: tuple[Slug, ...] = ()
    to_confirm: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> ArticleFile:
        twice = [key for key, count in Counter(s.id for s in self.sources).items() if count > 1]
        if twice:
            raise ValueError(later("there are two sources with the id %(id)s", id=twice[0]))
        if self.review_due <= self.reviewed:
            raise ValueError(later("review_due must be later than reviewed"))
        return self


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    state: Reading


@dataclass(frozen=True)
class Text:
    """An article in one language.

    Attributes:
        title: One line of plain text.
        reading: How far it has been read.
        body: Markdown, as in the file; `knowledge.documents` says what it may hold.
    """

    title: str
    reading: Reading
    body: str

    @property
    def document(self) -> Document:
        """The body, taken apart."""
        return parse_document(self.body)


@dataclass(frozen=True)
class Article:
    """A topic's article in all the languages that it has."""

    topic: str
    file: ArticleFile
    texts: Mapping[Language, Text]


def parse_text(content: str, path: Path) -> Text:
    """Read the content of a `<language>.md`.

    Raises:
        ContentError: The front matter or the body breaks a rule; one finding per breach.
    """
    front, body, first_line = _split(content, path)
    matter = parse_yaml(front, path, _FrontMatter, first_line=2)
    broken = tuple(
        Finding(path, f"line {error.line + first_line - 1}: {error.message}")
        for error in problems(body)
    )
    if broken:
        raise ContentError(broken)
    return Text(matter.title, matter.state, body)


def _split(content: str, path: Path) -> tuple[str, str, int]:
    """Return front matter, body, and the line of the file at which the body begins."""
    end = content.find("\n" + _FENCE, len(_FENCE) - 1)
    if not content.startswith(_FENCE) or end < 0:
        raise ContentError(
            (
                Finding(
                    path,
                    "the front matter is missing; begin with a line `---`, then title and state, "
                    "then a line `---`.",
                ),
            )
        )
    front = content[len(_FENCE) : end + 1]
    body = content[end + 1 + len(_FENCE) :]
    return front, body, front.count("\n") + 3


def write_text(text: Text) -> str:
    """Return the content of a `<language>.md`."""
    return f"{_FENCE}{write_yaml({'title': text.title, 'state': text.reading})}{_FENCE}{text.body}"


def write_article_file(file: ArticleFile) -> str:
    """Return the content of an `article.yml`."""
    data = file.model_dump()
    data["sources"] = list(data["sources"])
    data["related"] = list(data["related"])
    data["to_confirm"] = list(data["to_confirm"])
    if not file.to_confirm:
        del data["to_confirm"]
    return write_yaml(data)


@dataclass(frozen=True)
class FolderContent:
    """What could be read of a topic's folder, and what is wrong with the rest."""

    topic: str
    file: ArticleFile | None
    texts: Mapping[Language, Text]
    findings: tuple[Finding, ...]


def read_folder(folder: Path) -> FolderContent:
    """Read what can be read of one topic's folder, and say what is wrong with the rest."""
    findings: list[Finding] = []
    file = None
    texts: dict[Language, Text] = {}
    try:
        file = read_yaml(folder / ARTICLE_FILE, ArticleFile)
    except ContentError as error:
        findings += error.findings
    for path in _entries(folder):
        language = _language_of(path)
        if path.name == ARTICLE_FILE:
            continue
        if language is None:
            findings.append(
                Finding(path, f"does not belong here; languages are {', '.join(LANGUAGES)}.")
            )
            continue
        try:
            texts[language] = parse_text(read_text(path), path)
        except ContentError as error:
            findings += error.findings
    in_order = {code: texts[code] for code in LANGUAGES if code in texts}
    return FolderContent(folder.name, file, in_order, tuple(findings))


def read_article(folder: Path) -> Article:
    """Read one topic's folder.

    Raises:
        ContentError: Files in it are missing, unknown or wrong.
    """
    content = read_folder(folder)
    if content.findings or content.file is None:
        raise ContentError(content.findings)
    return Article(content.topic, content.file, content.texts)


def _language_of(path: Path) -> Language | None:
    match = _MARKDOWN_FILE.match(path.name)
    code = match["language"] if match else None
    return code if is_language(code) else None


def _entries(folder: Path) -> list[Path]:
    """Return what a folder holds, by name, without hidden files."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise ContentError(
            (Finding(folder, f"cannot be read ({error.strerror}); check name and access."),)
        ) from error


def topic_folders(directory: Path) -> list[Path]:
    """Return the folders of articles in a directory, by name.

    Raises:
        ContentError: The directory cannot be read, or holds no folder.
    """
    folders = [path for path in _entries(directory) if path.is_dir()]
    if not folders:
        raise ContentError(
            (Finding(directory, "holds no folder of an article; give the folder of the articles."),)
        )
    return folders


def read_articles(directory: Path) -> list[Article]:
    """Read all articles of a directory, such as knowledge/articles.

    Raises:
        ContentError: With the findings of all files that are wrong.
    """
    articles: list[Article] = []
    findings: list[Finding] = []
    for folder in topic_folders(directory):
        try:
            articles.append(read_article(folder))
        except ContentError as error:
            findings += error.findings
    if findings:
        raise ContentError(tuple(findings))
    return articles


def text_passages(text: Text) -> list[str]:
    """Return a text's title, paragraphs and lists as plain text, for search and training."""
    document = text.document
    return [text.title, *(p for section in document.parts for p in to_passages(section))]


def passages(directory: Path) -> list[tuple[str, Language, str]]:
    """Return the short passages of all articles of a directory, such as knowledge/articles.

    Returns:
        Topic, language and plain text of each title, paragraph and list.

    Raises:
        ContentError: An article cannot be read.
    """
    return [
        (article.topic, language, passage)
        for article in read_articles(directory)
        for language, text in article.texts.items()
        for passage in text_passages(text)
    ]
