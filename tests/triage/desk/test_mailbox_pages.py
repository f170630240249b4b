"""The mailboxes and unreadable mail in Chromium, at both widths and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import AUTOMATIC, POLISH, Ledger
from tests.triage.desk.test_mailboxes import add_mailbox, add_undecided, mailbox_of
from tests.web.browser import BOTH_LANGUAGES, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user
from tests.web.serving import application, served
from triage.models import Mailbox
from triage.states import MailState

pytestmark = pytest.mark.browser

Size = tuple[int, int]


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    """The application with an admin, and a mailbox that nobody has decided about."""
    add_user(sqlite_database, "alex", "admin")
    add_undecided(sqlite_database, name="ics.with.a.long.name@kommune.example")
    with served(application(sqlite_database)) as address:
        yield address


def sign_in(visit: Visit, path: str, *, danish: bool = False) -> None:
    visit.open(path)
    visit.page.get_by_label("User name").fill("alex")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    visit.page.wait_for_load_state()
    if danish:
        visit.page.get_by_role("button", name="Dansk").click()
        expect(visit.page.locator("html")).to_have_attribute("lang", "da")
    visit.page.wait_for_load_state()


@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(
    browser: Browser, url: str, sqlite_database: Database, size: Size, danish: bool
) -> None:
    error = "MailboxUnavailableError: imap.kommune.example:993: connect: TimeoutError: timed out"
    add_mailbox(
        sqlite_database,
        name="stopped",
        last_round_trip_at=now() - timedelta(minutes=20),
        last_error_at=now(),
        last_error=error,
    )
    add_mailbox(sqlite_database, name="works")
    ledger = Ledger(sqlite_database)
    first = ledger.add(POLISH, "tax", state=MailState.ACKNOWLEDGEMENT_UNCERTAIN)
    unreadable = ledger.add(
        POLISH,
        "unreadable",
        state=MailState.NOT_ACKNOWLEDGED,
        reasons=[{"key": "unreadable.too_large", "text": "90000000 bytes"}],
    )
    ledger.add(
        AUTOMATIC,
        "automatic",
        about_case_id=first,
        reported_on="reply",
        reported_action="failed",
        reported_status="5.1.1",
        reported_recipient="anna@example.test",
    )
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/desk/mailboxes", danish=danish)
        for path in (
            "/desk/",
            "/desk/mailboxes",
            "/desk/mailboxes/1/old-mail",
            "/desk/mailboxes/1/old-mail?choice=since&since=",
            "/desk/mailboxes/1/old-mail?choice=leave&since=",
            "/desk/mailboxes/2/old-mail",
            f"/desk/cases/{first}",
            f"/desk/cases/{unreadable}",
            f"/desk/cases/{unreadable}/source",
        ):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            if path.endswith("since&since="):
                visit.errors.clear()  # the browser writes of the status 422
            visit.check()


def test_an_admin_decides_with_the_keyboard(
    browser: Browser, url: str, sqlite_database: Database
) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/mailboxes")
        keyboard, page = visit.page.keyboard, visit.page
        page.locator("#main-content").focus()
        for wanted in ("Desk", "Decide about the old mail"):
            keyboard.press("Tab")
            assert visit.focused() == wanted
        # What comes anew by itself leaves the focus where it is.
        page.evaluate("htmx.trigger('#mailbox-states', 'every 15s')")
        page.evaluate("htmx.ajax('GET', '/desk/mailboxes/states', '#mailbox-states')")
        page.wait_for_load_state("networkidle")
        assert visit.focused() == "Decide about the old mail"
        keyboard.press("Enter")
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("Old mail of ics.with")
        page.get_by_label("Sort all of it").focus()
        keyboard.press("ArrowDown")
        keyboard.press("ArrowDown")
        expect(page.get_by_label("Leave all of it where it is")).to_be_checked()
        keyboard.press("Enter")
        expect(heading).to_have_text("Is this right?")
        expect(page.get_by_text("3 mails stay in the inbox")).to_be_visible()
        assert mailbox_of(sqlite_database).old_mail is None
        page.get_by_role("button", name="Yes, decide so").focus()
        keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("It is decided.")
        expect(page.get_by_text("all of it is left where it is")).to_be_visible()
        visit.check()
    assert mailbox_of(sqlite_database).old_mail == "leave"


def test_the_page_follows_what_happens(
    browser: Browser, url: str, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.execute(update(Mailbox).values(old_mail="sort"))
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/mailboxes")
        expect(visit.page.get_by_text("Works")).to_be_visible()
        with sqlite_database.transaction() as session:
            late = now() - timedelta(minutes=10)
            session.execute(update(Mailbox).values(last_round_trip_at=late))
        expect(visit.page.get_by_text("Stopped")).to_be_visible()
        visit.check()


def test_an_unreadable_mail_is_read_again_by_keyboard(
    browser: Browser, url: str, sqlite_database: Database
) -> None:
    case_id = Ledger(sqlite_database).add(
        POLISH,
        "unreadable",
        state=MailState.NOT_ACKNOWLEDGED,
        acknowledgement="unreadable",
        reasons=[{"key": "unreadable.too_slow", "text": ""}],
    )
    with visiting(browser, url) as visit:
        sign_in(visit, f"/desk/cases/{case_id}")
        visit.page.locator("#main-content").focus()
        for wanted in ("Unreadable", "Read it again", "Look into the source"):
            visit.page.keyboard.press("Tab")
            assert visit.focused() == wanted
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("region", name="Source")).to_contain_text("Subject:")
        visit.check()
        visit.page.keyboard.press("u")
        visit.page.get_by_role("button", name="Read it again").focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_text("It is being read again.")).to_be_visible()
        visit.check()
