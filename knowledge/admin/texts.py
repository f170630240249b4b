"""The pages of one text: written, previewed, published, withdrawn, compared, restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from knowledge import editing
from knowledge.admin.approval import approval_of, put_off_review, reason_problems
from knowledge.admin.articles import KnownTopic, offered_topic
from knowledge.admin.forms import Fields, Form, Sent, said, typed
from knowledge.admin.presence import other_editors
from knowledge.admin.previews import breaches, danish_text, preview
from knowledge.admin.roles import Editor, Reader
from knowledge.admin.words import Words
from knowledge.articles import READINGS, Text
from knowledge.catalogue import Topic
from knowledge.differences import Line, difference
from knowledge.errors import EditConflictError, KnowledgeError
from knowledge.models import Article, TranslationVersion
from knowledge.reviews import older_to_review, standing
from knowledge.translations import (
    history,
    latest,
    lock,
    numbered,
    publish,
    published,
    text_of,
    withdraw,
)
from knowledge.translations import save as save_text
from language.languages import Language
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

Action = Literal["publish", "withdraw"]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

_AUDITED: dict[Action, str] = {"publish": "article.published", "withdraw": "article.withdrawn"}

router = APIRouter(prefix="/admin/articles/{topic}/{language}", include_in_schema=False)


@dataclass(frozen=True)
class TextPlace:
    """The text that an address is about."""

    topic: Topic
    language: Language

    @property
    def address(self) -> str:
        """Where it is edited."""
        return f"/admin/articles/{self.topic.slug}/{self.language}"


def _place(topic: KnownTopic, language: Language) -> TextPlace:
    return TextPlace(topic, language)


Place = Annotated[TextPlace, Depends(_place)]


@dataclass(frozen=True)
class Draft:
    """What a form holds.

    Attributes:
        text: The text.
        based_on: The id of the version that its author had before them.
        translated_from: The id of the Danish version that it renders; None for the one that
            readers get.
    """

    text: Text
    based_on: int | None
    translated_from: int | None = None


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved meanwhile: their version, and what it changed."""

    theirs: TranslationVersion
    changes: list[Line]


def draft_in(sent: Fields) -> Draft:
    """Return what the fields of a text hold."""
    reading = sent.get("reading", "")
    body = sent.get("body", "").replace("\r\n", "\n").replace("\r", "\n")
    known = reading if reading in READINGS else READINGS[0]
    return Draft(Text(sent.get("title", "").strip(), known, body), id_in(sent.get("based_on")))


def id_in(value: str | None) -> int | None:
    """Return the id that a field holds; None where it holds none."""
    return int(value) if value and value.isdecimal() and len(value) < 10 else None


@router.get("")
def editor(request: Request, user: Editor, place: Place) -> Response:
    """Show the newest text in a form; where there is no article yet, lead to its shared data."""
    with site_of(request).database.transaction() as session:
        if session.get(Article, place.topic.slug) is None:
            return RedirectResponse(f"/admin/articles/{place.topic.slug}", 303)
        newest = latest(session, place.topic.slug, place.language)
    draft = Draft(
        text_of(newest) if newest else Text("", READINGS[0], ""), newest.id if newest else None
    )
    return _editor_page(request, user, place, draft, done=request.query_params.get("done"))


@router.post("")
def save(request: Request, user: Editor, place: Place, sent: Sent) -> Response:
    """Save a draft, or show what is wrong with it, or what somebody else saved meanwhile."""
    draft = draft_in(sent)
    if breaches(draft.text, staff_language(request, user)):
        return _editor_page(request, user, place, draft, done="refused")
    try:
        with site_of(request).database.transaction() as session:
            unscheduled = save_draft(session, user, place, draft, "saved")
    except EditConflictError:
        return _conflict_page(request, user, place, draft)
    except KnowledgeError:  # the article is not there
        return RedirectResponse(f"/admin/articles/{place.topic.slug}", 303)
    return _saved(place, "saved", unscheduled)


def _saved(
    place: TextPlace, done: Literal["saved", "restored"], unscheduled: int | None
) -> Response:
    cancelled = f"&unscheduled={unscheduled}" if unscheduled else ""
    return RedirectResponse(f"{place.address}?done={done}{cancelled}", 303)


