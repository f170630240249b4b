"""Every route says who may call it, and holds to it."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from storage.database import Database
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from web.access import MissingRuleError, check_routes, public, requires, rules, staff
from web.models import Role

STAFF = "admin caseworker team_leader"
LEADERS = "admin team_leader"

RULES = {
    "GET /": "public",
    "GET /{language}/": "public",
    "POST /{language}/conversations/{conversation_id}/messages": "public",
    "GET /{language}/conversations/{conversation_id}/messages": "public",
    "GET /{language}/conversations/{conversation_id}/ask-a-person": "public",
    "GET /{language}/ask-a-person": "public",
    "GET /{language}/ask-a-person/{key}": "public",
    "POST /{language}/ask-a-person": "returned_form",
    "GET /{language}/articles/": "public",
    "GET /{language}/articles/{topic}": "public",
    "GET /{language}/guides/": "public",
    "GET /{language}/guides/{slug}": "public",
    "GET /{language}/search": "public",
    "GET /{language}/centres/": "public",
    "GET /{language}/centres.html": "public",
    "GET /{language}/centres/{slug}.html": "public",
    "GET /centres.json": "public",
    "GET /sitemap.xml": "public",
    "GET /robots.txt": "public",
    "GET /widget.js": "public",
    "GET /api/openapi.json": "public",
    "POST /api/chat/conversations": "public",
    "GET /api/chat/conversations/{conversation_id}": "public",
    "GET /api/chat/conversations/{conversation_id}/messages": "public",
    "POST /api/chat/conversations/{conversation_id}/messages": "public",
    "PUT /api/chat/conversations/{conversation_id}/messages/{number}/rating": "public",
    "GET /static/{digest}/{name:path}": "public",
    "GET /favicon.ico": "public",
    "GET /sign-in": "public",
    "POST /sign-in": "public_form",
    "POST /sign-out": STAFF,
    "GET /account": STAFF,
    "POST /account/password": STAFF,
    "POST /account/language": STAFF,
    "POST /account/shortcuts": STAFF,
    "GET /admin/users/": "admin",
    "GET /admin/users/new": "admin",
    "POST /admin/users/new": "admin",
    "GET /admin/users/{user_id}": "admin",
    "POST /admin/users/{user_id}/duties": "admin",
    "POST /admin/users/{user_id}/password": "admin",
    "POST /admin/users/{user_id}/close": "admin",
    "POST /admin/users/{user_id}/reopen": "admin",
    "POST /admin/users/{user_id}/unlock": "admin",
    "GET /admin/audit/": LEADERS,
    "GET /admin/audit/audit.csv": LEADERS,
    "GET /admin/rules/": LEADERS,
    "GET /admin/rules/new": "admin",
    "POST /admin/rules/new": "admin",
    "GET /admin/rules/{rule_id}": "admin",
    "POST /admin/rules/{rule_id}": "admin",
    "POST /admin/rules/{rule_id}/remove": "admin",
    "GET /admin/queues/": LEADERS,
    "GET /admin/queues/{shelf}/{centre}": "admin",
    "POST /admin/queues/{shelf}/{centre}": "admin",
    "POST /admin/queues/{shelf}/{centre}/forward-again": "admin",
    "GET /admin/retention/": LEADERS,
    "POST /admin/retention/": "admin",
    "GET /admin/retention/erased": LEADERS,
    "GET /admin/retention/erased.csv": LEADERS,
    "GET /desk/": STAFF,
    "GET /desk/counts": STAFF,
    "GET /desk/precision": STAFF,
    "GET /desk/reconciliation": LEADERS,
    "GET /desk/find": STAFF,
    "GET /desk/mailboxes": LEADERS,
    "GET /desk/mailboxes/states": LEADERS,
    "GET /desk/mailboxes/{mailbox_id}/old-mail": "admin",
    "POST /desk/mailboxes/{mailbox_id}/old-mail": "admin",
    "GET /health/mail": "public",
    "GET /desk/cases/{case_id}/source": STAFF,
    "POST /desk/cases/{case_id}/read-again": STAFF,
    "GET /desk/new": STAFF,
    "POST /desk/new": STAFF,
    "GET /desk/{listing}/": STAFF,
    "GET /desk/{listing}/list": STAFF,
    "GET /desk/mail/{mail_id}": STAFF,
    "GET /desk/cases/{case_id}": STAFF,
    "GET /desk/cases/{case_id}/progress": STAFF,
    "GET /desk/cases/{case_id}/original": STAFF,
    "GET /desk/cases/{case_id}/attachments/{number}": STAFF,
    "POST /desk/cases/{case_id}/confirm": STAFF,
    "POST /desk/cases/{case_id}/correct": STAFF,
    "POST /desk/cases/{case_id}/close": STAFF,
    "POST /desk/cases/{case_id}/reopen": STAFF,
    "POST /desk/cases/{case_id}/numbers": STAFF,
    "GET /desk/cases/{case_id}/erase": LEADERS,
    "POST /desk/cases/{case_id}/erase": LEADERS,
    "GET /desk/cases/{case_id}/pass-on": STAFF,
    "POST /desk/cases/{case_id}/pass-on": STAFF,
    "GET /desk/cases/{case_id}/reply": STAFF,
    "POST /desk/cases/{case_id}/reply": STAFF,
    "POST /desk/cases/{case_id}/reply/article": STAFF,
    "POST /desk/cases/{case_id}/reply/draft": STAFF,
    "POST /desk/cases/{case_id}/reply/link": STAFF,
    "POST /desk/cases/{case_id}/reply/search": STAFF,
    "GET /desk/articles": STAFF,
    "POST /desk/cases/{case_id}/articles": STAFF,
    "GET /admin/articles/": LEADERS,
    "GET /admin/articles/edit": "admin",
    "GET /admin/articles/{topic}": LEADERS,
    "POST /admin/articles/{topic}": "admin",
    "GET /admin/articles/{topic}/{language}": "admin",
    "POST /admin/articles/{topic}/{language}": "admin",
    "POST /admin/articles/{topic}/{language}/preview": "admin",
    "GET /admin/articles/{topic}/{language}/history": LEADERS,
    "GET /admin/articles/{topic}/{language}/history/{number}": LEADERS,
    "POST /admin/articles/{topic}/{language}/history/{number}/restore": "admin",
    "GET /admin/articles/{topic}/{language}/history/{number}/schedule": "admin",
    "POST /admin/articles/{topic}/{language}/history/{number}/schedule": "admin",
    "POST /admin/articles/{topic}/{language}/history/{number}/unschedule": "admin",
    "GET /admin/articles/{topic}/{language}/history/{number}/review": LEADERS,
    "POST /admin/articles/{topic}/{language}/history/{number}/review": "admin",
    "POST /admin/articles/{topic}/{language}/history/{number}/review/decision": "admin",
    "POST /admin/articles/{topic}/{language}/editing": "admin",
    "POST /admin/articles/{topic}/{language}/editing/left": "admin",
    "GET /admin/articles/{topic}/{language}/side-by-side": "admin",
    "POST /admin/articles/{topic}/{language}/side-by-side": "admin",
    "GET /admin/articles/{topic}/{language}/history/{number}/{action}": "admin",
    "POST /admin/articles/{topic}/{language}/history/{number}/{action}": "admin",
    "GET /admin/facts/": LEADERS,
    "GET /admin/facts/{name}": LEADERS,
    "POST /admin/facts/{name}": "admin",
    "GET /admin/centres/": LEADERS,
    "GET /admin/centres/municipalities/": LEADERS,
    "GET /admin/centres/municipalities/{code}": LEADERS,
    "POST /admin/centres/municipalities/{code}": "admin",
    "GET /admin/centres/municipalities/{code}/ahead": "admin",
    "POST /admin/centres/municipalities/{code}/ahead": "admin",
    "POST /admin/centres/municipalities/{code}/withdraw": "admin",
    "GET /admin/centres/{slug}": LEADERS,
    "POST /admin/centres/{slug}": "admin",
    "GET /admin/centres/{slug}/ahead": "admin",
    "POST /admin/centres/{slug}/ahead": "admin",
    "POST /admin/centres/{slug}/withdraw": "admin",
    "GET /admin/topics/new": "admin",
    "POST /admin/topics/new": "admin",
    "GET /admin/topics/{topic}": "admin",
    "POST /admin/topics/{topic}": "admin",
    "POST /admin/topics/{topic}/withdraw": "admin",
    "GET /admin/messages/": LEADERS,
    "GET /admin/messages/new": "admin",
    "GET /admin/messages/{in_language}/{name}": LEADERS,
    "POST /admin/messages/{in_language}/{name}/add": "admin",
    "POST /admin/messages/{in_language}/{name}/change": "admin",
    "GET /admin/training-mails/": LEADERS,
    "GET /admin/training-mails/proposed/{case_id}": "admin",
    "POST /admin/training-mails/proposed/{case_id}": "admin",
    "GET /admin/training-mails/accepted": LEADERS,
    "GET /admin/training-mails/accepted/{written_in}.yml": "admin",
    "GET /admin/training-mails/accepted/{mail_id}": LEADERS,
    "POST /admin/training-mails/accepted/{mail_id}": "admin",
    "GET /admin/training/": LEADERS,
    "POST /admin/training/": "admin",
    "GET /admin/training/confusions": LEADERS,
    "GET /admin/training/try": LEADERS,
    "POST /admin/training/try": LEADERS,
    "GET /admin/training/{run_id}": LEADERS,
    "GET /admin/training/{run_id}/progress": LEADERS,
    "GET /admin/training/{run_id}/{decision}": "admin",
    "POST /admin/training/{run_id}/{decision}": "admin",
    "GET /internal/model": "internal",
    "GET /admin/questions/": LEADERS,
    "GET /admin/questions/groups": LEADERS,
    "POST /admin/questions/groups": "admin",
    "GET /admin/questions/left": LEADERS,
    "POST /admin/questions/left": "admin",
    "GET /admin/questions/{turn_id}": LEADERS,
}
"""Who may call what. A new route is added here by who has thought about it."""

NOT_FOR_STAFF = ("public", "public_form", "returned_form", "internal")


def test_each_route_has_the_rule_it_should_have(sqlite_database: Database) -> None:
    assert check_routes(application(sqlite_database).routes) == RULES


def test_a_route_without_a_rule_or_with_two_stops_the_start() -> None:
    app = FastAPI(openapi_url=None)

    @app.get("/forgotten")
    def forgotten() -> None: ...

    with pytest.raises(MissingRuleError, match="/forgotten has 0"):
        check_routes(app.routes)

    app = FastAPI(openapi_url=None)
    router = APIRouter(dependencies=[Depends(public)])

    @router.get("/both", dependencies=[Depends(requires("admin"))])
    def both() -> None: ...

    app.include_router(router)
    with pytest.raises(MissingRuleError, match="/both has 2"):
        check_routes(app.routes)


def test_a_mounted_application_has_no_rule_and_so_cannot_be_served() -> None:
    app = FastAPI(openapi_url=None)
    app.mount("/other", FastAPI())
    with pytest.raises(MissingRuleError):
        check_routes(app.routes)


def protected_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Method and address of every route that is for staff, as the application itself has them."""
    found = [
        (method, re.sub(r"\{[^}]*\}", "1", context.path.replace("{listing}", "tax")))
        for context in iter_route_contexts(app.routes)
        if context.path and rules(context)[0] not in NOT_FOR_STAFF
        for method in context.methods or ()
    ]
    assert len(found) == sum(rule not in NOT_FOR_STAFF for rule in RULES.values())
    return found


