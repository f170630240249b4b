"""Search in what is published, however people spell it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from knowledge.articles import Text
from knowledge.search import Hit, Search
from knowledge.translations import latest, publish, published, save, withdraw
from knowledge.word_ranking import WordRanking
from language.languages import Language
from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles

ALL = 10


def text_of(hit: Hit) -> str:
    return "".join(piece.text for piece in hit.excerpt)


@pytest.mark.parametrize(
    ("language", "question", "topic"),
    [
        ("en", "tax crad", "tax-card"),
        ("en", "residence documents", "eu-residence"),
        ("da", "skattekort", "tax-card"),
        ("da", "ansaettelseskontrakter", "employment-contract"),
        ("pl", "jak dostac numer cpr", "cpr-number"),
        ("pl", "umowe o prace", "employment-contract"),
        ("lt", "mokesciu kortele", "tax-card"),
        ("ro", "carduri fiscale", "tax-card"),
        ("de", "Arbeitsvertrage", "employment-contract"),
    ],
)
def test_endings_typos_and_missing_diacritics_do_not_matter(
    sqlite_database: Database, language: Language, question: str, topic: str
) -> None:
    with sqlite_database.transaction() as session:
        bring_in_own_articles(session)
        found = Search().find(session, question, language, ALL)
    assert topic in [hit.topic for hit in found[:2]]
    assert len({hit.topic for hit in found}) == len(found)


def test_what_matches_is_marked_in_the_best_passage(filled: Session) -> None:
    (hit,) = Search().find(filled, "permits", "en", ALL)
    assert (hit.topic, hit.title) == ("tax-card", "Getting a tax card")
    assert text_of(hit) == "You need a permit first."
    assert [piece.text for piece in hit.excerpt if piece.is_match] == ["permit"]
    assert hit.only == frozenset({"third_country"})
    assert hit.section is None


def test_each_language_finds_its_own(filled: Session) -> None:
    search = Search()
    assert next(hit.topic for hit in search.find(filled, "CPR-nummer", "da", ALL)) == "cpr-number"
    assert search.find(filled, "tilladelse", "en", ALL) == []
    assert search.find(filled, "tilladelse", "pl", ALL) == []


@pytest.mark.parametrize("question", ["", "   ", "qwertz", "how do I", "???"])
def test_nothing_is_found_for_nothing(filled: Session, question: str) -> None:
    assert Search().find(filled, question, "en", ALL) == []


def test_a_very_long_question_is_read_in_part(filled: Session) -> None:
    found = Search().find(filled, "permit " + "x" * 100_000, "en", ALL)
    assert [hit.topic for hit in found] == ["tax-card"]


def test_publishing_and_withdrawing_are_noticed_at_once(filled: Session) -> None:
    search = Search()
    assert search.find(filled, "zebra", "en", ALL) == []
    before = latest(filled, "tax-card", "en")
    assert before is not None
    text = Text("Getting a tax card", "written", "A zebra needs no tax card.\n")
    draft = save(filled, "tax-card", "en", text, author="a", based_on=before.id)
    assert search.find(filled, "zebra", "en", ALL) == []
    publish(filled, draft)
    assert [hit.topic for hit in search.find(filled, "zebra", "en", ALL)] == ["tax-card"]
    assert search.find(filled, "permit", "en", ALL) == []
    now_published = published(filled, "tax-card", "en")
    assert now_published is not None
    withdraw(filled, now_published)
    assert search.find(filled, "zebra", "en", ALL) == []


def test_a_long_passage_is_shortened_around_the_match(filled: Session) -> None:
    before = latest(filled, "tax-card", "en")
    assert before is not None
    long = " ".join(f"word{number}" for number in range(200))
    body = f"{long} zebra {long}\n"
    version = save(
        filled, "tax-card", "en", Text("T", "written", body), author="a", based_on=before.id
    )
    publish(filled, version)
    (hit,) = Search().find(filled, "zebra", "en", ALL)
    shown = text_of(hit)
    assert len(shown) < 260
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "zebra" in shown


def test_numbers_are_right_or_wrong() -> None:
    ranking = WordRanking(["form 04063", "form 04064"], "en")
    scores = ranking.rank("04063").scores
    assert scores[0] > 0
    assert scores[1] == 0


def test_a_word_also_finds_what_begins_with_it_but_less() -> None:
    ranking = WordRanking(["skat", "skattekort"], "da")
    exact, longer = ranking.rank("skat").scores
    assert exact > longer > 0
