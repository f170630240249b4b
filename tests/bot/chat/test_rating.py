"""Whether an answer helped: over the API on both databases, and on the page in Chromium."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from bot.actions.phrases import load_phrases
from bot.chat.door import Door, Refused
from bot.chat.messages import Rating
from bot.chat.ratings import reasons
from conversations import record
from conversations.models import UNHELPFUL_REASONS
from language.languages import LANGUAGES, Language
from storage.database import Database
from storage.times import now
from tests.bot.chat.webhook import Webhook, said
from tests.web.browser import WIDTHS, Visit, visiting
from web.rate_limit import RateLimit
from web.translations import translations

Size = tuple[int, int]
CONVERSATIONS = "/api/chat/conversations"


def started(client: httpx.Client) -> str:
    conversation_id: str = client.post(CONVERSATIONS).json()["id"]
    return conversation_id


def asked(client: httpx.Client, conversation_id: str, text: str = "tax?") -> dict[str, Any]:
    path = f"{CONVERSATIONS}/{conversation_id}/messages"
    (message,) = client.post(path, json={"text": text}).json()["messages"]
    found: dict[str, Any] = message
    return found


def rate(
    client: httpx.Client, conversation_id: str, number: object, **rating: Any
) -> httpx.Response:
    path = f"{CONVERSATIONS}/{conversation_id}/messages/{number}/rating"
    return client.put(path, json=rating)


def kept(client: httpx.Client, conversation_id: str) -> tuple[Any, Any]:
    history = client.get(f"{CONVERSATIONS}/{conversation_id}/messages").json()["messages"]
    return history[-1]["helped"], history[-1]["unhelpful_reason"]


def test_a_rating_is_kept_and_changed_and_the_same_twice(either: httpx.Client) -> None:
    conversation_id = started(either)
    message = asked(either, conversation_id)
    assert (message["number"], message["helped"]) == (2, None)
    for rating, expected in (
        ({"helped": False}, (False, None)),
        ({"helped": False, "reason": "incomplete"}, (False, "incomplete")),
        ({"helped": False, "reason": "incomplete"}, (False, "incomplete")),
        ({"helped": True}, (True, None)),
        ({"helped": True}, (True, None)),
    ):
        response = rate(either, conversation_id, 2, **rating)
        assert (response.status_code, response.content) == (204, b"")
        assert kept(either, conversation_id) == expected


def test_only_an_answer_of_this_conversation_is_rated(
    either: httpx.Client, webhook: Webhook
) -> None:
    mine, other = started(either), started(either)
    asked(either, mine)
    webhook.answer = lambda _body: [said("Which?", kind="question")]
    asked(either, mine)
    for conversation_id, number in ((mine, 1), (mine, 4), (mine, 5), (other, 2), ("nobody", 2)):
        response = rate(either, conversation_id, number, helped=False)
        assert response.status_code == 404
        assert response.json()["detail"]
    for bad in ({"helped": True, "reason": "incomplete"}, {"helped": False, "reason": "x"}, {}):
        assert rate(either, mine, 2, **bad).status_code == 422
    assert rate(either, mine, 0, helped=True).status_code == 404


def test_a_rating_of_an_ended_conversation_still_counts(
    sqlite_database: Database, client: httpx.Client
) -> None:
    conversation_id = started(client)
    asked(client, conversation_id)
    with sqlite_database.transaction() as session:
        record.find(session, conversation_id).ended_at = now()
    assert rate(client, conversation_id, 2, helped=False).status_code == 204


def test_one_address_rates_so_often_and_no_more() -> None:
    class Nowhere:
        """Takes every rating."""

        def rate(self, *_rating: object) -> None:
            """Do nothing."""

        def known_language(self, _conversation_id: str) -> None:
            """There is none."""

    few = RateLimit(1, 1.0)
    door = Door(Nowhere(), few, few, RateLimit(1, 1.0))  # type: ignore[arg-type]
    rating = Rating(helped=True)
    assert door.rate("192.0.2.1", "x", 2, rating, "pl") is None
    refused = door.rate("192.0.2.1", "x", 2, rating, "pl")
    assert isinstance(refused, Refused)
    assert (refused.status, refused.notice.language) == (429, "pl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_there_in_each_language(language: Language) -> None:
    named = reasons(language)
    assert tuple(reason for reason, _ in named) == UNHELPFUL_REASONS
    assert len({words for _, words in named}) == 4
    # The button sends its words, which the bot takes for its own label.
    button = translations(language).gettext("I want to talk to a person")
    if language != "en":
        assert button == load_phrases().text(language, "handover_button")


def answered(visit: Visit, language: str) -> None:
    visit.open(f"/{language}/")
    visit.page.get_by_role("textbox").fill("tax?")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("[data-kind=answer]")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_an_answer_is_rated_on_the_page(
    browser: Browser, chat_url: str, webhook: Webhook, size: Size
) -> None:
    with visiting(browser, chat_url, size) as visit:
        answered(visit, "en")
        page = visit.page
        box = page.get_by_role("group", name="Did this help?")
        yes, no = (box.get_by_role("button", name=name, exact=True) for name in ("Yes", "No"))
        expect(box.get_by_text("What was wrong?")).to_be_hidden()
        visit.check()
        no.click()
        expect(no).to_have_attribute("aria-pressed", "true")
        expect(box.get_by_role("status")).to_have_text("Thank you for telling us.")
        old = box.get_by_role("button", name="It is wrong or out of date")
        old.click()
        expect(old).to_have_attribute("aria-pressed", "true")
        expect(no).to_have_attribute("aria-pressed", "true")
        visit.check()
        page.reload()
        expect(old).to_have_attribute("aria-pressed", "true")
        yes.click()
        expect(yes).to_have_attribute("aria-pressed", "true")
        expect(no).to_have_attribute("aria-pressed", "false")
        expect(old).to_be_hidden()
        no.click()
        expect(old).to_have_attribute("aria-pressed", "false")
        box.get_by_role("button", name="I want to talk to a person").click()
        expect(page.locator("[data-kind=answer]")).to_have_count(2)
        assert webhook.received[-1]["message"] == "I want to talk to a person"
        visit.check()


@pytest.mark.browser
def test_an_answer_is_rated_with_the_keyboard_in_danish(browser: Browser, chat_url: str) -> None:
    with visiting(browser, chat_url) as visit:
        answered(visit, "da")
        keyboard = visit.page.keyboard
        keyboard.press("Shift+Tab")
        # The answer is in the language that the bot spoke.
        assert visit.focused() == "No"
        keyboard.press("Enter")
        expect(visit.page.get_by_text("What was wrong?")).to_be_visible()
        assert visit.focused() == "No"
        keyboard.press("Tab")
        assert visit.focused() == "It is not what I asked"
        keyboard.press("Space")
        expect(visit.page.get_by_role("button", name="It is not what I asked")).to_have_attribute(
            "aria-pressed", "true"
        )
        visit.check()


@pytest.mark.browser
def test_a_rating_that_could_not_be_kept_is_said(browser: Browser, chat_url: str) -> None:
    with visiting(browser, chat_url) as visit:
        answered(visit, "en")
        visit.page.route("**/rating", lambda route: route.abort())
        yes = visit.page.get_by_role("button", name="Yes", exact=True)
        yes.click()
        expect(visit.page.get_by_text("That could not be saved. Please try again.")).to_be_visible()
        expect(yes).to_have_attribute("aria-pressed", "false")
