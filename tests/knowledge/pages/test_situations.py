"""Articles that depend on more than citizenship, and former names in the search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from knowledge.former_names import former_names_in
from storage.database import Database
from tests.knowledge.conftest import fill, write_situations_content
from tests.web.browser import PHONE, WIDTHS, visiting
from tests.web.serving import application, served

Size = tuple[int, int]
TWO, FOUR = "/en/articles/eu-residence", "/en/articles/mitid"
ALL = "citizenship=third_country&stay=over_6_months&occupation=employee&address=danish_address"


@pytest.fixture(scope="module")
def url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages over a small content of articles for two and for four kinds of situations."""
    folder = tmp_path_factory.mktemp("situations")
    path = folder / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        fill(session, write_situations_content(folder / "content"))
    with served(application(database)) as address:
        yield address
    database.close()


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_articles_for_situations_have_no_barriers(browser: Browser, url: str, size: Size) -> None:
    with visiting(browser, url, size) as visit:
        for path in (TWO, f"{TWO}?stay=up_to_3_months", FOUR, f"{FOUR}?{ALL}"):
            visit.open(path)
            expect(visit.page.get_by_role("heading", name="What applies to you?")).to_be_visible()
            visit.check()
        for asked in ("nemid", "e303"):
            visit.open(f"/en/search?q={asked}")
            expect(visit.page.locator(".former-name")).to_be_visible()
            visit.check()


@pytest.mark.browser
def test_one_after_the_other_is_chosen_without_scripts(browser: Browser, url: str) -> None:
    with visiting(browser, url, PHONE, java_script_enabled=False) as visit:
        visit.open(TWO)
        page, only = visit.page, visit.page.locator(".only")
        show = page.get_by_role("button", name="Show what applies to me")
        expect(page.locator("fieldset")).to_have_count(2)
        expect(only).to_have_count(2)
        page.get_by_label("Up to 3 months").check()
        show.click()
        expect(page).to_have_url(f"{url}{TWO}?stay=up_to_3_months")
        # What is left open stays marked, with what it still depends on.
        expect(only).to_have_count(1)
        expect(only).to_contain_text("Only with citizenship of: Finland, Iceland, Norway")
        expect(only).not_to_contain_text("stay of")
        expect(page.get_by_text("Below, the parts that apply only to some")).to_be_visible()
        expect(page.get_by_label("Up to 3 months")).to_be_checked()
        page.get_by_label("Another EU/EEA country").check()
        show.click()
        expect(page).to_have_url(re.compile(r"\?citizenship=eu_eea_ch&stay=up_to_3_months$"))
        expect(only).to_have_count(0)
        expect(page.get_by_text("You need no permit for a short stay.")).to_be_visible()
        expect(page.get_by_text("You see only what applies to you.")).to_be_visible()
        page.get_by_role("link", name="dansk").click()
        expect(page).to_have_url(
            f"{url}/da/articles/eu-residence?citizenship=eu_eea_ch&stay=up_to_3_months"
        )
        page.go_back()
        page.get_by_role("link", name="Show it for everybody").click()
        expect(page).to_have_url(f"{url}{TWO}")
        expect(only).to_have_count(2)


@pytest.mark.browser
def test_four_answers_are_given_with_the_keyboard(browser: Browser, url: str) -> None:
    with visiting(browser, url) as visit:
        visit.open(FOUR)
        keyboard = visit.page.keyboard
        visit.page.get_by_role("link", name="Articles").last.focus()
        for steps in (2, 2, 1, 1):
            keyboard.press("Tab")
            keyboard.press("Space")
            for _ in range(steps):
                keyboard.press("ArrowDown")
        keyboard.press("Tab")
        assert visit.focused() == "Show what applies to me"
        keyboard.press("Enter")
        expect(visit.page).to_have_url(
            f"{url}{FOUR}?citizenship=third_country&stay=over_6_months"
            "&occupation=jobseeker&address=foreign_address"
        )
        expect(visit.page.locator(".only")).to_have_count(0)
        expect(visit.page.get_by_text("Bring proof of your means.")).to_be_visible()
        visit.check()


def test_links_keep_the_whole_situation(url: str) -> None:
    page = httpx.get(f"{url}{FOUR}?{ALL}&stranger=1").text
    kept = ALL.replace("&", "&amp;")
    assert page.count(f'href="/en/articles/tax-card?{kept}"') == 2  # in the text and below it
    assert f'href="/da/articles/mitid?{kept}"' in page
    assert "stranger" not in page
    assert 'class="only"' not in page
    assert "Bring your contract." in page
    assert "Bring proof of your means." not in page


def test_what_is_no_word_of_its_kind_tells_nothing(url: str) -> None:
    plain = httpx.get(f"{url}{TWO}").text
    for query in ("stay=nordic", "stay=%22%3E%3Cb", "stay=", "citizenship=over_6_months"):
        assert httpx.get(f"{url}{TWO}?{query}").text == plain


def test_a_former_name_is_told_above_what_is_found_and_above_nothing(url: str) -> None:
    (nemid,) = former_names_in("nemid")
    (e303,) = former_names_in("e303")
    for asked, former in {"nemid": nemid, "nemid tax card": nemid, "e303": e303}.items():
        page = httpx.get(f"{url}/en/search", params={"q": asked}).text
        below = page.index('class="hits') if 'class="hits' in page else page.index("Nothing fits")
        assert page.index(former.notes["en"]) < below
    assert 'class="hits' in httpx.get(f"{url}/en/search?q=nemid+tax+card").text
    assert "former-name" not in httpx.get(f"{url}/en/search?q=tax").text


def test_a_former_name_leads_to_its_article_only_where_that_is_published(url: str) -> None:
    link = '<a href="/{}/articles/{}">'
    assert link.format("da", "mitid") in httpx.get(f"{url}/da/search?q=nemid").text
    polish = httpx.get(f"{url}/pl/search?q=nemid").text
    assert former_names_in("nemid")[0].notes["pl"] in polish
    assert "/articles/mitid" not in polish
    assert "/articles/pd-u2-registration" not in httpx.get(f"{url}/en/search?q=e303").text
