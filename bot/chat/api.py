"""The chat API, /api/chat: described for its callers in docs/interfaces.md."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.chat.answering import Said
from bot.chat.door import Door, Refused
from bot.chat.form_address import form_path
from bot.chat.messages import (
    BotEntry,
    Button,
    History,
    Incoming,
    Kind,
    Message,
    Messages,
    Opened,
    Opening,
    PersonEntry,
    Rating,
    Refusal,
    Source,
)
from conversations.errors import UnknownConversationError
from conversations.models import UNAVAILABLE, Conversation, Turn
from conversations.record import Reply
from language.languages import LANGUAGES, Language
from web.access import public
from web.negotiation import preferred

PREFIX = "/api/chat"

ConversationId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,43}$", description="As given when it was started.")
]

Number = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="Of the answer, as it came with the message.")
]

_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"model": Refusal, "description": "There is no such conversation."},
    429: {"model": Refusal, "description": "Too much from one address; see Retry-After."},
}
_MESSAGE_REFUSALS: dict[int | str, dict[str, Any]] = {
    **_REFUSALS,
    410: {"model": Refusal, "description": "The conversation has ended; start a new one."},
    422: {
        "model": Refusal,
        "description": "The text is empty or too long, the payload was not issued to this "
        "conversation, or the object has another form.",
    },
}

_RATING_REFUSALS: dict[int | str, dict[str, Any]] = {
    **_REFUSALS,
    404: {"model": Refusal, "description": "The conversation has no answer of this number."},
}


def routes(door: Door) -> APIRouter:
    """Return the API's routes.

    Args:
        door: Where messages are passed on.
    """
    router = APIRouter(prefix=PREFIX, tags=["chat"], dependencies=[Depends(public)])

    @router.post(
        "/conversations",
        response_model=Opened,
        responses={429: _REFUSALS[429]},
        summary="Start a conversation",
    )
    def open_conversation(request: Request, opening: Opening | None = None) -> Any:
        client = request.client.host if request.client else None
        opened = door.open(client, opening.language if opening else None)
        return _refusal(opened) if isinstance(opened, Refused) else Opened(id=opened)

    @router.post(
        "/conversations/{conversation_id}/messages",
        response_model=Messages,
        responses=_MESSAGE_REFUSALS,
        summary="Say something and get the answer",
    )
    def say(request: Request, conversation_id: ConversationId, incoming: Incoming) -> Any:
        said = said_of(incoming)
        client = request.client.host if request.client else None
        outcome = door.say(client, conversation_id, said, reader_language(request))
        if isinstance(outcome, Refused):
            return _refusal(outcome)
        return Messages(messages=[message_of(turn) for turn in outcome.answer])

    @router.put(
        "/conversations/{conversation_id}/messages/{number}/rating",
        status_code=204,
        response_class=Response,
        responses=_RATING_REFUSALS,
        summary="Say whether an answer helped",
    )
    def rate(
        request: Request, conversation_id: ConversationId, number: Number, rating: Rating
    ) -> Response:
        client = request.client.host if request.client else None
        refused = door.rate(client, conversation_id, number, rating, reader_language(request))
        return _refusal(refused) if refused else Response(status_code=204)

    @router.get(
        "/conversations/{conversation_id}",
        response_model=History,
        responses={404: _REFUSALS[404]},
        summary="Read the conversation so far",
        include_in_schema=False,
    )
    @router.get(
        "/conversations/{conversation_id}/messages",
        response_model=History,
        responses={404: _REFUSALS[404]},
        summary="Read the conversation so far",
    )
    def history(conversation_id: ConversationId) -> Any:
        try:
            conversation, turns = door.chat.history(conversation_id)
        except UnknownConversationError as error:
            return JSONResponse({"detail": str(error), "messages": []}, 404)
        return _history(conversation, turns)

    return router


def said_of(incoming: Incoming) -> Said:
    """Return a message of the API as the chat takes it."""
    return Said(incoming.text, incoming.payload, incoming.language, incoming.message_id)


def reader_language(request: Request) -> Language:
    """Return the language that a browser asks for."""
    return preferred(request.headers.get("Accept-Language"), LANGUAGES, "en")


def message_of(turn: Turn) -> Message:
    """Return a recorded message of the bot as the API gives it."""
    return Message(
        number=turn.number,
        kind="fallback" if turn.kind == UNAVAILABLE else cast("Kind", turn.kind),
        text=turn.text,
        topic=turn.topic,
        variant=turn.variant,
        language=cast("Language", turn.language),
        confidence=turn.confidence,
        sources=[Source(**source) for source in turn.sources],
        buttons=[Button(label=b["label"], payload=b["token"]) for b in turn.buttons],
        helped=turn.helped,
        unhelpful_reason=turn.unhelpful_reason,
        reference=turn.reference,
        form=_form(turn),
    )


def _form(turn: Turn) -> str | None:
    """Return where the form is by which a person is reached; None where nobody is to be led there."""
    if turn.kind not in {"handover", UNAVAILABLE} or turn.reference is not None:
        return None
    return form_path(cast("Language", turn.language), turn.conversation_id)


def notice_of(reply: Reply) -> Message:
    """Return a notice, which is not recorded, as the API gives it."""
    return Message(kind=cast("Kind", reply.kind), text=reply.text, language=reply.language)


def _refusal(refused: Refused) -> JSONResponse:
    content = Refusal(detail=refused.detail, messages=[notice_of(refused.notice)])
    wait = refused.wait_seconds
    headers = {"Retry-After": str(wait)} if wait is not None else None
    return JSONResponse(content.model_dump(), refused.status, headers)


def _history(conversation: Conversation, turns: list[Turn]) -> History:
    return History(
        id=conversation.id,
        language=cast("Language | None", conversation.language),
        ended=conversation.ended_at is not None,
        messages=[
            BotEntry(**message_of(turn).model_dump(), at=turn.at)
            if turn.who == "bot"
            else PersonEntry(text=turn.text, at=turn.at, message_id=turn.message_id)
            for turn in turns
        ],
    )
