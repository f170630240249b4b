"""What `ankomst knowledge check` finds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

from knowledge.catalogue import Catalogue, shipped_catalogue, write_catalogue
from knowledge.centre_files import CENTRES_FILE
from knowledge.checking import check_content
from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.errors import ContentError
from language.languages import LANGUAGES
from tests.knowledge.conftest import ARTICLE, DANISH, ENGLISH

TODAY = date(2026, 11, 23)


@pytest.fixture
def complete(content_directory: Path) -> Path:
    """A content without mistakes: each article in six languages, the project's own centres."""
    copyfile(CONTENT_DIRECTORY / CENTRES_FILE, content_directory / CENTRES_FILE)
    for topic in ("tax-card", "cpr-number"):
        folder = content_directory / "articles" / topic
        danish = (folder / "da.md").read_text(encoding="utf-8")
        for language in LANGUAGES:
            if not (folder / f"{language}.md").exists():
                text = danish.replace("1. marts 2027", "2027-03-01")
                (folder / f"{language}.md").write_text(text, encoding="utf-8")
    return content_directory


def found(directory: Path, today: date = TODAY) -> list[str]:
    return [
        f"{finding.path.relative_to(directory / 'articles')}: {finding.message}"
        for finding in check_content(directory, today)
    ]


def change(directory: Path, name: str, old: str, new: str) -> None:
    path = directory / "articles" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_content_without_mistakes_has_no_findings(complete: Path) -> None:
    assert found(complete) == []


def test_the_projects_own_content_is_in_order() -> None:
    content = read_content(CONTENT_DIRECTORY)
    files = [article.file for article in content.articles]
    last_work = max(
        *(max(file.reviewed, *(s.checked for s in file.sources)) for file in files),
        *(fact.checked for fact in content.facts.values()),
    )
    findings = check_content(CONTENT_DIRECTORY, last_work, whole=True)
    assert [str(finding) for finding in findings] == []


def test_every_topic_is_an_article_in_six_languages() -> None:
    articles = {article.topic: article for article in read_content(CONTENT_DIRECTORY).articles}
    assert articles.keys() == shipped_catalogue().topics.keys()
    for article in articles.values():
        assert tuple(article.texts) == LANGUAGES


def test_no_text_claims_to_be_confirmed_by_a_native_reader() -> None:
    readings = {
        text.reading
        for article in read_content(CONTENT_DIRECTORY).articles
        for text in article.texts.values()
    }
    assert "confirmed" not in readings


