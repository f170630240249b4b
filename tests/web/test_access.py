"""Every route says who may call it, and holds to it."""

from __future__ import annotations

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts

from storage.database import Database
from tests.web.fixtures import add_user, signed_in
from tests.web.serving import application, served
from web.access import MissingRuleError, check_routes, public, requires, staff

STAFF = "admin caseworker team_leader"
KNOWLEDGE = "admin team_leader"

RULES = {
    "GET /": "public",
    "GET /{language}/": "public",
    "POST /{language}/conversations/{conversation_id}/messages": "public",
    "GET /{language}/conversations/{conversation_id}/messages": "public",
    "GET /api/openapi.json": "public",
    "POST /api/chat/conversations": "public",
    "GET /api/chat/conversations/{conversation_id}": "public",
    "GET /api/chat/conversations/{conversation_id}/messages": "public",
    "POST /api/chat/conversations/{conversation_id}/messages": "public",
    "GET /static/{digest}/{name:path}": "public",
    "GET /favicon.ico": "public",
    "GET /sign-in": "public",
    "POST /sign-in": "public_form",
    "POST /sign-out": STAFF,
    "GET /account": STAFF,
    "POST /account/password": STAFF,
    "POST /account/language": STAFF,
    "GET /desk/": STAFF,
    "GET /desk/counts": STAFF,
    "GET /desk/{listing}/": STAFF,
    "GET /desk/mail/{mail_id}": STAFF,
    "GET /admin/articles/": KNOWLEDGE,
    "GET /admin/articles/edit": "admin",
    "GET /admin/articles/{topic}": KNOWLEDGE,
    "POST /admin/articles/{topic}": "admin",
    "GET /admin/articles/{topic}/{language}": "admin",
    "POST /admin/articles/{topic}/{language}": "admin",
    "POST /admin/articles/{topic}/{language}/preview": "admin",
    "GET /admin/articles/{topic}/{language}/history": KNOWLEDGE,
    "GET /admin/articles/{topic}/{language}/history/{number}": KNOWLEDGE,
    "POST /admin/articles/{topic}/{language}/history/{number}/restore": "admin",
    "GET /admin/articles/{topic}/{language}/history/{number}/{action}": "admin",
    "POST /admin/articles/{topic}/{language}/history/{number}/{action}": "admin",
    "GET /admin/centres/": KNOWLEDGE,
    "GET /admin/centres/municipalities/": KNOWLEDGE,
    "GET /admin/centres/municipalities/{code}": KNOWLEDGE,
    "POST /admin/centres/municipalities/{code}": "admin",
    "GET /admin/centres/{slug}": KNOWLEDGE,
    "POST /admin/centres/{slug}": "admin",
    "GET /admin/questions/": KNOWLEDGE,
    "GET /admin/questions/{turn_id}": KNOWLEDGE,
}
"""Who may call what. A new route is added here by who has thought about it."""


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


def test_nothing_of_staff_can_be_had_without_signing_in(sqlite_database: Database) -> None:
    app = application(sqlite_database)
    protected = [
        (method, context.path.replace("{listing}", "tax").replace("{mail_id}", "1"))
        for context in iter_route_contexts(app.routes)
        if context.path and RULES[f"{' '.join(context.methods or ())} {context.path}"] == STAFF
        for method in context.methods or ()
    ]
    assert len(protected) == 8
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


def test_a_piece_of_a_page_leads_to_the_form_when_the_session_has_ended(site_url: str) -> None:
    current = {"HX-Request": "true", "HX-Current-URL": f"{site_url}/desk/?x=1"}
    answer = httpx.get(f"{site_url}/desk/counts", headers=current)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fdesk%2F"
    without = httpx.get(f"{site_url}/desk/counts", headers={"HX-Request": "true"})
    assert without.headers["HX-Redirect"] == "/sign-in"
