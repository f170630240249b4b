"""Articles, search and centres: in six languages, at both widths, without scripts, by keyboard."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import httpx
import pytest
from playwright.sync_api import Browser, expect

from knowledge.catalogue import shipped_catalogue
from language.languages import LANGUAGES, Language
from tests.web.browser import PHONE, WIDTHS, visiting

PATHS = (
    "articles/",
    "articles/tax-card",
    "articles/tax-card?citizenship=eu_eea_ch",
    "articles/employment-contract",
    "search",
    "search?q=cpr",
    "search?q=qwertz",
    "centres/",
    "centres/?municipality=kolding",
    "centres/?municipality=Koldin",
    "centres/?municipality=2640",
)
Size = tuple[int, int]


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("path", PATHS)
def test_the_pages_have_no_barriers(
    browser: Browser, pages_url: str, path: str, size: Size
) -> None:
    with visiting(browser, pages_url, size) as visit:
        visit.open(f"/de/{path}")
        expect(visit.page.locator("h1")).to_have_count(1)
        visit.check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_whole_in_each_language(pages_url: str, language: Language) -> None:
    for path in PATHS:
        answer = httpx.get(f"{pages_url}/{language}/{path}")
        missing = language == "pl" and "employment" in path
        assert answer.status_code == (404 if missing else 200)
        assert f'<html lang="{language}">' in answer.text
    assert len(re.findall(r"<option value=", answer.text)) == 98


@pytest.mark.browser
def test_without_scripts_everything_can_be_found_and_read(browser: Browser, pages_url: str) -> None:
    with visiting(browser, pages_url, PHONE, java_script_enabled=False) as visit:
        visit.open("/pl/")
        visit.page.get_by_role("searchbox").fill("numeru cpr")
        visit.page.get_by_role("button", name="Szukaj").click()
        first = visit.page.locator(".hits > li").first
        expect(first.locator("mark").first).to_be_visible()
        first.get_by_role("link").click()
        expect(visit.page).to_have_url(f"{pages_url}/pl/articles/cpr-number")
        only = visit.page.locator(".only")
        assert only.count() > 2
        visit.page.get_by_label("Kraj spoza UE, EOG i Szwajcarii").check()
        visit.page.get_by_label("Ponad 6 miesięcy").check()
        visit.page.get_by_role("button", name="Pokaż, co mnie dotyczy").click()
        expect(visit.page).to_have_url(
            f"{pages_url}/pl/articles/cpr-number?citizenship=third_country&stay=over_6_months"
        )
        expect(only).to_have_count(0)
        visit.page.get_by_role("link", name="Deutsch").click()
        expect(visit.page).to_have_url(
            f"{pages_url}/de/articles/cpr-number?citizenship=third_country&stay=over_6_months"
        )
        visit.page.get_by_role("link", name="ICS-Zentren").click()
        visit.page.get_by_label("Ihre Kommune").fill("AERO kommune")
        visit.page.get_by_role("button", name="Mein Zentrum finden").click()
        expect(visit.page.locator(".serving h2")).to_contain_text("Ærø")
        assert visit.foreign == []


@pytest.mark.browser
def test_the_keyboard_is_enough(browser: Browser, pages_url: str) -> None:
    with visiting(browser, pages_url) as visit:
        visit.open("/en/articles/no-tax-card")
        keyboard = visit.page.keyboard
        keyboard.press("Tab")
        assert visit.focused() == "Skip to the content"
        keyboard.press("Enter")
        keyboard.press("Tab")
        keyboard.press("Tab")
        keyboard.press("Tab")
        keyboard.press("ArrowDown")
        keyboard.press("Tab")
        assert visit.focused() == "Show what applies to me"
        keyboard.press("Enter")
        expect(visit.page).to_have_url(re.compile(r"\?citizenship=eu_eea_ch"))
        visit.check()


def test_an_article_names_its_languages_and_its_stable_address(pages_url: str) -> None:
    page = httpx.get(f"{pages_url}/en/articles/employment-contract?citizenship=nordic").text
    where = "https://ics.example/{}/articles/employment-contract"
    assert f'<link rel="canonical" href="{where.format("en")}">' in page
    assert re.findall(r'hreflang="(\w\w)" href="(https[^"]+)"', page) == [
        (code, where.format(code)) for code in LANGUAGES if code != "pl"
    ]
    assert f'hreflang="x-default" href="{where.format("en")}"' in page
    description = re.findall(r'<meta name="description" content="([^"]+)"', page)
    assert 60 < len(description[0]) <= 160


def test_a_language_without_the_article_leads_to_its_list_and_says_so(pages_url: str) -> None:
    page = httpx.get(f"{pages_url}/en/articles/employment-contract").text
    assert 'href="/pl/articles/" lang="pl"' in page
    assert 'href="/da/articles/employment-contract" lang="da"' in page
    assert "Not available in: polski." in page
    assert "employment-contract" not in httpx.get(f"{pages_url}/pl/articles/").text


@pytest.mark.parametrize("topic", ["nothing", "employment-contract", "../x", "%3Cb%3E"])
def test_an_article_that_is_not_there_is_a_page_in_the_readers_language(
    pages_url: str, topic: str
) -> None:
    answer = httpx.get(f"{pages_url}/pl/articles/{topic}")
    assert answer.status_code == 404
    assert "Tej strony nie ma" in answer.text


def test_links_between_topics_lead_to_pages_and_keep_the_citizenship(pages_url: str) -> None:
    page = httpx.get(f"{pages_url}/en/articles/tax-card?citizenship=eu_eea_ch").text
    assert 'href="/en/articles/eu-residence?citizenship=eu_eea_ch"' in page
    assert "topic:" not in page
    # To a topic that is not published in the language there is no link.
    polish = [
        httpx.get(f"{pages_url}{path}").text
        for path in re.findall(
            r'href="(/pl/articles/[a-z0-9-]+)"', httpx.get(f"{pages_url}/pl/articles/").text
        )
    ]
    assert len(polish) == len(shipped_catalogue().topics) - 1
    assert all('href="/pl/articles/employment-contract' not in one for one in polish)


def test_a_citizenship_that_is_none_shows_everything(pages_url: str) -> None:
    plain = httpx.get(f"{pages_url}/en/articles/tax-card").text
    assert httpx.get(f"{pages_url}/en/articles/tax-card?citizenship=%22%3E%3Cb").text == plain


def test_what_is_asked_is_text_and_comes_back(pages_url: str) -> None:
    for path in ("search?q=", "centres/?municipality="):
        page = httpx.get(f"{pages_url}/da/{path}%3Cscript%3Ealert(1)%3C/script%3E").text
        assert "<script>alert" not in page
        assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert 'content="noindex"' in httpx.get(f"{pages_url}/da/search?q=x").text
    assert httpx.get(f"{pages_url}/da/search?q={'x' * 5000}").status_code == 200


def test_centres_say_what_is_sure_and_link_to_what_is_not(pages_url: str) -> None:
    page = httpx.get(f"{pages_url}/en/centres/?municipality=Koldin").text
    assert "We know no municipality, town or postcode called “Koldin”" in page
    assert 'href="/en/centres/?municipality=Kolding"' in page
    assert "See the opening hours on the official page" in page
    assert "10-16" not in page  # seen, but not confirmed
    assert "None" not in page
    assert "checked 23 November 2026" in page


@pytest.mark.parametrize(
    ("place", "municipality"),
    [("Kopenhadze", "København"), ("Orhusas", "Aarhus"), ("DK-9990 Skagen", "Frederikshavn")],
)
def test_a_place_leads_to_its_centre(pages_url: str, place: str, municipality: str) -> None:
    page = httpx.get(f"{pages_url}/en/centres/", params={"municipality": place}).text
    assert re.search(rf'<h2 id="serving">{municipality}: ICS', page)


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_a_postcode_in_several_municipalities_is_cleared_up_with_the_keyboard(
    browser: Browser, pages_url: str, size: Size
) -> None:
    with visiting(browser, pages_url, size) as visit:
        visit.open("/en/centres/")
        visit.page.get_by_label("Your municipality, town or postcode").focus()
        visit.page.keyboard.type("2640 Hedehusene")
        visit.page.keyboard.press("Enter")
        heading = visit.page.get_by_role("heading", name="lies in several municipalities")
        expect(heading).to_be_visible()
        visit.check()
        visit.page.get_by_role("link", name="Greve", exact=True).focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_role("heading", name="Greve: ICS")).to_be_visible()
        visit.check()


def test_the_sitemap_lists_each_article_with_its_languages(pages_url: str) -> None:
    answer = httpx.get(f"{pages_url}/sitemap.xml")
    assert answer.headers["Content-Type"].startswith("application/xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = ET.fromstring(answer.content).findall("s:url", space)  # noqa: S314 (our own)
    places = [url.findtext("s:loc", namespaces=space) for url in urls]
    assert len(places) == len(set(places)) == 6 * 6 + 6 * len(shipped_catalogue().topics) - 1
    assert "https://ics.example/lt/articles/tax-card" in places
    assert "https://ics.example/pl/articles/employment-contract" not in places
    contract = urls[places.index("https://ics.example/en/articles/employment-contract")]
    assert len(contract) == 1 + 5
    robots = httpx.get(f"{pages_url}/robots.txt").text
    assert "Sitemap: https://ics.example/sitemap.xml" in robots
    assert "Disallow: /desk" in robots
