"""The web application put together: pages, chat API and desk on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import bot.chat
import knowledge.admin
import knowledge.pages
import learning.admin
import triage.admin
import triage.desk
import web
import web.account
import web.admin
from ankomst.by_the_clock import keep_doing
from ankomst.mailboxes import mailbox_name, mailboxes, own_addresses
from ankomst.question_decider import question_decider
from ankomst.searching import encoder_of_meaning, opened_search
from bot.chat import api, handover, page
from bot.chat.answering import Chat
from bot.chat.door import Door
from bot.chat.rasa import Rasa
from bot.widget import routes as widget
from conversations.erasing import erase_expired
from knowledge.admin import routes as knowledge_admin
from knowledge.centres import centre_names
from knowledge.on_time import publish_now
from knowledge.pages import register_routes
from knowledge.pages import routes as knowledge_pages
from knowledge.search import Search
from learning import active_archive
from learning.admin import messages as learning_messages
from learning.admin import proposed_mails, training_mails
from learning.admin import question_groups as learning_groups
from learning.admin import questions as learning_questions
from learning.admin import routes as learning_admin
from learning.current_model import CurrentModel
from learning.question_groups import QuestionGroups
from learning.versions import Versions
from settings import Settings, SettingsError
from storage.database import Database
from storage.originals import Originals
from triage import reference
from triage.admin import routes as triage_admin
from triage.cases.asking import Intake, IntakeRules
from triage.cases.cases import mail_of_case
from triage.deciding.admin_rules.current import CurrentRules
from triage.deciding.classifier import MailJudge
from triage.desk import routes as desk
from triage.desk.desk import Desk
from web import error_pages
from web import routes as web_routes
from web.access import check_routes, public
from web.account import routes as account
from web.admin import audit_page, users_page
from web.body_limit import BodyLimit
from web.cross_origin import CrossOrigin
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

_PUBLISH_SECONDS = 60.0
_ERASE_SECONDS = 3600.0

# One address may be a dormitory or an employer's whole hall.
_OPENINGS = (60, 60.0)
_MESSAGES = (120, 120.0)
_RATINGS = (120, 120.0)
_SIGN_INS = (20, 10.0)
_HANDOVERS = (10, 2.0)

_DESCRIPTION = (
    "Questions to an International Citizen Service, answered in six languages, and the register of "
    "its centres."
)


def create_application(settings: Settings, database: Database) -> FastAPI:
    """Put the application together.

    Args:
        settings: The configuration; nothing else reads it.
        database: With the present schema. It is not closed here.

    Raises:
        SettingsError: The key for sessions is missing or short, or the file of mailboxes is wrong.
        OriginalsError: No key opens the originals of mails.
        MissingRuleError: A route does not say who may call it.
        EncoderError: It is to search by meaning, and the encoder does not start.
    """
    if len(settings.session_key.get_secret_value()) < _SHORTEST_KEY:
        raise SettingsError(
            f"ANKOMST_SESSION_KEY needs {_SHORTEST_KEY} characters or more; "
            "make one with: openssl rand -hex 32"
        )
    originals = Originals(settings.originals_keys.get_secret_value())
    rasa = Rasa(settings.rasa_url, settings.rasa_token.get_secret_value())
    opened = ExitStack()
    versions = Versions(settings.models_directory)
    model = CurrentModel(database, versions)
    search = opened.enter_context(opened_search(settings, model.topic_probabilities))
    question_groups = QuestionGroups(
        encoder_of_meaning(settings) if settings.search_by_meaning else None
    )
    opened.callback(question_groups.close)
    chat = Chat(database, rasa, search, settings.public_url.rstrip("/"))
    described = mailboxes(settings)
    intake = _intake(described, database, originals, model)
    door = Door(chat, RateLimit(*_OPENINGS), RateLimit(*_MESSAGES), RateLimit(*_RATINGS))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        running = [
            asyncio.create_task(
                keep_doing(partial(publish_now, database), "publishing", _PUBLISH_SECONDS)
            ),
            asyncio.create_task(
                keep_doing(
                    partial(erase_expired, database, settings.conversation_days),
                    "erasing conversations",
                    _ERASE_SECONDS,
                )
            ),
        ]
        yield
        for task in running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        rasa.close()
        opened.close()

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
        desk.routes(_desk(settings, described, originals, search)),
        users_page.router,
        audit_page.routes(_audit_subjects),
        triage_admin.routes(
            own_addresses(described), frozenset(one.imap_inbox for one in described)
        ),
        knowledge_admin.router,
        learning_messages.router,
        proposed_mails.routes(originals),
        training_mails.router,
        learning_groups.routes(search, question_groups),
        learning_questions.router,
        learning_admin.routes(versions),
        active_archive.routes(versions),
        web_routes.router,
        register_routes.router,
        knowledge_pages.routes(search),
        widget.routes(is_embedded=bool(settings.widget_origins)),
        handover.routes(intake, RateLimit(*_HANDOVERS)),
        page.routes(door),
    ):
        app.include_router(router)
    check_routes(app.routes)
    error_pages.add_handlers(app)
    app.add_middleware(BodyLimit, most_bytes=MOST_BYTES, too_large=error_pages.too_large)
    app.add_middleware(
        CrossOrigin,
        is_shared=widget.is_used_by_widget,
        origins=settings.widget_origins,
        methods=("GET", "POST", "PUT"),
        headers=("Content-Type",),
    )
    app.add_middleware(
        CrossOrigin,
        is_shared=register_routes.is_register,
        origins=("*",),
        methods=("GET",),
        headers=("*",),
    )
    app.add_middleware(RequestLog, server_error=error_pages.server_error)
    app.add_middleware(SecurityHeaders, https=settings.web_secure_cookies)
    if settings.demo:
        with database.transaction() as session:
            add_demo_users(session)
    return app


def _site(settings: Settings, database: Database) -> Site:
    shared, chat, reading, editing, learnt, staff, admin, mails, keeping = (
        Path(package.__path__[0])
        for package in (
            web,
            bot.chat,
            knowledge.pages,
            knowledge.admin,
            learning.admin,
            web.account,
            web.admin,
            triage.desk,
            triage.admin,
        )
    )
    files = StaticFiles(
        {
            "": shared / "static",
            "chat": chat / "static",
            "knowledge": reading / "static",
            "admin": editing / "static",
            "desk": mails / "static",
            "learning": learnt / "static",
        }
    )
    rooms = (shared, chat, reading, editing, learnt, staff, admin, mails, keeping)
    folders = [room / "templates" for room in rooms]
    return Site(
        settings,
        database,
        Pages(folders, files),
        files,
        RateLimit(*_SIGN_INS),
        centre_names,
    )


def _desk(
    settings: Settings, described: Sequence[Settings], originals: Originals, search: Search
) -> Desk:
    return Desk(
        originals=originals,
        address=described[0].mail_address,
        addresses={mailbox_name(one): one.mail_address for one in described},
        public_url=settings.public_url,
        search=search,
        authority_addresses=settings.authority_addresses,
    )


def _intake(
    described: Sequence[Settings], database: Database, originals: Originals, judge: MailJudge
) -> Intake:
    """Return what makes cases of questions from the form, by the same understanding as of mails."""
    addresses = own_addresses(described)
    # The first mailbox also stands for what comes by none.
    settings = described[0]
    decide_on = question_decider(judge, addresses, CurrentRules(database).rules)
    rules = IntakeRules(
        address=settings.mail_address,
        own_addresses=addresses,
        centre=settings.mail_centre or None,
        confirmation_share=settings.confirmation_share,
        receipts_per_hour=settings.acknowledgements_per_hour,
    )
    return Intake(database, originals, decide_on, rules)


def _audit_subjects(session: Session, typed: str) -> frozenset[str]:
    """A reference stands for its case, and for its mail, which may have been read before."""
    number = reference.number(typed)
    if number is None:
        return frozenset({typed})
    mail_id = mail_of_case(session, number)
    return frozenset({f"case:{number}"} | ({f"mail:{mail_id}"} if mail_id is not None else set()))


def _openapi_route(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get(OPENAPI)
    def openapi(request: Request) -> Response:  # noqa: ARG001 (the route's form)
        return JSONResponse(app.openapi())

    return router
