"""The pages for users, the audit log and one's own account in Chromium, at both widths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from storage.database import Database
from storage.times import now
from tests.knowledge.own_articles import bring_in_own_articles
from tests.web.browser import BOTH_LANGUAGES, PHONE, WIDTHS, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user
from tests.web.serving import application, served
from web import audit, users

pytestmark = pytest.mark.browser

Size = tuple[int, int]


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    """The application with users in every state, and two pages of audit log."""
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "kim", "caseworker", ("tax", "jobseeker"))
    for name in ("lone", "mette", "nina"):
        add_user(sqlite_database, name, "team_leader")
    with sqlite_database.transaction() as session:
        bring_in_own_articles(session)
        users.add_demo_users(session)
        users.find(session, "kim").centres = ["aarhus", "odense"]
        users.find(session, "lone").locked_until = now() + timedelta(minutes=10)
        users.find(session, "mette").first_password = True
        users.set_active(session, users.find(session, "nina"), active=False)
        for number in range(120):
            audit.record(session, None, "case.read", f"case:{number}")
    with served(application(sqlite_database)) as address:
        yield address


def sign_in(visit: Visit, name: str, language: str = "en", password: str = PASSWORD) -> None:
    visit.open(f"/sign-in?language={language}")
    visit.page.locator("#name").fill(name)
    visit.page.locator("#password").fill(password)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(lambda address: "/sign-in" not in address)


@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(browser: Browser, url: str, size: Size, danish: bool) -> None:
    locale = "da-DK" if danish else "en-GB"
    with visiting(browser, url, size, locale=locale) as visit:
        sign_in(visit, "alex", language=locale[:2])
        for path in (
            "/admin/users/",
            "/admin/users/new",
            "/admin/users/1",
            "/admin/users/2?done=duties",
            "/admin/users/3",
            "/admin/users/4",
            "/admin/users/5?done=closed",
            "/admin/users/6",
            "/admin/audit/",
            "/admin/audit/?user=nobody&before=90",
            "/admin/audit/?subject=nothing",
            "/account?done=shortcuts",
            "/account?done=password",
        ):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            assert visit.page.locator("html").get_attribute("lang") == locale[:2]
            visit.check()
        visit.open("/admin/audit/?since=x&until=y")
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        visit.open("/admin/users/1")
        visit.page.locator("form[action$='/close'] button").click()
        expect(visit.page.get_by_role("alert")).to_be_visible()
        visit.errors.clear()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_first_password_is_changed_before_anything_else(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "mette")
        expect(visit.page).to_have_url(f"{url}/account")
        expect(visit.page.get_by_text("Choose a password of your own")).to_be_visible()
        visit.check()
        visit.page.get_by_label("Present password").fill(PASSWORD)
        visit.page.get_by_label("New password").fill(PASSWORD)
        visit.page.get_by_role("button", name="Change password").click()
        expect(visit.page.get_by_text("This is your present password")).to_be_visible()
        visit.errors.clear()
        visit.check()
        visit.page.get_by_label("Present password").fill(PASSWORD)
        visit.page.get_by_label("New password").fill("another good passphrase")
        visit.page.get_by_role("button", name="Change password").click()
        expect(visit.page).to_have_url(f"{url}/desk/")


def press_until(visit: Visit, *wanted: str) -> None:
    """Press Tab until something that is called so, or has this id, has the focus."""
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        focused = visit.page.evaluate(
            "[document.activeElement.id, document.activeElement.innerText]"
        )
        if any(name in focused for name in wanted):
            return
    raise AssertionError(f"{wanted} cannot be reached with the keyboard")


def enter(visit: Visit, heading: str) -> None:
    """Press Enter, and wait for the page that it leads to."""
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.parametrize("size", WIDTHS)
def test_a_user_is_added_and_closed_by_keyboard_alone(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "alex")
        keyboard = visit.page.keyboard
        press_until(visit, "Users")
        enter(visit, "Users")
        press_until(visit, "Add a user")
        enter(visit, "Add a user")
        press_until(visit, "name")
        keyboard.type("lone")
        press_until(visit, "role")
        keyboard.press("ArrowDown")
        press_until(visit, "queue-visitation")
        keyboard.press("Space")
        keyboard.press("Enter")
        expect(visit.page.get_by_text("There is a user of this name already")).to_be_visible()
        visit.errors.clear()
        visit.check()
        expect(visit.page.get_by_label("Role")).to_have_value("team_leader")
        expect(visit.page.get_by_label("Visitation")).to_be_checked()
        expect(visit.page.locator("#name")).to_be_focused()
        keyboard.press("End")
        keyboard.type(".2")
        keyboard.press("Enter")
        expect(visit.page.get_by_text("It is shown only now")).to_be_visible()
        visit.check()
        press_until(visit, "To the user")
        enter(visit, "lone.2")
        press_until(visit, "Close the account")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("The account is closed")


def test_the_audit_log_is_searched_by_keyboard_on_a_phone(browser: Browser, url: str) -> None:
    with visiting(browser, url, PHONE) as visit:
        sign_in(visit, "alex")
        keyboard = visit.page.keyboard
        press_until(visit, "Audit log")
        enter(visit, "Audit log")
        press_until(visit, "subject")
        keyboard.type("ICS-000042")
        keyboard.press("Enter")
        expect(visit.page.locator("tbody tr")).to_have_count(1)
        press_until(visit, "All of these as a file for a spreadsheet (CSV)")
        with visit.page.expect_download() as download:
            keyboard.press("Enter")
        assert download.value.suggested_filename == "audit.csv"
        press_until(visit, "case:42")


def test_shortcuts_are_switched_off_and_on(
    browser: Browser, url: str, sqlite_database: Database
) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "kim")
        for state, on in (("off", False), ("on", True)):
            visit.open("/account")
            visit.page.get_by_label("Single keys do something on the desk").press("Space")
            visit.page.get_by_role("button", name="Save").click()
            expect(visit.page.get_by_role("status")).to_contain_text(f"Shortcuts are {state}.")
            with sqlite_database.transaction() as session:
                assert users.find(session, "kim").shortcuts is on
