"""Writing a reply: begun with the topic's article, kept while it is written, then handed over."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from knowledge.answers import Answer, NeedsSituation, answer, topics_with_translation
from knowledge.situations import (
    WORDS,
    Address,
    Citizenship,
    Occupation,
    Situation,
    Stay,
    situation_from,
)
from language.languages import Language
from triage.cases import CaseDetail
from triage.desk.desk import Desk, Reader, RowId, case_for, page, topic_titles
from triage.desk.words import Words
from triage.errors import CaseChangedError, NoRecipientError
from triage.replying import (
    MOST_CHARACTERS,
    SUBJECT_CHARACTERS,
    Draft,
    article_text,
    first_draft,
    hand_over,
    likely_situation,
    read_draft,
    save_draft,
)
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language


class ReplyForm(BaseModel):
    """What the form of a reply sends."""

    revision: int
    language: Language
    subject: str = ""
    text: str = ""
    topic: str = ""
    citizenship: Citizenship | None = None
    stay: Stay | None = None
    occupation: Occupation | None = None
    address: Address | None = None

    @property
    def situation(self) -> Situation:
        """What the caseworker says of who is answered."""
        return situation_from(self.model_dump())

    @property
    def draft(self) -> Draft:
        """What is being written, with plain line ends."""
        return Draft(self.language, self.subject.strip(), self.text.replace("\r\n", "\n"))


def routes(desk: Desk) -> APIRouter:
    """Return the routes for writing a reply.

    Args:
        desk: The parts that the desk works with.
    """
    router = APIRouter(prefix="/desk/cases/{case_id}/reply", include_in_schema=False)

    @router.get("")
    def write(
        request: Request,
        user: Reader,
        case_id: RowId,
        language: Language | None = None,
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = case_for(session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
            kept = read_draft(session, desk.originals, case_id) if language is None else None
            topic = case.topics[0] if case.topics else ""
            chosen = language or case.summary.language or "en"
            told = situation_from(request.query_params)
            # Who begins anew has chosen, also that something is not known.
            has_chosen = any(dimension in request.query_params for dimension in WORDS)
            situation = told if has_chosen else likely_situation(chosen)
            found = _article(session, desk, topic, chosen, situation)
            draft = kept or first_draft(case, chosen, found)
        form = ReplyForm.model_validate(
            {
                "revision": case.revision,
                "language": draft.language,
                "subject": draft.subject,
                "text": draft.text,
                "topic": topic,
                **situation,
            }
        )
        problem = None if kept or not topic else _why_not(found)
        return _page(request, user, case, form, problem=problem, is_kept=kept is not None)

    @router.post("")
    def send(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = case_for(session, user, case_id)
        problem = _problem(form.draft) or _send(request, user, desk, case, form)
        if problem is None:
            return RedirectResponse(f"/desk/cases/{case_id}?done=answered", 303)
        # What was written is kept, whatever the reason; sent again, it takes the case as it is now.
        form.revision = case.revision
        with site_of(request).database.transaction() as session:
            save_draft(session, desk.originals, case_id, form.draft, user.name)
        return _page(request, user, case, form, problem=problem, status=409)

    @router.post("/article")
    def add_article(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = case_for(session, user, case_id)
            found = _article(session, desk, form.topic, form.language, form.situation)
            problem = _why_not(found)
            if problem is None:
                form.text = f"{form.text.rstrip()}\n\n{article_text(found)}\n"
                save_draft(session, desk.originals, case_id, form.draft, user.name)
        return _page(request, user, case, form, problem=problem, status=422 if problem else 200)

    @router.post("/draft")
    def keep(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        if len(form.text) > MOST_CHARACTERS or len(form.subject) > SUBJECT_CHARACTERS:
            return HTMLResponse("", 422)
        with site_of(request).database.transaction() as session:
            case_for(session, user, case_id)
            save_draft(session, desk.originals, case_id, form.draft, user.name)
        words = Words(staff_language(request, user))
        return HTMLResponse(words.draft_kept())

    return router


def _article(
    session: Session, desk: Desk, topic: str, language: Language, situation: Situation
) -> Answer | NeedsSituation | None:
    address = desk.topic_address(session, language, situation)
    return answer(session, topic, language, situation, address)


def _send(
    request: Request, user: SignedIn, desk: Desk, case: CaseDetail, form: ReplyForm
) -> str | None:
    """Hand a reply over; returns why it was not, as a key for the template."""
    try:
        with site_of(request).database.transaction() as session:
            hand_over(
                session,
                desk.originals,
                case,
                form.revision,
                form.draft,
                sender=desk.address,
                user=user.name,
            )
            audit.record(session, user, "case.answered", f"case:{case.summary.id}")
    except CaseChangedError:
        return "changed"
    except NoRecipientError:
        return "no_recipient"
    return None


def _why_not(found: Answer | NeedsSituation | None) -> str | None:
    """Return why an article cannot be inserted: a key for the template, or what must be known."""
    if found is None:
        return "no_article"
    return found.dimension if isinstance(found, NeedsSituation) else None


def _problem(draft: Draft) -> str | None:
    if not draft.text.strip():
        return "no_text"
    if len(draft.text) > MOST_CHARACTERS:
        return "long_text"
    if not draft.subject:
        return "no_subject"
    if len(draft.subject) > SUBJECT_CHARACTERS:
        return "long_subject"
    return None


def _page(
    request: Request,
    user: SignedIn,
    case: CaseDetail,
    form: ReplyForm,
    *,
    problem: str | None = None,
    is_kept: bool = False,
    status: int = 200,
) -> Response:
    with site_of(request).database.transaction() as session:
        likely = list(dict.fromkeys(case.topics))
        readable = topics_with_translation(session, form.language)
        topics = [topic for topic in likely if topic in readable]
        topics += sorted(readable.difference(topics))
        titles = topic_titles(session, topics, form.language)
    context: dict[str, Any] = {
        "case": case,
        "summary": case.summary,
        "form": form,
        "topics": list(zip(topics, titles, strict=True)),
        "dimensions": WORDS,
        "problem": problem,
        "is_kept": is_kept,
        "most_characters": MOST_CHARACTERS,
    }
    return page(request, user, "reply.html", status=status, **context)
