"""The pages on what is set of queues, over HTTP and in Chromium at both widths and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from storage.database import Database
from storage.times import now
from tests.triage.admin.test_pages import sign_in
from tests.triage.desk.ledger import POLISH, Ledger
from tests.web.browser import BOTH_LANGUAGES, visiting
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.models import Case, Notification
from triage.queues.settings import EVERYWHERE, Chosen, Notify, in_force, place, save
from triage.states import NotificationState
from web.dates import today
from web.models import AuditEntry

OWN = {"folder_from": "own", "forward_to_from": "own", "notify_from": "own", "hours_from": "own"}


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "lone", "team_leader")
    add_user(sqlite_database, "kim", "caseworker")
    with served(application(sqlite_database)) as address:
        yield address


def sent(client: httpx.Client, path: str = "tax/all", **fields: str) -> httpx.Response:
    page = client.get(f"/admin/queues/{path}").text
    form = {"csrf_token": token_in(page), "revision": "0"}
    return client.post(f"/admin/queues/{path}", data=form | fields)


def test_everything_is_saved_and_shown(url: str, sqlite_database: Database) -> None:
    with signed_in(url, "alex") as alex:
        answer = sent(
            alex,
            folder_from="own",
            folder=" Skat / Ny mail ",
            forward_to_from="own",
            forward_to="skat@example.org",
            notify_from="own",
            notify_to="anna@example.org\nbo@example.org, anna@example.org",
            notify_when="at",
            notify_times="13:00, 9.00",
            notify_minutes="nonsense",
            notify_in_hours="true",
            hours_from="own",
            hours_0="9-15",
            hours_1="9.30-15",
            hours_3="09:00 – 17:30",
            closed_days_from="own",
            closed_days="24-12-2026\n2026-12-31",
            service_days_from="own",
            service_days="5",
        )
        assert answer.headers["Location"] == "/admin/queues/?done=saved"
        page = " ".join(alex.get("/admin/queues/?done=saved").text.split())
        again = alex.get("/admin/queues/tax/all").text
    assert "Skat/Ny mail" in page
    assert "anna@example.org, bo@example.org; at 09:00, 13:00; within working hours" in page
    assert "Monday 09:00–15:00, Tuesday 09:30–15:00, Thursday 09:00–17:30; 2 closed days" in page
    assert "within 5 working days" in page
    assert 'value="09:30-15:00"' in again
    with sqlite_database.reading() as session:
        assert place(session, "tax", EVERYWHERE).chosen == Chosen(
            "Skat/Ny mail",
            "skat@example.org",
            Notify(("anna@example.org", "bo@example.org"), "at", 60, (time(9), time(13)), True),
            {
                0: (time(9), time(15)),
                1: (time(9, 30), time(15)),
                3: (time(9), time(17, 30)),
            },
            (date(2026, 12, 24), date(2026, 12, 31)),
            5,
        )
        done = session.execute(
            select(AuditEntry.user_name, AuditEntry.subject).where(AuditEntry.action == "queue.set")
        ).all()
    assert [tuple(row) for row in done] == [("alex", "queue:tax:all")]


def test_a_form_that_is_sent_as_it_was_changes_nothing(url: str, sqlite_database: Database) -> None:
    with signed_in(url, "alex") as alex:
        answer = sent(alex, forward_to_from="none", notify_from="none", folder_from="without")
        assert answer.headers["Location"] == "/admin/queues/?done=unchanged"
    with sqlite_database.reading() as session:
        assert place(session, "tax", EVERYWHERE).revision == 0


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("folder", "x" * 81, "Write a shorter name"),
        ("folder", "", "Write a name"),
        ("folder", "Queues//Tax", "Write a name"),
        ("folder", "Queues.Tax", "Mail servers give these characters"),
        ("folder", "Sent Items", "use this folder themselves"),
        ("folder", "Slettet post", "use this folder themselves"),
        ("folder", "inbox/Tax", "use this folder themselves"),
        ("folder", "Queues/Jobseeker", "is or was the folder of another queue"),
        ("folder", "queues-jobseeker", "is or was the folder of another queue"),
        ("folder", "queues/tax", "the same name in other letters"),
        ("forward_to", "skat", "Write a mail address"),
        ("forward_to", "ICS+tax@example.test", "This is an address of Ankomst"),
        ("notify_to", "", "Write a mail address"),
        ("notify_to", "a@example.org nobody", "Write a mail address"),
        ("notify_to", " ".join(f"a{n}@example.org" for n in range(11)), "10 addresses at most"),
        ("notify_minutes", "0", "Write a number of minutes from 1 to 1440"),
        ("notify_times", "25:00", "Write times such as"),
        ("hours_2", "15-9", "Write hours such as"),
        ("hours_0", "", "Write the hours of one weekday at least"),
        ("closed_days", "31-02-2026", "Write one day a line"),
        ("closed_days", "\n".join(["24-12-2026"] * 101), "Write 100 days at most"),
        ("service_days", "61", "Write a number of working days from 1 to 60"),
    ],
)
def test_a_refused_form_comes_back_as_it_was_typed(
    url: str, sqlite_database: Database, field: str, typed: str, said: str
) -> None:
    group = {"notify_minutes": "notify", "notify_times": "notify", "notify_to": "notify"}
    chosen = group.get(field, "hours" if field.startswith("hours") else field)
    fields = {f"{chosen}_from": "own", "notify_to": "anna@example.org", "closed_days": "typed"}
    fields["notify_when"] = {"notify_minutes": "every", "notify_times": "at"}.get(field, "at_once")
    with signed_in(url, "alex") as alex:
        answer = sent(alex, **fields | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert f'id="{field}-error"' in answer.text
    assert typed.strip().partition("\n")[0] in answer.text
    assert "anna@example.org" in answer.text or field == "notify_to"
    with sqlite_database.reading() as session:
        assert place(session, "tax", EVERYWHERE).revision == 0


def test_of_two_admins_the_second_one_is_told(url: str, sqlite_database: Database) -> None:
    with signed_in(url, "alex") as alex:
        sent(alex, service_days_from="own", service_days="5")
        answer = sent(alex, service_days_from="own", service_days="7")
        assert answer.status_code == 409
        assert "Somebody else has just changed this" in answer.text
        assert 'value="7"' in answer.text
        assert 'name="revision" value="1"' in answer.text
        assert sent(alex, revision="1", service_days_from="own", service_days="7").is_redirect
    with sqlite_database.reading() as session:
        assert in_force(session, "tax", None).service_days == 7


def test_of_a_shelf_that_is_no_queue_the_folder_alone_is_set(
    url: str, sqlite_database: Database
) -> None:
    with signed_in(url, "alex") as alex:
        assert "forward_to" not in alex.get("/admin/queues/spam/all").text
        answer = sent(
            alex, "spam/all", folder_from="own", folder="Mistænkelig", forward_to_from="own"
        )
        assert answer.is_redirect
    with sqlite_database.reading() as session:
        assert in_force(session, "spam", "odense").folder == "Mistænkelig"


def test_who_may_look_and_who_may_set(url: str) -> None:
    with signed_in(url, "lone") as lone:
        page = lone.get("/admin/queues/").text
        assert "An administrator sets this." in page
        assert "/admin/queues/tax/all" not in page
        assert lone.get("/admin/queues/tax/all").status_code == 403
    with signed_in(url, "kim") as kim:
        assert kim.get("/admin/queues/").status_code == 403
    with signed_in(url, "alex") as alex:
        assert alex.get("/admin/queues/tax/nowhere").status_code == 404
        assert alex.get("/admin/queues/parking/all").status_code in {404, 422}


@pytest.mark.browser
@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(
    browser: Browser, url: str, sqlite_database: Database, size: tuple[int, int], danish: bool
) -> None:
    Ledger(sqlite_database).add(POLISH, "tax", case={"due_on": today() - timedelta(days=1)})
    with sqlite_database.transaction() as session:
        save(
            session,
            "tax",
            EVERYWHERE,
            Chosen(
                forward_to="skat@office.example.org",
                notify=Notify(("anna@example.org",), "every", 30),
                closed_days=(date(2026, 12, 24),),
                service_days=5,
            ),
            0,
            "alex",
        )
        save(session, "tax", "odense", Chosen(hours={0: (time(9), time(15))}), 0, "alex")
        session.add(
            Notification(
                shelf="tax",
                recipient="anna@example.org",
                cases=[1],
                urgent=False,
                made_at=now(),
                state=NotificationState.REFUSED,
            )
        )
    with visiting(browser, url, size, locale="da-DK" if danish else "en-GB") as visit:
        sign_in(visit)
        for path in ("/admin/queues/", "/admin/queues/tax/all", "/admin/queues/tax/odense"):
            visit.open(path)
            visit.check()
        visit.open("/admin/queues/tax/all")
        for one in ("folder", "hours", "closed_days"):
            visit.page.locator(f"#{one}-own").check()
        visit.page.locator("#folder").fill("Sent")
        visit.page.locator("#hours_0").fill("soon")
        visit.check()
        visit.page.locator(".form-send").click()
        expect(visit.page.locator("#folder-error")).to_be_visible()
        visit.errors.clear()  # the browser writes of the status 422
        visit.check()
        for path in ("/desk/", "/desk/tax/", "/desk/tax/?selection=overdue", "/desk/cases/1"):
            visit.open(path)
            visit.check()


@pytest.mark.browser
def test_by_keyboard_alone(browser: Browser, url: str, sqlite_database: Database) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit)
        keyboard = visit.page.keyboard
        visit.open("/admin/queues/")
        visit.page.get_by_role("link", name="Change Tax: Everywhere").focus()
        keyboard.press("Enter")
        expect(visit.page.locator("h1")).to_have_text("Tax, everywhere")
        visit.page.locator("#service_days-none").focus()
        keyboard.press("ArrowDown")
        keyboard.press("Tab")
        assert visit.focused() == "service_days"
        keyboard.type("4")
        keyboard.press("Enter")
        expect(visit.page.locator(".alert-success")).to_be_visible()
    with sqlite_database.reading() as session:
        assert in_force(session, "tax", None).service_days == 4


def test_the_desk_shows_what_is_overdue(url: str, sqlite_database: Database) -> None:
    ledger = Ledger(sqlite_database)
    ledger.add(POLISH, "tax", case={"due_on": today() - timedelta(days=1)})
    ledger.add(POLISH.replace(b"<1@", b"<2@"), "tax", case={"due_on": today()})
    ledger.add(POLISH.replace(b"<1@", b"<3@"), "tax")
    ledger.add(
        POLISH.replace(b"<1@", b"<4@"),
        "tax",
        case={"due_on": today() - timedelta(days=9), "closed_at": now()},
    )
    with signed_in(url, "kim") as kim:
        assert "1 overdue" in kim.get("/desk/").text
        overdue = kim.get("/desk/tax/?selection=overdue").text
        assert 'id="case-1"' in overdue
        assert all(f'id="case-{number}"' not in overdue for number in (2, 3, 4))
        everything = kim.get("/desk/tax/").text
        assert everything.count("Answer due") == 2
        assert everything.count('<strong class="badge badge-error">Overdue') == 1
        case = " ".join(kim.get("/desk/cases/1").text.split())
        assert "<dt>Answer due</dt>" in case
        assert "Overdue</strong></dd>" in case
    with sqlite_database.reading() as session:
        assert session.get_one(Case, 1).closed_at is None
