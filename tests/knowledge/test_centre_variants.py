"""What differs at a centre: who gets it, who gets the general text, and what is found wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.answers import Answer, NeedsSituation, answer
from knowledge.articles import Text
from knowledge.centres import centre_names
from knowledge.checking import check_content
from knowledge.comparing import differences
from knowledge.documents import Document, parse_document, problems, variants
from knowledge.search import Search
from knowledge.situation_words import for_whom, names
from knowledge.situations import OTHER_CENTRE, Situation, centre_word
from language.languages import LANGUAGES, Language
from tests.knowledge.conftest import BY_CENTRE, fill, write_content_by_centre

BODY = BY_CENTRE.format(title="CPR").split("---\n", 2)[2]
ODENSE: Situation = {"centre": centre_word("odense")}
EAST: Situation = {"centre": centre_word("kobenhavn")}
UNKNOWN: Situation = {"centre": OTHER_CENTRE}


@pytest.fixture
def by_centre(session: Session, tmp_path: Path) -> Session:
    """A transaction in which an article differs by centre."""
    fill(session, write_content_by_centre(tmp_path / "content"))
    return session


def steps(document: Document) -> str:
    return document.sections[0].text


def test_a_centre_has_its_own_text_and_all_others_the_general_one() -> None:
    document = parse_document(BODY)
    assert (document.dimensions, document.centres) == (("centre",), ("odense",))
    assert (
        steps(document.for_situation(ODENSE))
        == "1. Book a time in Odense.\n\n2. Show your passport."
    )
    for situation in (EAST, UNKNOWN):
        assert steps(document.for_situation(situation)).startswith("1. Come when it suits you.")
    own, others = variants(document)
    assert (own, others) == (document.for_situation(ODENSE), document.for_situation(EAST))


def test_who_does_not_know_the_centre_reads_what_holds_for_most_as_such() -> None:
    general = parse_document(BODY).for_all_centres()
    assert "Odense" not in steps(general)
    assert [block.only for block in general.sections[0].blocks] == [
        frozenset({OTHER_CENTRE}),
        None,
    ]


def test_a_centre_and_a_citizenship_mean_and() -> None:
    body = "x\n\n::: only third_country centre:odense centre:aarhus\nBring a visa.\n:::\n"
    document = parse_document(body)
    assert document.dimensions == ("citizenship", "centre")
    assert len(variants(document)) == 3 * 3
    visa = document.for_situation({"citizenship": "third_country", **ODENSE})
    assert visa.lead.text == "x\n\nBring a visa."
    assert document.for_situation({"citizenship": "third_country", **EAST}).lead.text == "x"
    open_still = document.for_situation({"citizenship": "third_country"})
    assert open_still.dimensions == ("centre",)


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("::: only centre:odense\nx\n:::\n", 1, "no direct answer"),
        (
            "x\n\n## A {#steps}\n\n::: only centre:odense\ny\n:::\n",
            3,
            "the section steps has no text for people of other centres",
        ),
        ("x\n\n::: only other_centre\ny\n:::\n", 3, "name a centre, or remove the word"),
        ("x\n\n::: only centre:Odense\ny\n:::\n", 3, "centre:…, other_centre, not centre:Odense"),
        ("x\n\n::: only centre:\ny\n:::\n", 3, "not centre:"),
    ],
)
def test_nobody_is_left_without_a_text(body: str, line: int, said: str) -> None:
    error = problems(body)[0]
    assert error.line == line
    assert said in error.message.in_language("en")


def test_the_chat_asks_for_the_centre_last_and_answers_for_it(by_centre: Session) -> None:
    assert answer(by_centre, "cpr-number", "en") == NeedsSituation("cpr-number", "centre")
    found = {
        words: answer(by_centre, "cpr-number", "en", situation)
        for words, situation in {"centre:odense": ODENSE, "other_centre": EAST}.items()
    }
    for words, one in found.items():
        assert isinstance(one, Answer)
        assert one.variant == words
        assert ("Book a time in Odense." in one.text) == (words == "centre:odense")


def test_the_centre_is_not_asked_for_where_the_chat_shows_nothing_of_it(
    session: Session, tmp_path: Path
) -> None:
    directory = write_content_by_centre(tmp_path / "content")
    path = directory / "articles" / "cpr-number" / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("{#steps}", "{#where}"), "utf-8")
    fill(session, directory)
    found = answer(session, "cpr-number", "en")
    assert isinstance(found, Answer)
    assert found.variant is None


def test_a_passage_of_one_centre_says_so_when_it_is_found(by_centre: Session) -> None:
    (hit,) = Search().find(by_centre, "book time", "en", 5)
    assert hit.only == frozenset({centre_word("odense")})
    known = centre_names(by_centre)
    assert for_whom(hit.only or (), "en", known) == "Only at: ICS Odense"
    assert for_whom([OTHER_CENTRE], "da", known, ["odense"]) == (
        "På alle ICS-centre undtagen: ICS Odense"
    )
    assert for_whom([OTHER_CENTRE], "en", known) == "At the other ICS centres"
    assert [name for _, name in names("centre", "en", known)] == ["ICS East", "ICS Odense"]


def test_check_finds_unknown_centres_and_blocks_that_differ(tmp_path: Path) -> None:
    directory = write_content_by_centre(tmp_path / "content")
    path = directory / "articles" / "cpr-number" / "pl.md"
    changed = path.read_text(encoding="utf-8").replace("centre:odense", "centre:odnse")
    path.write_text(changed, encoding="utf-8")
    messages = [
        finding.message
        for finding in check_content(directory, date(2026, 11, 23))
        if finding.path == path
    ]
    assert any("there is no centre odnse" in m and "kobenhavn, odense" in m for m in messages)
    assert any("steps: centre:odnse; steps: other_centre" in m for m in messages)
    fine = directory / "articles" / "cpr-number" / "en.md"
    found = [f.message for f in check_content(directory, date(2026, 11, 23)) if f.path == fine]
    assert not any("centre" in message for message in found)


def test_a_text_that_forgets_the_others_differs_from_the_danish() -> None:
    other = BODY.replace("::: only other_centre\n1. Come when it suits you.\n:::\n\n", "")
    (found, *_) = differences(
        ("da", Text("A", "written", BODY)), ("en", Text("A", "written", other)), "da.md"
    )
    assert "steps: other_centre" in found.in_language("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_written_in_each_language(language: Language) -> None:
    marks = [frozenset({OTHER_CENTRE}), frozenset({centre_word("odense")})]
    said = {for_whom(only, language, {}, ["odense"]) for only in marks}
    assert len(said) == 2
    assert all("odense" in text for text in said)