def test_nothing_of_staff_can_be_had_without_signing_in(sqlite_database: Database) -> None:
    app = application(sqlite_database)
    protected = protected_routes(app)
    with served(app) as url, httpx.Client(base_url=url) as client:
        for cookies in ({}, {"ankomst_session": "made up"}):
            client.cookies = httpx.Cookies(cookies)
            for method, path in protected:
                answer = client.request(method, path)
                if method == "GET":
                    assert answer.status_code == 303, path
                    assert answer.headers["Location"].startswith("/sign-in?next=%2F")
                else:
                    assert answer.status_code == 403, path
                assert "ankomst" not in answer.headers.get("Set-Cookie", "")


def test_nothing_is_changed_by_a_form_without_the_token_of_the_session(
    sqlite_database: Database,
) -> None:
    app = application(sqlite_database)
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "other", "admin")
    changing = [path for method, path in protected_routes(app) if method == "POST"]
    assert "/admin/users/1/close" in changing
    with served(app) as url, signed_in(url, "alex") as alex, signed_in(url, "other") as other:
        of_another = token_in(other.get("/account").text)
        before = alex.get("/admin/users/").text
        for path in changing:
            assert alex.post(path).status_code == 403, path
            for token in ("", of_another):
                refused = alex.post(path, data={"csrf_token": token, "name": "new.user"})
                assert refused.status_code == 403, path
                assert "The form has expired" in refused.text
        assert alex.get("/admin/users/").text == before


