"""The page of the mailboxes, the decision about old mail, and the address for monitoring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import DANISH, POLISH, Ledger
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.connections.mailbox import Outline
from triage.folders.first_look import day_of, found_in
from triage.models import Mailbox
from triage.states import MailState
from web.dates import today
from web.models import AuditEntry

DAY = timedelta(days=1)


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    """The application with a user of each role."""
    add_user(sqlite_database, "kim", "caseworker")
    add_user(sqlite_database, "lone", "team_leader")
    add_user(sqlite_database, "alex", "admin")
    with served(application(sqlite_database)) as address:
        yield address


def add_mailbox(database: Database, **columns: Any) -> None:
    """Write down a mailbox that was looked at an hour ago and is decided about."""
    moment = now()
    values: dict[str, Any] = {
        "name": "ics",
        "first_look_at": moment - timedelta(hours=1),
        "counted_at": moment - timedelta(hours=1),
        "last_round_trip_at": moment,
        "old_mail": "sort",
    }
    with database.transaction() as session:
        session.add(Mailbox(**(values | columns)))


def add_undecided(database: Database, **columns: Any) -> None:
    """Write down a mailbox with three old mails that nobody has decided about."""
    moment = now()
    outlines = [Outline(4000, moment - days * DAY, is_read=days > 1) for days in (40, 3, 0)]
    found = found_in(outlines, moment).as_json()
    add_mailbox(database, old_mail=None, found=found, waiting_new=2, **columns)


def text_of(answer: httpx.Response, status: int = 200) -> str:
    assert answer.status_code == status, answer.text
    return " ".join(answer.text.split())


def mailbox_of(database: Database) -> Mailbox:
    with database.transaction() as session:
        return session.scalars(select(Mailbox)).one()


def test_a_mailbox_that_works(url: str, sqlite_database: Database) -> None:
    add_mailbox(sqlite_database)
    with signed_in(url, "lone") as lone:
        page = text_of(lone.get("/desk/mailboxes"))
        assert lone.get("/desk/mailboxes/states").text.lstrip().startswith('<div id="mailbox-stat')
    assert ">Works</span>" in page
    assert "all of it is sorted, none acknowledged" in page
    answer = httpx.get(f"{url}/health/mail")
    assert answer.status_code == 200
    assert answer.json()["health"] == "well"
    assert "ics" not in answer.text


def test_without_a_worker_the_heartbeat_stops(url: str, sqlite_database: Database) -> None:
    assert httpx.get(f"{url}/health/mail").json() == {
        "health": "stopped",
        "mailboxes": [],
        "precision_alarms": [],
    }
    add_mailbox(sqlite_database, last_round_trip_at=now() - timedelta(minutes=6))
    with signed_in(url, "lone") as lone:
        page = text_of(lone.get("/desk/mailboxes"))
        desk = text_of(lone.get("/desk/"))
    assert ">Stopped</strong>" in page
    assert "Probably no worker runs." in page
    assert "The mailbox ics has stopped" in desk
    answer = httpx.get(f"{url}/health/mail")
    assert (answer.status_code, answer.json()["mailboxes"][0]["health"]) == (503, "stopped")
    assert answer.json()["mailboxes"][0]["seconds_since_round_trip"] >= 360


def test_how_long_is_too_long_can_be_set(sqlite_database: Database) -> None:
    add_mailbox(sqlite_database, last_round_trip_at=now() - timedelta(minutes=6))
    with served(application(sqlite_database, heartbeat_minutes=10)) as url:
        assert httpx.get(f"{url}/health/mail").json()["health"] == "well"


def test_a_mailbox_that_was_never_reached_is_shown_with_its_error(
    url: str, sqlite_database: Database
) -> None:
    add_mailbox(
        sqlite_database,
        first_look_at=None,
        counted_at=None,
        old_mail=None,
        last_round_trip_at=None,
        last_error_at=now(),
        last_error="MailboxRefusedError: login refused",
    )
    with signed_in(url, "alex") as alex:
        page = text_of(alex.get("/desk/mailboxes"))
        early = text_of(alex.get("/desk/mailboxes/1/old-mail"))
    assert "The mail server refused something, such as the sign-in." in page
    assert "login refused" in page
    assert "Nobody has decided" not in page
    assert "has not been reached yet" in early
    assert "login" not in httpx.get(f"{url}/health/mail").text


def test_uncertain_acknowledgements_lead_to_their_cases(
    url: str, sqlite_database: Database
) -> None:
    add_mailbox(sqlite_database)
    ledger = Ledger(sqlite_database)
    columns = {"state": MailState.ACKNOWLEDGEMENT_UNCERTAIN, "acknowledgement": "uncertain"}
    ledger.add(POLISH, "tax", **columns)
    ledger.add(DANISH, "tax", **columns, case={"closed_at": now()})
    ledger.add(DANISH, "tax", left_in_inbox=True, acknowledgement="too_many")
    with signed_in(url, "lone") as lone:
        page = text_of(lone.get("/desk/mailboxes"))
    assert 'href="/desk/cases/1">ICS-000001</a>' in page
    assert "ICS-000002" not in page
    assert "1 mail is still in the inbox beside its copy" in page
    assert "1 mail of the last day was not acknowledged" in page


def test_only_an_admin_is_asked_to_decide(url: str, sqlite_database: Database) -> None:
    add_undecided(sqlite_database)
    with signed_in(url, "lone") as lone, signed_in(url, "alex") as alex:
        leaders = text_of(lone.get("/desk/mailboxes"))
        admins = text_of(alex.get("/desk/mailboxes"))
    assert "An administrator decides that." in leaders
    assert "old-mail" not in leaders
    assert 'href="/desk/mailboxes/1/old-mail"' in admins
    assert "2 mails that have come since then wait too." in admins
    answer = httpx.get(f"{url}/health/mail").json()
    assert (answer["health"], answer["mailboxes"][0]["waiting_for_decision"]) == ("attention", 2)


@pytest.mark.parametrize(
    ("choice", "days", "sorted_mails", "left"),
    [("sort", 0, "3 mails become cases", "0 mails stay"),
     ("since", 3, "2 mails become cases", "1 mail stays"),
     ("leave", 0, "0 mails become cases", "3 mails stay")],
)  # fmt: skip
def test_a_decision_is_confirmed_with_its_figures(
    url: str, sqlite_database: Database, choice: str, days: int, sorted_mails: str, left: str
) -> None:
    add_undecided(sqlite_database)
    since = day_of(now() - days * DAY).isoformat() if choice == "since" else ""
    with signed_in(url, "alex") as alex:
        text_of(alex.get("/desk/mailboxes/1/old-mail"))
        query = {"choice": choice, "since": since}
        page = text_of(alex.get("/desk/mailboxes/1/old-mail", params=query))
        assert sorted_mails in page
        assert left in page
        assert "2 mails are taken up as new" in page
        assert mailbox_of(sqlite_database).old_mail is None
        counted_at = mailbox_of(sqlite_database).counted_at
        assert counted_at is not None
        form = {**query, "csrf_token": token_in(page), "counted_at": counted_at.isoformat()}
        assert alex.post("/desk/mailboxes/1/old-mail", data=form).status_code == 303
        decided = mailbox_of(sqlite_database)
        assert (decided.old_mail, decided.decided_by) == (choice, "alex")
        assert (decided.old_mail_since or "") == (day_of(now() - days * DAY) if since else "")
        again = text_of(alex.post("/desk/mailboxes/1/old-mail", data=form), 409)
        assert "Nothing was decided just now." in again
        assert "It is decided:" in text_of(alex.get("/desk/mailboxes/1/old-mail"))
        assert "alex" in text_of(alex.get("/desk/mailboxes?done=decided"))
        assert alex.post("/desk/mailboxes/9/old-mail", data=form).status_code == 404
        assert alex.get("/desk/mailboxes/9/old-mail").status_code == 404
    with sqlite_database.transaction() as session:
        actions = session.execute(
            select(AuditEntry.action, AuditEntry.subject).where(
                AuditEntry.action.startswith("mailbox.")
            )
        ).all()
    assert [tuple(row) for row in actions] == [(f"mailbox.old_mail_{choice}", "mailbox:1")]


def test_what_was_counted_anew_is_looked_at_anew(url: str, sqlite_database: Database) -> None:
    add_undecided(sqlite_database)
    with signed_in(url, "alex") as alex:
        page = alex.get("/desk/mailboxes/1/old-mail?choice=leave&since=").text
        counted_at = mailbox_of(sqlite_database).counted_at
        assert counted_at is not None
        with sqlite_database.transaction() as session:
            session.execute(update(Mailbox).values(counted_at=now()))
        form = {
            "csrf_token": token_in(page),
            "choice": "leave",
            "counted_at": counted_at.isoformat(),
        }
        assert alex.post("/desk/mailboxes/1/old-mail", data=form).status_code == 409
    assert mailbox_of(sqlite_database).old_mail is None


def test_a_wrong_choice_comes_back_with_what_was_typed(url: str, sqlite_database: Database) -> None:
    add_undecided(sqlite_database)
    tomorrow = (today() + DAY).isoformat()
    with signed_in(url, "alex") as alex:
        nothing = text_of(alex.get("/desk/mailboxes/1/old-mail?since="), 422)
        assert "Choose one of the three." in nothing
        for since in ("", "soon", tomorrow):
            path = f"/desk/mailboxes/1/old-mail?choice=since&since={since}"
            wrong = text_of(alex.get(path), 422)
            assert "Give a day, today at the latest." in wrong
            assert f'value="{since}"' in wrong
            assert 'value="since" checked' in wrong
        back = text_of(alex.get("/desk/mailboxes/1/old-mail?choice=leave&since=&change=true"))
        assert 'value="leave" checked' in back
        token = token_in(alex.get("/account").text)
        for form in ({}, {"choice": "since"}, {"choice": "sort", "counted_at": "soon"}):
            data = {"csrf_token": token, **form}
            assert alex.post("/desk/mailboxes/1/old-mail", data=data).status_code == 422
    assert mailbox_of(sqlite_database).old_mail is None
