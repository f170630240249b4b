"""An article that differs by centre, on its page: chosen without scripts, kept in links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from storage.database import Database
from tests.knowledge.conftest import fill, write_content_by_centre
from tests.web.browser import PHONE, WIDTHS, visiting
from tests.web.serving import application, served

Size = tuple[int, int]
PAGE = "/en/articles/cpr-number"


@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages over a small content with an article that differs in Odense."""
    folder = tmp_path_factory.mktemp("centres")
    path = folder / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        fill(session, write_content_by_centre(folder / "content"))
    with served(application(database)) as address:
        yield address
    database.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["da", "en", "pl"])
@pytest.mark.parametrize("size", WIDTHS)
def test_the_page_has_no_barriers(browser: Browser, url: str, language: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        for query in ("", "?centre=odense", "?centre=kobenhavn"):
            visit.open(f"/{language}/articles/cpr-number{query}")
            expect(visit.page.get_by_label("ICS Odense")).to_be_visible()
            visit.check()


@pytest.mark.browser
def test_the_centre_is_chosen_without_scripts(browser: Browser, url: str) -> None:
    with visiting(browser, url, PHONE, java_script_enabled=False) as visit:
        visit.open(PAGE)
        text, show = visit.page.locator(".article-text"), "Show what applies to me"
        expect(text).to_contain_text("At all ICS centres except: ICS Odense")
        expect(text).to_contain_text("Come when it suits you.")
        expect(text).not_to_contain_text("Book a time")
        visit.page.get_by_label("ICS Odense").check()
        visit.page.get_by_role("button", name=show).click()
        expect(visit.page).to_have_url(f"{url}{PAGE}?centre=odense")
        expect(text).to_contain_text("Book a time in Odense.")
        expect(text).not_to_contain_text("Come when it suits you.")
        expect(visit.page.locator(".only")).to_have_count(0)
        visit.page.get_by_label("ICS East").check()
        visit.page.get_by_role("button", name=show).click()
        expect(text).to_contain_text("Come when it suits you.")
        expect(visit.page.locator(".only")).to_have_count(0)


@pytest.mark.browser
def test_the_centre_is_chosen_with_the_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        visit.open(PAGE)
        visit.page.get_by_label("ICS East").focus()
        visit.page.keyboard.press("Space")
        visit.page.keyboard.press("ArrowDown")
        visit.page.keyboard.press("Tab")
        assert visit.focused() == "Find the ICS centre that helps you"
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Enter")
        expect(visit.page).to_have_url(f"{url}{PAGE}?centre=odense")


def test_links_keep_the_centre_and_an_unknown_one_tells_nothing(url: str) -> None:
    page = httpx.get(f"{url}{PAGE}?centre=odense").text
    assert 'href="/en/articles/tax-card?centre=odense"' in page
    assert 'href="/da/articles/cpr-number?centre=odense"' in page
    plain = httpx.get(f"{url}{PAGE}").text
    for query in ("centre=atlantis", "centre=", "centre=%22%3E", "centre=other_centre"):
        assert httpx.get(f"{url}{PAGE}?{query}").text == plain


def test_what_is_found_of_one_centre_leads_to_its_text(url: str) -> None:
    page = httpx.get(f"{url}/en/search?q=book+a+time").text
    assert "Only at: ICS Odense" in page
    assert 'href="/en/articles/cpr-number?centre=odense"' in page
    general = httpx.get(f"{url}/en/search?q=come+when+it+suits").text
    assert 'href="/en/articles/cpr-number">' in general
