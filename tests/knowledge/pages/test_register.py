"""The contact register for others: JSON and pieces of HTML, from any origin, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from knowledge.register import Register
from language.languages import LANGUAGES, Language
from storage.database import Database
from tests.bot.widget.host import Host, running_host
from tests.knowledge.conftest import fill
from tests.knowledge.pages.microdata import Item, read
from tests.knowledge.register_content import write_register_content
from tests.web.browser import WIDTHS, visiting
from tests.web.serving import application, served
from web.security_headers import CONTENT_SECURITY_POLICY

Size = tuple[int, int]

BEFORE = datetime(2027, 2, 28, 22, 59, tzinfo=UTC)
ON_THE_DAY = datetime(2027, 2, 28, 23, 1, tzinfo=UTC)
"""A minute after midnight in Denmark: 1 March."""

ADDRESSES = ("/centres.json", "/da/centres.html", "/pl/centres/odense.html")


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.dates.now", lambda: moment)


@pytest.fixture
def url(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The pages with the register's content, a minute before the change."""
    with database.transaction() as session:
        fill(session, write_register_content(tmp_path / "content"))
    at(BEFORE, monkeypatch)
    with served(application(database)) as served_at:
        yield served_at


def offices(url: str, path: str) -> list[Item]:
    answer = httpx.get(url + path)
    assert answer.status_code == 200
    return read(answer.text).top


