"""Everything that can be wrong with the content, found without a database.

The languages of an article are compared with its Danish text, or with the first language that is
there. Compared are: the sections and their order, the citizenships of conditional blocks, and for
each section and each group of citizenships the figures (knowledge.figures says what is tolerated).
Links to other topics and to mail and telephone must be the same; a link to a page may lead to
another page of the same site, because official sites have pages of their own for each language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.articles import (
    ARTICLE_FILE,
    ArticleFile,
    FolderContent,
    Text,
    read_folder,
    topic_folders,
)
from knowledge.catalogue import catalogue
from knowledge.centre_files import read_centres
from knowledge.checking_places import place_findings
from knowledge.content import layout
from knowledge.documents import Document, Section, variants
from knowledge.errors import ContentError, Finding
from knowledge.figures import figures
from knowledge.markdown import links, to_passages
from knowledge.sentences import sentences
from language.languages import LANGUAGES, Language
from web.translations import Translatable, later

MAX_LEAD_SENTENCES = 3

_LEAD = "direct answer"
_PLACES = {"title": later("title"), _LEAD: later("direct answer")}
_KINDS = {
    "number": later("number"),
    "date": later("date"),
    "form or document": later("form or document"),
    "code": later("code"),
    "telephone number": later("telephone number"),
    "mail address": later("mail address"),
}


def check_content(directory: Path, today: date) -> list[Finding]:
    """Check all files of the content.

    Args:
        directory: Holds `articles/` and `centres.yml`, or the articles themselves.
        today: For reviews that are overdue and dates in the future.

    Returns:
        What is wrong, by file; empty when all is well.

    Raises:
        ContentError: The directory is not there, or holds no article.
    """
    findings: list[Finding] = []
    found = layout(directory)
    folders = topic_folders(found.articles)
    topics = {folder.name for folder in folders}
    for folder in folders:
        content = read_folder(folder)
        findings += content.findings
        findings += _check_folder(folder, content, topics, today)
    if found.centres:
        try:
            findings += place_findings(found.centres, read_centres(found.centres), today)
        except ContentError as error:
            findings += error.findings
    return sorted(findings, key=lambda finding: str(finding.path))


def _check_folder(
    folder: Path, content: FolderContent, topics: set[str], today: date
) -> Iterator[Finding]:
    if content.file is not None:
        yield from _check_dates(folder / ARTICLE_FILE, content.file, today)
        yield from _check_related(folder / ARTICLE_FILE, content)
    for language in LANGUAGES:
        path = folder / f"{language}.md"
        if language in content.texts:
            found = text_findings(language, content.texts[language], topics)
            yield from (Finding(path, str(message)) for message in found)
        elif not path.exists():
            yield Finding(path, "is missing; write the article in this language.")
    if content.texts:
        yield from _compare_languages(folder, content.texts)


def _check_dates(path: Path, file: ArticleFile, today: date) -> Iterator[Finding]:
    if file.review_due < today:
        yield Finding(
            path,
            f"the review was due on {file.review_due}; check the facts against the sources, "
            "then set reviewed and review_due.",
        )
    days = {"reviewed": file.reviewed} | {
        f"source {s.id}: checked": s.checked for s in file.sources
    }
    for name, day in days.items():
        if day > today:
            yield Finding(path, f"{name} {day} is in the future; correct it.")


def _check_related(path: Path, content: FolderContent) -> Iterator[Finding]:
    related = content.file.related if content.file else ()
    for topic, count in Counter(related).items():
        if topic not in catalogue().topics:
            yield Finding(path, f"related: {topic} is no topic; correct or remove it.")
        elif topic == content.topic or count > 1:
            yield Finding(path, f"related: {topic} is the topic itself or there twice; remove it.")


def text_findings(
    language: Language, text: Text, topics: Collection[str]
) -> Iterator[Translatable]:
    """Yield what is wrong in one text, although it can be shown.

    Args:
        language: Its language.
        text: The text; its body breaks no rule.
        topics: The topics that have an article.
    """
    document = text.document
    longest = max(len(_lead_sentences(variant, language)) for variant in variants(document))
    if longest > MAX_LEAD_SENTENCES:
        yield later(
            "the direct answer before the first heading has %(count)s sentences; "
            "shorten it to %(most)s for each group of readers.",
            count=longest,
            most=MAX_LEAD_SENTENCES,
        )
    for topic in sorted(set(_topic_links(document)) - set(topics)):
        is_known = topic in catalogue().topics
        yield later(
            "the link to topic:%(topic)s is dead, it %(reason)s; remove or correct it.",
            topic=topic,
            reason=later("has no article yet") if is_known else later("is no topic"),
        )


def _lead_sentences(document: Document, language: Language) -> list[str]:
    return [
        sentence
        for passage in to_passages(document.lead)
        for sentence in sentences(passage, language)
    ]


def _topic_links(document: Document) -> list[str]:
    return [link.removeprefix("topic:") for link in links(document) if link.startswith("topic:")]


def _compare_languages(folder: Path, texts: Mapping[Language, Text]) -> Iterator[Finding]:
    first, *others = texts
    for language in others:
        path = folder / f"{language}.md"
        yield from (
            Finding(path, str(message))
            for message in differences(
                (first, texts[first]), (language, texts[language]), f"{first}.md"
            )
        )


def differences(
    model: tuple[Language, Text], other: tuple[Language, Text], name: str | Translatable
) -> Iterator[Translatable]:
    """Yield in what one text says something else than another in another language.

    Args:
        model: Language and text to compare with; its body breaks no rule.
        other: Language and text that are judged; its body breaks no rule.
        name: What to call the model.
    """
    expected, actual = model[1].document, other[1].document
    if _keys(expected) != _keys(actual):
        yield later(
            "the sections are %(here)s, in %(model)s %(there)s; make them the same, "
            "in the same order.",
            here=_listed(_keys(actual), ", "),
            model=name,
            there=_listed(_keys(expected), ", "),
        )
    elif _conditions(expected) != _conditions(actual):
        yield later(
            "the `::: only` blocks are %(here)s, in %(model)s %(there)s; make them the same, "
            "in the same order.",
            here=_listed(_conditions(actual), "; "),
            model=name,
            there=_listed(_conditions(expected), "; "),
        )
    yield from _different_figures(model, other, name)
    yield from _different_links(name, expected, actual)


def _keys(document: Document) -> list[str]:
    return [section.key for section in document.sections if section.key]


def _conditions(document: Document) -> list[str]:
    return [
        f"{_name(part)}: {' '.join(sorted(block.only))}"
        for part in document.parts
        for block in part.blocks
        if block.only is not None
    ]


def _listed(names: Iterable[str], separator: str) -> str | Translatable:
    return separator.join(names) or later("none")


def _name(part: Section) -> str:
    return part.key or _LEAD


def _different_figures(
    model: tuple[Language, Text], other: tuple[Language, Text], name: str | Translatable
) -> Iterator[Translatable]:
    expected, actual = _groups(model[1]), _groups(other[1])
    for place in expected:
        if place not in actual:
            continue
        there, here = figures(expected[place], model[0]), figures(actual[place], other[0])
        for kind, values in there.missing_from(here):
            yield later(
                "%(place)s: %(model)s has the %(kind)s %(values)s, this text has not; "
                "correct one of them.",
                place=_PLACES.get(place, place),
                model=name,
                kind=_KINDS[kind],
                values=", ".join(values),
            )
        for kind, values in here.missing_from(there):
            yield later(
                "%(place)s: this text has the %(kind)s %(values)s, %(model)s has not; "
                "correct one of them.",
                place=_PLACES.get(place, place),
                model=name,
                kind=_KINDS[kind],
                values=", ".join(values),
            )


def _groups(text: Text) -> dict[str, str]:
    """Return the plain text of each section, apart for each group of citizenships."""
    groups: dict[str, str] = {"title": text.title}
    for part in text.document.parts:
        for block in part.blocks:
            only = f" for {' '.join(sorted(block.only))}" if block.only else ""
            passages = to_passages(Section(part.key, "", (block,), part.line))
            place = f"{_name(part)}{only}"
            groups[place] = "\n".join([groups.get(place, ""), *passages])
    return groups


def _different_links(
    name: str | Translatable, expected: Document, actual: Document
) -> Iterator[Translatable]:
    there, here = _sites(expected), _sites(actual)
    for missing in sorted(set(there) - set(here)):
        yield later(
            "%(model)s links to %(link)s, this text does not; correct one of them.",
            model=name,
            link=missing,
        )
    for missing in sorted(set(here) - set(there)):
        yield later(
            "this text links to %(link)s, %(model)s does not; correct one of them.",
            model=name,
            link=missing,
        )
    for site in sorted(set(here) & set(there)):
        if here[site] != there[site]:
            yield later(
                "this text links to %(here)s different pages of %(site)s, %(model)s to "
                "%(there)s; correct one of them.",
                here=here[site],
                site=site,
                model=name,
                there=there[site],
            )


def _sites(document: Document) -> Counter[str]:
    """Count the different targets by site; topics, mail and telephone count as themselves."""
    return Counter(_site(link) for link in set(links(document)))


def _site(link: str) -> str:
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"}:
        return link
    return ".".join((parts.hostname or "").split(".")[-2:])
