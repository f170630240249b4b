"""The pages in Chromium: every state, on a desktop and a phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from conversations.record import Reply
from storage.database import Database
from tests.conversations.test_topics_used import ANSWER, APOLOGY, converse
from tests.conversations.test_unanswered import talk
from tests.knowledge.admin.test_pages import sign_in, to
from tests.learning.admin.conftest import filled_application
from tests.web.browser import BOTH_LANGUAGES, WIDTHS, visiting
from tests.web.serving import served

pytestmark = pytest.mark.browser

Size = tuple[int, int]
TAX = "/admin/messages/en/tax-card"
PATHS = (
    "/admin/messages/",
    "/admin/messages/?text=skattekort",
    "/admin/messages/?text=nothing&selection=few",
    TAX,
    f"{TAX}?done=added&count=2",
    "/admin/messages/pl/mitid",
    "/admin/messages/da/greet?question=1&question=3",
    "/admin/questions/",
    "/admin/questions/?outcome=unhelpful",
    "/admin/questions/groups",
    "/admin/questions/groups?asked_in=da",
    "/admin/questions/groups?done=left&count=1",
    "/admin/questions/left",
    "/admin/questions/1",
)


@pytest.fixture
def url(sqlite_database: Database, tmp_path: Path) -> Iterator[str]:
    """The application with messages and questions."""
    app = filled_application(sqlite_database, tmp_path)
    no_answer = Reply("fallback", "Nie **wiem**.", "pl")
    talk(
        sqlite_database,
        ("Czy mogę przywieźć psa?", no_answer),
        ("psa czy mogę przywieźć", no_answer),
        ("A co z kotem?", no_answer),
    )
    converse(sqlite_database, [ANSWER], [APOLOGY])
    with served(app) as address:
        yield address


@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(browser: Browser, url: str, size: Size, danish: bool) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/account")
        if danish:
            visit.page.get_by_role("button", name="Dansk").click()
            expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        for path in PATHS:
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_team_leader_finds_no_barriers_and_nothing_to_change(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/account", "lone")
        for path in (TAX, "/admin/questions/groups", "/admin/questions/left"):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()
            expect(
                visit.page.locator("main form[method=post]").get_by_role("button")
            ).to_have_count(0)


@pytest.mark.parametrize("size", WIDTHS)
def test_messages_are_added_and_removed_with_the_keyboard(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, TAX)
        keyboard = visit.page.keyboard
        to(visit, "typed")
        keyboard.type("How do I get a taxcard\nmy first pay\ncpr number\n")
        to(visit, "Add")
        keyboard.press("Enter")
        alert = visit.page.get_by_role("alert")
        expect(alert).to_contain_text("These stand under another topic")
        expect(alert).to_contain_text("These say nearly the same as others")
        typed = visit.page.get_by_label("New messages in English")
        expect(typed).to_have_value("How do I get a taxcard\nmy first pay\ncpr number\n")
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        typed.fill("How do I get a taxcard\nmy first pay\n")
        to(visit, "all_the_same")
        keyboard.press("Space")
        to(visit, "Add")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("2 messages were added.")
        message = visit.page.get_by_label("my first pay")
        message.focus()
        keyboard.press("Space")
        to(visit, "Move the ticked ones")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("Choose the topic")
        expect(message).to_be_checked()
        visit.errors.clear()
        visit.check()
        to(visit, "Remove the ticked ones")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("1 message was removed.")
        expect(visit.page.get_by_role("heading", name="Removed")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_group_is_settled_with_the_keyboard(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/admin/questions/groups")
        keyboard = visit.page.keyboard
        group = visit.page.locator(".learning-group").first
        expect(group.get_by_role("checkbox")).to_have_count(2)
        group.get_by_label("Topic").focus()
        keyboard.type("–")
        to(visit, "Make it training messages of this topic")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("Choose the topic")
        visit.errors.clear()  # 422
        visit.check()
        group.get_by_label("Topic").focus()
        keyboard.type("Bringing pets")
        to(visit, "Make it training messages of this topic")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("2 questions are training")
        visit.check()
        to(visit, "Leave it")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("1 question is left")
        visit.open("/admin/questions/left")
        visit.check()
        visit.page.get_by_role("button", name="Put up again").focus()
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("0 different questions")
