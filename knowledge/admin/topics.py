"""The pages of the topics themselves: made, renamed, put into another queue, withdrawn."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge import models
from knowledge.admin.articles import KnownTopic
from knowledge.admin.forms import (
    Fields,
    Form,
    Sent,
    flat,
    problems_by_field,
    revision_in,
    typed,
)
from knowledge.admin.roles import Editor
from knowledge.admin.words import Words
from knowledge.catalogue import Topic, slug_of, topic_of
from knowledge.errors import EditConflictError, TopicError
from knowledge.saving import make_topic, require_free, save_topic, withdraw_topic
from language.languages import Language, is_language
from understanding.queues import QUEUES
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page
from web.translations import later

MESSAGE_CHARACTERS = 1000

# Where one may be led on to after a topic is made: a page of the admins, never another site.
_OUR_PAGE = re.compile(r"/admin(/[a-z][a-z-]*)+/?")

_NO_WORDS = later("Write a title with words in it, such as Church tax.")

router = APIRouter(prefix="/admin/topics", include_in_schema=False)


@router.get("/new")
def write(
    request: Request,
    user: Editor,
    language: Language | None = None,
    message: str = "",
    then: str = "",
) -> Response:
    """Show the form of a new topic.

    Args:
        request: The request.
        user: An admin.
        language: Of the message.
        message: What a person asked, from which the topic came; it is shown as the reason.
        then: The page to be led on to with `topic`, `language` and `message`, instead of the article's.
    """
    given = {"language": language or "", "message": message[:MESSAGE_CHARACTERS], "then": then}
    return _new_page(request, user, Form(typed(given), None))


@router.post("/new")
def make(request: Request, user: Editor, sent: Sent) -> Response:
    """Show the short name that the topic will have; once it has been shown, make the topic."""
    fields = typed(sent)
    shown = fields.pop("slug", "")
    language = staff_language(request, user)
    try:
        topic = _new_topic(fields)
        with site_of(request).database.transaction() as session:
            if topic.slug != shown:
                require_free(session, topic)
                return _new_page(request, user, Form(fields | {"slug": topic.slug}, None))
            make_topic(session, topic)
            audit.record(session, user, "topic.made", f"topic:{topic.slug}")
    except ValidationError as error:
        problems = problems_by_field(error, language)
    except TopicError as error:
        problems = {"title": error.message.in_language(language)}
    else:
        return RedirectResponse(_led_on(topic, fields), 303)
    return _new_page(request, user, Form(fields, None, problems))


def _new_topic(fields: Fields) -> Topic:
    """Return the topic that a form describes.

    Raises:
        ValidationError: A field is missing or wrong.
        TopicError: No short name can be made from the title.
    """
    # The short name of "x" where there is none yet: what else is wrong is said first.
    slug = slug_of(fields.get("title", ""))
    topic = Topic.model_validate({"slug": slug or "x"} | _described(fields))
    if not slug:
        raise TopicError(_NO_WORDS)
    return topic


def _described(fields: Fields) -> Fields:
    """Return the fields that can be changed of a topic."""
    return {name: fields[name] for name in ("title", "queue") if name in fields}


def _led_on(topic: Topic, fields: Fields) -> str:
    then = fields.get("then", "")
    if not _OUR_PAGE.fullmatch(then):
        return f"/admin/articles/{topic.slug}?done=made"
    query = {name: fields.get(name, "") for name in ("language", "message")}
    return f"{then}?{urlencode({'topic': topic.slug, **query})}"


@router.get("/{topic}")
def show(request: Request, user: Editor, topic: KnownTopic) -> Response:
    """Show a topic's title and queue in a form."""
    present, revision = _present(request, topic)
    done = request.query_params.get("done") == "saved"
    return _topic_page(request, user, topic, Form(flat(present), revision, done=done))


@router.post("/{topic}")
def save(request: Request, user: Editor, topic: KnownTopic, sent: Sent) -> Response:
    """Save another title or queue."""
    fields, revision = typed(sent), revision_in(sent)
    kept = topic.model_dump(exclude={"title", "queue"})
    try:
        renamed = Topic.model_validate(kept | _described(fields))
        with site_of(request).database.transaction() as session:
            save_topic(session, renamed, revision)
            audit.record(session, user, "topic.saved", f"topic:{topic.slug}")
    except ValidationError as error:
        problems = problems_by_field(error, staff_language(request, user))
        return _topic_page(request, user, topic, Form(fields, revision, problems))
    except EditConflictError:
        newest, now = _present(request, topic)
        form = Form(fields, now, theirs=_described(flat(newest)))
        return _topic_page(request, user, topic, form)
    return RedirectResponse(f"/admin/topics/{topic.slug}?done=saved", 303)


@router.post("/{topic}/withdraw")
def withdraw(request: Request, user: Editor, topic: KnownTopic) -> Response:
    """Offer a topic nowhere any more."""
    try:
        with site_of(request).database.transaction() as session:
            withdraw_topic(session, topic.slug)
            audit.record(session, user, "topic.withdrawn", f"topic:{topic.slug}")
    except TopicError as error:
        problems = {"": error.message.in_language(staff_language(request, user))}
        present, revision = _present(request, topic)
        return _topic_page(request, user, topic, Form(flat(present), revision, problems))
    return RedirectResponse("/admin/articles/?done=withdrawn", 303)


def _present(request: Request, topic: Topic) -> tuple[Topic, int]:
    with site_of(request).database.transaction() as session:
        row = session.get_one(models.Topic, topic.slug)
        return topic_of(row), row.revision


def _new_page(request: Request, user: SignedIn, form: Form) -> Response:
    spoken = form.fields.get("language")
    return staff_page(
        request,
        user,
        "topic_new.html",
        status=form.status,
        words=Words(staff_language(request, user)),
        form=form,
        queues=QUEUES,
        spoken=spoken if is_language(spoken) else None,
    )


def _topic_page(request: Request, user: SignedIn, topic: Topic, form: Form) -> Response:
    return staff_page(
        request,
        user,
        "topic.html",
        status=form.status,
        words=Words(staff_language(request, user)),
        topic=topic,
        form=form,
        queues=QUEUES,
    )