def save_draft(
    session: Session,
    user: SignedIn,
    place: TextPlace,
    draft: Draft,
    done: Literal["saved", "restored"],
) -> int | None:
    """Save a draft, and write it down in the audit log.

    Args:
        session: A transaction.
        user: Who wrote it.
        place: Which text it is.
        draft: What it says, and what it rests on.
        done: Whether it was written or is an old text.

    Returns:
        The number of the version that is no longer published by itself; None where none was to be.

    Raises:
        EditConflictError: Somebody else saved meanwhile.
        KnowledgeError: There is no article of this topic.
    """
    lock(session, place.topic.slug)
    before = latest(session, place.topic.slug, place.language)
    was_scheduled = before is not None and before.publish_at is not None
    version = save_text(
        session,
        place.topic.slug,
        place.language,
        draft.text,
        author=user.name,
        based_on=draft.based_on,
    )
    if draft.translated_from is not None:
        version.translated_from_id = draft.translated_from
    audit.record(session, user, f"article.{done}", version.audit_subject)
    if not was_scheduled:
        return None
    audit.record(session, user, "article.unscheduled", version.audit_subject)
    return version.number - 1


@router.post("/preview")
def previewed(request: Request, user: Editor, place: Place, sent: Sent) -> Response:
    """Show a text as readers would get it: the piece that the page asks for, or the whole page."""
    draft = draft_in(sent)
    if "HX-Request" not in request.headers:
        return _editor_page(request, user, place, draft)
    site, reader = site_of(request), staff_language(request, user)
    with site.database.transaction() as session:
        shown = preview(session, site, place.topic.slug, place.language, draft.text, reader)
    html = site.pages.html(
        "preview.html", reader, preview=shown, words=Words(reader), text_language=place.language
    )
    return HTMLResponse(html)


@router.get("/history")
def versions(
    request: Request,
    user: Reader,
    place: Place,
    old: int | None = None,
    new: int | None = None,
) -> Response:
    """Show all versions of a text, and what changed between two that were chosen."""
    with site_of(request).database.transaction() as session:
        found = history(session, place.topic.slug, place.language)
    by_number = {version.number: version for version in found}
    chosen = (by_number.get(old or 0), by_number.get(new or 0))
    changes = None
    if chosen[0] is not None and chosen[1] is not None:
        changes = difference(text_of(chosen[0]), text_of(chosen[1]))
    return staff_page(
        request,
        user,
        "history.html",
        **common(request, user, place),
        versions=found,
        old=old,
        new=new,
        changes=changes,
    )


@router.get("/history/{number}")
def version(request: Request, user: Reader, place: Place, number: Number) -> Response:
    """Show one version: what it changed, and how readers would get it."""
    site, reader = site_of(request), staff_language(request, user)
    with site.database.transaction() as session:
        found = existing_version(session, place, number)
        before = numbered(session, place.topic.slug, place.language, number - 1)
        newest = latest(session, place.topic.slug, place.language)
        stands = standing(session, found)
        shown = preview(session, site, place.topic.slug, place.language, text_of(found), reader)
    return staff_page(
        request,
        user,
        "version.html",
        **common(request, user, place),
        version=found,
        newest=newest,
        standing=stands,
        before=before,
        changes=difference(text_of(before), text_of(found)) if before else None,
        preview=shown,
        done=request.query_params.get("done"),
    )


@router.post("/history/{number}/restore")
def restore(request: Request, user: Editor, place: Place, number: Number) -> Response:
    """Save an old text as a new draft."""
    with site_of(request).database.transaction() as session:
        lock(session, place.topic.slug)
        old = existing_version(session, place, number)
        newest = latest(session, place.topic.slug, place.language)
        draft = Draft(text_of(old), newest.id if newest else None)
        unscheduled = save_draft(session, user, place, draft, "restored")
    return _saved(place, "restored", unscheduled)


@router.get("/history/{number}/{action}")
def ask(
    request: Request,
    user: Editor,
    place: Place,
    number: Number,
    action: Action,
) -> Response:
    """Ask once, with what changes for readers."""
    with site_of(request).database.transaction() as session:
        return _question(request, user, session, place, number, action)


@router.post("/history/{number}/{action}")
def act(
    request: Request,
    user: Editor,
    place: Place,
    number: Number,
    action: Action,
    sent: Sent,
) -> Response:
    """Publish or withdraw; where readers get something else than was shown, ask again."""
    with site_of(request).database.transaction() as session:
        lock_offered(session, place)
        chosen = existing_version(session, place, number)
        shown = published(session, place.topic.slug, place.language)
        has_changed = (shown.id if shown else None) != id_in(sent.get("readers_get"))
        if has_changed or not _possible(chosen, action):
            refused = Form(typed(sent), None)
            return _question(request, user, session, place, number, action, refused)
        was_scheduled = chosen.publish_at is not None
        if action == "publish":
            approval, fields = approval_of(request, session, chosen), typed(sent)
            problems = reason_problems(approval, fields)
            if problems:
                refused = Form(fields, None, said(problems, staff_language(request, user)))
                return _question(request, user, session, place, number, action, refused)
            put_off_review(session, user, chosen, approval, fields)
            publish(session, chosen)
        else:
            withdraw(session, chosen)
        audit.record(session, user, _AUDITED[action], chosen.audit_subject)
        if was_scheduled:
            audit.record(session, user, "article.unscheduled", chosen.audit_subject)
    return RedirectResponse(f"{place.address}/history/{number}?done={action}", 303)