def test_a_missing_language_is_found(complete: Path) -> None:
    (complete / "articles" / "tax-card" / "lt.md").unlink()
    assert found(complete) == ["tax-card/lt.md: is missing; write the article in this language."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "## What happens next {#next}\n\nYou get an answer on 1 March 2027.\n",
            "",
            "the sections are steps, bring, in da.md steps, bring, next; make them the same",
        ),
        (
            "::: only third_country",
            "::: only nordic",
            "the `::: only` blocks are direct answer: nordic; steps: eu_eea_ch nordic, in da.md dir",
        ),
        ("three months", "six months", "direct answer: da.md has the number 3, this text has not"),
        ("three months", "3 months or 40 days", "direct answer: this text has the number 40, da.md"),
        ("04.063", "04.064", "steps: da.md has the form or document 04.063, this text has not"),
        ("1 March", "2 March", "next: da.md has the date 2027-03-01, this text has not"),
        ("(topic:cpr-number)", "(topic:tax-card)", "da.md links to topic:cpr-number, this text"),
        ("skat.dk", "example.org", "da.md links to skat.dk, this text does not"),
        ("skat.dk", "example.org", "this text links to example.org, da.md does not"),
        ("permit", "[permit](https://skat.dk/b)", "links to 2 different pages of skat.dk, da.md to 1"),
        ("permit first.", "permit. First. Of. All.", "the direct answer before the first heading has 5"),
        ("topic:cpr-number", "topic:cpr-numbers", "topic:cpr-numbers is dead, it is no topic"),
        ("topic:cpr-number", "topic:mitid", "topic:mitid is dead, it has no article yet"),
        ("- Your contract", "<b>contract</b>", "HTML is not allowed"),
        ("{#next}", "", "line 26: the heading needs a key"),
    ],
)  # fmt: skip
def test_a_difference_between_languages_is_found(
    complete: Path, old: str, new: str, said: str
) -> None:
    change(complete, "tax-card/en.md", old, new)
    assert any(
        line.startswith(f"tax-card/en.md: {said}") or said in line for line in found(complete)
    )
    assert all(line.startswith("tax-card/en.md: ") for line in found(complete))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2027-05-23", "2026-11-24", None),
        ("2027-05-23", "2026-11-25", None),
        ("reviewed: 2026-11-23", "reviewed: 2026-11-24", "reviewed 2026-11-24 is in the future"),
        ("checked: 2026-11-20", "checked: 2026-12-20", "source skat: checked 2026-12-20 is in the"),
        ("- jobnet-cv", "- jobnet", "related: jobnet is no topic"),
        ("- jobnet-cv", "- tax-card", "related: tax-card is the topic itself or there twice"),
        ("- jobnet-cv", "- cpr-number", "related: cpr-number is the topic itself or there twice"),
        ("  checked: 2026-11-20\n", "", "sources.0.checked is missing"),
    ],
)
def test_wrong_shared_data_are_found(complete: Path, old: str, new: str, said: str | None) -> None:
    change(complete, "tax-card/article.yml", old, new)
    lines = found(complete)
    assert len(lines) == (1 if said else 0)
    assert all(line.startswith(f"tax-card/article.yml: {said}") for line in lines)


def test_an_overdue_review_is_found_on_the_day_after(complete: Path) -> None:
    assert found(complete, date(2027, 5, 23)) == []
    lines = found(complete, date(2027, 5, 24))
    assert [line.split(": ", 1)[0] for line in lines] == [
        "cpr-number/article.yml",
        "tax-card/article.yml",
    ]
    assert "the review was due on 2027-05-23; check the facts" in lines[0]


def test_a_broken_file_does_not_hide_the_others(complete: Path) -> None:
    articles = complete / "articles"
    (articles / "tax-card" / "da.md").write_bytes(DANISH.encode("latin-1"))
    (articles / "tax-card" / "article.yml").write_text(ARTICLE + "  bad: [\n")
    (articles / "cpr-number" / "en.md").write_bytes(b"a" * 5_000_000)
    (articles / "tax-kard").mkdir()
    (complete / "centres.yml").write_text("centres: {}\n")
    findings = [str(finding) for finding in check_content(complete, TODAY)]
    for name, said in {
        "tax-card/da.md": "is not UTF-8",
        "tax-card/article.yml": "broken YAML",
        "cpr-number/en.md": "5,000,000 bytes",
        "tax-kard": "is no topic",
    }.items():
        assert any(line.startswith(f"{articles / name}: ") and said in line for line in findings)
    assert any("centres.yml: municipalities is missing" in line for line in findings)


def test_the_lead_is_measured_for_each_group_of_readers(complete: Path) -> None:
    lead = "One. Two.\n\n::: only nordic\nThree.\n:::\n\n::: only eu_eea_ch\nFour.\n:::\n"
    for language in LANGUAGES:
        path = complete / "articles" / "cpr-number" / f"{language}.md"
        path.write_text(f"---\ntitle: A\nstate: written\n---\n{lead}", encoding="utf-8")
    assert found(complete) == []


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is no directory"):
        check_content(tmp_path / "absent", TODAY)
    with pytest.raises(ContentError, match="holds no folder"):
        check_content(tmp_path, TODAY)


def test_a_topic_that_must_have_an_article_is_missed(complete: Path) -> None:
    every = shipped_catalogue().every
    few = {slug: every[slug] for slug in ("tax-card", "cpr-number", "jobnet-cv", "mitid")}
    (complete / "topics.yml").write_text(write_catalogue(Catalogue(few), ""), encoding="utf-8")
    missing = [finding.path.name for finding in check_content(complete, TODAY, whole=True)]
    assert missing == ["jobnet-cv", "mitid"]


