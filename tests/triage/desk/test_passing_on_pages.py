"""Warnings and mail for other authorities on the desk: in Chromium, by keyboard, and over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles
from tests.triage.desk.ledger import DANISH, POLISH, Ledger
from tests.web.browser import BOTH_LANGUAGES, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.models import Case, CaseEvent, Reply
from web.models import AuditEntry

SIRI = "sikker@siri.example.test"


@pytest.fixture
def ledger(sqlite_database: Database) -> Ledger:
    """Case 1 is for SIRI, case 2 speaks of danger, case 3 asks for access."""
    add_user(sqlite_database, "kim", "caseworker")
    filled = Ledger(sqlite_database)
    with sqlite_database.transaction() as session:
        bring_in_own_articles(session)
    filled.add(
        POLISH,
        "visitation",
        authority="siri",
        reasons=[{"key": "authority.siri", "text": "Jak dostać kartę podatkową?"}],
    )
    filled.add(
        DANISH,
        "visitation",
        language="da",
        urgency=2,
        warnings=[
            {"key": "warning.forced_labour", "text": "Chefen har taget mit pas."},
            {"key": "warning.despair", "text": "Jeg kan ikke mere."},
        ],
    )
    filled.add(
        DANISH,
        "visitation",
        language="da",
        urgency=1,
        warnings=[{"key": "warning.access_request", "text": "Jeg beder om aktindsigt."}],
    )
    return filled


@pytest.fixture
def url(ledger: Ledger) -> Iterator[str]:
    """The application over that ledger; only SIRI has a secure mailbox."""
    with served(application(ledger.database, authority_addresses={"siri": SIRI})) as address:
        yield address


def sign_in(visit: Visit, path: str, *, is_danish: bool) -> None:
    visit.open("/desk/")
    visit.page.get_by_label("User name").fill("kim")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("button", name="Sign out")).to_be_visible()
    if is_danish:
        visit.page.get_by_role("button", name="Dansk").click()
        expect(visit.page.get_by_role("button", name="Log ud")).to_be_visible()
    visit.open(path)
    visit.page.wait_for_load_state()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "is_danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(
    browser: Browser, url: str, size: tuple[int, int], *, is_danish: bool
) -> None:
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/desk/", is_danish=is_danish)
        for path in (
            "/desk/",
            "/desk/visitation/",
            "/desk/visitation/?selection=warned",
            "/desk/visitation/?selection=passed_on",
            "/desk/cases/1",
            "/desk/cases/2",
            "/desk/cases/3",
            "/desk/cases/1/pass-on",
            "/desk/cases/2/pass-on",
            "/desk/cases/1/pass-on?authority=police",
            "/desk/cases/1/pass-on?authority=unemployment-fund",
            "/desk/cases/1/reply?authority=siri",
        ):
            visit.open(path)
            visit.check()


@pytest.mark.browser
def test_it_is_passed_on_and_told_by_keyboard_alone(
    browser: Browser, url: str, ledger: Ledger
) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit, "/desk/cases/1", is_danish=False)
        page = visit.page
        page.get_by_role("link", name="Pass it on, and tell the sender").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="SIRI")).to_be_visible()
        page.get_by_role("button", name="Send it on").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Passed on to SIRI")
        visit.check()
        page.get_by_role("link", name="Write to the sender").focus()
        page.keyboard.press("Enter")
        text = page.get_by_label("Text (polski)")
        expect(text).to_have_value(re.compile("przekazaliśmy go dalej"))
        page.get_by_role("button", name="Send", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("nswered")
        visit.open("/desk/visitation/?selection=passed_on")
        expect(page.get_by_text("Passed on to SIRI")).to_be_visible()
    with ledger.database.transaction() as session:
        sent = session.scalars(select(Reply).order_by(Reply.id)).all()
        assert [one.authority for one in sent] == ["siri", None]
        assert "przekazaliśmy" in sent[1].text
        assert "https://nyidanmark.dk/" in sent[1].text
        actions = session.scalars(select(AuditEntry.action)).all()
        assert "case.passed_on" in actions


def test_what_is_urgent_stands_first_and_says_what_to_do(url: str) -> None:
    with signed_in(url, "kim") as kim:
        page = kim.get("/desk/visitation/").text
        assert page.index("case-2") < page.index("case-3") < page.index("case-1")
        assert "Forced labour?" in page
        case = kim.get("/desk/cases/2").text
        assert "Chefen har taget mit pas." in case
        assert 'href="tel:112"' in case
        # Of the hotline no editor has confirmed the number yet.
        assert "an editor must still confirm the number" in case
        assert "70 20 25 50" not in case
        assert "within 7 working days" in kim.get("/desk/cases/3").text


def test_without_a_secure_mailbox_it_is_said_how(url: str, ledger: Ledger) -> None:
    with signed_in(url, "kim") as kim:
        page = kim.get("/desk/cases/1/pass-on?authority=police")
        assert "by Digital Post" in page.text
        assert "No page of this authority is confirmed" in page.text
        fields = {"csrf_token": token_in(page.text), "revision": "1", "authority": "police"}
        refused = kim.post("/desk/cases/1/pass-on", data={**fields, "way": "mail"})
        assert refused.status_code == 422
        assert "No secure mailbox of this authority is set" in refused.text
        done = kim.post("/desk/cases/1/pass-on", data={**fields, "way": "by_hand"})
        assert done.status_code == 303
        told = kim.get("/desk/cases/1/reply?authority=police").text
        assert "przekazaliśmy go dalej" in told
    with ledger.database.transaction() as session:
        assert session.get_one(Case, 1).passed_on_to == "police"
        assert session.scalars(select(Reply)).all() == []
        events = session.scalars(select(CaseEvent)).all()
        assert [(one.action, one.detail) for one in events] == [("passed_on_by_hand", "police")]


def test_nothing_is_passed_on_to_nobody_a_fund_or_twice(url: str) -> None:
    with signed_in(url, "kim") as kim:
        page = kim.get("/desk/cases/1/pass-on").text
        fields = {"csrf_token": token_in(page), "revision": "1", "way": "by_hand"}
        for nobody in ("", "parking", "unemployment-fund"):
            answer = kim.post("/desk/cases/1/pass-on", data={**fields, "authority": nobody})
            assert answer.status_code == 422
        assert (
            "private association"
            in kim.get("/desk/cases/1/pass-on?authority=unemployment-fund").text
        )
        stale = kim.post(
            "/desk/cases/1/pass-on", data={**fields, "authority": "siri"} | {"revision": "0"}
        )
        assert stale.status_code == 409
        assert kim.post("/desk/cases/1/pass-on", data={**fields, "authority": "siri"}).is_redirect
        again = kim.post(
            "/desk/cases/1/pass-on", data={**fields, "authority": "siri", "revision": "2"}
        )
        assert again.status_code == 409
        assert "It was passed on before" in again.text


def test_as_long_as_nothing_is_passed_on_the_sender_is_asked_to_write(url: str) -> None:
    with signed_in(url, "kim") as kim:
        told = kim.get("/desk/cases/1/reply?authority=siri").text
        assert "Nie przekazaliśmy go dalej" in told
        assert "https://nyidanmark.dk/" in told
        # Another language begins the same text anew.
        assert 'name="authority" value="siri"' in told
        german = kim.get("/desk/cases/1/reply?authority=siri&language=de").text
        assert "nicht weitergeleitet" in german
