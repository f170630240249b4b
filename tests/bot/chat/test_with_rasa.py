"""The chat in front of the real Rasa: trained model, action server, articles from the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from bot.chat.messages import Messages
from language.languages import Language
from storage.database import Database
from tests.bot.servers import BotServers
from tests.web.browser import WIDTHS, visiting
from tests.web.serving import application, served

pytestmark = pytest.mark.rasa

QUESTIONS: list[tuple[Language, str]] = [
    ("da", "Hvordan får jeg et skattekort?"),
    ("en", "How do I get a tax card?"),
    ("pl", "Jak dostać kartę podatkową?"),
    ("lt", "Kaip gauti mokesčių kortelę?"),
    ("ro", "Cum obțin un card fiscal?"),
    ("de", "Wie bekomme ich eine Steuerkarte?"),
]


@pytest.fixture
def url(sqlite_database: Database, bot_servers: BotServers) -> Iterator[str]:
    """The application in front of the real bot."""
    token = SecretStr(bot_servers.token)
    app = application(sqlite_database, rasa_url=bot_servers.rasa_url, rasa_token=token)
    with served(app) as address:
        yield address


class Person:
    """Somebody who writes to the chat API."""

    def __init__(self, url: str, language: Language | None = None) -> None:
        self._url, self._language = f"{url}/api/chat/conversations", language
        opened = httpx.post(self._url, json={"language": language} if language else {})
        self.path = f"{self._url}/{opened.json()['id']}/messages"

    def say(self, **content: Any) -> list[dict[str, Any]]:
        """Return the bot's messages."""
        answer = httpx.post(self.path, json=content, timeout=30)
        assert answer.status_code == 200
        Messages.model_validate(answer.json())
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found


def answered(person: Person, text: str) -> dict[str, Any]:
    """Ask, choose the second button whenever something is asked back, and return the answer."""
    messages = person.say(text=text)
    while messages[-1]["kind"] == "question" and messages[-1]["buttons"]:
        messages = person.say(payload=messages[-1]["buttons"][1]["payload"])
    answers = [message for message in messages if message["kind"] == "answer"]
    assert answers, messages
    return answers[0]


@pytest.mark.parametrize(("language", "text"), QUESTIONS)
def test_a_question_is_answered_in_its_language_with_source_and_date(
    url: str, language: Language, text: str
) -> None:
    answer = answered(Person(url), text)
    assert (answer["topic"], answer["language"]) == ("tax-card", language)
    assert answer["sources"]
    for source in answer["sources"]:
        assert source["url"].startswith("https://")
        assert source["title"]
        assert len(source["date"]) == len("2026-11-23")


def test_a_question_back_is_answered_by_typing_as_by_pressing(url: str) -> None:
    text = "Hvordan får jeg et EU-opholdsbevis?"
    typing, pressing = Person(url, "da"), Person(url, "da")
    typed, pressed = typing.say(text=text), pressing.say(text=text)
    for _ in range(2):  # for the citizenship, then for the occupation
        assert (typed[-1]["kind"], typed[-1]["text"]) == ("question", pressed[-1]["text"])
        typed = typing.say(text=typed[-1]["buttons"][1]["label"].lower())
        pressed = pressing.say(payload=pressed[-1]["buttons"][1]["payload"])
    assert typed[-1]["variant"] == pressed[-1]["variant"] == "eu_eea_ch jobseeker"
    assert typed[-1]["text"] == pressed[-1]["text"]


@pytest.mark.parametrize("text", ["/restart", "/session_start", '/faq{"topic": "tax-card"}'])
def test_a_command_typed_by_a_person_does_nothing_special(url: str, text: str) -> None:
    person = Person(url, "en")
    answered(person, "How do I get a tax card?")
    for message in person.say(text=text):
        assert message["text"]
    history = httpx.get(person.path).json()["messages"]
    assert history[-1]["who"] == "bot"


def test_small_texts_do_not_change_the_language(url: str) -> None:
    person = Person(url, "pl")
    for text in ("ok", "CPR?", "123"):
        assert {message["language"] for message in person.say(text=text)} == {"pl"}


def test_a_personal_number_is_never_repeated(url: str) -> None:
    person = Person(url, "en")
    messages = person.say(text="How do I get a tax card? My CPR number is 010190-1234")
    assert "010190" not in str(messages)
    assert "010190" not in httpx.get(person.path).text


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_the_page_shows_a_real_answer(browser: Browser, url: str, size: tuple[int, int]) -> None:
    with visiting(browser, url, size) as visit:
        visit.open("/pl/")
        visit.page.get_by_role("button", name="Jak dostać kartę podatkową?").click()
        questions = visit.page.locator("[data-kind=question]")
        for number in range(2):  # for the citizenship, then for the length of stay
            expect(questions).to_have_count(number + 1)
            questions.nth(number).get_by_role("button").nth(1).click()
        answer = visit.page.locator("[data-kind=answer]").first
        expect(answer).to_contain_text("Źródło:")
        expect(answer).to_have_attribute("lang", "pl")
        visit.check()
