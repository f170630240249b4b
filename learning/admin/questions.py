"""The pages of the questions that the chat could not answer, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.unanswered import conversation_around
from knowledge.admin.roles import Editor, Reader
from knowledge.catalogue import catalogue
from language.languages import LANGUAGES, is_language
from learning import settling
from learning.admin.asked import Asked, AskedFor, asked_page
from learning.admin.words import Words
from learning.settling import LEFT, key_of, settlements
from understanding.queues import QUEUES
from web import audit
from web.site import site_of
from web.staff import staff_language, staff_page

PAGE_LENGTH = 50

TurnId = Annotated[int, Path(ge=1, le=2**31 - 1)]

router = APIRouter(prefix="/admin/questions", include_in_schema=False)


@router.get("/")
def questions(request: Request, user: Reader, asked: AskedFor) -> Response:
    """Show what was asked and not answered, the newest first."""
    with site_of(request).database.transaction() as session:
        settled = settlements(session)
        found = [(one, settled.get(key_of(one.text, one.language))) for one in asked.find(session)]
    return asked_page(request, user, "questions.html", asked, **_part(found, asked))


@router.get("/left")
def left(request: Request, user: Reader, asked: AskedFor) -> Response:
    """Show the questions that were left as they are."""
    with site_of(request).database.transaction() as session:
        settled = settlements(session)
        found = [
            one
            for one in asked.find(session)
            if settled.get(key_of(one.text, one.language)) == LEFT
        ]
    return asked_page(request, user, "left_questions.html", asked, **_part(found, asked))


@router.post("/left")
def put_up_again(
    request: Request,
    user: Editor,
    asked: AskedFor,
    question: Annotated[int, Form(ge=1, le=2**31 - 1)],
    asked_in_language: Annotated[str, Form(max_length=2)] = "",
) -> Response:
    """Put a question up again that was left as it is."""
    with site_of(request).database.transaction() as session:
        for turn in settling.questions(session, [question]):
            if settling.open_again(session, turn, asked_in_language):
                audit.record(session, user, "question.put_up_again", f"message:{turn.id}")
    return RedirectResponse(f"/admin/questions/left?{asked.query()}", 303)


@router.get("/{turn_id}")
def question(request: Request, user: Reader, turn_id: TurnId) -> Response:
    """Show the conversation around a question, and lead to the article that it wants."""
    with site_of(request).database.transaction() as session:
        turns = conversation_around(session, turn_id)
        if not turns:
            raise HTTPException(404)
        audit.record(session, user, "conversation.read", f"message:{turn_id}")
        known = catalogue(session)
    answer = next((turn for turn in turns if turn.reply_to == turn_id), None)
    spoken = answer.language if answer else None
    return staff_page(
        request,
        user,
        "asked.html",
        words=Words(staff_language(request, user), known),
        turns=turns,
        turn_id=turn_id,
        asked=next((turn.text for turn in turns if turn.id == turn_id), ""),
        text_language=spoken if is_language(spoken) else "da",
        topics=known.topics.values(),
        queues=QUEUES,
        all_languages=LANGUAGES,
        editable=user.role == "admin",
    )


def _part(found: Sequence[object], asked: Asked) -> dict[str, Any]:
    """Return the page of a list that is asked for, or the last one."""
    pages = max(1, -(-len(found) // PAGE_LENGTH))
    shown = min(asked.page, pages)
    return {
        "questions": found[(shown - 1) * PAGE_LENGTH : shown * PAGE_LENGTH],
        "count": len(found),
        "shown": shown,
        "pages": pages,
    }
