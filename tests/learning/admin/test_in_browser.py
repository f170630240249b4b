"""The pages of the trainings in Chromium: every state, desktop and phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from learning import messages
from learning.admin.heat_map import MOST_ROWS
from learning.training_queue import Failed, Progress, Unchanged
from learning.versions import Versions
from storage.database import Database
from tests.knowledge.admin.conftest import fill_for_admins
from tests.knowledge.admin.test_pages import Size, sign_in
from tests.knowledge.conftest import write_content
from tests.learning.carried_out import adopted, ended, evaluated, trained, under_way
from tests.understanding.small import EXAMPLES
from tests.web.browser import BOTH_LANGUAGES, PHONE, WIDTHS, Visit, visiting
from tests.web.serving import application, served
from understanding.examples import Example
from understanding.judgements import Judgement, key_of, save_judgements

pytestmark = pytest.mark.browser

_PAGE = "/admin/training/"


@dataclass(frozen=True)
class Pages:
    """The application, and what stands behind it."""

    url: str
    database: Database
    versions: Versions
    before: int


@pytest.fixture
def pages(sqlite_database: Database, tmp_path: Path, models: Path) -> Iterator[Pages]:
    """The application over the small content and models; `old` is in use."""
    fill_for_admins(sqlite_database, write_content(tmp_path / "content"))
    before = adopted(sqlite_database)
    app = application(sqlite_database, data_directory=models.parent, encoder="hashing")
    with served(app) as url:
        yield Pages(url, sqlite_database, Versions(models), before)


@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(browser: Browser, pages: Pages, size: Size, danish: bool) -> None:
    database = pages.database
    failed = ended(database, Failed("data", "There is one message under faq/pets."))
    unchanged = ended(database, Unchanged())
    new = evaluated(database, pages.versions, pages.before)
    waiting, _ = under_way(database, Progress("encoding", 128, 300))
    with visiting(browser, pages.url, size) as visit:
        sign_in(visit, "/account")
        if danish:
            visit.page.get_by_role("button", name="Dansk").click()
            expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        for path in (
            "",
            "try",
            str(pages.before),
            str(failed),
            str(unchanged),
            str(new),
            f"{new}?changed=better&page=2",
            f"{new}/activate",
            f"{new}/refuse",
            f"{failed}/activate",
            str(waiting),
        ):
            visit.open(f"{_PAGE}{path}")
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_progress_is_shown_without_loading_anew(browser: Browser, pages: Pages, size: Size) -> None:
    run_id, queue = under_way(pages.database, Progress("reading"))
    with visiting(browser, pages.url, size) as visit:
        sign_in(visit, f"{_PAGE}{run_id}")
        status = visit.page.get_by_role("status")
        expect(status).to_have_text("The messages are read.")
        visit.page.evaluate("window.stayed = true")
        queue.note(run_id, Progress("encoding", 64, 200))
        expect(status).to_have_text("New messages are encoded.")
        expect(visit.page.locator("#progress")).to_contain_text("64 of 200")
        visit.check()
        queue.note(run_id, Progress("archive"))
        expect(status).to_have_text("The model is packed for the chat.")
        assert visit.page.evaluate("window.stayed")
        visit.check()
        queue.end(run_id, trained(pages.versions, pages.before))
        expect(visit.page.get_by_role("heading", name="Before and after")).to_be_visible()
        visit.check()


def _walk_to(visit: Visit, name: str) -> None:
    for _ in range(60):
        if visit.focused() == name:
            return
        visit.page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached")


def test_from_training_to_use_by_keyboard_alone(browser: Browser, pages: Pages) -> None:
    with visiting(browser, pages.url) as visit:
        sign_in(visit, _PAGE)
        keyboard = visit.page.keyboard
        _walk_to(visit, "Train now")
        with visit.page.expect_navigation():
            keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_have_text("The training waits for the trainer.")
    run_id, queue = under_way(pages.database, Progress("comparing"))
    queue.end(run_id, trained(pages.versions, pages.before))
    with visiting(browser, pages.url) as visit:
        sign_in(visit, _PAGE)
        keyboard = visit.page.keyboard
        for name in ("See what it changes", "Put into use", "Put into use"):
            _walk_to(visit, name)
            with visit.page.expect_navigation():
                keyboard.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("The model is in use.")
        visit.check()


@pytest.mark.parametrize("size", WIDTHS)
def test_trying_a_text(browser: Browser, pages: Pages, size: Size) -> None:
    new = evaluated(pages.database, pages.versions, pages.before)
    with visiting(browser, pages.url, size) as visit:
        sign_in(visit, f"{_PAGE}try")
        visit.page.get_by_role("button", name="Try").click()
        expect(visit.page.get_by_role("alert")).to_have_text("Write a text.")
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        visit.page.get_by_label("Text").fill("cv på Jobnet")
        visit.page.get_by_role("button", name="Try").click()
        side = visit.page.get_by_role("region", name=f"Model {new}, new")
        expect(side).to_contain_text("Answers: jobnet-cv")
        expect(side.get_by_role("listitem")).to_have_count(3)
        visit.check()


def _confused(pages: Pages) -> None:
    """Have messages that went to twenty topics by turns, and one that was not judged."""
    added = Example("nyt skattekort", "faq/tax-card", "da")
    with pages.database.transaction() as session:
        for one in (*EXAMPLES, added):
            session.add(messages.new_message(one.language, one.label, one.text, author="alex"))
    judged = {
        key_of(one): Judgement("faq", "answer", (f"a-topic-with-a-long-name-{n % 20}",), 0.6)
        for n, one in enumerate(EXAMPLES)
    }
    save_judgements(pages.versions.version("old").judgements, judged)


@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_what_is_confused(browser: Browser, pages: Pages, size: Size, danish: bool) -> None:
    _confused(pages)
    with visiting(browser, pages.url, size) as visit:
        sign_in(visit, "/account")
        if danish:
            visit.page.get_by_role("button", name="Dansk").click()
            expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        visit.open(f"{_PAGE}confusions")
        expect(visit.page.get_by_role("img")).to_be_visible()
        expect(visit.page.get_by_role("table")).to_have_count(2)
        visit.check()
        for query in (
            "?written_in=pl",
            "?page=2",
            "?selection=topics",
            "?selection=refused&written_in=ro",
        ):
            visit.open(f"{_PAGE}confusions{query}")
            visit.check()
        pages.versions.version("old").judgements.unlink()
        visit.open(f"{_PAGE}confusions")
        expect(visit.page.get_by_role("table")).to_have_count(0)
        visit.check()


def test_from_what_is_confused_to_its_messages_by_keyboard_alone(
    browser: Browser, pages: Pages
) -> None:
    _confused(pages)
    with visiting(browser, pages.url, PHONE) as visit:
        sign_in(visit, _PAGE)
        keyboard = visit.page.keyboard
        _walk_to(visit, "See what is confused")
        with visit.page.expect_navigation():
            keyboard.press("Enter")
        _walk_to(visit, "Topics confused most")
        last = visit.page.locator(".heat-map rect").nth(MOST_ROWS - 1)  # of the first row
        expect(last).not_to_be_in_viewport(ratio=1)
        for _ in range(15):
            keyboard.press("ArrowRight")
        expect(last).to_be_in_viewport(ratio=1)
        table = visit.page.get_by_role("table", name="Which messages went where")
        _walk_to(visit, table.get_by_role("link").first.inner_text())
        with visit.page.expect_navigation():
            keyboard.press("Enter")
        assert "/admin/messages/" in visit.page.url
        visit.check()
