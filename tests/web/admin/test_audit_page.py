"""The audit log is searched and exported, over HTTP, on both databases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from storage.database import Database
from tests.web.fixtures import add_user, signed_in
from tests.web.serving import application, served
from web import users
from web.admin.audit_page import PAGE_LENGTH
from web.models import AuditEntry


def add_entry(
    database: Database, at: datetime, action: str, subject: str, name: str | None = None
) -> None:
    with database.transaction() as session:
        user_id = None if name is None else users.find(session, name).id
        session.add(
            AuditEntry(at=at, user_id=user_id, user_name=name, action=action, subject=subject)
        )


@pytest.fixture
def lone(database: Database) -> Iterator[httpx.Client]:
    """A browser in which the team leader lone is signed in, over a log with some entries."""
    add_user(database, "kim", "caseworker")
    add_user(database, "lone", "team_leader")
    # 23:30 in Denmark on the 1st; and half an hour past midnight on the 2nd.
    add_entry(database, datetime(2026, 3, 1, 22, 30, tzinfo=UTC), "case.read", "case:42", "kim")
    add_entry(database, datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "case.read", "case:43", "kim")
    add_entry(database, datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "brand.new", "case:42", "lone")
    add_entry(database, datetime(2026, 3, 3, 12, 0, tzinfo=UTC), "staff.sign_in_refused", "user:1")
    with served(application(database)) as url, signed_in(url, "lone") as client:
        yield client


def rows(page: str) -> list[list[str]]:
    cells = re.findall(r"<td data-title=\"[^\"]+\">(.*?)</td>", page, re.DOTALL)
    plain = [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]
    return [plain[start : start + 4] for start in range(0, len(plain), 4)]


def test_all_entries_are_shown_the_newest_first_in_danish_time(lone: httpx.Client) -> None:
    shown = rows(lone.get("/admin/audit/").text)
    assert shown[0][1:] == ["lone", "Signed in", "user:2 (lone)"]
    assert shown[1:] == [
        ["3 Mar 2026, 13:00", "Nobody signed in", "Sign-in refused", "user:1 (kim)"],
        ["2 Mar 2026, 13:00", "lone", "brand.new", "case:42"],
        ["2 Mar 2026, 00:30", "kim", "Read a case", "case:43"],
        ["1 Mar 2026, 23:30", "kim", "Read a case", "case:42"],
    ]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ({"user": "1"}, ["case:43", "case:42"]),
        ({"user": "nobody"}, ["user:1 (kim)"]),
        ({"user": "999"}, []),
        ({"action": "case.read"}, ["case:43", "case:42"]),
        ({"action": "brand.new"}, ["case:42"]),
        ({"subject": "case:42"}, ["case:42", "case:42"]),
        ({"subject": " ics-000042 "}, ["case:42", "case:42"]),
        ({"subject": "case:4"}, []),
        ({"subject": "case:4%"}, []),
        ({"subject": "case:\x00"}, []),
        ({"until": "2026-03-01"}, ["case:42"]),
        ({"since": "2026-03-02", "until": "2026-03-02"}, ["case:42", "case:43"]),
        ({"since": "2026-03-03", "until": "2026-03-04"}, ["user:1 (kim)"]),
        ({"user": "1", "since": "2026-03-02"}, ["case:43"]),
        ({"since": "2999-12-31"}, []),
        ({"since": "2026-03-05", "until": "2026-03-04"}, []),
    ],
)
def test_entries_are_chosen_by_user_action_subject_and_day(
    lone: httpx.Client, query: dict[str, str], subjects: list[str]
) -> None:
    answer = lone.get("/admin/audit/", params=query)
    assert answer.status_code == 200
    assert [row[3] for row in rows(answer.text)] == subjects
    assert ("There is no entry like this" in answer.text) == (not subjects)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "<b>"])
def test_a_day_that_is_none_comes_back_with_everything_that_was_typed(
    lone: httpx.Client, day: str
) -> None:
    query = {"since": day, "subject": "case:42", "user": "1", "action": "case.read"}
    for path in ("/admin/audit/", "/admin/audit/audit.csv"):
        refused = lone.get(path, params=query)
        assert refused.status_code == 422
        assert "This is no day" in refused.text
        assert f'value="{day.replace("<", "&lt;").replace(">", "&gt;")}"' in refused.text
        assert 'value="case:42"' in refused.text
        assert '<option value="1" selected>' in refused.text
        assert '<option value="case.read" selected>' in refused.text
        assert rows(refused.text) == []


def test_a_user_that_no_form_offers_is_refused(lone: httpx.Client) -> None:
    assert lone.get("/admin/audit/", params={"user": "kim"}).status_code == 422


def test_long_logs_are_turned_page_by_page(lone: httpx.Client, database: Database) -> None:
    with database.transaction() as session:
        time = datetime(2026, 4, 1, tzinfo=UTC)
        session.add_all(
            AuditEntry(at=time, action="case.read", subject=f"case:{number}")
            for number in range(1000, 1000 + 2 * PAGE_LENGTH + 5)
        )
    path, seen, pages = "/admin/audit/?user=nobody&action=case.read", [], 0
    while path:
        page = lone.get(path).text
        seen += [row[3] for row in rows(page)]
        pages += 1
        assert ("Newest entries" in page) == (pages > 1)
        older = re.search(r'href="([^"]+)">Older entries', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert pages == 3
    assert seen == [f"case:{number}" for number in reversed(range(1000, 1000 + len(seen)))]
    assert len(seen) == 2 * PAGE_LENGTH + 5


def test_the_chosen_entries_are_exported_and_the_export_is_recorded(
    lone: httpx.Client, database: Database
) -> None:
    add_entry(database, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "=1+1", "@SUM(A1)", "kim")
    answer = lone.get("/admin/audit/audit.csv", params={"user": "1"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert answer.text.startswith("\ufeff")
    assert lines == [
        ["Time", "User", "Action", "Name of the action", "Subject"],
        ["2026-03-02 10:00:00+01:00", "kim", "'=1+1", "'=1+1", "'@SUM(A1)"],
        ["2026-03-02 00:30:00+01:00", "kim", "Read a case", "case.read", "case:43"],
        ["2026-03-01 23:30:00+01:00", "kim", "Read a case", "case.read", "case:42"],
    ]
    assert rows(lone.get("/admin/audit/").text)[0][1:] == [
        "lone",
        "Exported the audit log",
        "audit",
    ]


def test_an_export_is_complete_however_long_the_log_is(
    lone: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        time = datetime(2026, 4, 1, tzinfo=UTC)
        session.add_all(
            AuditEntry(at=time, action="case.read", subject=f"case:{number}")
            for number in range(1000, 3500)
        )
    text = lone.get("/admin/audit/audit.csv", params={"since": "2026-04-01", "user": "nobody"}).text
    subjects = [line.split(";")[-1] for line in text.splitlines()[1:]]
    assert subjects == [f"case:{number}" for number in reversed(range(1000, 3500))]
