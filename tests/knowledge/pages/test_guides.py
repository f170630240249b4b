"""The pages of the guides: over HTTP in six languages, and as people use them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.guides import words
from knowledge.guides.all_guides import ALL_GUIDES
from language.languages import LANGUAGES, Language
from tests.web.browser import PHONE, WIDTHS, Visit, visiting
from web.dates import day, today
from web.translations import translations

Size = tuple[int, int]

APPLIES, FORM = "/en/guides/what-applies", "/en/guides/form-04063"
ARRIVAL = today() + timedelta(days=20)
WORKER = {
    "citizenship": "eu_eea_ch",
    "purpose": "work",
    "stay": "over_6_months",
    "home": "denmark",
    "family": "third_country",
    "children": "yes",
    "arrival": ARRIVAL.isoformat(),
    "first_day": (ARRIVAL + timedelta(days=10)).isoformat(),
    "first_pay": (ARRIVAL + timedelta(days=40)).isoformat(),
    "municipality": "Aarhus",
    "stage": "3",
}
APPLICANT = {
    "citizenship": "third_country",
    "work": "employee",
    "tastselv": "no",
    "permit": "granted",
    "lives_in": "sweden",
    "identity": "passport",
    "married": "yes",
    "way": "pdf",
    "form_language": "pl",
    "first_day": (ARRIVAL + timedelta(days=10)).isoformat(),
    "municipality": "8000",
    "stage": "3",
}


def address(path: str, answers: dict[str, str], **changes: str) -> str:
    return f"{path}?{urlencode(answers | changes)}"


def titles(page: str) -> list[str]:
    """Return the titles of the steps on a page."""
    return re.findall(r"<h3>(.+?)</h3>", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_guides_speak_all_languages(pages_url: str, language: Language) -> None:
    gettext = translations(language).gettext
    root = f"{pages_url}/{language}/guides/"
    listed = httpx.get(root)
    assert listed.headers["content-language"] == language
    for guide in ALL_GUIDES:
        title = words.guide_title(guide.slug, language)
        assert title in listed.text
        first = httpx.get(root + guide.slug).text
        assert title in first
        assert gettext("Continue") in first
        empty = httpx.get(f"{root}{guide.slug}?stage=1").text
        assert empty.count(gettext("Choose an answer.")) == len(guide.stages({})[0])
    page = httpx.get(f"{root}what-applies?{urlencode(WORKER)}").text
    assert gettext("What to do, in this order") in page
    assert day(ARRIVAL, language) in page
    query = "citizenship=eu_eea_ch&amp;stay=over_6_months&amp;occupation=employee"
    assert f'href="/{language}/articles/cpr-number?{query}' in page
    assert f'href="/{language}/guides/form-04063?citizenship=eu_eea_ch"' in page
    page = httpx.get(f"{root}form-04063?{urlencode(APPLICANT)}").text
    assert "04.063 PL" in page
    assert "familjebevis" in page
    assert "ICS" in page


def test_guides_are_found(pages_url: str) -> None:
    sitemap = httpx.get(f"{pages_url}/sitemap.xml").text
    for path in ("", "what-applies", "form-04063"):
        assert f"<loc>https://ics.example/pl/guides/{path}</loc>" in sitemap
    for path in ("/en/articles/", "/en/"):
        page = httpx.get(pages_url + path).text
        assert 'href="/en/guides/what-applies"' in page
        assert 'href="/en/guides/form-04063"' in page
    page = httpx.get(f"{pages_url}/en/articles/tax-card?citizenship=nordic&stay=over_6_months").text
    assert 'href="/en/guides/form-04063?citizenship=nordic"' in page
    assert "/en/guides/" not in httpx.get(f"{pages_url}/en/articles/pets").text
    assert httpx.get(f"{pages_url}/en/guides/nothing").status_code == 404


def test_what_was_answered_stays_when_the_language_changes(pages_url: str) -> None:
    page = httpx.get(pages_url + address(APPLIES, WORKER)).text
    kept = urlencode(WORKER).replace("&", "&amp;")
    assert f'href="/da/guides/what-applies?{kept}"' in page


def test_nothing_need_be_answered_in_the_last_stage(pages_url: str) -> None:
    known = {"citizenship": "nordic", "purpose": "study", "stay": "over_6_months"}
    known |= {"family": "none", "children": "no", "stage": "3"}
    page = httpx.get(pages_url + address(APPLIES, known)).text
    assert "Register and get a CPR number" in titles(page)
    kept = urlencode(known).replace("&", "&amp;")
    assert f'href="/da/guides/what-applies?{kept}"' in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arrival": "31.02.2027"}, "Write a date that exists, such as 31.12.2026."),
        ({"arrival": "soon"}, "Write a date that exists, such as 31.12.2026."),
        ({"first_day": "9999-12-31"}, "Write a date that exists, such as 31.12.2026."),
        ({"municipality": "Atlantis"}, "We know no municipality, town or postcode called"),
        ({"municipality": "Koldign"}, "Did you mean: Kolding?"),
        ({"municipality": "2600"}, "Albertslund, Glostrup."),
        ({"citizenship": "martian"}, "Choose an answer."),
        ({"children": ""}, "Choose an answer."),
        (
            {"purpose": "jobseeker", "pd_u2": "yes"},
            "Write the date.",
        ),
        (
            {
                "purpose": "jobseeker",
                "pd_u2": "yes",
                "pd_u2_date": "2026-12-01",
                "pd_u2_last_day": "2026-11-30",
            },
            "The last day lies before the date on the PD U2.",
        ),
    ],
)
def test_what_cannot_be_used_is_told_beside_it_and_nothing_is_lost(
    pages_url: str, changes: dict[str, str], said: str
) -> None:
    page = httpx.get(pages_url + address(APPLIES, WORKER, **changes)).text
    assert said in page
    assert page.count('class="form-error-message"') == 1
    assert titles(page) == []
    for name, value in (WORKER | changes).items():
        if name not in {"stage", "citizenship", "children"}:
            assert f'name="{name}"' in page
            assert f'value="{value}"' in page


def test_answers_that_no_longer_matter_are_left_out(pages_url: str) -> None:
    """Somebody goes back and says that they come to look for work, with a permit from before."""
    before = WORKER | {"citizenship": "third_country", "permit": "applied", "stage": "3"}
    assert "fingerprints" in httpx.get(pages_url + address(APPLIES, before)).text
    after = before | {"citizenship": "nordic", "purpose": "study"}
    page = httpx.get(pages_url + address(APPLIES, after)).text
    assert "fingerprints" not in page
    assert "permit?" not in page
    assert "Register and get a CPR number" in titles(page)


@pytest.mark.parametrize("stage", ["", "0", "-1", "x", "²", "99", "9" * 5000])
def test_any_part_may_stand_in_the_address(pages_url: str, stage: str) -> None:
    found = httpx.get(f"{pages_url}{APPLIES}", params={"stage": stage, "citizenship": "nordic"})
    assert found.status_code == 200
    assert "Which passport do you have?" in found.text


def test_what_is_typed_is_shown_as_text(pages_url: str) -> None:
    page = httpx.get(pages_url + address(APPLIES, WORKER, municipality='"><script>x')).text
    assert "<script>x" not in page
    assert "&#34;&gt;&lt;script&gt;x" in page


def test_a_day_typed_with_dots_comes_back_into_its_field(pages_url: str) -> None:
    page = httpx.get(pages_url + address(APPLIES, WORKER, arrival="5.1.2027", stage="2")).text
    assert re.search(r'type="date" id="arrival" name="arrival" value="2027-01-05"', page)


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_guides_have_no_barriers(browser: Browser, pages_url: str, size: Size) -> None:
    with visiting(browser, pages_url, size) as visit:
        for path in (
            "/en/guides/",
            APPLIES,
            f"{APPLIES}?stage=1",
            address(APPLIES, WORKER, stage="2", arrival="soon"),
            address(APPLIES, WORKER, arrival="soon", municipality="Atlantis"),
            address(APPLIES, WORKER),
            f"{FORM}?citizenship=nordic",
            address(FORM, APPLICANT, stage="2"),
            address(FORM, APPLICANT),
            address("/lt/guides/what-applies", WORKER),
        ):
            visit.open(path)
            visit.check()


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


@pytest.mark.browser
def test_a_jobseeker_finds_their_deadlines_without_scripts(
    browser: Browser, pages_url: str
) -> None:
    with visiting(browser, pages_url, PHONE, java_script_enabled=False) as visit:
        visit.open(APPLIES)
        page = visit.page
        proceed = page.get_by_role("button", name="Continue")
        choose(page, "Which passport do you have?", "Another EU/EEA country or Switzerland")
        choose(page, "Why are you coming to Denmark?", "I am looking for work")
        proceed.click()
        # The third question was forgotten; what was chosen is still there.
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("How long will you be in Denmark")
        expect(page.get_by_label("I am looking for work")).to_be_checked()
        choose(page, "How long will you be in Denmark", "3 to 6 months")
        proceed.click()
        choose(page, "Do you bring unemployment benefit", "Yes")
        choose(page, "Does family come with you", "No, I come alone")
        choose(page, "Do you have children under 18?", "No")
        proceed.click()
        printed = today() + timedelta(days=1)
        page.get_by_label("Which date is printed on the front").fill(printed.isoformat())
        page.get_by_label("Your municipality, town or postcode").fill("Aarhus")
        proceed.click()
        expect(page.get_by_role("heading", name="What to do, in this order")).to_be_visible()
        register = page.locator(".guide-step", has_text="Register in person as a jobseeker")
        due = printed + timedelta(days=7)
        expect(register.locator("time")).to_have_attribute("datetime", due.isoformat())
        expect(page.locator("#centre")).to_contain_text("ICS West in Aarhus")
        # One answer is changed, the others stay.
        page.get_by_role("link", name="Change: Do you bring unemployment benefit").click()
        choose(page, "Do you bring unemployment benefit", "No")
        proceed.click()
        expect(page.get_by_label("Your municipality, town or postcode")).to_have_value("Aarhus")
        proceed.click()
        expect(register).to_have_count(0)
        expect(page.get_by_text("You may stay while you look for work")).to_be_visible()


@pytest.mark.browser
def test_the_form_is_answered_with_the_keyboard_alone(browser: Browser, pages_url: str) -> None:
    with visiting(browser, pages_url) as visit:
        visit.open(FORM)
        page, keyboard = visit.page, visit.page.keyboard
        page.get_by_role("link", name="Step by step").focus()
        keyboard.press("Tab")
        keyboard.press("Space")  # a Nordic citizen
        keyboard.press("Tab")
        keyboard.press("Space")  # with an employer
        to_button(visit)
        keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"stage=1"))
        page.get_by_role("link", name="Change: How do you work in Denmark?").focus()
        keyboard.press("Tab")
        keyboard.press("Space")
        keyboard.press("ArrowDown")  # no
        to_button(visit)
        keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"stage=2"))
        page.get_by_role("link", name="Change: Do you have a CPR number").focus()
        for _ in range(4):
            keyboard.press("Tab")
            keyboard.press("Space")
        keyboard.press("Tab")  # the language of the form is chosen already
        keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What to do, in this order")).to_be_visible()
        expect(page.locator(".guide-step").first).to_contain_text("English")
        visit.check()


def to_button(visit: Visit) -> None:
    """Press the key for the next field until the form can be sent."""
    for _ in range(10):
        visit.page.keyboard.press("Tab")
        if visit.focused() == "Continue":
            return
    raise AssertionError("The keyboard does not reach the button.")


@pytest.mark.browser
def test_on_paper_the_steps_are_numbered_and_addresses_are_written_out(
    browser: Browser, pages_url: str
) -> None:
    with visiting(browser, pages_url) as visit:
        visit.open(address(APPLIES, WORKER))
        page = visit.page
        page.emulate_media(media="print")
        expect(page.locator("ol.guide-steps > li").first).to_be_visible()
        expect(page.locator(".guide-deadline").first).to_be_visible()
        for hidden in (".site-menu", ".breadcrumbs", "footer", "ankomst-chat"):
            expect(page.locator(hidden).first).to_be_hidden()
        expect(page.get_by_role("link", name="Change: Which passport")).to_be_hidden()

        def written(selector: str, where: str) -> str:
            return str(
                page.locator(selector).first.evaluate(
                    f"e => getComputedStyle(e, '::{where}').content"
                )
            )

        assert written(".guide-links a", "after") == '" (https://ics.example/en/articles/tax-card)"'
        assert "counter(guide)" in written(".guide-step h3", "before")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("document.documentElement.clientWidth")
