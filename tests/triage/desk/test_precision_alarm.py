"""Who is told that sure decisions are wrong too often: on the desk, in Chromium, and a monitoring program."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser, expect

from storage.database import Database
from storage.times import now
from tests.knowledge.admin.test_pages import Size, sign_in
from tests.web.browser import BOTH_LANGUAGES, visiting
from tests.web.fixtures import add_user, signed_in
from tests.web.serving import application, served
from triage.models import Mailbox, PrecisionAlarm

ALARM = "Sure decisions are wrong too often"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """With an alarm of everything, one of a queue in a language, and one that is over."""
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "kim", "caseworker")
    moment = now()
    with sqlite_database.transaction() as session:
        session.add(Mailbox(name="ics", first_look_at=moment, last_round_trip_at=moment))
        session.flush()
        session.query(Mailbox).update({"old_mail": "sort"})
        for language, shelf, trouble, ended in (
            ("", "", "below", None),
            ("pl", "tax", "fell", None),
            ("da", "tax", "fell", moment),
        ):
            session.add(
                PrecisionAlarm(
                    language=language,
                    shelf=shelf,
                    trouble=trouble,
                    began_at=moment,
                    confirmed=40,
                    right=33,
                    ended_at=ended,
                )
            )
    return sqlite_database


def test_leaders_and_admins_are_told_and_caseworkers_are_not(database: Database) -> None:
    with served(application(database)) as url:
        with signed_in(url, "alex") as alex:
            assert ALARM in alex.get("/desk/").text
            page = alex.get("/desk/precision").text
            assert "Everything, all languages: surely less often right than wanted" in page
            assert "Tax, polski: clearly less often right than in the weeks before" in page
            assert "33 of 40 right" in page
            assert "dansk" not in page
        with signed_in(url, "kim") as kim:
            assert ALARM not in kim.get("/desk/").text
            assert ALARM not in kim.get("/desk/precision").text


def test_a_monitoring_program_is_told(database: Database) -> None:
    with served(application(database)) as url:
        answer = httpx.get(f"{url}/health/mail")
    assert answer.status_code == 200
    found = answer.json()
    assert found["health"] == "attention"
    assert [
        (one["language"], one["shelf"], one["trouble"], one["right"], one["confirmed"])
        for one in found["precision_alarms"]
    ] == [(None, None, "below", 33, 40), ("pl", "tax", "fell", 33, 40)]


@pytest.mark.browser
@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_the_alarm_has_no_barriers(
    browser: Browser, database: Database, size: Size, danish: bool
) -> None:
    with served(application(database)) as url, visiting(browser, url, size) as visit:
        sign_in(visit, "/account")
        if danish:
            visit.page.get_by_role("button", name="Dansk").click()
            expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        for path in ("/desk/", "/desk/precision"):
            visit.open(path)
            expect(visit.page.locator(".alert-warning")).to_be_visible()
            visit.check()
