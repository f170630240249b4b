"""The pages of the questions that the chat could not answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from conversations.unanswered import OUTCOMES, Outcome, conversation_around, unanswered
from knowledge.admin.roles import Reader
from knowledge.admin.words import Words
from knowledge.catalogue import catalogue
from language.languages import LANGUAGES, Language, is_language
from storage.times import now
from understanding.queues import QUEUES
from web import audit
from web.dates import midnight, today
from web.site import site_of
from web.staff import staff_language, staff_page

PAGE_LENGTH = 50

Days = Literal["7", "30", "90", "365"]

router = APIRouter(prefix="/admin/questions", include_in_schema=False)


@router.get("/")
def questions(
    request: Request,
    user: Reader,
    outcome: Outcome = "fallback",
    asked_in: Language | Literal[""] = "",
    days: Days = "30",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Show what was asked and not answered, the newest first."""
    with site_of(request).database.transaction() as session:
        found = unanswered(
            session,
            outcome,
            since=midnight(today() - timedelta(days=int(days))),
            until=now(),
            language=asked_in or None,
        )
    pages = max(1, -(-len(found) // PAGE_LENGTH))
    shown = min(page, pages)
    return staff_page(
        request,
        user,
        "questions.html",
        words=Words(staff_language(request, user)),
        questions=found[(shown - 1) * PAGE_LENGTH : shown * PAGE_LENGTH],
        count=len(found),
        page=shown,
        pages=pages,
        outcomes=OUTCOMES,
        outcome=outcome,
        asked_in=asked_in,
        days=days,
        spans=("7", "30", "90", "365"),
    )


@router.get("/{turn_id}")
def question(
    request: Request, user: Reader, turn_id: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Show the conversation around a question, and lead to the article that it wants."""
    with site_of(request).database.transaction() as session:
        turns = conversation_around(session, turn_id)
        if not turns:
            raise HTTPException(404)
        audit.record(session, user, "conversation.read", f"message:{turn_id}")
        topics = catalogue(session).topics
    answer = next((turn for turn in turns if turn.reply_to == turn_id), None)
    spoken = answer.language if answer else None
    return staff_page(
        request,
        user,
        "asked.html",
        words=Words(staff_language(request, user)),
        turns=turns,
        turn_id=turn_id,
        asked=next((turn.text for turn in turns if turn.id == turn_id), ""),
        text_language=spoken if is_language(spoken) else "da",
        topics=topics.values(),
        queues=QUEUES,
        all_languages=LANGUAGES,
        editable=user.role == "admin",
    )
