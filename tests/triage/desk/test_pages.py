"""The desk in Chromium: every page, on a desktop and on a phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from storage.database import Database
from tests.triage.desk.ledger import AUTOMATIC, DANISH, POLISH, Ledger
from tests.web.browser import WIDTHS, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user
from tests.web.serving import application, served

pytestmark = pytest.mark.browser

Size = tuple[int, int]


@pytest.fixture
def ledger(sqlite_database: Database) -> Ledger:
    """A ledger with some mails."""
    add_user(sqlite_database, "kim", "caseworker")
    filled = Ledger(sqlite_database)
    filled.add(POLISH, "tax")
    filled.add(DANISH, "visitation", decided=False, confidence=0.41, language="da")
    filled.add(AUTOMATIC, "automatic", kind="automatic", language="en")
    return filled


@pytest.fixture
def url(ledger: Ledger) -> Iterator[str]:
    """The application over that ledger."""
    with served(application(ledger.database)) as address:
        yield address


def sign_in(visit: Visit, path: str = "/desk/") -> None:
    visit.open(path)
    visit.page.get_by_label("User name").fill("kim")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize("size", WIDTHS)
def test_no_page_of_staff_has_barriers(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        visit.open("/desk/")
        visit.check()
        visit.page.get_by_label("User name").fill("kim")
        visit.page.get_by_label("Password").fill("wrong")
        visit.page.get_by_role("button", name="Sign in").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("You are not signed in")
        visit.errors.clear()  # the browser writes of the status 401
        visit.check()
        sign_in(visit)
        for path in (
            "/desk/",
            "/desk/tax/",
            "/desk/jobseeker/",
            "/desk/visitation/?unsure=true",
            "/desk/mail/1",
            "/desk/mail/2",
            "/desk/mail/3",
            "/account",
        ):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()
        visit.open("/desk/mail/1")
        for folded in visit.page.locator("summary").all():
            folded.click()
        expect(visit.page.get_by_text("Co możemy dla Pani zrobić?")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_the_danish_desk_has_no_barriers(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit)
        visit.page.get_by_role("button", name="Dansk").click()
        expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        visit.check()
        visit.open("/desk/mail/2")
        expect(visit.page.get_by_text("Køen er et gæt.")).to_be_visible()
        visit.check()


def test_the_desk_is_worked_with_the_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit)
        keyboard = visit.page.keyboard
        keyboard.press("Tab")
        assert visit.focused() == "Skip to the content"
        keyboard.press("Enter")
        keyboard.press("Tab")
        assert visit.focused() == "Tax"
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Tax")
        keyboard.press("Tab")
        keyboard.press("Enter")
        for _ in range(4):
            keyboard.press("Tab")
        assert visit.focused() == "Karta podatkowa, CPR [CPR]"
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", name="Decision")).to_be_visible()


def test_the_counts_follow_the_mail_without_a_reload(
    browser: Browser, url: str, ledger: Ledger
) -> None:
    with visiting(browser, url) as visit:
        visit.page.clock.install()
        sign_in(visit)
        shelf = visit.page.locator(".shelf", has_text="Tax")
        expect(shelf).to_contain_text("1 mail")
        ledger.add(POLISH, "tax")
        visit.page.clock.run_for(31_000)
        expect(shelf).to_contain_text("2 mails")
        visit.check()


def test_when_the_session_has_ended_the_desk_leads_to_the_form(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        visit.page.clock.install()
        sign_in(visit)
        expect(visit.page.locator(".shelf").first).to_be_visible()
        visit.page.context.clear_cookies()
        visit.page.clock.run_for(31_000)
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_signing_out_leaves_nothing_to_go_back_to(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/mail/1")
        expect(visit.page.get_by_text("Jak dostać kartę podatkową?").first).to_be_visible()
        visit.page.get_by_role("button", name="Sign out").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Sign in")
        visit.page.go_back()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_formatted_mail_loads_nothing(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/mail/1")
        visit.page.get_by_text("As the sender formatted it").click()
        expect(visit.page.locator(".mail-html")).to_contain_text("Dzień dobry,")
        assert visit.page.locator(".mail-html img, .mail-html form").count() == 0
        visit.check()
