"""The files of an article."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from knowledge.articles import (
    ArticleFile,
    Source,
    Text,
    parse_text,
    passages,
    read_article,
    read_articles,
    write_article_file,
    write_text,
)
from knowledge.errors import ContentError
from knowledge.strict_yaml import parse_yaml
from tests.knowledge.conftest import ARTICLE, DANISH
from tests.knowledge.values import article_files, texts

HERE = Path("x.md")


def findings(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_article(folder)
    return [str(finding) for finding in caught.value.findings]


def test_a_text_is_read_to_the_letter() -> None:
    text = parse_text(DANISH, HERE)
    assert text.title == "Sådan får du et skattekort"
    assert text.reading == "written"
    assert text.body == DANISH.split("---\n", 2)[2]
    assert write_text(text) == DANISH


def test_the_shared_data_are_read_and_written_in_one_form() -> None:
    file = parse_yaml(ARTICLE, Path("article.yml"), ArticleFile)
    assert file.review_due == date(2027, 5, 23)
    assert file.sources[1] == Source(
        id="law",
        title="Kildeskatteloven § 48",
        url="https://skm.dk/love/kildeskatteloven-48",
        checked=date(2026, 11, 21),
    )
    assert file.related == ("cpr-number", "jobnet-cv")
    assert write_article_file(file) == ARTICLE


@given(texts())
@settings(deadline=None)
def test_writing_and_reading_a_text_gives_it_back(text: Text) -> None:
    assert parse_text(write_text(text), HERE) == text


@given(article_files())
@settings(deadline=None)
def test_writing_and_reading_shared_data_gives_them_back(file: ArticleFile) -> None:
    assert parse_yaml(write_article_file(file), HERE, ArticleFile) == file


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("---\ntitle", "title", "x.md: the front matter is missing"),
        ("written\n---", "written", "x.md: the front matter is missing"),
        ("state: written", "state: perfect", "x.md: state: Input should be 'written'"),
        ("state: written\n", "", "x.md: state is missing; add it"),
        ("state:", "stat:", "x.md: unknown key stat"),
        ("title: S", "title: 'S", "x.md: line 4: broken YAML"),
        ("## Det skal du gøre {#steps}", "## Det skal du gøre", "x.md: line 11: the heading needs"),
        (":::\n\n## Det", "\n\n## Det", "x.md: line 11: a heading stands outside"),
    ],
)
def test_a_broken_text_says_where_and_what(old: str, new: str, said: str) -> None:
    assert old in DANISH
    with pytest.raises(ContentError) as caught:
        parse_text(DANISH.replace(old, new, 1), HERE)
    assert any(str(finding).startswith(said) for finding in caught.value.findings)


def test_a_folder_gives_its_languages_in_their_order(content_directory: Path) -> None:
    article = read_article(content_directory / "articles" / "tax-card")
    assert article.topic == "tax-card"
    assert list(article.texts) == ["da", "en"]
    assert article.texts["en"].reading == "cross-read"


def test_everything_wrong_in_a_folder_is_told_at_once(content_directory: Path) -> None:
    folder = content_directory / "articles" / "tax-card"
    (folder / "fr.md").write_text("x")
    (folder / "notes.txt").write_text("x")
    (folder / "en.md").write_bytes(b"\xff")
    (folder / "article.yml").write_text("reviewed: 2026-11-23\n")
    (folder / ".hidden").write_text("x")
    found = findings(folder)
    assert [line.split(": ")[0].rsplit("/", 1)[1] for line in found] == [
        "article.yml",
        "article.yml",
        "en.md",
        "fr.md",
        "notes.txt",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  url: https://skat.dk/en-us/individuals/tax-card\n", "", "sources.0.url is missing"),
        ("  checked: 2026-11-20\n", "", "sources.0.checked is missing"),
        ("id: law", "id: skat", "two sources with the id skat"),
        ("review_due: 2027-05-23", "review_due: 2026-11-23", "review_due must be later"),
        ("related:", "realted:", "unknown key realted"),
        ("- jobnet-cv", "- Jobnet CV", "related.1: "),
    ],
)
def test_wrong_shared_data_are_told(content_directory: Path, old: str, new: str, said: str) -> None:
    path = content_directory / "articles" / "tax-card" / "article.yml"
    path.write_text(ARTICLE.replace(old, new))
    assert any(line.startswith(f"{path}: ") and said in line for line in findings(path.parent))


def test_all_folders_are_read_or_all_mistakes_told(content_directory: Path) -> None:
    articles = content_directory / "articles"
    assert [article.topic for article in read_articles(articles)] == ["cpr-number", "tax-card"]
    (articles / "cpr-number" / "da.md").write_text("x")
    (articles / "tax-card" / "da.md").write_text("x")
    with pytest.raises(ContentError) as caught:
        read_articles(articles)
    assert len(caught.value.findings) == 2


def test_a_directory_without_articles_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no folder of an article"):
        read_articles(tmp_path)


def test_passages_of_a_directory(content_directory: Path) -> None:
    found = passages(content_directory / "articles")
    assert found[0] == ("cpr-number", "da", "CPR-nummer")
    assert ("tax-card", "en", "You need a permit first.") in found
    assert ("tax-card", "da", "Hav det her klar: Dit pas Din kontrakt") in found


def test_line_of_a_finding_counts_from_the_top_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "da.md"
    path.write_text("---\ntitle: A\nstate: written\n---\nx\n\n| a |\n|---|\n")
    with pytest.raises(ContentError, match=r"da\.md: line 7: a table"):
        parse_text(path.read_text(), path)
