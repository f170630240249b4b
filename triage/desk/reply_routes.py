"""Writing a reply: begun with the topic's article, kept while it is written, then handed over."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from knowledge.addresses import article_path
from knowledge.answers import Answer, NeedsSituation, answer, title, topics_with_translation
from knowledge.search import MOST_CHARACTERS as MOST_SEARCHED
from knowledge.situations import (
    DIMENSIONS,
    OTHER_CENTRE,
    Address,
    Citizenship,
    Occupation,
    Situation,
    Stay,
    centre_word,
    situation_from,
    value_of,
)
from language.languages import Language
from triage.authorities import authorities, page_of
from triage.cases.cases import CaseDetail
from triage.desk.articles import find_articles, wanted
from triage.desk.desk import Desk, Reader, RowId, kept_case_for, page, topic_titles
from triage.desk.words import Words
from triage.errors import CaseChangedError, NoRecipientError
from triage.letters.passing_on import Letter, draft_to_sender
from triage.letters.replying import (
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
    """What the form of a reply sends.

    `topic` is the article chosen in the list of all, `article` one that was searched for with `q`;
    `authority` the one whose matter it is, where the reply tells that.
    """

    revision: int
    language: Language
    subject: str = ""
    text: str = ""
    topic: str = ""
    q: str = ""
    article: str = ""
    authority: str = ""
    citizenship: Citizenship | None = None
    stay: Stay | None = None
    occupation: Occupation | None = None
    address: Address | None = None
    centre: str = ""

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
    _add_writing(router, desk)
    _add_articles(router, desk)
    return router


def _add_writing(router: APIRouter, desk: Desk) -> None:
    @router.get("")
    def write(
        request: Request,
        user: Reader,
        case_id: RowId,
        language: Language | None = None,
        article: str | None = None,
        authority: str = "",
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
            begins_anew = language is not None or authority in authorities()
            kept = None if begins_anew else read_draft(session, desk.originals, case_id)
            topic = case.topics[0] if case.topics else ""
            chosen = language or case.summary.language or "en"
            told = situation_from(request.query_params)
            # Who begins anew has chosen, also that something is not known.
            has_chosen = any(dimension in request.query_params for dimension in DIMENSIONS)
            situation = told if has_chosen else _likely(case, chosen)
            found = _article(session, desk, topic, chosen, situation)
            told_whose = _whose_it_is(session, case, chosen, authority)
            draft = kept or told_whose or first_draft(case, chosen, found)
            titles = topic_titles(session, case.topics, draft.language)
        form = ReplyForm.model_validate(
            {
                "revision": case.revision,
                "language": draft.language,
                "subject": draft.subject,
                "text": draft.text,
                "topic": article or topic,
                "q": wanted(case, titles),
                "authority": authority if told_whose else "",
                **{dimension: value_of(word) for dimension, word in situation.items()},
            }
        )
        problem = None if kept or told_whose or not topic else _why_not(found)
        return _page(request, user, case, form, problem=problem, is_kept=kept is not None)

    @router.post("")
    def send(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
        problem = _problem(form.draft) or _send(request, user, desk, case, form)
        if problem is None:
            return RedirectResponse(f"/desk/cases/{case_id}?done=answered", 303)
        # What was written is kept, whatever the reason; sent again, it takes the case as it is now.
        form.revision = case.revision
        with site_of(request).database.transaction() as session:
            save_draft(session, desk.originals, case_id, form.draft, user.name)
            audit.record(session, user, "case.read", f"case:{case_id}")
        return _page(request, user, case, form, problem=problem, status=409)

    @router.post("/draft")
    def keep(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        if not _fits(form.draft):
            return HTMLResponse("", 422)
        with site_of(request).database.transaction() as session:
            kept_case_for(request, session, user, case_id)
            save_draft(session, desk.originals, case_id, form.draft, user.name)
        words = Words(staff_language(request, user))
        return HTMLResponse(words.draft_kept())


def _add_articles(router: APIRouter, desk: Desk) -> None:
    @router.post("/article")
    def add_article(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
            form.topic = form.article or form.topic
            found = _article(session, desk, form.topic, form.language, form.situation)
            problem = _why_not(found)
            if problem is None:
                _append(session, desk, case_id, form, article_text(found), user)
        return _page(request, user, case, form, problem=problem, status=422 if problem else 200)

    @router.post("/link")
    def add_link(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
            name = title(session, form.article, form.language)
            if name is not None:
                path = article_path(form.article, form.language, form.situation)
                _append(session, desk, case_id, form, f"{name}: {desk.public_url}{path}", user)
        problem = None if name is not None else "no_article"
        return _page(request, user, case, form, problem=problem, status=422 if problem else 200)

    @router.post("/search")
    def search(
        request: Request, user: Reader, case_id: RowId, form: Annotated[ReplyForm, Form()]
    ) -> Response:
        with site_of(request).database.transaction() as session:
            case = kept_case_for(request, session, user, case_id)
            audit.record(session, user, "case.read", f"case:{case_id}")
            if _fits(form.draft):
                save_draft(session, desk.originals, case_id, form.draft, user.name)
            asked = " ".join(form.q.split())[:MOST_SEARCHED]
            found = find_articles(session, desk.search, asked, form.language) if asked else []
        return _page(request, user, case, form, found=found)


def _whose_it_is(session: Session, case: CaseDetail, language: Language, slug: str) -> Draft | None:
    """Return the reply that tells the sender whose matter it is; None without an authority."""
    authority = authorities().get(slug)
    if authority is None:
        return None
    letter: Letter = "passed_on" if case.summary.passed_on_to == slug else "pointed_on"
    return draft_to_sender(case, language, authority, page_of(session, authority), letter)


def _article(
    session: Session, desk: Desk, topic: str, language: Language, situation: Situation
) -> Answer | NeedsSituation | None:
    address = desk.topic_address(session, language, situation)
    # Of whom the centre is not known, what holds for most is written.
    known: Situation = {"centre": OTHER_CENTRE, **situation}
    return answer(session, topic, language, known, address)


def _likely(case: CaseDetail, language: Language) -> Situation:
    """Return the situation to begin with: what the language tells, and whose case it is."""
    centre = case.summary.centre
    likely = likely_situation(language)
    return {**likely, "centre": centre_word(centre)} if centre else likely


def _append(
    session: Session, desk: Desk, case_id: int, form: ReplyForm, text: str, user: SignedIn
) -> None:
    """Write a text below what is there, and keep it."""
    form.text = f"{form.text.rstrip()}\n\n{text}\n"
    save_draft(session, desk.originals, case_id, form.draft, user.name)


def _fits(draft: Draft) -> bool:
    return len(draft.text) <= MOST_CHARACTERS and len(draft.subject) <= SUBJECT_CHARACTERS


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
                sender=desk.sender(session, case.summary.id or 0),
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
    status: int = 200,
    **shown: Any,
) -> Response:
    words = Words(staff_language(request, user))
    with site_of(request).database.transaction() as session:
        likely = list(dict.fromkeys(case.topics))
        readable = topics_with_translation(session, form.language)
        topics = [topic for topic in likely if topic in readable]
        topics += sorted(readable.difference(topics))
        titles = topic_titles(session, topics, form.language)
        centres = site_of(request).centre_names(session)
    context: dict[str, Any] = {
        "problem": None,
        "is_kept": False,
        "found": None,
        **shown,
        "case": case,
        "summary": case.summary,
        "form": form,
        "topics": list(zip(topics, titles, strict=True)),
        "dimensions": {one: words.conditions(one, centres) for one in DIMENSIONS},
        "most_characters": MOST_CHARACTERS,
    }
    return page(request, user, "reply.html", status=status, **context)
