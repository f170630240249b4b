"""Who else has an editor open: what it shows of that, and what it says of itself while it is open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from knowledge.admin.articles import KnownTopic
from knowledge.admin.forms import Sent
from knowledge.editing import Editor, editors, leave, note
from knowledge.models import Article
from language.languages import Language
from web.access import requires
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

# An editor that was forgotten open does not keep its user signed in.
Present = Annotated[SignedIn, Depends(requires("admin", renews=False))]

router = APIRouter(prefix="/admin/articles/{topic}/{language}/editing", include_in_schema=False)


def other_editors(session: Session, user: SignedIn, topic: str, language: Language) -> list[Editor]:
    """Return who is editing a text beside a user."""
    found = editors(session, topic).get((topic, language), [])
    return [editor for editor in found if editor.user_id != user.user_id]


@router.post("")
def renew(
    request: Request, user: Present, topic: KnownTopic, language: Language, sent: Sent
) -> Response:
    """Note that the editor is open, and return who else is editing, where that has changed.

    A text that only stands beside the one that is edited says so with an empty field `editing`.
    """
    site = site_of(request)
    with site.database.transaction() as session:
        if session.get(Article, topic.slug) is None:
            raise HTTPException(404)
        if sent.get("editing", "true"):
            note(session, user.user_id, topic.slug, language)
        others = other_editors(session, user, topic.slug, language)
    if sent.get("shown") == ",".join(editor.name for editor in others):
        return Response(status_code=204)
    return HTMLResponse(
        site.pages.html("others.html", staff_language(request, user), others=others)
    )


@router.post("/left")
def left(request: Request, user: Present, topic: KnownTopic, language: Language) -> Response:
    """Note that the editor was closed."""
    with site_of(request).database.transaction() as session:
        leave(session, user.user_id, topic.slug, language)
    return Response(status_code=204)