def test_every_address_is_open_to_all_and_may_be_kept(url: str) -> None:
    for path in ADDRESSES:
        first = httpx.get(url + path)
        headers = first.headers
        assert first.status_code == 200
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert headers["Cache-Control"] == "public, max-age=300"
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Frame-Options"] == "DENY"
        assert "Set-Cookie" not in headers
        assert "Access-Control-Allow-Credentials" not in headers
        for tag in (headers["ETag"], f'"other", W/{headers["ETag"]}', "*"):
            again = httpx.get(url + path, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == headers["ETag"]
            assert again.headers["Access-Control-Allow-Origin"] == "*"
        other = httpx.get(url + path, headers={"If-None-Match": '"other"'})
        assert other.text == first.text


def test_pages_of_any_origin_may_ask_with_fields_of_their_own(url: str) -> None:
    asked = {
        "Origin": "https://www.kommune.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "hx-request",
    }
    for path in ADDRESSES:
        answer = httpx.options(url + path, headers=asked)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "hx-request" in answer.headers["Access-Control-Allow-Headers"]
        refused = httpx.options(
            url + path, headers=asked | {"Access-Control-Request-Method": "POST"}
        )
        assert refused.status_code == 400
    gone = httpx.get(f"{url}/da/centres/nothing.html", headers={"Origin": asked["Origin"]})
    assert (gone.status_code, gone.headers["Access-Control-Allow-Origin"]) == (404, "*")
    for path in ("/da/centres/", "/da/", "/sign-in", "/api/chat/conversations"):
        answer = httpx.options(url + path, headers=asked)
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_json_is_the_register_of_the_day_in_denmark(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = httpx.get(f"{url}/centres.json")
    assert answer.headers["Content-Type"] == "application/json"
    before = Register.model_validate_json(answer.content)
    assert str(before.day) == "2027-02-28"
    assert [one.slug for one in before.centres] == ["kobenhavn", "herlev", "odense"]
    assert "null" not in answer.text
    assert "9-15" not in answer.text  # seen, but not confirmed
    at(ON_THE_DAY, monkeypatch)
    changed = httpx.get(f"{url}/centres.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200
    after = Register.model_validate_json(changed.content)
    assert [one.name for one in after.centres] == ['ICS <Funen> & "Isles"', "ICS East"]


def test_the_interface_describes_the_register(url: str) -> None:
    # It is put together on the first request, which takes long while models are trained beside it.
    described = httpx.get(f"{url}/api/openapi.json", timeout=60).json()
    found = described["paths"]["/centres.json"]["get"]["responses"]["200"]["content"]
    assert found == {"application/json": {"schema": {"$ref": "#/components/schemas/Register"}}}
    html = described["paths"]["/{language}/centres/{slug}.html"]["get"]
    assert set(html["responses"]["200"]["content"]) == {"text/html"}
    assert set(described["components"]["schemas"]["Register"]["properties"]) == {
        "version", "day", "centres", "changes_ahead",
    }  # fmt: skip


def test_a_piece_says_to_programs_what_is_confirmed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (east,) = offices(url, "/en/centres/kobenhavn.html")
    assert east.kind == "GovernmentOffice"
    assert east.texts("name") == ["ICS East"]
    assert east.texts("address") == ["Nyropsgade 1, 1602 København V"]
    assert east.texts("email") == ["cph@kk.dk"]
    assert east.texts("url") == ["https://ihcph.kk.dk/"]
    assert [area.texts("name") for area in east.items("areaServed")] == [["København"]]
    # Neither the number nor the hours are confirmed.
    assert set(east.properties) == {"name", "address", "email", "url", "areaServed"}
    page = httpx.get(f"{url}/en/centres/kobenhavn.html").text
    assert 'href="tel:+4533661000"' in page
    assert "checked 23 November 2026" in page
    assert "See the opening hours on the official page" in page

    at(ON_THE_DAY, monkeypatch)
    (funen,) = offices(url, "/en/centres/odense.html")
    assert funen.texts("name") == ['ICS <Funen> & "Isles"']
    assert funen.texts("telephone") == ["+45 11 11 11 11"]
    assert [hours.properties for hours in funen.items("openingHoursSpecification")] == [
        {"dayOfWeek": ["https://schema.org/Monday"], "opens": ["09:30"], "closes": ["12:00"]},
        {"dayOfWeek": ["https://schema.org/Friday"]},
    ]
    unit, telephone = funen.items("contactPoint")
    assert unit.texts("name") == ["Jobs"]
    assert unit.texts("email") == ["jobs@odense.example"]
    assert unit.texts("telephone") == []
    assert telephone.texts("telephone") == ["+45 11 11 11 11"]
    assert telephone.items("hoursAvailable")[0].properties == {
        "dayOfWeek": ["https://schema.org/Thursday"], "opens": ["10:00"], "closes": ["14:15"],
    }  # fmt: skip
    (_, copenhagen) = offices(url, "/en/centres.html")
    assert [area.texts("name") for area in copenhagen.items("areaServed")] == [["København"]]
    assert httpx.get(f"{url}/en/centres/herlev.html").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_piece_fits_into_any_page_in_each_language(
    url: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(ON_THE_DAY, monkeypatch)
    answer = httpx.get(f"{url}/{language}/centres.html")
    assert answer.headers["Content-Language"] == language
    assert answer.headers["X-Robots-Tag"] == "noindex"
    found = read(answer.text)
    assert answer.text.startswith(f'<div class="ankomst-centres" lang="{language}">')
    assert not {"script", "style", "html", "head", "body", "h1", "main", "iframe"} & set(found.tags)
    assert not {"style", "id"} & set(found.attributes)
    assert not any(name.startswith("on") for name in found.attributes)
    assert [office.kind for office in found.top] == ["GovernmentOffice"] * 2
    assert "<Funen>" not in answer.text
    monday = {"da": "mandag", "en": "Monday", "pl": "poniedziałek", "lt": "pirmadienis",
              "ro": "luni", "de": "Montag"}  # fmt: skip
    assert monday[language] in answer.text


def test_headings_are_of_the_level_that_is_asked_for(url: str) -> None:
    assert len(re.findall("<h2 ", httpx.get(f"{url}/da/centres.html").text)) == 3
    asked = httpx.get(f"{url}/da/centres.html?heading=4").text
    assert (len(re.findall("<h4 ", asked)), "<h2" in asked) == (3, False)
    for wrong in ("1", "7", "x", "2><b"):
        answer = httpx.get(f"{url}/da/centres.html", params={"heading": wrong})
        assert answer.status_code == 422
        assert "2><b" not in answer.text


@pytest.mark.parametrize(
    "path", ["/da/centres/nothing.html", "/xx/centres.html", "/da/centres/%3Cb%3E.html"]
)
def test_what_is_not_there_is_not_found(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code == 404


def test_without_centres_a_piece_says_so(site_url: str) -> None:
    page = httpx.get(f"{site_url}/en/centres.html").text
    assert "No centre is listed at the moment." in page
    assert read(page).top == []


def test_our_own_page_carries_the_same_markup(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at(ON_THE_DAY, monkeypatch)
    page = httpx.get(f"{url}/en/centres/?municipality=Herlev").text
    # All of <main>: what stands around it is no piece of ours to read.
    main = page[page.index("<main") : page.index("</main>") + len("</main>")]
    found = read(main).top
    assert [office.texts("name") for office in found] == [
        ["ICS East"],
        ['ICS <Funen> & "Isles"'],
        ["ICS East"],
    ]
    assert "09:30" in page


@pytest.fixture
def host() -> Iterator[Host]:
    """A page of somebody else, with a policy that allows nothing inline."""
    with running_host() as running:
        yield running


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_piece_in_a_page_of_somebody_else_has_no_barriers(
    browser: Browser,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: Host,
    language: Language,
    size: Size,
) -> None:
    with sqlite_database.transaction() as session:
        fill(session, write_register_content(tmp_path / "content"))
    at(ON_THE_DAY, monkeypatch)
    with (
        served(application(sqlite_database)) as url,
        visiting(browser, host.url, size) as visit,
    ):
        host.chat, host.has_chat = url, False
        host.element = httpx.get(f"{url}/{language}/centres.html").text
        visit.open("/")
        expect(visit.page.get_by_role("heading", level=2)).to_have_count(2)
        visit.page.locator("summary").first.press("Enter")
        expect(visit.page.get_by_text("Odense", exact=True)).to_be_visible()
        fetched: dict[str, Any] = visit.page.evaluate(
            "url => fetch(url, {headers: {'HX-Request': 'true'}}).then(answer => answer.json())",
            f"{url}/centres.json",
        )
        assert (fetched["version"], fetched["day"]) == (1, "2027-03-01")
        visit.foreign = [one for one in visit.foreign if not one.startswith((url, "data:"))]
        visit.check()


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_our_own_page_shows_hours_and_municipalities_without_barriers(
    browser: Browser,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    with sqlite_database.transaction() as session:
        fill(session, write_register_content(tmp_path / "content"))
    at(ON_THE_DAY, monkeypatch)
    with served(application(sqlite_database)) as url, visiting(browser, url, size) as visit:
        visit.open("/en/centres/")
        summary = visit.page.locator("summary").nth(1)
        summary.focus()
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_text("It is the nearest centre to these.")).to_be_visible()
        expect(visit.page.get_by_role("row", name="Monday")).to_contain_text("09:30–12:00")
        expect(visit.page.get_by_role("row", name="Friday")).to_contain_text("closed")
        visit.check()
