"""The pages of the articles: which there are, and what their languages share."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.forms import (
    Fields,
    Form,
    Sent,
    flat,
    nested,
    problems_by_field,
    revision_in,
    typed,
)
from knowledge.admin.roles import Editor, Reader
from knowledge.admin.words import Words
from knowledge.articles import ArticleFile
from knowledge.catalogue import Topic, catalogue, require_topic
from knowledge.errors import EditConflictError, UnknownTopicError
from knowledge.models import Article
from knowledge.overview import COUNTED_DAYS, MARKS, Mark, TableRow, overview, topic_state
from knowledge.rows import article_file
from knowledge.saving import save_article
from language.languages import Language
from language.normalisation import fold
from understanding.queues import QUEUES
from web import audit
from web.dates import today
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page
from web.translations import later

Selection = Literal[Mark, "for_me", "overdue", "to_confirm", "unhelpful"]

_NO_TOPIC = later("Choose one of the list.")

router = APIRouter(prefix="/admin/articles", include_in_schema=False)


def known_topic(request: Request, topic: str) -> Topic:
    """Return the topic of an address; others are pages that do not exist."""
    with site_of(request).database.transaction() as session:
        return offered_topic(session, topic)


def offered_topic(session: Session, slug: str) -> Topic:
    """Return a topic that is offered; of others there is no page."""
    try:
        return require_topic(session, slug)
    except UnknownTopicError as error:
        raise HTTPException(404) from error


KnownTopic = Annotated[Topic, Depends(known_topic)]


@router.get("/")
def articles(
    request: Request,
    user: Reader,
    text: Annotated[str, Query(max_length=200)] = "",
    selection: Annotated[Selection | Literal[""], Query()] = "",
) -> Response:
    """Show every topic in every language, by queue; a filter leaves some."""
    language = staff_language(request, user)
    with site_of(request).database.transaction() as session:
        found = overview(session, today())
    chosen = [state for state in found if _fits(state, fold(text), selection, user)]
    groups = {queue: [s for s in chosen if s.topic.queue == queue] for queue in QUEUES}
    return staff_page(
        request,
        user,
        "article_table.html",
        words=Words(language),
        groups=groups,
        count=len(chosen),
        text=text,
        selection=selection,
        marks=MARKS,
        for_me=sum(review.waits_for(user.name) for state in found for review in state.open_reviews),
        counted_days=COUNTED_DAYS,
        withdrawn=request.query_params.get("done") == "withdrawn",
    )


def _fits(state: TableRow, wanted: str, selection: str, user: SignedIn) -> bool:
    names = (state.topic.slug, state.topic.title, *state.titles.values())
    if wanted and not any(wanted in fold(name) for name in names):
        return False
    if selection == "for_me":
        return state.waits_for(user.name)
    if selection == "overdue":
        return state.overdue
    if selection == "to_confirm":
        return state.facts_to_confirm > 0
    if selection == "unhelpful":
        return state.use.unhelpful > 0
    return not selection or any(selection in marks for marks in state.marks.values())


@router.get("/edit")
def edit(_user: Editor, topic: KnownTopic, language: Language) -> Response:
    """Lead to the editor of a topic that was chosen in a form."""
    return RedirectResponse(f"/admin/articles/{topic.slug}/{language}", 303)


@router.get("/{topic}")
def article(request: Request, user: Reader, topic: KnownTopic) -> Response:
    """Show an article: its languages, and what they share."""
    fields, revision = _present(request, topic)
    form = Form(fields, revision, done=request.query_params.get("done") == "saved")
    return _article_page(request, user, topic, form)


@router.post("/{topic}")
def save(request: Request, user: Editor, topic: KnownTopic, sent: Sent) -> Response:
    """Save what an article's languages share; the first time makes the article."""
    data = nested(typed(sent))
    fields, revision = flat(data), revision_in(sent)
    language = staff_language(request, user)
    problems = {name: _NO_TOPIC.in_language(language) for name in _unknown_topics(request, fields)}
    try:
        file = ArticleFile.model_validate(data)
    except ValidationError as error:
        problems |= problems_by_field(error, language)
    if problems:
        return _article_page(request, user, topic, Form(fields, revision, problems))
    try:
        with site_of(request).database.transaction() as session:
            save_article(session, topic.slug, file, revision)
            audit.record(session, user, "article.data_saved", f"article:{topic.slug}")
    except EditConflictError:
        theirs, newest = _present(request, topic)
        return _article_page(request, user, topic, Form(fields, newest, theirs=theirs))
    return RedirectResponse(f"/admin/articles/{topic.slug}?done=saved", 303)


def _unknown_topics(request: Request, fields: Fields) -> list[str]:
    """Return the names of the fields that name a related topic which there is not."""
    with site_of(request).database.transaction() as session:
        known = catalogue(session).topics
    return [
        name for name, value in fields.items() if name.startswith("related.") and value not in known
    ]


def _present(request: Request, topic: Topic) -> tuple[Fields, int | None]:
    with site_of(request).database.transaction() as session:
        row = session.get(Article, topic.slug)
        return (flat(article_file(row)), row.revision) if row else ({}, None)


def _article_page(request: Request, user: SignedIn, topic: Topic, form: Form) -> Response:
    with site_of(request).database.transaction() as session:
        state = topic_state(session, topic, today())
        topics = catalogue(session).topics
    return staff_page(
        request,
        user,
        "article_data.html",
        status=form.status,
        words=Words(staff_language(request, user)),
        state=state,
        topic=topic,
        topics=topics.values(),
        queues=QUEUES,
        form=form,
        editable=user.role == "admin",
        made=request.query_params.get("done") == "made",
    )