def test_a_folder_that_is_no_topic_is_told(complete: Path) -> None:
    folder = complete / "articles" / "tax-card"
    folder.rename(folder.with_name("tax-kard"))
    assert "tax-kard: tax-kard is no topic; correct the name, or add it to topics.yml." in found(
        complete
    )


FACT = """\
pay-limit:
  kind: amount
  value: 552000
  year: 2026
  as_of: 2026-01-01
  source: {title: Pay limit, url: https://nyidanmark.dk/pay}
  checked: 2026-11-20
"""


def in_all_languages(directory: Path, lead: str) -> None:
    for language in LANGUAGES:
        path = directory / "articles" / "cpr-number" / f"{language}.md"
        path.write_text(f"---\ntitle: A\nstate: written\n---\n{lead}\n", encoding="utf-8")


def test_a_fact_that_stands_in_a_text_and_says_all_that_it_must_is_in_order(complete: Path) -> None:
    (complete / "facts.yml").write_text(FACT, encoding="utf-8")
    in_all_languages(complete, "Pay [see there](fact:pay-limit).")
    assert check_content(complete, TODAY) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pay-limit:", "pay-limits:", "pay-limits stands in no article; remove it."),
        ("pay-limit:", "pay-limits:", "there is no fact pay-limit; add it, or correct its name."),
        ("as_of: 2026-01-01", "as_of: 2026-12-01", "as_of 2026-12-01 is in the future"),
        ("nyidanmark.dk", "example.org", "pay-limit: example.org is no official site"),
        ("  year: 2026\n", "", "an amount or a rate needs the year for which it holds"),
        ("  source: {title: Pay limit, url: https://nyidanmark.dk/pay}\n", "", "source is missing"),
    ],
)
def test_facts_that_are_not_in_order_are_found(
    complete: Path, old: str, new: str, said: str
) -> None:
    (complete / "facts.yml").write_text(FACT.replace(old, new), encoding="utf-8")
    in_all_languages(complete, "Pay [see there](fact:pay-limit).")
    assert any(said in str(finding) for finding in check_content(complete, TODAY))


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        ("It costs 500 kr. today.", "500 kr changes with time; write it as a fact"),
        ("It costs DKK 1,200.", "DKK 1,200. changes with time"),
        ("Pay 55 % of it.", "55 % changes with time"),
        ("Call 72 22 27 80.", "72222780 changes with time"),
        ("Open 10.00-15.00.", "10.00-15.00 changes with time"),
        ("Pay [in 2026](fact:pay-limit).", "the words in 2026 hold a figure"),
        ("See [this](https://example.org/a).", "links to https://example.org/a, which no source"),
    ],
)
def test_what_does_not_belong_into_a_text_is_found(complete: Path, lead: str, said: str) -> None:
    in_all_languages(complete, lead)
    lines = [line for line in found(complete) if said in line]
    assert [line.split(":")[0] for line in lines] == [
        f"cpr-number/{language}.md" for language in sorted(LANGUAGES)
    ]


def test_a_text_that_is_hard_to_read_is_found(complete: Path) -> None:
    hard = "Indkomstskattemyndighedernes forskudsregistreringsprocedurer nødvendiggør legitimation."
    in_all_languages(complete, hard)
    assert any("da.md: the text is hard to read (LIX" in line for line in found(complete))


def test_a_source_that_is_no_authority_is_found(complete: Path) -> None:
    change(complete, "tax-card/article.yml", "https://skm.dk/", "https://elov.dk/")
    (line,) = found(complete)
    assert line.startswith("tax-card/article.yml: source law: elov.dk is no official site")


def test_the_articles_alone_can_be_checked(complete: Path) -> None:
    assert check_content(complete / "articles", TODAY) == []
    assert ENGLISH in (complete / "articles" / "tax-card" / "en.md").read_text(encoding="utf-8")
