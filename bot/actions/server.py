"""The action server: rasa-sdk's executor behind its two addresses, /webhook and /health."""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException

from bot.actions.action import BotAction
from bot.actions.answer import ActionAnswer
from bot.actions.care import ActionCare
from bot.actions.change_language import ActionChangeLanguage
from bot.actions.choice import ActionAskChoice, ActionReadChoice
from bot.actions.fallback import ActionFallback
from bot.actions.handover import ActionHandover
from bot.actions.memory import ActionMemory
from bot.actions.municipality import ActionAskCentre, ActionAskMunicipality, ActionReadCentre
from bot.actions.offers import Offers
from bot.actions.own_case import ActionOwnCase
from bot.actions.pd_u2 import ActionAskPdU2Day, ActionPdU2, ActionReadPdU2Day
from bot.actions.phrases import Phrases
from bot.actions.restart import ActionRestart
from bot.actions.seventh_languages import load_seventh_languages
from bot.actions.situation import ActionAskSituation, ActionReadSituation
from bot.actions.situation_replies import load_situation_replies
from bot.actions.smalltalk import ActionSmalltalk
from bot.actions.turn import GUIDE_DAYS
from knowledge.situations import WORDS
from storage.database import Database

log = structlog.get_logger(__name__)


def actions(
    phrases: Phrases, database: Database, offers: Offers, public_url: str
) -> list[BotAction]:
    """Return all actions; domain.yml has the same names. See `create_app`."""
    replies = load_situation_replies()
    return [
        ActionAnswer(phrases, database, public_url),
        ActionAskCentre(phrases, database),
        ActionAskChoice(phrases, database),
        ActionAskMunicipality(phrases, database),
        ActionCare(phrases, database),
        ActionChangeLanguage(phrases, load_seventh_languages()),
        ActionFallback(phrases, offers, database),
        ActionHandover(phrases, database),
        ActionMemory(phrases, database),
        ActionOwnCase(phrases),
        ActionPdU2(phrases, database, public_url),
        ActionReadCentre(phrases, database, replies),
        ActionReadChoice(phrases, database),
        ActionRestart(phrases),
        ActionSmalltalk(phrases),
        *(ActionAskPdU2Day(phrases, slot, replies) for slot in GUIDE_DAYS),
        *(ActionReadPdU2Day(phrases, slot, replies) for slot in GUIDE_DAYS),
        *(ActionAskSituation(phrases, dimension) for dimension in WORDS),
        *(ActionReadSituation(phrases, dimension, replies) for dimension in WORDS),
    ]


def create_app(phrases: Phrases, database: Database, offers: Offers, public_url: str) -> FastAPI:
    """Return the action server.

    It speaks the protocol of rasa-sdk's own server. That one sends the whole request back when an
    action fails, and Rasa then logs it with everything the person wrote; this one does not.

    Args:
        phrases: The bot's own phrases.
        database: Read for each answer, so that a published text is used at once.
        offers: Finds articles to offer where there is no answer.
        public_url: Of our pages, without a stroke at its end: answers lead to them.
    """
    executor = ActionExecutor()
    for action in actions(phrases, database, offers, public_url):
        executor.register_action(action)
    app = FastAPI(openapi_url=None)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        call: dict[str, Any] = await request.json()
        name = str(call.get("next_action"))
        try:
            result = await executor.run(call)
        except ActionNotFoundException:
            log.error("unknown_action", action=name)  # noqa: TRY400 (there is nothing to trace)
            return JSONResponse({"error": "unknown action", "action_name": name}, 404)
        except Exception as error:  # noqa: BLE001 (the last guard of an action)
            # The message of an error may hold what the person wrote, its kind and place do not.
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("action_failed", action=name, error=type(error).__name__, place=place)  # noqa: TRY400
            return JSONResponse({"error": "the action failed", "action_name": name}, 500)
        return JSONResponse(result.model_dump() if result else None)

    return app
