"""The public page in Chromium: every state, on a desktop and on a phone, by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from conversations.models import Conversation
from language.languages import LANGUAGES, Language
from storage.database import Database
from tests.bot.chat.webhook import Webhook, said
from tests.web.browser import PHONE, WIDTHS, Visit, visiting
from web.translations import translations

pytestmark = pytest.mark.browser

ANSWER = said(
    "**Getting a tax card**\n\nApply with form 04.063.\n\n1. Fill it in\n2. Send it",
    topic="tax-card",
    confidence=0.9,
    sources=[{"title": "Tax card", "url": "https://skat.dk/x", "date": "2026-11-23"}],
)
CHOICE = said(
    "What do you mean?",
    kind="choice",
    buttons=[
        {"label": "Getting a tax card", "payload": '/faq{"topic": "tax-card"}'},
        {"label": "None of these", "payload": "/none_of_these"},
    ],
)

Size = tuple[int, int]


def answer_by_kind(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [ANSWER] if body["message"].startswith("/faq") else [CHOICE]


def translated(language: Language, text: str) -> str:
    return translations(language).gettext(text)


def send(visit: Visit, text: str) -> None:
    visit.page.get_by_role("textbox").fill(text)
    visit.page.get_by_role("button", name=re.compile("Send|Wyślij|Senden")).click()


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_no_barriers_in_any_language(
    browser: Browser, chat_url: str, language: Language, size: Size
) -> None:
    with visiting(browser, chat_url, size) as visit:
        visit.open(f"/{language}/")
        expect(visit.page.get_by_role("textbox")).to_be_visible()
        expect(visit.page.locator("html")).to_have_attribute("lang", language)
        links = visit.page.locator(".languages a")
        assert links.all_inner_texts() == [
            "dansk", "English", "polski", "lietuvių", "română", "Deutsch",
        ]  # fmt: skip
        assert [link.get_attribute("lang") for link in links.all()] == list(LANGUAGES)
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_conversation_has_no_barriers(
    browser: Browser, chat_url: str, webhook: Webhook, size: Size
) -> None:
    webhook.answer = answer_by_kind
    with visiting(browser, chat_url, size) as visit:
        visit.open("/en/")
        send(visit, "tax?")
        choice = visit.page.locator("[data-kind=choice]")
        expect(choice).to_contain_text("What do you mean?")
        visit.check()
        choice.get_by_role("button", name="Getting a tax card").click()
        answer = visit.page.locator("[data-kind=answer]")
        expect(answer).to_contain_text("Source: Tax card, checked 23 November 2026")
        expect(answer.get_by_role("link", name="Tax card")).to_have_attribute(
            "href", "https://skat.dk/x"
        )
        expect(answer.locator("ol > li")).to_have_text(["Fill it in", "Send it"])
        visit.check()
        webhook.status = 500
        send(visit, "again")
        expect(visit.page.locator("[data-kind=fallback]")).to_contain_text("cannot answer")
        visit.check()
        said_by_person = visit.page.locator(".chat-message--person .chat-typed")
        assert said_by_person.all_inner_texts() == ["tax?", "Getting a tax card", "again"]


def test_everything_can_be_done_with_the_keyboard(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    webhook.answer = answer_by_kind
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        expect(visit.page.get_by_role("textbox")).to_be_visible()
        keyboard = visit.page.keyboard
        keyboard.press("Tab")
        assert visit.focused() == "Skip to the content"
        keyboard.press("Enter")
        keyboard.press("Tab")
        assert visit.focused() == "How do I get a tax card?"
        for _ in range(4):
            keyboard.press("Tab")
        assert visit.focused() == "chat-text"
        keyboard.type("first line")
        keyboard.press("Shift+Enter")
        keyboard.type("second line")
        keyboard.press("Enter")
        expect(visit.page.locator("[data-kind=choice]")).to_be_visible()
        assert webhook.received[-1]["message"] == "first line\nsecond line"
        # The focus stays where one writes; the buttons of the answer are just before.
        assert visit.focused() == "chat-text"
        keyboard.press("Shift+Tab")
        assert visit.focused() == "None of these"
        keyboard.press("Shift+Tab")
        keyboard.press("Enter")
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        assert visit.focused() == "Getting a tax card"
        keyboard.press("Tab")
        keyboard.press("Tab")
        assert visit.focused() == "Tax card"


@pytest.mark.parametrize("size", WIDTHS)
def test_many_sources_are_folded(
    browser: Browser, chat_url: str, webhook: Webhook, size: Size
) -> None:
    sources = [
        {"title": f"Page {n}", "url": f"https://skat.dk/{n}", "date": "2026-11-23"}
        for n in range(5)
    ]
    webhook.answer = lambda _body: [said("Answer", sources=sources)]
    with visiting(browser, chat_url, size) as visit:
        visit.open("/en/")
        send(visit, "hello")
        answer = visit.page.locator("[data-kind=answer]")
        expect(answer.get_by_role("link", name="Page 0")).to_be_visible()
        expect(answer.get_by_role("link", name="Page 4")).to_be_hidden()
        visit.check()
        answer.get_by_text("4 more sources").click()
        expect(answer.get_by_role("link", name="Page 4")).to_be_visible()
        visit.check()


def test_new_messages_are_announced(browser: Browser, chat_url: str, webhook: Webhook) -> None:
    webhook.seconds = 0.5
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        log = visit.page.get_by_role("log")
        expect(log).to_have_attribute("aria-live", "polite")
        send(visit, "hello")
        expect(visit.page.locator("#chat-status")).to_have_text("The answer is being written …")
        expect(log).to_contain_text("You said: hello")
        expect(visit.page.locator("#chat-status")).to_have_text("")


def test_an_answer_in_another_language_says_so(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    sources = [{"title": "Karta", "url": "https://skat.dk/x", "date": "2026-11-23"}]
    webhook.answer = lambda _body: [said("Odpowiedź", "pl", sources=sources)]
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        send(visit, "Jak dostać kartę podatkową?")
        answer = visit.page.locator("[data-kind=answer]")
        expect(answer).to_have_attribute("lang", "pl")
        expect(answer).to_contain_text("Źródło: Karta, sprawdzono 23 listopada 2026")
        visit.check()


def test_what_the_page_says_while_it_is_used_is_in_the_language_of_the_conversation(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [said("Od teraz piszemy po polsku.", "pl", kind="handover")]
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        send(visit, "po polsku proszę")
        expect(visit.page.locator("[data-kind=handover]")).to_have_attribute("lang", "pl")
        webhook.seconds = 0.5
        send(visit, "ok")
        status = visit.page.locator("#chat-status")
        expect(status).to_have_text(translated("pl", "The answer is being written …"))
        expect(status).to_have_attribute("lang", "pl")
        expect(visit.page.locator("[data-kind=handover]")).to_have_count(2)
        visit.page.locator("#chat-text").fill("x" * 1001)
        over = translated("pl", "Too long by %(number)s characters. Please make it shorter.")
        expect(visit.page.locator("#chat-left")).to_have_text(over % {"number": 1})
        visit.page.locator("#chat-text").fill("")
        visit.page.locator(".chat-handover").last.click()
        form = visit.page.locator("#handover > [lang=pl]")
        expect(form.get_by_role("heading").first).to_have_text(
            translated("pl", "Write to a person")
        )
        visit.check()


def test_the_conversation_stays_over_reloads_and_pages_until_begun_anew(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    webhook.answer = answer_by_kind
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        send(visit, "tax?")
        expect(visit.page.locator("[data-kind=choice]")).to_be_visible()
        visit.page.reload()
        expect(visit.page.locator("[data-kind=choice]")).to_be_visible()
        visit.open("/da/")
        visit.page.locator("[data-kind=choice]").get_by_role("button").first.click()
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        assert len({body["sender"] for body in webhook.received}) == 1
        assert webhook.received[-1]["metadata"] == {"language": "da", "page_turned": True}
        visit.page.get_by_role("button", name="Begynd forfra").click()
        expect(visit.page.locator("#chat-messages > li")).to_have_count(1)
        assert visit.focused() == "chat-text"
        visit.page.reload()
        expect(visit.page.locator("#chat-messages > li")).to_have_count(1)
        visit.check()


def test_another_window_has_another_conversation(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url) as first, visiting(browser, chat_url) as second:
        for visit in (first, second):
            visit.open("/en/")
            send(visit, "hello")
            expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
    assert len({body["sender"] for body in webhook.received}) == 2


def test_without_a_network_the_message_is_kept_and_sent_later(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url, PHONE) as visit:
        visit.open("/en/")
        send(visit, "hello")
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        visit.page.context.set_offline(True)
        send(visit, "are you there?")
        status = visit.page.locator("#chat-status")
        expect(status).to_contain_text("No connection. Your message is kept")
        expect(visit.page.locator(".chat-message--unsent")).to_have_text(
            re.compile("are you there?")
        )
        visit.page.context.set_offline(False)
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(2)
        expect(visit.page.locator(".chat-message--unsent")).to_have_count(0)
        assert [body["message"] for body in webhook.received] == ["hello", "are you there?"]
        visit.errors.clear()  # the browser itself writes of the lost network
        visit.check()


def test_after_several_failures_the_person_can_try_again(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url) as visit:
        visit.page.clock.install()
        visit.open("/en/")
        failures = 0

        def fail(route: Route) -> None:
            nonlocal failures
            failures += 1
            route.abort()

        visit.page.route("**/messages", fail)
        send(visit, "hello")
        for _ in range(5):
            visit.page.wait_for_timeout(150)
            visit.page.clock.run_for(9000)
        again = visit.page.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        assert failures == 5
        visit.errors.clear()
        visit.check()
        visit.page.unroute("**/messages")
        again.click()
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        assert len(webhook.received) == 1


def test_an_answer_lost_on_the_way_is_fetched_and_not_asked_for_twice(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        lost = 0

        def lose(route: Route) -> None:
            nonlocal lost
            lost += 1
            if lost == 1:
                route.fetch()
                route.abort()
            else:
                route.continue_()

        visit.page.route("**/messages", lose)
        send(visit, "hello")
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(1)
        assert lost == 2
        assert len(webhook.received) == 1


def test_a_message_on_its_way_survives_a_reload(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    webhook.seconds = 1.5
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        send(visit, "hello")
        expect(visit.page.locator("#chat-status")).to_have_text("The answer is being written …")
        visit.page.wait_for_timeout(300)
        visit.page.reload()
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(1)
        expect(visit.page.locator(".chat-message--person")).to_have_count(1)
        assert len(webhook.received) == 1


def test_a_conversation_the_server_no_longer_knows_is_begun_anew(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        visit.page.evaluate("sessionStorage.setItem('ankomst.conversation', 'forgotten')")
        visit.page.reload()
        expect(visit.page.get_by_role("textbox")).to_be_visible()
        send(visit, "hello")
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(1)
        assert [body["message"] for body in webhook.received] == ["hello"]


@pytest.mark.parametrize("size", WIDTHS)
def test_a_conversation_that_has_ended_goes_on_in_a_new_one(
    browser: Browser, chat_url: str, sqlite_database: Database, webhook: Webhook, size: Size
) -> None:
    with visiting(browser, chat_url, size=size) as visit:
        visit.open("/en/")
        send(visit, "hello")
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(1)
        first = visit.page.evaluate("sessionStorage.getItem('ankomst.conversation')")
        with sqlite_database.transaction() as session:
            row = session.get_one(Conversation, first)
            row.started_at = row.started_at.replace(year=2020)
        send(visit, "still there?")
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(2)
        expect(visit.page.locator(".chat-message--person")).to_have_count(2)
        assert visit.page.evaluate("sessionStorage.getItem('ankomst.conversation')") != first
        senders = [body["sender"] for body in webhook.received]
        assert senders[0] == first != senders[1]
        (refused,) = visit.errors  # the browser's own note of the answer 410
        assert "410" in refused
        visit.errors.clear()
        visit.check()


def test_a_long_text_is_counted_and_held_back(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        left = visit.page.locator("#chat-left")
        expect(left).to_have_text("1000 characters at most")
        visit.page.get_by_role("textbox").fill("😀" * 990)
        expect(left).to_have_text("Characters left: 10")
        send(visit, "x" * 1005)
        expect(left).to_have_text("Too long by 5 characters. Please make it shorter.")
        expect(visit.page.locator("#chat-status")).to_have_text(
            "Too long by 5 characters. Please make it shorter."
        )
        expect(visit.page.get_by_role("textbox")).to_have_value("x" * 1005)
        visit.check()
        send(visit, "   ")
        expect(visit.page.locator("#chat-status")).to_have_text("Write your question first.")
        assert webhook.received == []


def test_an_example_is_asked_with_one_touch(
    browser: Browser, chat_url: str, webhook: Webhook
) -> None:
    with visiting(browser, chat_url, PHONE, has_touch=True, locale="pl-PL") as visit:
        visit.open("/")
        visit.page.get_by_role("button", name="Jak dostać kartę podatkową?").tap()
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        assert webhook.received[0]["message"] == "Jak dostać kartę podatkową?"
        assert webhook.received[0]["metadata"] == {"language": "pl"}


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</li><h1>x</h1>"]
)
def test_what_is_typed_or_answered_is_text_and_nothing_else(
    browser: Browser, chat_url: str, text: str
) -> None:
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        send(visit, text)
        answer = visit.page.locator("[data-kind=answer]")
        expect(answer).to_contain_text(f"You said: {text}")
        expect(visit.page.locator(".chat-message--person .chat-typed")).to_have_text(text)
        visit.page.reload()
        expect(visit.page.locator(".chat-message--person .chat-typed")).to_have_text(text)
        assert visit.page.locator("h1").count() == 1
        assert visit.page.locator("#chat img").count() == 0
        visit.check()


def test_personal_numbers_are_hidden_on_the_page_too(browser: Browser, chat_url: str) -> None:
    with visiting(browser, chat_url) as visit:
        visit.open("/en/")
        send(visit, "my number is 010190-1234")
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        assert "010190" not in visit.page.content()


@pytest.mark.parametrize("size", WIDTHS)
def test_without_scripts_the_page_says_so_and_helps(
    browser: Browser, chat_url: str, size: Size
) -> None:
    with visiting(browser, chat_url, size, java_script_enabled=False) as visit:
        visit.open("/de/")
        expect(visit.page.get_by_text("Der Chat braucht JavaScript.")).to_be_visible()
        expect(visit.page.get_by_role("textbox")).to_have_count(0)
        links = visit.page.locator("main li a").all()
        form, *official = [link.get_attribute("href") or "" for link in links]
        assert form == "/de/ask-a-person"
        official, guides = official[:5], official[5:]
        assert all(address.startswith("/de/guides/") for address in guides)
        assert len(official) == 5
        assert all(address.startswith("https://") for address in official)
        assert visit.foreign == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_and_text_can_be_enlarged(
    browser: Browser, chat_url: str, webhook: Webhook, width: int
) -> None:
    long = said(
        "Donaudampfschifffahrtsgesellschaftskapitän" * 5 + "\n\nhttps://skat.dk/" + "x" * 300
    )
    webhook.answer = lambda _body: [long, CHOICE]
    with visiting(browser, chat_url, (width, 500)) as visit:
        visit.open("/de/")
        send(visit, "y" * 200)
        expect(visit.page.locator("[data-kind=choice]")).to_be_visible()
        visit.check()
        visit.page.evaluate("document.documentElement.style.fontSize = '125%'")
        width_of_page = visit.page.evaluate("document.documentElement.scrollWidth")
        assert width_of_page <= width


def test_the_pieces_of_the_page_answer_like_the_api(client: httpx.Client, webhook: Webhook) -> None:
    conversation = client.post("/api/chat/conversations").json()["id"]
    path = f"/en/conversations/{conversation}/messages"
    assert client.post(path, json={"text": "x" * 1001}).status_code == 422
    assert client.post(path, json={"payload": "x"}).status_code == 422
    assert client.post("/en/conversations/nothing/messages", json={"text": "a"}).status_code == 404
    assert client.get("/en/conversations/nothing/messages").status_code == 404
    answer = client.post(path, json={"text": "hello", "message_id": "m"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert client.get(path).text == answer.text
    assert client.post(path, json={"text": "hello", "message_id": "m"}).text == answer.text
    assert len(webhook.received) == 1
