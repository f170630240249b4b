"""The pages on keeping and erasing, over HTTP and in Chromium at both widths and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import AUTOMATIC, POLISH, Ledger
from tests.web.browser import BOTH_LANGUAGES, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.models import Case, Erasure, Mail, Removal
from triage.privacy.retention import Period, periods, save
from triage.shelves import FOLDERS
from web.models import AuditEntry


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "lone", "team_leader")
    add_user(sqlite_database, "kim", "caseworker")
    ledger = Ledger(sqlite_database)
    ledger.add(POLISH, "tax")
    ledger.add(POLISH.replace(b"<1@", b"<2@"), "tax")
    ledger.add(AUTOMATIC, "automatic", kind="automatic")
    with sqlite_database.transaction() as session:
        session.execute(
            update(Case).where(Case.id == 2).values(closed_at=now() - timedelta(days=40))
        )
    with served(application(sqlite_database)) as address:
        yield address


def sent(client: httpx.Client, **changes: str) -> httpx.Response:
    """Send the form of the periods as it is, with changes; `_` stands for the first `-`."""
    form = {"csrf_token": token_in(client.get("/admin/retention/").text)}
    changed = {name.replace("_", "-", 1): value for name, value in changes.items()}
    return client.post("/admin/retention/", data=form | changed)


def test_periods_are_saved_after_it_was_said_what_they_do(
    url: str, sqlite_database: Database
) -> None:
    with signed_in(url, "alex") as alex:
        asked = sent(alex, tax_days="30", tax_in_mailbox="delete", spam_open_days="90")
        assert asked.status_code == 200
        assert "1 case will be erased within a day" in asked.text
        assert "erased 30 days after closing" in asked.text
        with sqlite_database.reading() as session:
            assert periods(session)["tax"] == Period()
        back = sent(alex, tax_days="30", back="1")
        assert 'name="tax-days" inputmode="numeric"' in back.text
        assert 'value="30"' in back.text
        saved = sent(alex, tax_days="30", tax_in_mailbox="delete", spam_open_days="90", sure="1")
        assert saved.headers["Location"] == "/admin/retention/?done=saved"
        page = alex.get("/admin/retention/?done=saved").text
    assert "These are kept until somebody decides: Jobseekers" in page
    with sqlite_database.reading() as session:
        found = periods(session)
        subjects = session.scalars(
            select(AuditEntry.subject).where(AuditEntry.action == "retention.decided")
        ).all()
    assert found["tax"] == Period(30, None, "delete")
    assert found["spam"] == Period(None, 90)
    assert set(subjects) == {"shelf:tax", "shelf:spam"}


@pytest.mark.parametrize("typed", ["6", "0", "-1", "soon", "1e3", "٣٠", "99999999", "30 "])
def test_what_is_no_period_comes_back_as_it_was_typed(
    url: str, sqlite_database: Database, typed: str
) -> None:
    with signed_in(url, "alex") as alex:
        answer = sent(alex, tax_days=typed, automatic_days="77", sure="1")
    if typed == "30 ":
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert "Write a number of days from 7 to 36500" in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="77"' in answer.text
    with sqlite_database.reading() as session:
        assert set(periods(session).values()) == {Period()}


def test_who_may_look_and_who_may_decide(url: str) -> None:
    with signed_in(url, "lone") as lone:
        page = lone.get("/admin/retention/")
        assert page.status_code == 200
        assert "An administrator decides the periods." in page.text
        assert sent(lone, tax_days="30").status_code == 403
        assert lone.get("/admin/retention/erased").status_code == 200
        assert lone.get("/desk/cases/1/erase").status_code == 200
    with signed_in(url, "kim") as kim:
        for path in ("/admin/retention/", "/admin/retention/erased", "/desk/cases/1/erase"):
            assert kim.get(path).status_code == 403
        assert "/desk/cases/1/erase" not in kim.get("/desk/cases/1").text


def erase(client: httpx.Client, case_id: int, **fields: str) -> httpx.Response:
    page = client.get(f"/desk/cases/{case_id}/erase").text
    form = {"csrf_token": token_in(page), "revision": "1", "ground": "asked", "sure": "true"}
    return client.post(f"/desk/cases/{case_id}/erase", data=form | fields)


def test_a_case_is_erased_on_the_desk(url: str, sqlite_database: Database) -> None:
    with signed_in(url, "lone") as lone:
        answer = erase(lone, 1, filed_under="2026-4711 010190-1234", in_mailbox="delete")
        assert answer.headers["Location"] == "/desk/cases/1?done=erased"
        page = lone.get("/desk/cases/1?done=erased").text
        assert "This case was erased" in page
        assert "erased for good (The person asked for it), lone" in " ".join(page.split())
        for gone in ("anna@", "Karta", "/reply", "/original", "attachments"):
            assert gone not in page
        assert "(erased)" in lone.get("/desk/tax/?selection=closed").text
        # Nothing can be written into it, and nothing more be read of it.
        for path in ("/reply", "/erase"):
            assert lone.get(f"/desk/cases/1{path}").headers["Location"] == "/desk/cases/1"
        assert lone.get("/desk/cases/1/original").status_code == 404
        assert lone.get("/desk/cases/1/attachments/1").status_code == 404
        token = {"csrf_token": token_in(lone.get("/desk/new").text)}
        draft = token | {"revision": "2", "language": "en", "subject": "s", "text": "t"}
        typing = lone.post("/desk/cases/1/reply/draft", data=draft, headers={"HX-Request": "true"})
        assert (typing.status_code, typing.headers["HX-Redirect"]) == (410, "/desk/cases/1")
        assert lone.post("/desk/cases/1/reply", data=draft).status_code == 303
        proofs = lone.get("/admin/retention/erased").text
        assert "Nothing is left of what was erased" in proofs
        assert "The person asked for it (2026-4711 [CPR])" in proofs
        exported = lone.get("/admin/retention/erased.csv")
        assert exported.headers["Content-Disposition"] == 'attachment; filename="erased.csv"'
    with sqlite_database.reading() as session:
        erasure = session.scalars(select(Erasure)).one()
        assert session.scalars(select(Removal.mail_id)).all() == [1]
        assert session.get_one(Mail, 1).subject is None
        done = session.execute(
            select(AuditEntry.user_name, AuditEntry.subject).where(
                AuditEntry.action.in_(["case.erased", "erasures.exported"])
            )
        ).all()
    assert [tuple(row) for row in done] == [("lone", "case:1"), ("lone", "erasures")]
    heading, line = exported.text.splitlines()
    assert "Keyed digests" in heading
    assert "ICS-000001" in line
    assert erasure.digests[0]["digest"] in line


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"ground": ""}, 422, "Choose one of the list."),
        ({"sure": ""}, 422, "Tick this box, or go back."),
        ({"filed_under": "x" * 61}, 422, "This is too long."),
        ({"revision": "7"}, 409, "Somebody else has just changed this case"),
    ],
)
def test_a_refused_erasure_comes_back_with_what_was_typed(
    url: str, sqlite_database: Database, fields: dict[str, str], status: int, said: str
) -> None:
    with signed_in(url, "alex") as alex:
        form = {"filed_under": "2026-4711"} | fields
        if not form.get("sure", "true"):
            form["sure"] = "false"
        answer = erase(alex, 1, **form)
    assert answer.status_code == status
    assert said in answer.text
    assert f'value="{form["filed_under"]}"' in answer.text
    with sqlite_database.reading() as session:
        assert session.get_one(Mail, 1).subject is not None
        assert session.scalars(select(Erasure)).all() == []


def sign_in(visit: Visit) -> None:
    visit.open("/sign-in")
    visit.page.locator("#name").fill("alex")
    visit.page.locator("#password").fill(PASSWORD)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".staff-menu")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(
    browser: Browser, url: str, sqlite_database: Database, size: tuple[int, int], danish: bool
) -> None:
    with sqlite_database.transaction() as session:
        chosen = dict.fromkeys(FOLDERS, Period(20_000, 30))
        save(session, {**chosen, "spam": Period()}, "alex")
        session.execute(
            update(Case).where(Case.id == 1).values(opened_at=now() - timedelta(days=31))
        )
    with visiting(browser, url, size, locale="da-DK" if danish else "en-GB") as visit:
        sign_in(visit)
        for path in ("/admin/retention/", "/admin/retention/erased", "/desk/cases/1/erase"):
            visit.open(path)
            visit.check()
        visit.page.locator("button.button-primary").click()
        expect(visit.page.get_by_role("alert")).to_be_visible()
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        visit.page.locator("#ground-asked").check()
        visit.page.locator("#sure").check()
        visit.page.locator("button.button-primary").click()
        expect(visit.page.locator(".alert-info")).to_be_visible()
        visit.check()
        for path in ("/admin/retention/erased", "/desk/tax/?selection=closed"):
            visit.open(path)
            visit.check()
        visit.open("/admin/retention/")
        visit.page.locator("#tax-days").fill("x")
        visit.page.locator("main button.button-primary").click()
        expect(visit.page.get_by_role("alert")).to_be_visible()
        visit.errors.clear()
        visit.check()
        visit.page.locator("#tax-days").fill("30")
        visit.page.locator("main button.button-primary").click()
        expect(visit.page.locator("main table")).to_be_visible()
        visit.check()


@pytest.mark.browser
def test_all_of_it_goes_by_keyboard(browser: Browser, url: str, sqlite_database: Database) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit)
        visit.open("/desk/cases/1/erase")
        keys = visit.page.keyboard
        visit.page.locator("#ground-asked").focus()
        keys.press("Space")
        keys.press("ArrowDown")
        keys.press("Tab")
        keys.type("2026-4711")
        keys.press("Tab")
        keys.press("Tab")
        keys.press("Space")
        keys.press("Tab")
        assert visit.focused() == "Erase for good"
        keys.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Erased case ICS-000001")
        visit.open("/admin/retention/")
        visit.page.locator("#tax-days").focus()
        keys.type("30")
        keys.press("Enter")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Save these periods?")
        visit.page.get_by_role("button", name="Save", exact=True).focus()
        keys.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("Saved")
    with sqlite_database.reading() as session:
        erasure = session.scalars(select(Erasure)).one()
        assert (erasure.ground, erasure.filed_under) == ("not_ours", "2026-4711")
        assert periods(session)["tax"].days == 30
