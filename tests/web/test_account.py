"""Signing in and out, over HTTP, as a browser does it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from storage.database import Database
from tests.web.fixtures import PASSWORD, add_user, signed_in, token_in
from tests.web.serving import application, served
from web.account.routes import local_path
from web.models import AuditEntry
from web.users import DEMO_PASSWORD


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    """The application with one caseworker, kim."""
    add_user(sqlite_database, "kim", "caseworker")
    with served(application(sqlite_database)) as address:
        yield address


def sign_in(client: httpx.Client, name: str, password: str, **more: str) -> httpx.Response:
    token = token_in(client.get("/sign-in").text)
    form = {"csrf_token": token, "name": name, "password": password} | more
    return client.post("/sign-in", data=form)


def actions(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_signing_in_leads_to_the_page_asked_for(url: str, sqlite_database: Database) -> None:
    with httpx.Client(base_url=url) as client:
        asked = client.get("/desk/tax/")
        form = client.get(asked.headers["Location"])
        assert 'name="next" value="/desk/tax/"' in form.text
        answer = sign_in(client, " kim ", PASSWORD, next="/desk/tax/")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/tax/")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie
        assert client.get("/account").status_code == 200
        again = client.get("/sign-in")
        assert (again.status_code, again.headers["Location"]) == (303, "/desk/")
    assert actions(sqlite_database) == ["staff.signed_in"]


def test_cookies_are_for_https_alone_where_the_settings_say_so(sqlite_database: Database) -> None:
    add_user(sqlite_database, "kim", "caseworker")
    with served(application(sqlite_database, web_secure_cookies=True)) as url:
        with httpx.Client(base_url=url) as client:
            form = client.get("/sign-in")
            assert "Secure" in form.headers["Set-Cookie"]
            visitor = form.headers["Set-Cookie"].partition(";")[0]
            answer = client.post(
                "/sign-in",
                data={"csrf_token": token_in(form.text), "name": "kim", "password": PASSWORD},
                headers={"Cookie": visitor},
            )
        assert answer.status_code == 303
        session_cookie = answer.headers.get_list("Set-Cookie")[0]
        assert session_cookie.startswith("ankomst_session=")
        assert "Secure" in session_cookie
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_a_refusal_does_not_say_whether_the_user_exists(
    url: str, sqlite_database: Database
) -> None:
    with httpx.Client(base_url=url) as client:
        wrong = [sign_in(client, "kim", "wrong") for _ in range(5)]
        locked = sign_in(client, "kim", PASSWORD)
        unknown = [sign_in(client, "ulla", "wrong") for _ in range(6)]
    answers = [*wrong, locked, *unknown]
    assert {answer.status_code for answer in answers} == {401}
    pages = {answer.text.replace("ulla", "kim") for answer in answers}
    assert len(pages) == 1
    assert PASSWORD not in locked.text
    assert actions(sqlite_database) == ["staff.sign_in_refused"] * 12


def test_many_attempts_from_one_address_are_slowed_down(url: str) -> None:
    with httpx.Client(base_url=url, headers={"X-Forwarded-For": "203.0.113.9"}) as client:
        codes = [sign_in(client, f"user{n}", "wrong").status_code for n in range(30)]
    assert codes[:20] == [401] * 20
    assert 429 in codes[20:]


def test_forms_without_the_token_of_this_browser_are_refused(url: str) -> None:
    form = {"name": "kim", "password": PASSWORD}
    with httpx.Client(base_url=url) as client, httpx.Client(base_url=url) as other:
        theirs = token_in(other.get("/sign-in").text)
        assert client.post("/sign-in", data=form).status_code == 403
        client.get("/sign-in")
        for token in ("", "0" * 64, theirs, "ø"):
            refused = client.post("/sign-in", data=form | {"csrf_token": token})
            assert refused.status_code == 403
            assert "ankomst_session" not in refused.headers.get("Set-Cookie", "")
    with signed_in(url, "kim") as kim:
        assert kim.post("/sign-out").status_code == 403
        assert kim.post("/sign-out", data={"csrf_token": theirs}).status_code == 403
        refused = kim.post("/account/language", data={"csrf_token": theirs, "language": "da"})
        assert refused.status_code == 403
        assert "The form has expired" in refused.text
        assert kim.get("/account").status_code == 200
        own = token_in(kim.get("/account").text)
        answer = kim.post(
            "/account/language", data={"language": "da"}, headers={"X-CSRF-Token": own}
        )
        assert answer.status_code == 303


def test_signing_in_gives_a_new_session_whatever_cookie_came_with_it(url: str) -> None:
    with httpx.Client(base_url=url, cookies={"ankomst_session": "planted"}) as client:
        form = client.get("/sign-in")
        answer = client.post(
            "/sign-in",
            data={"csrf_token": token_in(form.text), "name": "kim", "password": PASSWORD},
        )
        assert answer.status_code == 303
        assert "planted" not in answer.headers["Set-Cookie"]


def test_signing_out_ends_the_session_on_the_server(url: str, sqlite_database: Database) -> None:
    with signed_in(url, "kim") as kim:
        stolen = dict(kim.cookies)
        token = token_in(kim.get("/account").text)
        answer = kim.post("/sign-out", data={"csrf_token": token})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
        assert kim.get("/account").status_code == 303
    assert httpx.get(f"{url}/account", cookies=stolen).status_code == 303
    assert actions(sqlite_database) == ["staff.signed_in", "staff.signed_out"]


def test_changing_the_password_ends_all_other_sessions(url: str, sqlite_database: Database) -> None:
    new = "another good passphrase"
    with signed_in(url, "kim") as here, signed_in(url, "kim") as elsewhere:
        form = {"csrf_token": token_in(here.get("/account").text), "present": PASSWORD, "new": new}
        wrong = here.post("/account/password", data=form | {"present": "wrong"})
        assert wrong.status_code == 422
        assert "not your present password" in wrong.text
        weak = here.post("/account/password", data=form | {"new": "password1234"})
        assert weak.status_code == 422
        assert "easy to guess" in weak.text
        assert elsewhere.get("/account").status_code == 200
        old = dict(here.cookies)
        answer = here.post("/account/password", data=form)
        assert answer.status_code == 303
        assert "has been changed" in here.get(answer.headers["Location"]).text
        assert elsewhere.get("/account").status_code == 303
    assert httpx.get(f"{url}/account", cookies=old).status_code == 303
    with signed_in(url, "kim", new) as again:
        assert again.get("/account").status_code == 200
    assert "staff.password_changed" in actions(sqlite_database)


def test_the_language_of_the_staff_pages_is_remembered(url: str) -> None:
    with signed_in(url, "kim") as kim:
        page = kim.get("/account")
        assert '<html lang="en">' in page.text
        form = {"csrf_token": token_in(page.text), "language": "da", "next": "/account"}
        answer = kim.post("/account/language", data=form)
        assert answer.headers["Location"] == "/account"
        assert '<html lang="da">' in kim.get("/account").text
        polish = kim.post("/account/language", data=form | {"language": "pl"})
        assert polish.status_code == 422
    with signed_in(url, "kim") as again:
        assert "Skift adgangskode" in again.get("/account").text


def test_the_form_speaks_danish_unless_asked_for_english(url: str) -> None:
    assert "Adgangskode" in httpx.get(f"{url}/sign-in").text
    assert "Adgangskode" in httpx.get(f"{url}/sign-in", headers={"Accept-Language": "pl"}).text
    assert "Password" in httpx.get(f"{url}/sign-in", headers={"Accept-Language": "en"}).text
    assert "Password" in httpx.get(f"{url}/sign-in?language=en").text


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/desk/tax/", "/desk/tax/"),
        ("/desk/mail/5", "/desk/mail/5"),
        (None, "/desk/"),
        ("", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example/", "/desk/"),
        ("/\t/evil.example", "/desk/"),
        ("/a\r\nSet-Cookie: x", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_one_is_never_led_to_another_site(asked: str | None, led_to: str) -> None:
    assert local_path(asked) == led_to


def test_the_demos_users_are_shown_in_the_demo_alone(url: str, sqlite_database: Database) -> None:
    assert DEMO_PASSWORD not in httpx.get(f"{url}/sign-in").text
    with served(application(sqlite_database, demo=True)) as demo_url:
        assert DEMO_PASSWORD in httpx.get(f"{demo_url}/sign-in").text
        with signed_in(demo_url, "caseworker", DEMO_PASSWORD) as client:
            cookies = dict(client.cookies)
            assert client.get("/account").status_code == 200
    assert httpx.get(f"{url}/account", cookies=cookies).status_code == 303
