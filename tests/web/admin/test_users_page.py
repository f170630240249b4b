"""Admins look after users: over HTTP, with a real database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from storage.database import Database
from storage.times import now
from tests.knowledge.own_articles import bring_in_own_articles
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from web import users
from web.models import AuditEntry, Role, User

OWN = "a passphrase of my own"


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    """The application with the six centres, an admin alex and a caseworker kim."""
    with sqlite_database.transaction() as session:
        bring_in_own_articles(session)
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "kim", "caseworker", ("tax",))
    with served(application(sqlite_database)) as address:
        yield address


@pytest.fixture
def alex(url: str) -> Iterator[httpx.Client]:
    """A browser in which the admin is signed in; its forms carry their token."""
    with signed_in(url, "alex") as client:
        client.headers["X-CSRF-Token"] = token_in(client.get("/account").text)
        yield client


def user(database: Database, name: str) -> User:
    with database.transaction() as session:
        return users.find(session, name)


def address(database: Database, name: str) -> str:
    return f"/admin/users/{user(database, name).id}"


def entries(database: Database) -> list[tuple[str | None, str, str]]:
    with database.transaction() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [
            (entry.user_name, entry.action, entry.subject)
            for entry in found
            if not entry.action.startswith(("staff.sign", "cases.listed"))
        ]


def shown_password(page: str) -> str:
    found = re.search(r"<code>([^<]+)</code>", page)
    assert found is not None
    return found[1]


def test_the_list_says_what_each_user_may_do_and_whether_the_account_is_open(
    alex: httpx.Client, sqlite_database: Database
) -> None:
    add_user(sqlite_database, "lone", "team_leader")
    with sqlite_database.transaction() as session:
        users.find(session, "kim").centres = ["aarhus", "gone"]
        users.set_active(session, users.find(session, "lone"), active=False)
    page = alex.get("/admin/users/").text
    cells = re.findall(r"<td data-title=\"[^\"]+\">(.*?)</td>", page, re.DOTALL)
    plain = [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in cells]
    rows = [plain[start : start + 5] for start in range(0, len(plain), 5)]
    assert rows == [
        ["alex", "Administrator", "All", "All", "Open"],
        ["kim", "Caseworker", "Tax", "ICS West in Aarhus, gone", "Open"],
        ["lone", "Team leader", "All", "All", "Closed"],
    ]


def test_a_new_user_gets_a_password_that_is_shown_once_and_must_be_changed(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    form = {
        "name": " ny.bruger ",
        "role": "caseworker",
        "queues": ["tax", "jobseeker"],
        "centres": ["odense"],
    }
    added = alex.post("/admin/users/new", data=form)
    assert added.status_code == 200
    assert added.headers["Cache-Control"] == "no-store"
    password = shown_password(added.text)
    kept = user(sqlite_database, "ny.bruger")
    assert (kept.role, kept.queues, kept.centres) == (
        "caseworker",
        ["tax", "jobseeker"],
        ["odense"],
    )
    assert password not in alex.get(f"/admin/users/{kept.id}").text
    assert entries(sqlite_database) == [
        ("alex", "user.added", f"user:{kept.id}"),
        ("alex", "user.made_caseworker", f"user:{kept.id}"),
    ]
    with signed_in(url, "ny.bruger", password) as new:
        for path in ("/desk/", "/desk/tax/"):
            led = new.get(path)
            assert (led.status_code, led.headers["Location"]) == (303, "/account")
        piece = new.get("/desk/counts", headers={"HX-Request": "true"})
        assert (piece.status_code, piece.headers["HX-Redirect"]) == (403, "/account")
        page = new.get("/account").text
        assert "Choose a password of your own" in page
        assert 'href="/desk/"' not in page
        form = {"csrf_token": token_in(page), "present": password}
        same = new.post("/account/password", data=form | {"new": password})
        assert same.status_code == 422
        assert "This is your present password" in same.text
        changed = new.post("/account/password", data=form | {"new": OWN})
        assert (changed.status_code, changed.headers["Location"]) == (303, "/desk/")
        assert new.get("/desk/").status_code == 200
    with signed_in(url, "ny.bruger", OWN) as again:
        assert again.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("name", "message"),
    [("kim", "a user of this name already"), ("kim larsen", "no spaces"), ("", "no spaces")],
)
def test_a_refused_form_comes_back_as_it_was_filled_in(
    alex: httpx.Client, sqlite_database: Database, name: str, message: str
) -> None:
    form = {"name": name, "role": "team_leader", "queues": ["visitation"], "centres": ["aarhus"]}
    refused = alex.post("/admin/users/new", data=form)
    assert refused.status_code == 422
    assert message in refused.text
    assert f'value="{name}"' in refused.text
    assert '<option value="team_leader" selected>' in refused.text
    checked = re.findall(r'value="(\w+)" checked', refused.text)
    assert checked == ["visitation", "aarhus"]
    assert entries(sqlite_database) == []


def test_what_no_form_offers_is_refused(alex: httpx.Client, sqlite_database: Database) -> None:
    kim = address(sqlite_database, "kim")
    for wrong in ({"role": "king"}, {"queues": ["all"]}, {"centres": ["paris"]}):
        assert alex.post("/admin/users/new", data={"name": "new"} | wrong).status_code == 422
        assert alex.post(f"{kim}/duties", data=wrong).status_code == 422
    assert alex.get("/admin/users/9999").status_code == 404
    assert alex.post("/admin/users/9999/close").status_code == 404
    assert alex.get("/admin/users/99999999999").status_code == 404
    assert user(sqlite_database, "kim").role == "caseworker"
    assert entries(sqlite_database) == []


def test_new_duties_hold_from_the_next_click_of_a_running_session(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    kim = address(sqlite_database, "kim")
    subject = f"user:{kim.rpartition('/')[2]}"
    with signed_in(url, "kim") as session:
        assert session.get("/desk/jobseeker/").status_code == 403
        assert session.get("/admin/audit/").status_code == 403
        changed = alex.post(f"{kim}/duties", data={"queues": ["jobseeker"], "centres": ["aarhus"]})
        assert changed.headers["Location"] == f"{kim}?done=duties"
        assert "next click on" in alex.get(changed.headers["Location"]).text
        assert session.get("/desk/jobseeker/").status_code == 200
        assert session.get("/desk/tax/").status_code == 403
        alex.post(f"{kim}/duties", data={"role": "team_leader", "queues": ["jobseeker"]})
        assert session.get("/desk/tax/").status_code == 200
        assert session.get("/admin/audit/").status_code == 200
    alex.post(f"{kim}/duties", data={"role": "team_leader", "queues": ["jobseeker"]})
    assert entries(sqlite_database) == [
        ("alex", "user.queues_changed", subject),
        ("alex", "user.centres_changed", subject),
        ("alex", "user.made_team_leader", subject),
        ("alex", "user.centres_changed", subject),
    ]


def test_a_centre_that_was_taken_away_does_not_become_all_centres(
    alex: httpx.Client, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        users.find(session, "kim").centres = ["gone"]
    kim = address(sqlite_database, "kim")
    assert 'value="gone" checked' in alex.get(kim).text
    assert alex.post(f"{kim}/duties", data={"centres": ["gone"]}).status_code == 303
    assert user(sqlite_database, "kim").centres == ["gone"]


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    kim = address(sqlite_database, "kim")
    with signed_in(url, "kim") as session:
        closed = alex.post(f"{kim}/close")
        assert "account is closed" in alex.get(closed.headers["Location"]).text
        assert session.get("/desk/").status_code == 303
    assert "Reopen the account" in alex.get(kim).text
    alex.post(f"{kim}/reopen")
    with signed_in(url, "kim") as session:
        assert session.get("/desk/").status_code == 200
    assert [action for _, action, _ in entries(sqlite_database)] == ["user.closed", "user.reopened"]


def test_a_locked_account_is_unlocked(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    kim = address(sqlite_database, "kim")
    assert "Unlock" not in alex.get(kim).text
    with sqlite_database.transaction() as session:
        users.find(session, "kim").locked_until = now() + timedelta(minutes=10)
    assert "Locked until" in alex.get(kim).text
    assert "Locked until" in alex.get("/admin/users/").text
    done = alex.post(f"{kim}/unlock")
    assert "The account is unlocked" in alex.get(done.headers["Location"]).text
    with signed_in(url, "kim") as session:
        assert session.get("/desk/").status_code == 200
    assert [action for _, action, _ in entries(sqlite_database)] == ["user.unlocked"]


def test_a_new_password_ends_all_sessions_and_is_changed_at_the_first_sign_in(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    kim = address(sqlite_database, "kim")
    with signed_in(url, "kim") as session:
        password = shown_password(alex.post(f"{kim}/password").text)
        assert session.get("/desk/").status_code == 303
        assert "/sign-in" in session.get("/desk/").headers["Location"]
    assert "New password not chosen yet" in alex.get(kim).text
    with signed_in(url, "kim", password) as session:
        assert session.get("/desk/").headers["Location"] == "/account"
    own = alex.post(f"{address(sqlite_database, 'alex')}/password")
    assert own.headers["Location"] == "/account"
    with signed_in(url, "alex") as again:
        assert again.get("/desk/").status_code == 200


def test_the_last_admin_stays_one(alex: httpx.Client, sqlite_database: Database) -> None:
    me = address(sqlite_database, "alex")
    with sqlite_database.transaction() as session:
        users.add_demo_users(session)  # they cannot sign in here, and so do not count
    refused = alex.post(f"{me}/duties", data={"role": "caseworker", "queues": ["tax"]})
    assert refused.status_code == 422
    assert "last administrator" in refused.text
    assert '<option value="caseworker" selected>' in refused.text
    assert 'value="tax" checked' in refused.text
    assert alex.post(f"{me}/close").status_code == 422
    assert (user(sqlite_database, "alex").role, user(sqlite_database, "alex").active) == (
        "admin",
        True,
    )
    assert entries(sqlite_database) == []
    alex.post(f"{address(sqlite_database, 'kim')}/duties", data={"role": "admin"})
    assert alex.post(f"{me}/duties", data={"role": "caseworker"}).status_code == 303
    assert alex.get("/admin/users/").status_code == 403


@pytest.mark.parametrize("role", ["caseworker", "team_leader"])
def test_the_menu_shows_what_the_role_may_use(
    url: str, alex: httpx.Client, sqlite_database: Database, role: Role
) -> None:
    pages = (
        *("articles", "facts", "centres", "questions", "messages", "training-mails", "training"),
        *("users", "rules", "queues", "retention", "audit"),
    )
    shown = alex.get("/admin/users/new").text
    assert all(f'href="/admin/{page}/"' in shown for page in pages)
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', shown) == [("/admin/users/", "true")]
    assert 'href="/admin/users/" aria-current="page"' in alex.get("/admin/users/").text
    add_user(sqlite_database, "pia", role)
    with signed_in(url, "pia") as pia:
        links = re.findall(r'href="/admin/([\w-]+)/"', pia.get("/desk/").text)
    assert links == ([] if role == "caseworker" else [page for page in pages if page != "users"])
