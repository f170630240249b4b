"""The web application put together: pages, chat API and desk on one database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import bot.chat
import knowledge.admin
import triage.desk
import web
import web.account
from bot.chat import api, page
from bot.chat.answering import Chat
from bot.chat.door import Door
from bot.chat.rasa import Rasa
from knowledge.admin import routes as admin
from settings import Settings, SettingsError
from storage.database import Database
from storage.originals import Originals
from triage.desk import routes as desk
from web import error_pages
from web import routes as web_routes
from web.access import check_routes, public
from web.account import routes as account
from web.body_limit import BodyLimit
from web.pages import Pages
from web.rate_limit import RateLimit
from web.request_log import RequestLog
from web.security_headers import SecurityHeaders
from web.site import Site
from web.static_files import StaticFiles
from web.users import add_demo_users

OPENAPI = "/api/openapi.json"

MOST_BYTES = 256 * 1024
"""The largest request that is read; longer ones are answered with 413."""

_SHORTEST_KEY = 32

# One address may be a dormitory or an employer's whole hall.
_OPENINGS = (60, 60.0)
_MESSAGES = (120, 120.0)
_SIGN_INS = (20, 10.0)

_DESCRIPTION = "Questions to an International Citizen Service, answered in six languages."


def create_application(settings: Settings, database: Database) -> FastAPI:
    """Put the application together.

    Args:
        settings: The configuration; nothing else reads it.
        database: With the present schema. It is not closed here.

    Raises:
        SettingsError: The key for sessions is missing or short.
        OriginalsError: No key opens the originals of mails.
        MissingRuleError: A route does not say who may call it.
    """
    if len(settings.session_key.get_secret_value()) < _SHORTEST_KEY:
        raise SettingsError(
            f"ANKOMST_SESSION_KEY needs {_SHORTEST_KEY} characters or more; "
            "make one with: openssl rand -hex 32"
        )
    originals = Originals(settings.originals_keys.get_secret_value())
    rasa = Rasa(settings.rasa_url, settings.rasa_token.get_secret_value())
    door = Door(Chat(database, rasa), RateLimit(*_OPENINGS), RateLimit(*_MESSAGES))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        rasa.close()

    app = FastAPI(
        title="Ankomst",
        description=_DESCRIPTION,
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        # Its log records would carry what people wrote.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.state.site = _site(settings, database)
    for router in (
        _openapi_route(app),
        api.routes(door),
        account.router,
        desk.routes(originals),
        admin.router,
        web_routes.router,
        page.routes(door),
    ):
        app.include_router(router)
    check_routes(app.routes)
    error_pages.add_handlers(app)
    app.add_middleware(BodyLimit, most_bytes=MOST_BYTES, too_large=error_pages.too_large)
    app.add_middleware(RequestLog, server_error=error_pages.server_error)
    app.add_middleware(SecurityHeaders, https=settings.web_secure_cookies)
    if settings.demo:
        with database.transaction() as session:
            add_demo_users(session)
    return app


def _site(settings: Settings, database: Database) -> Site:
    shared, chat, staff, mails, articles = (
        Path(package.__path__[0])
        for package in (web, bot.chat, web.account, triage.desk, knowledge.admin)
    )
    files = StaticFiles(
        {
            "": shared / "static",
            "chat": chat / "static",
            "desk": mails / "static",
            "admin": articles / "static",
        }
    )
    folders = [room / "templates" for room in (shared, chat, staff, mails, articles)]
    return Site(settings, database, Pages(folders, files), files, RateLimit(*_SIGN_INS))


def _openapi_route(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get(OPENAPI)
    def openapi(request: Request) -> Response:  # noqa: ARG001 (the route's form)
        return JSONResponse(app.openapi())

    return router
