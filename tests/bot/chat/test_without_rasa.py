"""Rasa or the action server is away: the person gets articles, a centre, and the way to a person."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from knowledge.catalogue import shipped_catalogue
from language.languages import LANGUAGES, Language
from storage.database import Database
from tests.bot.chat.webhook import Webhook
from tests.knowledge.own_articles import bring_in_own_articles
from tests.web.serving import application, served


@pytest.fixture
def client(database: Database, webhook: Webhook) -> Iterator[httpx.Client]:
    """A program that calls the chat API, with the project's articles, while Rasa is away."""
    with database.transaction() as session:
        bring_in_own_articles(session)
    webhook.status = 500
    app = application(database, rasa_url=webhook.url, public_url="https://ics.example/")
    with served(app) as url, httpx.Client(base_url=url, timeout=30) as opened:
        yield opened


def told(client: httpx.Client, text: str, language: Language) -> str:
    conversation = client.post("/api/chat/conversations", json={"language": language}).json()["id"]
    path = f"/api/chat/conversations/{conversation}/messages"
    (notice,) = client.post(path, json={"text": text}).json()["messages"]
    assert (notice["kind"], notice["language"]) == ("fallback", language)
    history = client.get(path).json()["messages"]
    assert [entry["text"] for entry in history] == [text, notice["text"]]
    return str(notice["text"])


def test_articles_and_centres_are_offered_in_the_language_of_the_person(
    client: httpx.Client,
) -> None:
    text = told(client, "Jak dostać kartę podatkową w gminie Kolding?", "pl")
    assert "](https://ics.example/pl/articles/tax-card)" in text
    assert "](https://ics.example/pl/centres/)" in text
    assert "Kolding: **ICS Esbjerg**" in text
    assert "+45 76 16 10 70" in text


def test_where_nothing_fits_everything_is_offered(client: httpx.Client) -> None:
    text = told(client, "qwertz", "de")
    assert "](https://ics.example/de/articles/)" in text
    assert "articles/tax" not in text


def test_each_language_says_it_in_its_own_words(client: httpx.Client) -> None:
    texts = {told(client, "CPR", language).splitlines()[0] for language in LANGUAGES}
    assert len(texts) == len(LANGUAGES)


def test_the_page_shows_the_same(client: httpx.Client) -> None:
    conversation = client.post("/api/chat/conversations", json={}).json()["id"]
    page = client.post(
        f"/en/conversations/{conversation}/messages", json={"text": "How do I get a tax card?"}
    ).text
    assert 'href="https://ics.example/en/articles/tax-card"' in page


def test_the_front_page_shows_the_articles_by_theme(client: httpx.Client) -> None:
    page = client.get("/lt/").text
    assert page.count('href="/lt/articles/') == len(shipped_catalogue().topics) + 1
    assert "Mokesčiai ir atlyginimas" in page
