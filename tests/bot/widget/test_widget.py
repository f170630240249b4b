"""The chat on a page of somebody else: on another origin, under a strict policy, at both widths."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from bot.widget.script import texts, widget_script
from language.languages import LANGUAGES
from storage.database import Database
from tests.bot.chat.webhook import Webhook, running_webhook, said
from tests.bot.widget.host import Host, running_host
from tests.web.browser import DESKTOP, PHONE, WIDTHS, Visit, visiting
from tests.web.serving import application, served

Size = tuple[int, int]

ANSWER = said(
    "**Getting a tax card**\n\nApply, or [read on](https://skat.dk/x).\n\n1. Fill it in\n"
    "   - neatly\n2. Send it\nnow\n\nCall +45 12 34 56 78 or write to a@example.dk.",
    topic="tax-card",
    sources=[
        {"title": "Tax card", "url": "https://skat.dk/x", "date": "2026-11-23"},
        {"title": "Law", "url": "https://elov.dk/x", "date": None},
    ],
    buttons=[{"label": "Talk to a person", "payload": "/human_handover"}],
)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """The stand-in for Rasa."""
    with running_webhook() as running:
        yield running


@pytest.fixture
def host(sqlite_database: Database, webhook: Webhook) -> Iterator[Host]:
    """The page, allowed to embed the chat."""
    with (
        running_host() as running,
        served(
            application(sqlite_database, rasa_url=webhook.url, widget_origins=running.url)
        ) as url,
    ):
        running.chat = url
        yield running


def opened(visit: Visit) -> None:
    visit.open("/")
    visit.page.get_by_role("button", name=re.compile("Chat|Czat")).click()


def send(visit: Visit, text: str) -> None:
    visit.page.get_by_role("textbox").fill(text)
    visit.page.keyboard.press("Enter")


def checked(visit: Visit, host: Host) -> None:
    """Check a page whose requests to our own server are wanted."""
    visit.foreign = [url for url in visit.foreign if not url.startswith((host.chat, "data:"))]
    visit.check()


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_a_conversation_on_another_origin_has_no_barriers(
    browser: Browser, host: Host, webhook: Webhook, size: Size
) -> None:
    webhook.answer = lambda _body: [ANSWER]
    with visiting(browser, host.url, size) as visit:
        visit.open("/")
        expect(visit.page.get_by_role("button", name="Chat")).to_be_visible()
        checked(visit, host)
        visit.page.get_by_role("button", name="Chat").click()
        dialog = visit.page.get_by_role("dialog", name="Chat")
        expect(dialog).to_be_visible()
        checked(visit, host)
        send(visit, "tax?")
        answer = dialog.locator("[data-kind=answer]")
        expect(answer.locator("ol > li")).to_have_count(2)
        expect(answer.locator("ol > li").first.locator("ul > li")).to_have_text("neatly")
        expect(answer.get_by_role("link", name="read on")).to_have_attribute(
            "href", "https://skat.dk/x"
        )
        expect(answer).to_contain_text("Source: Tax card, checked 23 November 2026")
        expect(answer.get_by_role("link", name="+45 12")).to_have_attribute(
            "href", "tel:+4512345678"
        )
        expect(answer.get_by_role("link", name="a@example.dk")).to_have_attribute(
            "href", "mailto:a@example.dk"
        )
        expect(answer.get_by_text("Law")).to_be_hidden()
        answer.get_by_text("More sources").click()
        expect(answer.get_by_text("Law")).to_be_visible()
        checked(visit, host)
        answer.get_by_role("button", name="Talk to a person").click()
        expect(dialog.locator("[data-kind=answer]")).to_have_count(2)
        assert webhook.received[-1]["message"] == "/human_handover"
        box = dialog.bounding_box()
        assert box is not None
        assert ((box["width"], box["height"]) == size) == (size == PHONE)
        visit.page.reload()
        visit.page.get_by_role("button", name="Chat").click()
        expect(dialog.locator("[data-kind=answer]")).to_have_count(2)
        expect(dialog.locator(".person")).to_have_count(2)
        checked(visit, host)


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_the_keyboard_opens_stays_and_comes_back(browser: Browser, host: Host, size: Size) -> None:
    with visiting(browser, host.url, size) as visit:
        visit.open("/")
        expect(visit.page.get_by_role("button", name="Chat")).to_be_visible()
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("textbox")).to_be_focused()
        if size == PHONE:
            for _ in range(12):
                visit.page.keyboard.press("Tab")
                assert visit.page.evaluate(
                    "document.querySelector('ankomst-chat').shadowRoot.activeElement?.closest('dialog') != null"
                )
        visit.page.keyboard.press("Escape")
        expect(visit.page.get_by_role("dialog")).to_be_hidden()
        expect(visit.page.get_by_role("button", name="Chat")).to_be_focused()


@pytest.mark.browser
def test_the_language_is_that_of_the_page_or_of_the_element(browser: Browser, host: Host) -> None:
    for page, element, label in (
        ("pl-PL", "", "Twoje pytanie|Pytanie"),
        ("fr", "", "Your question"),
        ("fr", '<ankomst-chat lang="de"></ankomst-chat>', "Ihre Frage"),
    ):
        host.language, host.element = page, element
        with visiting(browser, host.url) as visit:
            opened(visit)
            expect(visit.page.get_by_label(re.compile(label))).to_be_visible()
            expect(visit.page.locator("ankomst-chat")).to_have_count(1)


@pytest.mark.browser
def test_a_message_is_kept_without_a_network_and_after_a_reload(
    browser: Browser, host: Host, webhook: Webhook
) -> None:
    with visiting(browser, host.url, PHONE) as visit:
        opened(visit)
        send(visit, "hello")
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        visit.page.context.set_offline(True)
        send(visit, "are you there?")
        expect(visit.page.get_by_role("status")).to_contain_text("Your message is kept")
        visit.page.context.set_offline(False)
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(2)
        webhook.seconds = 1.5
        send(visit, "slow")
        visit.page.wait_for_timeout(300)
        visit.page.reload()
        visit.page.get_by_role("button", name="Chat").click()
        expect(visit.page.locator("[data-kind=answer]")).to_have_count(3)
        expect(visit.page.locator(".person")).to_have_count(3)
        expect(visit.page.locator(".unsent")).to_have_count(0)
    asked = [body["message"] for body in webhook.received]
    assert asked == ["hello", "are you there?", "slow"]


@pytest.mark.browser
def test_after_several_failures_the_person_can_try_again(
    browser: Browser, host: Host, webhook: Webhook
) -> None:
    with visiting(browser, host.url) as visit:
        visit.page.clock.install()
        opened(visit)
        visit.page.route("**/messages", lambda route: route.abort())
        send(visit, "hello")
        for _ in range(5):
            visit.page.wait_for_timeout(150)
            visit.page.clock.run_for(9000)
        again = visit.page.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        visit.page.unroute("**/messages")
        again.click()
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        assert len(webhook.received) == 1


@pytest.mark.browser
@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"])
def test_what_is_answered_is_text_and_nothing_else(browser: Browser, host: Host, text: str) -> None:
    with visiting(browser, host.url) as visit:
        opened(visit)
        send(visit, text)
        expect(visit.page.locator("[data-kind=answer]")).to_contain_text("You said:")
        assert visit.page.locator("ankomst-chat img").count() == 0
        assert visit.page.locator('ankomst-chat a[href^="javascript"]').count() == 0
        checked(visit, host)


@pytest.mark.browser
def test_the_conversation_of_the_front_page_goes_on_on_other_pages(
    browser: Browser, host: Host
) -> None:
    with visiting(browser, host.chat, DESKTOP) as visit:
        visit.open("/en/")
        expect(visit.page.locator("ankomst-chat")).to_have_count(0)
        send(visit, "hello")
        expect(visit.page.locator("[data-kind=answer]")).to_be_visible()
        visit.open("/en/centres/")
        visit.page.get_by_role("button", name="Chat").click()
        expect(visit.page.locator("ankomst-chat [data-kind=answer]")).to_have_text(
            re.compile("You said: hello")
        )
        visit.check()


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_when_the_bot_is_away_the_way_on_is_shown(
    browser: Browser, host: Host, webhook: Webhook, size: Size
) -> None:
    webhook.status = 500
    with visiting(browser, host.url, size) as visit:
        opened(visit)
        send(visit, "tax card in Odense")
        notice = visit.page.locator("[data-kind=fallback]")
        # The first time the models that identify languages are loaded.
        expect(notice).to_contain_text("cannot answer at the moment", timeout=20_000)
        centres, form = notice.get_by_role("link").all()[-2:]
        expect(centres).to_have_attribute(
            "href", re.compile(r"^http://127\.0\.0\.1:8000/en/centres/$")
        )
        expect(form).to_have_attribute(
            "href", re.compile(r"/en/conversations/[\w-]+/ask-a-person$")
        )
        expect(visit.page.locator(".person")).to_contain_text("tax card in Odense")
        checked(visit, host)


def test_the_whole_is_small_and_speaks_six_languages() -> None:
    assert len(gzip.compress(widget_script())) < 40_000
    english = texts("en")
    for language in LANGUAGES:
        spoken = texts(language)
        assert spoken.keys() == english.keys()
        assert all(spoken.values())
        assert language == "en" or spoken["welcome"] != english["welcome"]


def preflight(url: str, origin: str, path: str = "/api/chat/conversations") -> httpx.Response:
    asks = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    return httpx.options(url + path, headers=asks)


def test_only_listed_origins_may_use_the_api(host: Host) -> None:
    allowed = preflight(host.chat, host.url)
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == host.url
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    for origin in ("https://evil.example", "null", host.url + ".evil.example"):
        assert "Access-Control-Allow-Origin" not in preflight(host.chat, origin).headers
    for path in ("/sign-in", "/en/", "/desk/"):
        answer: Any = httpx.get(host.chat + path, headers={"Origin": host.url})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    script = httpx.get(f"{host.chat}/widget.js")
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    refused = httpx.get(f"{host.chat}/api/chat/conversations/x", headers={"Origin": host.url})
    assert refused.status_code == 404
    assert refused.headers["Access-Control-Allow-Origin"] == host.url


def test_without_the_setting_nobody_else_may_embed_it(site_url: str) -> None:
    answer = preflight(site_url, "https://www.example.dk")
    assert "Access-Control-Allow-Origin" not in answer.headers
    script = httpx.get(f"{site_url}/widget.js")
    assert script.status_code == 200
    assert script.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_an_answer_is_rated_from_another_origin(
    browser: Browser, host: Host, webhook: Webhook, size: Size
) -> None:
    webhook.answer = lambda _body: [ANSWER]
    with visiting(browser, host.url, size) as visit:
        opened(visit)
        send(visit, "tax?")
        box = visit.page.get_by_role("group", name="Did this help?")
        yes, no = (box.get_by_role("button", name=name, exact=True) for name in ("Yes", "No"))
        no.press("Enter")
        expect(no).to_have_attribute("aria-pressed", "true")
        expect(box.get_by_role("status")).to_have_text("Thank you for telling us.")
        missing = box.get_by_role("button", name="Something is missing")
        missing.press("Space")
        expect(missing).to_have_attribute("aria-pressed", "true")
        checked(visit, host)
        visit.page.reload()
        visit.page.get_by_role("button", name="Chat").click()
        expect(missing).to_have_attribute("aria-pressed", "true")
        yes.click()
        expect(yes).to_have_attribute("aria-pressed", "true")
        expect(missing).to_be_hidden()
        checked(visit, host)


def test_what_it_says_while_it_is_used_is_in_the_language_of_the_conversation(
    browser: Browser, host: Host, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [said("Od teraz piszemy po polsku.", "pl")]
    with visiting(browser, host.url) as visit:
        opened(visit)
        send(visit, "po polsku proszę")
        expect(visit.page.locator("li.bot[lang=pl]")).to_have_count(1)
        webhook.seconds = 0.5
        send(visit, "ok")
        status = visit.page.get_by_role("status").first
        expect(status).to_have_text(texts("pl")["writing"])
        expect(status).to_have_attribute("lang", "pl")
