"""The form and the receipt in Chromium: within the chat, without scripts, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from storage.database import Database
from tests.bot.chat.webhook import Webhook, said
from tests.knowledge.conftest import fill, write_content
from tests.web.browser import PHONE, WIDTHS, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user
from tests.web.serving import application, served

pytestmark = pytest.mark.browser

Size = tuple[int, int]

SENT_MS = 30_000
"""The first question may wait until what tells languages apart is loaded."""


def answer(body: dict[str, Any]) -> list[dict[str, Any]]:
    if "person" in body["message"]:
        return [said("Write to your ICS centre.", kind="handover")]
    return [said("**Tax card**\n\nApply with form 04.063.", topic="tax-card", confidence=0.9)]


@pytest.fixture
def url(sqlite_database: Database, webhook: Webhook, tmp_path: Path) -> Iterator[str]:
    """The application with the small content."""
    webhook.answer = answer
    with sqlite_database.transaction() as session:
        fill(session, write_content(tmp_path / "content"))
    add_user(sqlite_database, "kim", "caseworker")
    app = application(sqlite_database, rasa_url=webhook.url, data_directory=tmp_path)
    with served(app) as address:
        yield address


def say(visit: Visit, text: str) -> None:
    visit.page.locator("#chat-text").fill(text)
    visit.page.get_by_role("button", name="Send", exact=True).click()


def fill_in(visit: Visit, **fields: str) -> None:
    values = {"name": "Anna Nowak", "address": "anna@example.org"} | fields
    for field, value in values.items():
        visit.page.locator(f"#handover-{field}").fill(value)
    visit.page.get_by_role("checkbox", name="I agree").check()


@pytest.mark.parametrize("size", WIDTHS)
def test_from_the_chat_to_the_receipt(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        page = visit.page
        visit.open("/en/")
        say(visit, "How do I get a tax card?")
        expect(page.locator("[data-kind=answer]")).to_be_visible()
        say(visit, "a person, please")
        page.locator("[data-kind=handover]").get_by_role("link", name="Write to a person").click()
        heading = page.get_by_role("heading", name="Write to a person")
        expect(heading).to_be_focused()
        expect(page.locator("#handover-question")).to_have_value("How do I get a tax card?")
        expect(page.get_by_role("checkbox", name="Send the conversation")).not_to_be_checked()
        page.get_by_text("See what would be sent").click()
        expect(page.locator(".handover-lines")).to_contain_text("Apply with form 04.063.")
        visit.check()
        page.get_by_role("button", name="Send the question").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.locator("#name-error")).to_have_text("Write your name.")
        visit.check()
        fill_in(visit)
        page.get_by_role("checkbox", name="Send the conversation").check()
        page.get_by_role("button", name="Send the question").click()
        expect(page.get_by_role("heading", name="Receipt")).to_be_focused(timeout=SENT_MS)
        receipt = page.locator(".handover-receipt")
        expect(receipt).to_contain_text("ICS-000001")
        expect(receipt).to_contain_text("anna@example.org")
        visit.check()
        page.reload()
        expect(page.locator("[data-reference=ICS-000001]")).to_be_visible()
        visit.check()
        say(visit, "a person, please")
        page.locator("[data-kind=handover] a.chat-handover").last.click()
        expect(receipt).to_contain_text("ICS-000001")
        receipt.get_by_role("link", name="Write another question").click()
        expect(page.locator("#handover-question")).to_have_value("")
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_without_scripts_the_page_does_the_same(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size, java_script_enabled=False, locale="pl-PL") as visit:
        page = visit.page
        visit.open("/en/")
        page.get_by_role("link", name="Write to a person").last.click()
        page.get_by_role("button", name="Send the question").click()
        assert page.locator(".form-error-message").count() == 4
        page.locator("#handover-question").fill("Where is my tax card?")
        fill_in(visit)
        page.get_by_role("button", name="Send the question").click()
        assert "ICS-000001" in page.locator(".handover-facts").inner_text()
        page.reload()
        assert "ICS-000001" in page.locator(".handover-facts").inner_text()


@pytest.mark.parametrize("size", WIDTHS)
def test_form_errors_and_receipt_have_no_barriers(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        page = visit.page
        for language in ("en", "lt"):
            visit.open(f"/{language}/ask-a-person")
            visit.check()
        page.locator(".form-send").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert visit.errors  # the browser writes of the status 422
        visit.errors.clear()
        visit.check()
        page.locator("#handover-question").fill("CPR 010190-1234?")
        page.locator("#handover-name").fill("Anna")
        page.locator("#handover-address").fill(
            "anna-with-a-very-long-address@a-long-domain.example.org"
        )
        page.locator("#handover-consent").check()
        page.locator(".form-send").click()
        expect(page.locator(".handover-number").first).to_be_visible(timeout=SENT_MS)
        # Not sure of the language: in Lithuanian and in English.
        expect(page.locator(".handover-other[lang=en]")).to_contain_text("ICS-000001")
        visit.check()


def test_everything_can_be_done_with_the_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url, PHONE) as visit:
        page, keyboard = visit.page, visit.page.keyboard
        visit.open("/en/")
        page.locator("#chat-text").focus()
        keyboard.type("a person, please")
        keyboard.press("Enter")
        link = page.locator("a.chat-handover")
        expect(link).to_be_visible()
        keyboard.press("Shift+Tab")
        expect(link).to_be_focused()
        keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Write to a person")).to_be_focused()
        for text in ("Where is my tax card?", "Anna Nowak", "anna@example.org"):
            keyboard.press("Tab")
            keyboard.type(text)
        keyboard.press("Tab")
        keyboard.press("ArrowDown")  # I do not live in Denmark yet
        keyboard.press("Tab")
        keyboard.press("Space")  # the conversation goes along
        keyboard.press("Tab")
        keyboard.press("Enter")  # what would be sent is shown
        expect(page.locator(".handover-lines")).to_be_visible()
        keyboard.press("Tab")
        keyboard.press("Space")
        keyboard.press("Tab")
        assert visit.focused().startswith("How your data are protected")
        keyboard.press("Tab")
        assert visit.focused() == "Send the question"
        keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Receipt")).to_be_focused(timeout=SENT_MS)
        expect(page.locator(".handover-receipt")).to_contain_text("was sent along")
        keyboard.press("Tab")
        assert visit.focused() == "Write another question"


@pytest.mark.parametrize("size", WIDTHS)
def test_a_form_that_was_open_for_too_long_is_sent_once_more(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        page = visit.page
        visit.open("/en/")
        say(visit, "How do I get a tax card?")
        say(visit, "a person, please")
        page.locator("a.chat-handover").click()
        fill_in(visit)
        page.context.clear_cookies()
        send = page.get_by_role("button", name="Send the question")
        send.click()
        alert = page.get_by_role("alert")
        expect(alert).to_be_focused()
        expect(alert).to_contain_text("everything you wrote is still here")
        expect(page.locator("#handover-question")).to_have_value("How do I get a tax card?")
        expect(page.locator("#handover-name")).to_have_value("Anna Nowak")
        expect(page.get_by_role("checkbox", name="I agree")).to_be_checked()
        visit.check()
        page.keyboard.press("Tab")
        send.press("Enter")
        receipt = page.locator(".handover-receipt")
        expect(receipt).to_contain_text("ICS-000001", timeout=SENT_MS)
        # So many were sent to the address that the next one is not.
        for number in range(2, 7):
            receipt.get_by_role("link", name="Write another question").click()
            page.locator("#handover-question").fill(f"Question {number}?")
            fill_in(visit)
            send.click()
            expect(receipt).to_contain_text(f"ICS-00000{number}", timeout=SENT_MS)
        expect(receipt).to_contain_text("does not come by e-mail")
        visit.check()


def test_a_double_click_and_going_back_make_one_case(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        page = visit.page
        visit.open("/en/ask-a-person")
        page.locator("#handover-question").fill("Where is my tax card?")
        fill_in(visit)
        page.get_by_role("button", name="Send the question").dblclick()
        expect(page.locator(".handover-facts")).to_contain_text("ICS-000001", timeout=SENT_MS)
        page.go_back()
        page.get_by_role("button", name="Send the question").click()
        expect(page.locator(".handover-facts")).to_contain_text("ICS-000001", timeout=SENT_MS)


@pytest.mark.parametrize("size", WIDTHS)
def test_the_case_on_the_desk_has_no_barriers(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        page = visit.page
        visit.open("/en/")
        say(visit, "How do I get a tax card?")
        say(visit, "a person, please")
        page.locator("a.chat-handover").click()
        fill_in(visit)
        page.get_by_role("checkbox", name="Send the conversation").check()
        page.get_by_role("button", name="Send the question").click()
        expect(page.locator(".handover-receipt")).to_be_visible(timeout=SENT_MS)
        visit.open("/sign-in?language=en")
        page.get_by_label("User name").fill("kim")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        visit.open("/desk/cases/1")
        page.get_by_text("The conversation with the chat").click()
        expect(page.get_by_text("Person: How do I get a tax card?")).to_be_visible()
        visit.check()
        visit.open("/desk/visitation/")
        expect(page.get_by_text("Chat", exact=True)).to_be_visible()
        visit.check()