def test_each_page_of_staff_is_refused_to_roles_that_are_not_named(
    sqlite_database: Database,
) -> None:
    roles: tuple[Role, ...] = ("caseworker", "team_leader")
    for role in roles:
        add_user(sqlite_database, role, role)
    with served(application(sqlite_database)) as url:
        for role in roles:
            with signed_in(url, role) as client:
                token = {"X-CSRF-Token": token_in(client.get("/account").text)}
                for route, rule in RULES.items():
                    if rule in NOT_FOR_STAFF or role in rule.split():
                        continue
                    method, path = route.replace("{user_id}", "1").split()
                    assert client.request(method, path, headers=token).status_code == 403, route


def test_a_role_that_is_not_named_is_refused(sqlite_database: Database) -> None:
    app = application(sqlite_database)
    router = APIRouter()

    @router.get("/for-admins", dependencies=[Depends(requires("admin"))])
    def for_admins() -> str:
        return "secret"

    @router.get("/for-all", dependencies=[Depends(staff)])
    def for_all() -> str:
        return "open"

    app.include_router(router)
    add_user(sqlite_database, "kim", "caseworker")
    add_user(sqlite_database, "alex", "admin")
    with served(app) as url:
        with signed_in(url, "kim") as kim:
            assert kim.get("/for-all").json() == "open"
            refused = kim.get("/for-admins")
            assert refused.status_code == 403
            assert "secret" not in refused.text
            assert "You have no access" in refused.text
        with signed_in(url, "alex") as alex:
            assert alex.get("/for-admins").json() == "secret"


@pytest.mark.parametrize("configured", ["secret", ""])
@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", "secret", "Bearer sécret"])
def test_an_internal_route_is_not_there_without_the_token(
    sqlite_database: Database, configured: str, given: str | None
) -> None:
    headers = {} if given is None else {b"Authorization": given.encode()}
    with served(application(sqlite_database, rasa_token=SecretStr(configured))) as url:
        assert httpx.get(f"{url}/internal/model", headers=headers).status_code == 404


def test_a_piece_of_a_page_leads_to_the_form_when_the_session_has_ended(site_url: str) -> None:
    current = {"HX-Request": "true", "HX-Current-URL": f"{site_url}/desk/?x=1"}
    answer = httpx.get(f"{site_url}/desk/counts", headers=current)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fdesk%2F"
    without = httpx.get(f"{site_url}/desk/counts", headers={"HX-Request": "true"})
    assert without.headers["HX-Redirect"] == "/sign-in"
