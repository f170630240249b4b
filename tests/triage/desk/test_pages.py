"""The desk in Chromium: every page, on a desktop and on a phone, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.knowledge.conftest import fill, write_content_by_centre, write_situations_content
from tests.triage.desk.ledger import AUTOMATIC, DANISH, POLISH, SIGNED, Ledger
from tests.web.browser import WIDTHS, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user
from tests.web.serving import application, served
from triage.cases import handling
from triage.folders.reconciliation import Discrepancy, FolderFigures, Report, Unfinished
from triage.models import Correction, Reconciliation, Reply
from triage.shelves import FOLDERS
from triage.states import CorrectionState, ReplyState
from web.models import User

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
    visit.page.wait_for_load_state()  # what is written before the scripts run is not kept


@pytest.mark.parametrize("size", WIDTHS)
def test_no_page_of_staff_has_barriers(
    browser: Browser, url: str, ledger: Ledger, size: Size
) -> None:
    reasons = [{"key": "document.form_04063", "text": "Blanket 04063.pdf"}]
    ledger.add(SIGNED, "tax", language="da", reasons=reasons)
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
            "/desk/visitation/?selection=unsure",
            "/desk/tax/?selection=closed",
            "/desk/cases/1",
            "/desk/cases/2",
            "/desk/cases/3",
            "/desk/cases/4",
            "/desk/cases/1/reply",
            "/desk/cases/4/reply",
            "/desk/new",
            "/desk/precision",
            "/desk/find?wanted=x",
            "/desk/articles",
            "/desk/articles?q=qwertz",
            "/account",
        ):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            if path == "/desk/find?wanted=x":
                visit.errors.clear()  # the browser writes of the status 422
            visit.check()
        visit.open("/desk/cases/1")
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
        visit.open("/desk/cases/2")
        expect(visit.page.get_by_text("Køen er et gæt.")).to_be_visible()
        visit.check()


def press(visit: Visit, key: str) -> None:
    """Press a key once the page is there with its script."""
    visit.page.wait_for_load_state()
    visit.page.keyboard.press(key)


def test_the_desk_is_worked_with_the_keyboard(browser: Browser, url: str, ledger: Ledger) -> None:
    ledger.add(POLISH, "tax")
    with visiting(browser, url) as visit:
        sign_in(visit)
        keyboard, heading = visit.page.keyboard, visit.page.get_by_role("heading", level=1)
        keyboard.press("Tab")
        assert visit.focused() == "Skip to the content"
        keyboard.press("Enter")
        expect(visit.page.locator("#main-content")).to_be_focused()
        for wanted in ("New case", "wanted", "Find", "q", "Search", "Tax"):
            keyboard.press("Tab")
            assert visit.focused().startswith(wanted), visit.focused()
        keyboard.press("Enter")
        expect(heading).to_have_text("Tax")
        press(visit, "j")
        assert visit.focused() == "Karta podatkowa, CPR [CPR]"
        press(visit, "j")
        press(visit, "k")
        keyboard.press("Enter")
        expect(visit.page.get_by_text("ICS-000001")).to_be_visible()
        press(visit, "c")
        # The next case of the list, and what was done about the one before.
        expect(visit.page.get_by_role("status")).to_contain_text("ICS-000001: confirmed")
        expect(visit.page.get_by_text("ICS-000004", exact=True)).to_be_visible()
        visit.check()
        press(visit, "3")
        expect(visit.page.get_by_role("status")).to_contain_text("put on another shelf")
        expect(visit.page.get_by_text("ICS-000001", exact=True)).to_be_visible()
        press(visit, "v")
        expect(visit.page.locator(".mail-text").first).to_contain_text("010190-1234")
        visit.check()
        press(visit, "u")
        expect(heading).to_have_text("Tax")
        press(visit, "u")
        expect(heading).to_have_text("Desk")
        press(visit, "?")
        expect(visit.page.get_by_role("dialog")).to_contain_text("Write a reply")
        visit.check()
        keyboard.press("Escape")
        expect(visit.page.get_by_role("dialog")).to_be_hidden()
        press(visit, "a")
        expect(heading).to_have_text("New case")


def test_a_key_is_no_shortcut_while_one_writes(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/new")
        visit.page.get_by_label("Subject").press_sequentially("a number, such as u or 1")
        expect(visit.page.get_by_label("Subject")).to_have_value("a number, such as u or 1")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("New case")


def test_shortcuts_can_be_switched_off(browser: Browser, url: str, ledger: Ledger) -> None:
    with ledger.database.transaction() as session:
        session.execute(update(User).values(shortcuts=False))
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/cases/1")
        assert visit.page.locator("kbd").count() == 0
        press(visit, "c")
        press(visit, "?")
        expect(visit.page.get_by_text("Unconfirmed")).to_be_visible()
        expect(visit.page.get_by_role("dialog")).to_have_count(0)
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_reply_is_kept_while_it_is_written_and_handed_over(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/desk/cases/1/reply")
        text = visit.page.get_by_label("Text (polski)")
        expect(text).to_contain_text("dziękujemy za wiadomość")
        text.fill("Proszę wypełnić formularz.")
        expect(visit.page.get_by_role("status")).to_have_text("Kept while you write.")
        visit.check()
        visit.open("/desk/cases/1/reply")
        expect(text).to_have_value("Proszę wypełnić formularz.")
        expect(visit.page.get_by_text("the text that was kept")).to_be_visible()
        visit.check()
        visit.page.get_by_role("button", name="Send").click()
        expect(visit.page.get_by_role("status")).to_contain_text("Answered")
        expect(visit.page.get_by_text("waits to be sent")).to_be_visible()
        visit.page.get_by_text("Re: Karta podatkowa").click()
        expect(visit.page.get_by_text("Proszę wypełnić formularz.")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_an_article_is_inserted_once_the_situation_is_chosen(
    browser: Browser, url: str, ledger: Ledger, tmp_path: Path, size: Size
) -> None:
    with ledger.database.transaction() as session:
        fill(session, write_situations_content(tmp_path / "content"))
    case = ledger.add(POLISH, "tax", language="en", topics=["eu-residence"])
    with visiting(browser, url, size) as visit:
        sign_in(visit, f"/desk/cases/{case}/reply")
        expect(visit.page.locator(".alert-warning").first).to_contain_text(
            "not known yet (Citizenship)"
        )
        visit.check()
        insert = visit.page.get_by_role("group", name="Insert an article below the text")
        insert.get_by_label("Citizenship").select_option("third_country")
        insert.get_by_role("button", name="Insert").click()
        expect(visit.page.locator(".alert-warning").first).to_contain_text(
            "not known yet (Length of stay)"
        )
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        expect(insert.get_by_label("Citizenship")).to_have_value("third_country")
        insert.get_by_label("Length of stay").select_option("over_6_months")
        insert.get_by_role("button", name="Insert").click()
        text = visit.page.get_by_label("Text (English)")
        expect(text).to_have_value(re.compile("You need a permit for the whole stay"))
        visit.check()


def test_the_page_follows_a_reply_until_it_is_sent(
    browser: Browser, url: str, ledger: Ledger
) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/cases/1/reply")
        visit.page.get_by_role("button", name="Send").click()
        expect(visit.page.get_by_text("waits to be sent")).to_be_visible()
        with ledger.database.transaction() as session:
            session.execute(update(Reply).values(state=ReplyState.KEPT))
        expect(visit.page.get_by_text("kept among the sent mail")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_new_case_says_what_is_missing_and_keeps_the_rest(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/desk/new")
        visit.page.get_by_label("Telephone", exact=True).check()
        visit.page.get_by_label("Queue").select_option("tax")
        visit.page.get_by_label("Subject").fill("Skattekort")
        visit.page.get_by_label("What the person wants").fill("Hun mangler det.")
        visit.page.get_by_label("Mail address").fill("no address")
        visit.page.get_by_role("button", name="Open the case").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("not opened yet")
        expect(visit.page.get_by_label("What the person wants")).to_have_value("Hun mangler det.")
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        visit.page.get_by_label("Mail address").fill("rasa@example.test")
        visit.page.get_by_role("button", name="Open the case").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Skattekort")
        expect(visit.page.get_by_text("Hun mangler det.")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_figures_and_problems_have_no_barriers(
    browser: Browser, url: str, ledger: Ledger, size: Size
) -> None:
    drawn = [ledger.add(POLISH, "tax", case={"sampled": True}) for _ in range(2)]
    with ledger.database.transaction() as session:
        handling.confirm(session, drawn[0], 1, "kim")
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/desk/precision")
        expect(visit.page.locator("tbody tr").first).to_contain_text("polski")
        expect(visit.page.locator("tbody tr").first).to_contain_text("100%")
        visit.check()
        visit.open(f"/desk/cases/{drawn[1]}")
        with ledger.database.transaction() as session:
            handling.close(session, drawn[1], 1, "lone")
        visit.page.get_by_role("button", name="Confirm").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("Somebody else")
        visit.errors.clear()  # the browser writes of the status 409
        visit.check()
        visit.open("/desk/cases/1/reply")
        visit.page.get_by_label("Text (polski)").fill(" ")
        visit.page.locator("#reply-form").evaluate("form => form.noValidate = true")
        visit.page.get_by_role("button", name="Send").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("The reply is empty")
        visit.errors.clear()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_moves_in_the_mailbox_have_no_barriers(
    browser: Browser, url: str, ledger: Ledger, size: Size
) -> None:
    returned = ledger.add(POLISH, "tax", returned_at=now(), target_folder="INBOX")
    missing = ledger.add(POLISH, "tax", missing_since=now())
    with visiting(browser, url, size) as visit:
        sign_in(visit, f"/desk/cases/{returned}")
        expect(visit.page.get_by_text("Somebody put the mail back into the inbox")).to_be_visible()
        visit.check()
        visit.open("/desk/tax/?selection=to_confirm")
        expect(visit.page.locator(f'a[href^="/desk/cases/{returned}"]').first).to_be_visible()
        visit.open(f"/desk/cases/{missing}")
        expect(visit.page.get_by_text("is not in the mailbox's folders any more")).to_be_visible()
        visit.check()
        visit.open(f"/desk/cases/{returned}")
        press(visit, "c")
        expect(visit.page.get_by_text("Somebody put the mail back")).to_have_count(0)
    with ledger.database.transaction() as session:
        (correction,) = session.scalars(select(Correction)).all()
    assert (correction.to_shelf, correction.state) == ("tax", CorrectionState.WAITING)


@pytest.mark.parametrize("size", WIDTHS)
def test_the_reconciliation_has_no_barriers(
    browser: Browser, url: str, ledger: Ledger, size: Size
) -> None:
    with ledger.database.transaction() as session:
        session.execute(update(User).values(role="team_leader"))
    with visiting(browser, url, size) as visit:
        sign_in(visit)
        visit.page.get_by_role("link", name="Do mailbox and desk agree?").click()
        expect(visit.page.get_by_text("Nothing has been compared yet.")).to_be_visible()
        visit.check()
        found = (
            Discrepancy(
                "elsewhere", "unexplained", "Queues/Tax", 7, "Queues/Spam", 1, "ICS-000001"
            ),
            Discrepancy("only_on_server", "arrived", "INBOX", 9),
        )
        _reconciled(ledger, ())
        visit.open("/desk/reconciliation")
        expect(visit.page.get_by_text("Every mail is accounted for.")).to_be_visible()
        visit.check()
        _reconciled(ledger, found)
        visit.open("/desk/reconciliation")
        expect(visit.page.get_by_text("1 mail does not agree")).to_be_visible()
        expect(visit.page.get_by_text("(known in Queues/Spam)")).to_be_visible()
        visit.check()
        visit.page.get_by_role("link", name="ICS-000001").first.click()
        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("Karta podatkowa")


def _reconciled(ledger: Ledger, found: tuple[Discrepancy, ...]) -> None:
    """Keep a report, with what was found."""
    folders = tuple(FolderFigures(name, 3, 3, 0) for name in ("INBOX", *FOLDERS.values()))
    report = Report(
        mailbox="ics@example.test",
        at=now(),
        seconds=0.4,
        folders=folders,
        mails=24,
        missing=2,
        unfinished=1,
        oldest_unfinished=(Unfinished(2, "ICS-000002", "moved", now()),),
        uncertain=("ICS-000001", "ICS-000002"),
        discrepancies=found,
        unexplained=sum(not one.is_explained for one in found),
    )
    with ledger.database.transaction() as session:
        session.add(
            Reconciliation(
                mailbox_id=1, at=report.at, unexplained=report.unexplained, report=report.as_dict()
            )
        )


def test_a_list_follows_the_mail_and_keeps_the_focus(
    browser: Browser, url: str, ledger: Ledger
) -> None:
    with visiting(browser, url) as visit:
        visit.page.clock.install()
        sign_in(visit, "/desk/tax/")
        press(visit, "j")
        ledger.add(POLISH, "tax")
        visit.page.clock.run_for(31_000)
        expect(visit.page.locator(".mail-subject")).to_have_count(2)
        assert visit.page.evaluate("document.activeElement.id") == "case-1"
        visit.check()


def test_the_counts_follow_the_mail_without_a_reload(
    browser: Browser, url: str, ledger: Ledger
) -> None:
    with visiting(browser, url) as visit:
        visit.page.clock.install()
        sign_in(visit)
        shelf = visit.page.locator(".shelf", has_text="Tax")
        expect(shelf).to_contain_text("1 case")
        ledger.add(POLISH, "tax")
        visit.page.clock.run_for(31_000)
        expect(shelf).to_contain_text("2 cases")
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
        sign_in(visit, "/desk/cases/1")
        expect(visit.page.get_by_text("Jak dostać kartę podatkową?").first).to_be_visible()
        visit.page.get_by_role("button", name="Sign out").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Sign in")
        visit.page.go_back()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_formatted_mail_loads_nothing(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/cases/1")
        visit.page.get_by_text("As the sender formatted it").click()
        expect(visit.page.locator(".mail-html")).to_contain_text("Dzień dobry,")
        assert visit.page.locator(".mail-html img, .mail-html form").count() == 0
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("is_danish", [False, True])
def test_an_article_is_searched_for_and_inserted_with_the_keyboard(
    browser: Browser, url: str, ledger: Ledger, tmp_path: Path, size: Size, is_danish: bool
) -> None:
    with ledger.database.transaction() as session:
        fill(session, write_content_by_centre(tmp_path / "content"))
    with visiting(browser, url, size) as visit:
        page, keyboard = visit.page, visit.page.keyboard
        sign_in(visit)
        if is_danish:
            page.get_by_role("button", name="Dansk").click()
            expect(page.locator("html")).to_have_attribute("lang", "da")
        visit.open("/desk/cases/1")
        page.locator("form.find-articles input[type=search]").fill("numer")
        keyboard.press("Enter")
        expect(page.locator(".found > li")).not_to_have_count(0)
        visit.check()
        visit.open("/desk/cases/1/reply")
        text = page.locator("#text")
        text.fill("Mine.")
        page.locator("#found summary").press("Enter")
        page.locator("#q").fill("numer cpr")
        # Enter searches, and never sends.
        keyboard.press("Enter")
        insert = page.locator("button[formaction$='/reply/article'][name=article]").first
        expect(insert).to_be_visible()
        expect(text).to_have_value("Mine.")
        visit.check()
        insert.focus()
        keyboard.press("Enter")
        expect(text).to_have_value(re.compile(r"^Mine\.\n\nNumer CPR\n"))
        visit.check()
