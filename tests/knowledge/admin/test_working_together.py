"""Reviews, who is editing, and two languages side by side in Chromium: each state, by keyboard too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from knowledge import editing, reviews
from knowledge.articles import Text
from knowledge.models import TranslationVersion
from knowledge.translations import latest, publish, save, text_of
from language.languages import Language
from storage.database import Database
from tests.knowledge.admin.conftest import fill_for_admins
from tests.knowledge.admin.test_pages import save_draft, sign_in, to
from tests.web.browser import BOTH_LANGUAGES, WIDTHS, visiting
from tests.web.serving import application, served
from web import users

pytestmark = pytest.mark.browser

Size = tuple[int, int]
EDITOR = "/admin/articles/tax-card/en"
REVIEW = f"{EDITOR}/history/2/review"
PAIR = f"{EDITOR}/side-by-side"


@pytest.fixture
def url(sqlite_database: Database, content_directory: Path) -> Iterator[str]:
    """The application; the Danish text has changed, and anna's English draft has been written."""
    fill_for_admins(sqlite_database, content_directory)
    save_draft(sqlite_database, "A draft.\n")
    with sqlite_database.transaction() as session:
        before = latest(session, "tax-card", "da")
        assert before is not None
        text = text_of(before)
        body = text.body.replace("3 måneder", "4 måneder")
        changed = Text("Nyt navn", text.reading, body)
        publish(
            session,
            save(session, "tax-card", "da", changed, author="anna", based_on=before.id),
        )
    with served(application(sqlite_database)) as address:
        yield address


def draft(database: Database, language: Language = "en") -> TranslationVersion:
    with database.transaction() as session:
        version = latest(session, "tax-card", language)
        assert version is not None
        return version


def open_editor(database: Database, name: str) -> None:
    with database.transaction() as session:
        user_id = users.id_of(session, name)
        assert user_id is not None
        editing.note(session, user_id, "tax-card", "en")


@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(
    browser: Browser, url: str, size: Size, danish: bool, sqlite_database: Database
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/account")
        if danish:
            visit.page.get_by_role("button", name="Dansk").click()
            expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        for step in ("unsent", "waiting", "changes", "put off"):
            with sqlite_database.transaction() as session:
                version = latest(session, "tax-card", "en")
                assert version is not None
                if step == "waiting":
                    reviews.ask(session, version, by="anna", reviewer="alex", note="Please.")
                elif step == "changes":
                    reviews.decide(
                        session, version, by="alex", decision="changes", comment="Too short."
                    )
                elif step == "put off":
                    reviews.put_off(session, version, by="anna", reason="A deadline.")
                    publish(session, version)
            open_editor(sqlite_database, "anna")
            for path in (
                REVIEW,
                "/admin/articles/?text=tax-card",
                "/admin/articles/tax-card",
                EDITOR,
                f"{EDITOR}/history/2",
                *([f"{EDITOR}/history/2/publish"] if step != "put off" else []),
                *([f"{EDITOR}/history/2/schedule"] if step != "put off" else []),
            ):
                visit.open(path)
                expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
                visit.check()
        for path in (PAIR, f"{PAIR}?other=pl", "/admin/articles/tax-card/pl/side-by-side"):
            visit.open(path)
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_a_review_is_asked_for_and_given_with_the_keyboard(
    browser: Browser, url: str, size: Size
) -> None:
    with visiting(browser, url, size) as author:
        sign_in(author, EDITOR, "anna")
        to(author, "Send for a review")
        author.page.keyboard.press("Enter")
        expect(author.page.get_by_role("heading", level=1)).to_have_text("Review of version 2")
        to(author, "note")
        author.page.keyboard.press("Shift+Tab")  # to the list of names
        author.page.keyboard.press("ArrowDown")
        author.page.keyboard.press("Tab")
        author.page.keyboard.type("Only a word.")
        author.page.keyboard.press("Tab")
        author.page.keyboard.press("Enter")
        expect(author.page.get_by_role("status").first).to_contain_text("Sent.")
        author.check()
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/admin/articles/")
        to(visit, "1 text waits for your review")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_have_text("1 topic")
        visit.open(REVIEW)
        to(visit, "Ask for changes")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("alert")).to_contain_text("Say what should be changed.")
        visit.errors.clear()  # 422
        visit.check()
        to(visit, "comment")
        visit.page.keyboard.type("Which word?")
        to(visit, "Approve")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("Approved.")
        expect(visit.page.get_by_text("Which word?")).to_be_visible()
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_what_cannot_wait_asks_for_a_reason(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, f"{EDITOR}/history/2/publish")
        visit.page.get_by_role("button", name="Publish without a review").click()
        expect(visit.page.get_by_role("alert")).to_contain_text("Fill in this field.")
        visit.errors.clear()  # 422
        visit.check()
        visit.page.get_by_label("Why it cannot wait").fill("The office closes at noon.")
        visit.page.get_by_role("button", name="Publish without a review").click()
        expect(visit.page.get_by_text("It could not wait: The office closes")).to_be_visible()
        visit.check()


