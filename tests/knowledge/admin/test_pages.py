"""The pages of the knowledge in Chromium: every state, on a desktop and a phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from conversations.record import Reply
from knowledge.articles import Text
from knowledge.translations import latest, save
from storage.database import Database
from tests.conversations.test_topics_used import ANSWER, APOLOGY, converse
from tests.conversations.test_unanswered import talk
from tests.knowledge.admin.conftest import fill_for_admins
from tests.knowledge.conftest import write_facts_content
from tests.web.browser import BOTH_LANGUAGES, WIDTHS, Visit, visiting
from tests.web.fixtures import PASSWORD
from tests.web.serving import application, served
from web.dates import today

pytestmark = pytest.mark.browser

Size = tuple[int, int]
EDITOR = "/admin/articles/tax-card/en"
PATHS = (
    "/admin/articles/",
    "/admin/articles/?selection=missing",
    "/admin/articles/?text=nothing",
    "/admin/articles/tax-card",
    "/admin/articles/mitid",
    EDITOR,
    "/admin/articles/tax-card/da",
    "/admin/articles/cpr-number/pl",
    f"{EDITOR}/history?old=1&new=2",
    f"{EDITOR}/history/2",
    f"{EDITOR}/history/2/publish",
    f"{EDITOR}/history/2/schedule",
    f"{EDITOR}/history/1/schedule",
    f"{EDITOR}/history/1/withdraw",
    "/admin/articles/?done=withdrawn",
    "/admin/articles/mitid?done=made",
    "/admin/topics/new",
    "/admin/topics/new?language=pl&message=Czy+mogę+przywieźć+psa%3F",
    "/admin/topics/tax-card",
    "/admin/topics/tax-card?done=saved",
    "/admin/facts/",
    "/admin/facts/?selection=all",
    "/admin/facts/?text=nothing",
    "/admin/facts/fee",
    "/admin/facts/name",
    "/admin/centres/",
    "/admin/centres/kobenhavn",
    "/admin/centres/municipalities/",
    "/admin/centres/kobenhavn/ahead",
    "/admin/centres/municipalities/0163",
    "/admin/centres/municipalities/0101?record=2027-01-01",
    "/admin/centres/municipalities/0101/ahead",
)


@pytest.fixture
def url(sqlite_database: Database, tmp_path: Path) -> Iterator[str]:
    """The application over the small content with facts, with a draft."""
    fill_for_admins(sqlite_database, write_facts_content(tmp_path / "content"))
    save_draft(sqlite_database, "A draft.\n")
    converse(sqlite_database, [ANSWER], [APOLOGY])
    with served(application(sqlite_database, review_required="never")) as address:
        yield address


def save_draft(database: Database, body: str) -> None:
    with database.transaction() as session:
        before = latest(session, "tax-card", "en")
        text = Text("Getting a tax card", "written", body)
        save(session, "tax-card", "en", text, author="anna", based_on=before.id if before else None)


def sign_in(visit: Visit, path: str, name: str = "alex") -> None:
    visit.open(path)
    visit.page.get_by_label("User name").fill(name)
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("button", name="Sign out")).to_be_visible()
    visit.page.wait_for_load_state()  # what is written before the scripts run is not kept


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
            folded = visit.page.locator("details:not([open]) > summary:visible")
            while folded.count():
                folded.first.click()
            visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_team_leader_finds_no_barriers_and_nothing_to_change(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/admin/articles/", "lone")
        for path in (
            "/admin/articles/tax-card",
            f"{EDITOR}/history/2",
            "/admin/facts/fee",
            "/admin/centres/odense",
        ):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()
            for name in ("Save", "Publish", "Withdraw", "Restore as a new draft"):
                expect(visit.page.get_by_role("button", name=name)).to_have_count(0)


@pytest.mark.parametrize("size", WIDTHS)
def test_the_preview_follows_what_is_typed(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, EDITOR)
        body = visit.page.get_by_label("Text in Markdown")
        preview = visit.page.locator("#preview")
        expect(preview.locator(".chat-bubble")).to_contain_text("A draft.")
        visit.page.wait_for_load_state()  # only then the page follows what is typed
        body.fill("Typed **now**, <script>alert(1)</script>\n")
        expect(preview).to_contain_text("Line 1: HTML is not allowed")
        visit.check()
        body.fill("Typed **now**.\n")
        expect(preview.locator(".chat-bubble strong", has_text="now")).to_be_visible()
        expect(preview).to_contain_text("the sections are none, in the Danish text steps")
        visit.check()
        visit.page.route("**/preview", lambda route: route.abort())
        body.fill("Typed later.\n")
        expect(visit.page.locator("#preview-status")).to_contain_text("cannot be shown now")
        expect(body).to_have_value("Typed later.\n")


@pytest.mark.parametrize("size", WIDTHS)
def test_refused_and_conflicting_forms_have_no_barriers(
    browser: Browser, url: str, size: Size, sqlite_database: Database
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, EDITOR)
        body = visit.page.get_by_label("Text in Markdown")
        body.fill("# Big\n")
        visit.page.get_by_role("button", name="Save draft").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("Nothing was saved yet")
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        save_draft(sqlite_database, "Hers.\n")
        body.fill("Mine.\n")
        visit.page.get_by_role("button", name="Save draft").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("anna has saved version 3")
        expect(body).to_have_value("Mine.\n")
        expect(visit.page.locator("ins", has_text="Hers")).to_be_visible()
        visit.errors.clear()  # 409
        visit.check()
        visit.open("/admin/facts/fee")
        visit.page.get_by_label("Value", exact=True).fill("552.000")
        visit.page.get_by_label("Year for which it holds").fill("soon")
        visit.page.get_by_role("button", name="Save").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("without dots or spaces")
        expect(visit.page.get_by_label("Value", exact=True)).to_have_value("552.000")
        visit.errors.clear()
        visit.check()
        visit.open("/admin/facts/fee")
        visit.page.get_by_label("Only a change of an act").check()
        visit.page.get_by_role("button", name="Save").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("what only an act changes")
        visit.errors.clear()
        visit.check()
        visit.open("/admin/centres/kobenhavn")
        visit.page.get_by_label("Telephone", exact=True).fill("12")
        visit.page.get_by_role("button", name="Save").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("country code")
        visit.errors.clear()
        visit.check()


def test_without_scripts_a_button_shows_the_preview(browser: Browser, url: str) -> None:
    with visiting(browser, url, java_script_enabled=False) as visit:
        sign_in(visit, EDITOR)
        visit.page.get_by_label("Text in Markdown").fill("Typed without scripts.\n")
        visit.page.get_by_role("button", name="Preview").click()
        expect(visit.page.locator("#preview .chat-bubble")).to_contain_text("without scripts")
        expect(visit.page.get_by_label("Text in Markdown")).to_have_value(
            "Typed without scripts.\n"
        )


def test_a_text_is_changed_and_published_with_the_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, EDITOR)
        keyboard = visit.page.keyboard
        to(visit, "title")
        keyboard.press("Tab")
        keyboard.press("Tab")
        keyboard.press("Control+Home")
        keyboard.type("Typed. ")
        to(visit, "Save draft")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("The draft is saved.")
        to(visit, "Publish version 3")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Publish version 3?")
        to(visit, "Publish")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("Published.")


@pytest.mark.parametrize("size", WIDTHS)
def test_a_time_is_set_and_cancelled_with_the_keyboard(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, EDITOR)
        keyboard = visit.page.keyboard
        to(visit, "Publish later")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("When is version 2")
        to(visit, "day")
        keyboard.type("2020-01-01")
        keyboard.press("Tab")
        keyboard.type("8")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("still to come")
        expect(visit.page.get_by_role("alert")).to_contain_text("Write hour and minute")
        visit.errors.clear()  # 422
        visit.check()
        to(visit, "day")
        keyboard.press("Control+A")
        keyboard.type("2999-01-15")
        keyboard.press("Tab")
        keyboard.press("Control+A")
        keyboard.type("08:00")
        to(visit, "Set the time")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("The time is set.")
        for path in (
            "/admin/articles/",
            "/admin/articles/tax-card",
            EDITOR,
            f"{EDITOR}/history",
            f"{EDITOR}/history/2/withdraw",
            f"{EDITOR}/history/2/schedule",
        ):
            visit.open(path)
            expect(visit.page.locator("time", has_text="15 Jan 2999, 08:00").first).to_be_visible()
            visit.check()
        visit.open(f"{EDITOR}/history/2")
        to(visit, "Cancel the time")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("The time is cancelled.")
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_newer_draft_says_that_the_time_is_cancelled(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, f"{EDITOR}/history/2/schedule")
        visit.page.get_by_label("Day", exact=True).fill("2999-01-15")
        visit.page.get_by_label("Time of day in Denmark").fill("08:00")
        visit.page.get_by_role("button", name="Set the time").click()
        expect(visit.page.get_by_role("status").first).to_contain_text("The time is set.")
        visit.open(EDITOR)
        visit.page.get_by_role("button", name="Save draft").click()
        expect(visit.page.get_by_text("Version 2 is no longer published by itself")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_topic_is_made_from_a_question_with_the_keyboard(
    browser: Browser, url: str, sqlite_database: Database, size: Size
) -> None:
    [question] = talk(
        sqlite_database, ("Czy mogę przywieźć psa?", Reply("fallback", "Nie wiem.", "pl"))
    )
    with visiting(browser, url, size) as visit:
        sign_in(visit, f"/admin/questions/{question}")
        keyboard = visit.page.keyboard
        to(visit, "No topic fits: make a new one")
        keyboard.press("Enter")
        expect(visit.page.get_by_text("Czy mogę przywieźć psa?")).to_be_visible()
        to(visit, "title")
        keyboard.type("Tax card")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("Fill in this field.")
        visit.errors.clear()  # 422
        visit.check()
        to(visit, "title")
        keyboard.press("Tab")
        keyboard.type("Vis")
        to(visit, "Continue")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("“tax-card” already")
        visit.errors.clear()  # 422
        visit.check()
        to(visit, "title")
        keyboard.press("Control+A")
        keyboard.type("Bringing a parrot")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("bringing-a-parrot")
        expect(visit.page.get_by_text("Czy mogę przywieźć psa?")).to_be_visible()
        visit.check()
        to(visit, "Make the topic")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Bringing a parrot")
        expect(visit.page.get_by_role("status")).to_contain_text("The topic is made.")
        visit.check()
        expect(visit.page.get_by_role("textbox")).to_have_value("Czy mogę przywieźć psa?")
        visit.open("/admin/topics/bringing-a-parrot")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Title and queue")
        to(visit, "Withdraw the topic")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_have_text("The topic is withdrawn.")
        visit.check()


def test_a_fact_is_found_and_confirmed_with_the_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/admin/facts/")
        keyboard = visit.page.keyboard
        to(visit, "text")
        keyboard.type("hotline")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_have_text("1 fact")
        to(visit, "hotline")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("hotline")
        to(visit, "as_of")
        keyboard.type(str(today()))
        to(visit, "Save")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("Saved.")
        expect(visit.page.locator(".facts")).to_contain_text("+45 72 22 27 80 (until")
        visit.check()


def to(visit: Visit, name: str) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(40):
        if visit.focused() == name:
            return
        visit.page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with the keyboard.")


@pytest.mark.parametrize("size", WIDTHS)
def test_a_change_is_entered_ahead_and_withdrawn_with_the_keyboard(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/admin/centres/municipalities/0163")
        keyboard = visit.page.keyboard
        to(visit, "Enter a change ahead")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", name="A change ahead")).to_be_visible()
        to(visit, "valid_from")
        keyboard.type("2020-01-01")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("Choose a day after today")
        visit.errors.clear()  # 422
        visit.check()
        to(visit, "valid_from")
        keyboard.press("Control+A")
        keyboard.type("2999-01-01")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("takes effect by itself")
        visit.check()
        to(visit, "Withdraw the change")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", name="Without an end")).to_be_visible()
        visit.check()


def test_a_text_of_five_megabytes_is_refused_and_still_there(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, EDITOR)
        body = visit.page.get_by_label("Text in Markdown")
        typed = "x" * 5_000_000
        body.evaluate("(area, text) => { area.value = text; }", typed)
        visit.page.get_by_role("button", name="Save draft").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("What you sent is too long")
        visit.errors.clear()  # 413
        visit.check()
        visit.page.go_back()
        assert len(body.input_value()) == len(typed)
