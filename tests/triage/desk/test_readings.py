"""Every page of the desk that shows something of a mail or a note leaves a line in the audit log."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from storage.database import Database
from storage.originals import Originals
from tests.triage.deciding.admin_rules.book import a_draft
from tests.triage.desk.ledger import POLISH, Ledger
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import ORIGINALS_KEY, application, served
from triage.cases.handling import NewCase, confirm, open_case
from triage.deciding.admin_rules.rule_book import save
from triage.letters.replying import Draft, save_draft
from triage.models import Mail
from web.access import check_routes
from web.models import AuditEntry

WORDS = ("Nowak", "anna@example.test", "Karta podatkowa", "Jak dosta", "JVBERi0", "Mój CPR", "%PDF")
"""Of the mail: its sender, subject, text, attachment; each can be read in one place or another."""

RULE = {"name": "r", "senders": "example.test", "target": "spam", "phase": "before"}
RULE |= {"position": "1", "revision": "1"}
PLACE = {"revision": "1", "listing": "tax", "selection": "open"}
REPLY = {"revision": "1", "language": "en", "subject": "Re", "text": "x", "q": "tax"}

# What is asked of each route, and whether something of the mail is shown then.
SHOW = {
    "GET /desk/{listing}/": ("/desk/tax/", None),
    "GET /desk/{listing}/list": ("/desk/tax/list", None),
    "GET /desk/mail/{mail_id}": ("/desk/mail/3", None),
    "GET /desk/cases/{case_id}": ("/desk/cases/1", None),
    "GET /desk/cases/{case_id}/original": ("/desk/cases/1/original", None),
    "GET /desk/cases/{case_id}/attachments/{number}": ("/desk/cases/1/attachments/1", None),
    "GET /desk/cases/{case_id}/reply": ("/desk/cases/1/reply", None),
    "GET /desk/cases/{case_id}/erase": ("/desk/cases/1/erase", None),
    "POST /desk/cases/{case_id}/erase": ("/desk/cases/1/erase", {"revision": "1"}),
    "GET /desk/cases/{case_id}/source": ("/desk/cases/1/source", None),
    "POST /desk/cases/{case_id}/numbers": ("/desk/cases/1/numbers", PLACE),
    "POST /desk/cases/{case_id}/confirm": ("/desk/cases/1/confirm", PLACE | {"revision": "9"}),
    "POST /desk/cases/{case_id}/read-again": (
        "/desk/cases/1/read-again",
        PLACE | {"revision": "9"},
    ),
    "POST /desk/cases/{case_id}/close": ("/desk/cases/1/close", PLACE | {"revision": "9"}),
    "POST /desk/cases/{case_id}/reopen": ("/desk/cases/1/reopen", PLACE | {"revision": "9"}),
    "POST /desk/cases/{case_id}/correct": (
        "/desk/cases/1/correct",
        PLACE | {"revision": "9", "to": "spam"},
    ),
    "POST /desk/cases/{case_id}/reply": ("/desk/cases/1/reply", REPLY | {"text": ""}),
    "POST /desk/cases/{case_id}/reply/article": ("/desk/cases/1/reply/article", REPLY),
    "POST /desk/cases/{case_id}/reply/link": ("/desk/cases/1/reply/link", REPLY),
    "POST /desk/cases/{case_id}/reply/search": ("/desk/cases/1/reply/search", REPLY),
    "POST /admin/rules/new": ("/admin/rules/new", RULE),
    "POST /admin/rules/{rule_id}": ("/admin/rules/1", RULE),
    "GET /admin/training-mails/proposed/{case_id}": ("/admin/training-mails/proposed/3", None),
    "POST /admin/training-mails/proposed/{case_id}": (
        "/admin/training-mails/proposed/3?decision=accept",
        {"revision": "9"},
    ),
}
SHOW_NOTHING = {
    "GET /desk/": ("/desk/", None),
    "GET /desk/counts": ("/desk/counts", None),
    "GET /desk/precision": ("/desk/precision", None),
    "GET /desk/reconciliation": ("/desk/reconciliation", None),
    "GET /desk/mailboxes": ("/desk/mailboxes", None),
    "GET /desk/mailboxes/states": ("/desk/mailboxes/states", None),
    "GET /desk/mailboxes/{mailbox_id}/old-mail": ("/desk/mailboxes/1/old-mail?choice=sort", None),
    "POST /desk/mailboxes/{mailbox_id}/old-mail": ("/desk/mailboxes/1/old-mail", {}),
    "GET /desk/find": ("/desk/find?wanted=x", None),
    "GET /desk/new": ("/desk/new", None),
    "POST /desk/new": ("/desk/new", {}),
    "GET /desk/articles": ("/desk/articles?q=tax", None),
    "GET /desk/cases/{case_id}/progress": ("/desk/cases/1/progress", None),
    "POST /desk/cases/{case_id}/reply/draft": ("/desk/cases/1/reply/draft", REPLY),
    "POST /desk/cases/{case_id}/articles": ("/desk/cases/1/articles", {"q": "tax"}),
    "GET /desk/cases/{case_id}/pass-on": ("/desk/cases/4/pass-on", None),
    "POST /desk/cases/{case_id}/pass-on": (
        "/desk/cases/4/pass-on",
        {"revision": "9", "authority": "siri", "way": "mail"},
    ),
    "GET /admin/retention/": ("/admin/retention/", None),
    "POST /admin/retention/": ("/admin/retention/", {}),
    "GET /admin/retention/erased": ("/admin/retention/erased", None),
    "GET /admin/retention/erased.csv": ("/admin/retention/erased.csv", None),
    "GET /admin/rules/": ("/admin/rules/", None),
    "GET /admin/rules/new": ("/admin/rules/new", None),
    "GET /admin/rules/{rule_id}": ("/admin/rules/1", None),
    "POST /admin/rules/{rule_id}/remove": ("/admin/rules/1/remove", {"revision": "9"}),
    "GET /admin/training-mails/": ("/admin/training-mails/", None),
    "GET /admin/training-mails/accepted": ("/admin/training-mails/accepted", None),
    "GET /admin/training-mails/accepted/{written_in}.yml": (
        "/admin/training-mails/accepted/pl.yml",
        None,
    ),
    "GET /admin/training-mails/accepted/{mail_id}": ("/admin/training-mails/accepted/1", None),
    "POST /admin/training-mails/accepted/{mail_id}": (
        "/admin/training-mails/accepted/1?action=remove",
        {"revision": "1"},
    ),
    "GET /admin/audit/": ("/admin/audit/", None),
    "GET /admin/audit/audit.csv": ("/admin/audit/audit.csv", None),
}


@pytest.fixture
def app(sqlite_database: Database) -> FastAPI:
    add_user(sqlite_database, "kim", "admin")
    ledger = Ledger(sqlite_database)
    ledger.add(POLISH, "tax")
    ledger.add(POLISH.replace(b"<1@", b"<2@"), "tax")
    ledger.add(POLISH.replace(b"<1@", b"<3@"), None)
    proposed = ledger.add(POLISH.replace(b"<1@", b"<4@"), "visitation")
    ledger.add(POLISH.replace(b"<1@", b"<5@"), "visitation", authority="siri")
    with sqlite_database.transaction() as session:
        confirm(session, proposed, 1, "kim")
    with sqlite_database.transaction() as session:
        save(session, a_draft("tax", senders="jens@elsewhere.test"), 0, "kim")
        save_draft(session, Originals(ORIGINALS_KEY), 1, Draft("en", "Karta podatkowa", "x"), "kim")
    return application(sqlite_database)


@pytest.fixture
def kim(app: FastAPI) -> Iterator[httpx.Client]:
    with served(app) as url, signed_in(url, "kim") as client:
        yield client


def newest(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.max(AuditEntry.id))) or 0


def since(database: Database, before: int) -> list[tuple[str | None, str, str]]:
    with database.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.id > before))
        return [(entry.user_name, entry.action, entry.subject) for entry in found]


def ask(kim: httpx.Client, route: str) -> httpx.Response:
    path, form = (SHOW | SHOW_NOTHING)[route]
    if form is None:
        return kim.get(path)
    token = {"csrf_token": token_in(kim.get("/desk/new").text)}
    return kim.post(path, data=token | form)


def test_every_route_of_the_desk_is_looked_at_here(app: FastAPI) -> None:
    rooms = (
        *("/desk/", "/admin/rules/", "/admin/retention/", "/admin/training-mails/"),
        "/admin/audit/",
    )
    known = {route for route in check_routes(app.routes) if route.split(" ")[1].startswith(rooms)}
    assert known == set(SHOW) | set(SHOW_NOTHING)


@pytest.mark.parametrize("route", sorted(SHOW))
def test_what_shows_a_mail_is_written_down(
    kim: httpx.Client, sqlite_database: Database, route: str
) -> None:
    before = newest(sqlite_database)
    shown = ask(kim, route)
    assert any(word in shown.content.decode("utf-8", "replace") for word in WORDS)
    entries = since(sqlite_database, before)
    assert {name for name, _, _ in entries} == {"kim"}
    assert {subject for _, _, subject in entries} <= {
        *("case:1", "case:2", "case:3", "case:4", "mail:3", "listing:tax")
    }
    assert entries != []


@pytest.mark.parametrize("route", sorted(SHOW_NOTHING))
def test_what_writes_nothing_down_shows_nothing(kim: httpx.Client, route: str) -> None:
    shown = ask(kim, route)
    assert shown.status_code < 500
    assert [word for word in WORDS if word in shown.text] == []


def test_a_list_left_open_is_written_down_once_in_a_while(
    kim: httpx.Client, sqlite_database: Database
) -> None:
    before = newest(sqlite_database)
    for _ in range(5):
        kim.get("/desk/tax/list")
    assert since(sqlite_database, before) == [("kim", "cases.listed", "listing:tax")]
    kim.get("/desk/tax/")
    assert len(since(sqlite_database, before)) == 2


def test_the_log_of_a_case_has_its_mail_from_before_it_was_one(kim: httpx.Client) -> None:
    kim.get("/desk/mail/3")
    kim.get("/desk/cases/1")
    for path in ("/admin/audit/", "/admin/audit/audit.csv"):
        assert "mail:3" not in kim.get(path, params={"subject": "ICS-000001"}).text
        assert "case:1" in kim.get(path, params={"subject": "ICS-000001"}).text
        assert "mail:3" in kim.get(path, params={"subject": "mail:3"}).text
        assert "case:1" in kim.get(path, params={"user": "1"}).text


def test_the_log_of_a_case_finds_what_was_read_of_its_mail(
    kim: httpx.Client, sqlite_database: Database
) -> None:
    kim.get("/desk/mail/3")
    with sqlite_database.transaction() as session:
        new = NewCase("counter", "tax", None, "en", [], "s", "n", "", "", "")
        case_id = open_case(session, Originals(ORIGINALS_KEY), new, "kim")
        session.execute(update(Mail).where(Mail.id == 3).values(case_id=case_id, shelf="tax"))
    assert "mail:3" in kim.get("/admin/audit/", params={"subject": f"ICS-{case_id:06}"}).text


def test_the_log_holds_nothing_of_what_was_read(
    kim: httpx.Client, sqlite_database: Database
) -> None:
    for route in SHOW:
        ask(kim, route)
    with sqlite_database.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
    written = "\n".join(f"{entry.action} {entry.subject}" for entry in entries)
    assert [word for word in WORDS if word in written] == []
