"""The public page with the chat, and the pieces of HTML that its script asks for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import structlog
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.chat.api import ConversationId, message_of, notice_of, reader_language, said_of
from bot.chat.door import Door, Refused
from bot.chat.live_texts import live_texts
from bot.chat.messages import MOST_CHARACTERS, Incoming, Message
from bot.chat.ratings import reasons
from conversations.errors import UnknownConversationError
from conversations.models import Turn
from knowledge.addresses import guide_path
from knowledge.guides.all_guides import all_guide_titles
from knowledge.themes import Theme, themes
from language.languages import LANGUAGES, Language
from storage.database import DatabaseUnavailableError
from web.access import public
from web.pages import Pages
from web.place import Place
from web.request_log import error_fields
from web.site import Site, site_of

_log = structlog.get_logger(__name__)


def routes(door: Door) -> APIRouter:
    """Return the routes of the public page.

    Args:
        door: Where messages are passed on.
    """
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get("/")
    def choose_language(request: Request) -> Response:
        return RedirectResponse(
            f"/{reader_language(request)}/", 302, headers={"Vary": "Accept-Language"}
        )

    @router.get("/{language}/")
    def page(request: Request, language: Language) -> Response:
        site = site_of(request)
        return site.pages.response(
            "chat.html",
            language,
            place=Place(site.public_url, language, ""),
            most_characters=MOST_CHARACTERS,
            themes=_themes(site, language),
            guides=all_guide_titles(language),
            guide_address=partial(guide_path, language=language),
            live_texts={code: live_texts(code) for code in LANGUAGES},
        )

    @router.post("/{language}/conversations/{conversation_id}/messages")
    def say(
        request: Request, language: Language, conversation_id: ConversationId, incoming: Incoming
    ) -> Response:
        client = request.client.host if request.client else None
        outcome = door.say(client, conversation_id, said_of(incoming), language)
        pages = site_of(request).pages
        if isinstance(outcome, Refused):
            return HTMLResponse(_bot(pages, notice_of(outcome.notice)), outcome.status)
        turns = (outcome.question, *outcome.answer)
        return HTMLResponse(_turns(pages, language, turns))

    @router.get("/{language}/conversations/{conversation_id}/messages")
    def history(request: Request, language: Language, conversation_id: ConversationId) -> Response:
        try:
            conversation, turns = door.chat.history(conversation_id)
        except UnknownConversationError:
            return HTMLResponse("", 404)
        if conversation.ended_at is not None:
            return HTMLResponse("", 410)
        return HTMLResponse(_turns(site_of(request).pages, language, turns))

    return router


def _themes(site: Site, language: Language) -> list[Theme] | None:
    """Return the articles by theme; None while the database is away, for the chat waits for it."""
    try:
        with site.database.transaction() as session:
            return themes(session, language)
    except DatabaseUnavailableError as error:
        _log.error("database_unavailable", **error_fields(error))
        return None


def _turns(pages: Pages, language: Language, turns: Iterable[Turn]) -> str:
    return "".join(
        _bot(pages, message_of(turn))
        if turn.who == "bot"
        else pages.html("person_message.html", language, turn=turn)
        for turn in turns
    )


def _bot(pages: Pages, message: Message) -> str:
    """Return a message of the bot, all of it in the message's own language."""
    return pages.html(
        "bot_message.html", message.language, message=message, reasons=reasons(message.language)
    )
