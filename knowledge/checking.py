"""Everything that can be wrong with the content, found without a database.

`knowledge.text_rules` says what may be wrong in one text, `knowledge.comparing` what languages may
say differently; each is compared with the Danish text, or with the first language that is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from knowledge.articles import (
    ARTICLE_FILE,
    ArticleFile,
    FolderContent,
    Text,
    read_folder,
    topic_folders,
)
from knowledge.catalogue import Catalogue, read_catalogue, shipped_catalogue
from knowledge.centre_files import CentreFile, read_centres
from knowledge.checking_places import place_findings
from knowledge.comparing import differences, site_of
from knowledge.content import Layout, layout
from knowledge.errors import ContentError, Finding
from knowledge.fact_filling import facts_named
from knowledge.facts import Facts, read_facts
from knowledge.markdown import links
from knowledge.official_sites import OFFICIAL_SITES_FILE, is_official
from knowledge.text_rules import Topics, text_findings
from language.languages import LANGUAGES, Language


def check_content(directory: Path, today: date, *, whole: bool = False) -> list[Finding]:
    """Check all files of the content.

    Args:
        directory: Holds `articles/` and the other files, or the articles themselves. Topics are
            those of its `topics.yml`, or where there is none those that the program comes with.
        today: For reviews that are overdue and dates in the future.
        whole: Whether each topic must have an article.

    Returns:
        What is wrong, by file; empty when all is well.

    Raises:
        ContentError: The directory is not there, or holds no article.
    """
    findings: list[Finding] = []
    found = layout(directory)
    facts = _read_facts(found, findings)
    centres = _read_centres(found, findings)
    folders = topic_folders(found.articles)
    known = _read_topics(found, findings)
    there = Topics(known.topics, {folder.name for folder in folders})
    contents = {folder: read_folder(folder) for folder in folders}
    for folder, content in contents.items():
        if folder.name not in known.every:
            findings.append(
                Finding(
                    folder, f"{folder.name} is no topic; correct the name, or add it to topics.yml."
                )
            )
        findings += content.findings
        findings += _check_folder(
            folder, content, there, facts, today, centres.centres if centres else ()
        )
    for topic in sorted(known.topics.keys() - there.with_article) if whole else ():
        findings.append(Finding(found.articles / topic, "is missing; write the article."))
    if found.facts:
        findings += _check_facts(found.facts, facts, contents.values(), today)
    if found.centres and centres:
        findings += place_findings(found.centres, centres, today)
    return sorted(findings, key=lambda finding: str(finding.path))


def _read_topics(found: Layout, findings: list[Finding]) -> Catalogue:
    try:
        return read_catalogue(found.topics) if found.topics else shipped_catalogue()
    except ContentError as error:
        findings += error.findings
        return shipped_catalogue()


def _read_facts(found: Layout, findings: list[Finding]) -> Facts:
    try:
        return read_facts(found.facts) if found.facts else {}
    except ContentError as error:
        findings += error.findings
        return {}


def _read_centres(found: Layout, findings: list[Finding]) -> CentreFile | None:
    try:
        return read_centres(found.centres) if found.centres else None
    except ContentError as error:
        findings += error.findings
        return None


def _check_facts(
    path: Path, facts: Facts, contents: Iterable[FolderContent], today: date
) -> Iterator[Finding]:
    used = {
        name
        for content in contents
        for text in content.texts.values()
        for name in facts_named(text.document)
    }
    for name, fact in facts.items():
        if name not in used:
            yield Finding(path, f"{name} stands in no article; remove it.")
        yield from _unofficial(path, name, fact.source.url)
        for key, day in {"as_of": fact.as_of, "checked": fact.checked}.items():
            if day is not None and day > today:
                yield Finding(path, f"{name}: {key} {day} is in the future; correct it.")


def _unofficial(path: Path, name: str, url: str) -> Iterator[Finding]:
    if not is_official(url):
        yield Finding(
            path,
            f"{name}: {site_of(url)} is no official site; give an authority's page, "
            f"or add the site to {OFFICIAL_SITES_FILE.name}.",
        )


def _check_folder(
    folder: Path,
    content: FolderContent,
    topics: Topics,
    facts: Facts,
    today: date,
    centres: Collection[str],
) -> Iterator[Finding]:
    if content.file is not None:
        yield from _check_dates(folder / ARTICLE_FILE, content.file, today)
        yield from _check_related(folder / ARTICLE_FILE, content, topics)
        for source in content.file.sources:
            yield from _unofficial(folder / ARTICLE_FILE, f"source {source.id}", source.url)
    for language in LANGUAGES:
        path = folder / f"{language}.md"
        if language in content.texts:
            text = content.texts[language]
            found = text_findings(language, text, topics, facts, centres)
            yield from (Finding(path, str(message)) for message in found)
            if content.file is not None:
                yield from _links_without_source(path, text, content.file, facts)
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


def _check_related(path: Path, content: FolderContent, topics: Topics) -> Iterator[Finding]:
    related = content.file.related if content.file else ()
    for topic, count in Counter(related).items():
        if topic not in topics.known:
            yield Finding(path, f"related: {topic} is no topic; correct or remove it.")
        elif topic == content.topic or count > 1:
            yield Finding(path, f"related: {topic} is the topic itself or there twice; remove it.")


def _links_without_source(
    path: Path, text: Text, file: ArticleFile, facts: Facts
) -> Iterator[Finding]:
    document = text.document
    pages = [source.url for source in file.sources]
    pages += [facts[name].source.url for name in facts_named(document) if name in facts]
    sites = {site_of(page) for page in pages} | {None}
    for link in links(document):
        if site_of(link) not in sites:
            yield Finding(path, f"links to {link}, which no source stands for; add the source.")


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