def _possible(version: TranslationVersion, action: Action) -> bool:
    return version.state == "draft" or (action == "withdraw" and version.state == "published")


def _question(
    request: Request,
    user: SignedIn,
    session: Session,
    place: TextPlace,
    number: int,
    action: Action,
    refused: Form | None = None,
) -> Response:
    """Ask; a form that was refused though nothing in it is wrong came too late."""
    has_changed = refused is not None and not refused.problems
    chosen = existing_version(session, place, number)
    approval = approval_of(request, session, chosen)
    form = refused or Form(approval.fields, None)
    shown = published(session, place.topic.slug, place.language)
    site, reader = site_of(request), staff_language(request, user)
    warnings = preview(
        session, site, place.topic.slug, place.language, text_of(chosen), reader
    ).warnings
    return staff_page(
        request,
        user,
        "question.html",
        status=409 if has_changed else form.status,
        **common(request, user, place),
        version=chosen,
        form=form,
        approval=approval,
        readers_get=shown,
        changes=difference(text_of(shown) if shown else None, text_of(chosen)),
        warnings=warnings,
        action=action,
        possible=_possible(chosen, action),
        has_changed=has_changed,
    )


def _conflict_page(request: Request, user: SignedIn, place: TextPlace, draft: Draft) -> Response:
    with site_of(request).database.transaction() as session:
        theirs = latest(session, place.topic.slug, place.language)
        if theirs is None:
            return _editor_page(request, user, place, Draft(draft.text, None))
        conflict = conflict_with(session, place, draft, theirs)
    return _editor_page(
        request,
        user,
        place,
        Draft(draft.text, theirs.id),
        conflict=conflict,
    )


def conflict_with(
    session: Session, place: TextPlace, draft: Draft, theirs: TranslationVersion
) -> Conflict:
    """Return what a version that somebody else saved changed, since the author of a draft looked."""
    base = version_in(session, place, draft.based_on)
    changes = difference(text_of(base) if base else None, text_of(theirs), context=None)
    return Conflict(theirs, changes)


def version_in(
    session: Session, place: TextPlace, version_id: int | None
) -> TranslationVersion | None:
    """Return the version of a text that has an id; None where no version of that text has it."""
    found = session.get(TranslationVersion, version_id or 0)
    if found is None or (found.topic, found.language) != (place.topic.slug, place.language):
        return None
    return found


def _editor_page(
    request: Request,
    user: SignedIn,
    place: TextPlace,
    draft: Draft,
    *,
    conflict: Conflict | None = None,
    done: str | None = None,
) -> Response:
    site, reader = site_of(request), staff_language(request, user)
    with site.database.transaction() as session:
        if session.get(Article, place.topic.slug) is not None:
            editing.note(session, user.user_id, place.topic.slug, place.language)
        newest = latest(session, place.topic.slug, place.language)
        readers_get = published(session, place.topic.slug, place.language)
        danish = danish_text(session, place.topic.slug) if place.language != "da" else None
        stands = standing(session, newest) if newest else None
        older = older_to_review(session, newest) if newest else []
        others = other_editors(session, user, place.topic.slug, place.language)
        shown = preview(session, site, place.topic.slug, place.language, draft.text, reader)
    return staff_page(
        request,
        user,
        "editor.html",
        status=409 if conflict else 422 if done == "refused" else 200,
        **common(request, user, place),
        draft=draft.text,
        based_on=draft.based_on,
        readings=READINGS,
        newest=newest,
        readers_get=readers_get,
        danish=danish,
        standing=stands,
        older=older,
        others=others,
        preview=shown,
        conflict=conflict,
        done=done,
        unscheduled=id_in(request.query_params.get("unscheduled")),
    )


def common(request: Request, user: SignedIn, place: TextPlace) -> dict[str, Any]:
    """Return what the templates of all pages of a text need."""
    return {
        "words": Words(staff_language(request, user)),
        "topic": place.topic,
        "text_language": place.language,
        "address": place.address,
        "editable": user.role == "admin",
    }


def lock_offered(session: Session, place: TextPlace) -> None:
    """Lock an article; of a topic that was withdrawn in the meantime there is no page any more."""
    lock(session, place.topic.slug)
    offered_topic(session, place.topic.slug)


def existing_version(session: Session, place: TextPlace, number: int) -> TranslationVersion:
    """Return a version; a page of one that is not there does not exist."""
    found = numbered(session, place.topic.slug, place.language, number)
    if found is None:
        raise HTTPException(404)
    return found