def test_an_open_editor_is_seen_by_others_until_it_is_left(browser: Browser, url: str) -> None:
    notice = "anna is editing this text since"
    with visiting(browser, url) as hers, visiting(browser, url) as visit:
        visit.page.clock.install()
        sign_in(visit, EDITOR)
        sign_in(hers, EDITOR, "anna")
        others = visit.page.locator("#others-en")
        visit.page.clock.run_for(21_000)
        expect(others).to_contain_text(notice)
        visit.check()
        hers.page.get_by_role("link", name="History").click()
        expect(hers.page.get_by_role("heading", level=1)).to_contain_text("History")
        visit.page.clock.run_for(21_000)
        expect(others).not_to_contain_text(notice)
        hers.check()


def test_the_danish_beside_counts_as_edited_only_when_something_is_typed(
    browser: Browser, url: str
) -> None:
    with visiting(browser, url) as hers, visiting(browser, url) as visit:
        hers.page.clock.install()
        sign_in(hers, PAIR, "anna")
        hers.page.clock.run_for(21_000)
        sign_in(visit, "/admin/articles/tax-card/da")
        expect(visit.page.get_by_text("anna is editing")).to_have_count(0)
        with hers.page.expect_response("**/da/editing"):
            hers.page.get_by_label("Direct answer, dansk").fill("Noget andet.")
            hers.page.clock.run_for(21_000)
        visit.page.reload()
        expect(visit.page.get_by_text("anna is editing this text since")).to_be_visible()


def test_without_scripts_an_open_editor_is_seen_for_a_minute(browser: Browser, url: str) -> None:
    with visiting(browser, url, java_script_enabled=False) as hers, visiting(browser, url) as visit:
        sign_in(hers, EDITOR, "anna")
        sign_in(visit, EDITOR)
        expect(visit.page.get_by_text("anna is editing this text since")).to_be_visible()
        hers.open(PAIR)
        hers.page.get_by_label("Title, English").fill("Without scripts")
        hers.page.get_by_role("button", name="Save only English").click()
        expect(hers.page.get_by_text("Saved as a draft:")).to_be_visible()


@pytest.mark.parametrize("size", WIDTHS)
def test_an_admin_walks_through_the_languages_with_the_keyboard(
    browser: Browser, url: str, size: Size, sqlite_database: Database
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, PAIR)
        expect(visit.page.locator("ins", has_text="4").first).to_be_visible()
        expect(visit.page.get_by_role("heading", level=2, name="Direct answer")).to_be_visible()
        to(visit, "en-title")
        visit.page.keyboard.press("End")
        visit.page.keyboard.type(" today")
        to(visit, "Save only English")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_text("Saved as a draft:")).to_be_visible()
        expect(visit.page.get_by_text("Renders the newest Danish text")).to_be_visible()
        visit.check()
        assert draft(sqlite_database).title == "Getting a tax card today"
        to(visit, "Next: polski")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("dansk and polski")


@pytest.mark.parametrize("size", WIDTHS)
def test_refused_and_half_saved_texts_stay_in_their_fields(
    browser: Browser, url: str, size: Size, sqlite_database: Database
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, PAIR)
        page = visit.page
        page.get_by_label("Title, dansk").fill("Endnu et navn")
        page.get_by_label("Direct answer, English").fill("<b>x</b>")
        page.get_by_role("button", name="Save what was changed in both").click()
        expect(page.get_by_role("alert")).to_contain_text("HTML is not allowed")
        expect(page.get_by_label("Title, dansk")).to_have_value("Endnu et navn")
        visit.errors.clear()  # 422
        visit.check()
        page.get_by_label("Direct answer, English").fill("Typed.")
        page.get_by_role("button", name="Save only dansk").click()
        expect(page.get_by_text("not saved yet")).to_be_visible()
        expect(page.get_by_label("Direct answer, English")).to_have_value("Typed.")
        visit.check()
        save_draft(sqlite_database, "Hers.\n")
        page.get_by_role("button", name="Save what was changed in both").click()
        expect(page.get_by_role("alert")).to_contain_text("anna has saved version 3")
        expect(page.get_by_label("Direct answer, English")).to_have_value("Typed.")
        visit.errors.clear()  # 409
        visit.check()
