"""The chat in front of the real Rasa: trained model, action server, articles from the database."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from language.languages import Language
from tests.bot.person import Message, Person
from tests.web.browser import WIDTHS, visiting

pytestmark = pytest.mark.rasa

QUESTIONS: list[tuple[Language, str]] = [
    ("da", "Hvordan får jeg et skattekort?"),
    ("en", "How do I get a tax card?"),
    ("pl", "Jak dostać kartę podatkową?"),
    ("lt", "Kaip gauti mokesčių kortelę?"),
    ("ro", "Cum obțin un card fiscal?"),
    ("de", "Wie bekomme ich eine Steuerkarte?"),
]


def answered(person: Person, text: str) -> Message:
    """Ask, choose the second button whenever something is asked back, and return the answer."""
    messages = person.say(text)
    while messages[-1]["kind"] == "question" and messages[-1]["buttons"]:
        messages = person.press(messages[-1]["buttons"][1])
    answers = [message for message in messages if message["kind"] == "answer"]
    assert answers, messages
    return answers[0]


@pytest.mark.parametrize(("language", "text"), QUESTIONS)
def test_a_question_is_answered_in_its_language_with_source_and_date(
    bot_pages: str, language: Language, text: str
) -> None:
    answer = answered(Person(bot_pages), text)
    assert (answer["topic"], answer["language"]) == ("tax-card", language)
    assert answer["sources"]
    for source in answer["sources"]:
        assert source["url"].startswith("https://")
        assert source["title"]
        assert len(source["date"]) == len("2026-11-23")


def test_a_question_back_is_answered_by_typing_as_by_pressing(bot_pages: str) -> None:
    text = "Hvordan får jeg et EU-opholdsbevis?"
    typing, pressing = Person(bot_pages, "da"), Person(bot_pages, "da")
    typed, pressed = typing.say(text), pressing.say(text)
    for _ in range(2):  # for the citizenship, then for the occupation
        assert (typed[-1]["kind"], typed[-1]["text"]) == ("question", pressed[-1]["text"])
        typed = typing.say(typed[-1]["buttons"][1]["label"].lower())
        pressed = pressing.press(pressed[-1]["buttons"][1])
    assert typed[-1]["variant"] == pressed[-1]["variant"] == "eu_eea_ch jobseeker"
    assert typed[-1]["text"] == pressed[-1]["text"]


def test_small_texts_do_not_change_the_language(bot_pages: str) -> None:
    person = Person(bot_pages, "pl")
    for text in ("ok", "CPR?", "123"):
        assert {message["language"] for message in person.say(text)} == {"pl"}


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_the_page_shows_a_real_answer(
    browser: Browser, bot_pages: str, size: tuple[int, int]
) -> None:
    with visiting(browser, bot_pages, size) as visit:
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
