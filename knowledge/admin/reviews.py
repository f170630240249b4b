"""The page on which a text is sent for a review, and on which a second person decides."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.approval import approval_of
from knowledge.admin.forms import Form, Sent, note_problem, said, typed
from knowledge.admin.previews import preview
from knowledge.admin.roles import Editor, Reader
from knowledge.admin.texts import Number, Place, TextPlace, common, existing_version
from knowledge.differences import difference
from knowledge.models import TranslationVersion
from knowledge.reviews import Decision, ask, decide
from knowledge.translations import lock, readers_had, text_of
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page
from web.translations import Translatable, later

_AUDITED: dict[Decision, str] = {
    "approved": "article.approved",
    "changes": "article.changes_wanted",
}
_NOBODY = later("Choose one of the list.")
_NO_COMMENT = later("Say what should be changed.")

router = APIRouter(
    prefix="/admin/articles/{topic}/{language}/history/{number}/review", include_in_schema=False
)


@router.get("")
def review(request: Request, user: Reader, place: Place, number: Number) -> Response:
    """Show how the review of a version stands, and what can be done about it."""
    with site_of(request).database.transaction() as session:
        version = existing_version(session, place, number)
        return _page(request, user, session, place, version, Form({}, None))


@router.post("")
def send(request: Request, user: Editor, place: Place, number: Number, sent: Sent) -> Response:
    """Send a draft for a review; where it has been decided or sent meanwhile, show that."""
    fields, language = typed(sent), staff_language(request, user)
    with site_of(request).database.transaction() as session:
        lock(session, place.topic.slug)
        version = existing_version(session, place, number)
        approval = approval_of(request, session, version)
        if not approval.standing.can_be_asked:
            form = Form(fields, None)
            return _page(request, user, session, place, version, form, has_changed=True)
        reviewer, note = fields.get("reviewer"), fields.get("note", "")
        problems: dict[str, Translatable] = {}
        if reviewer is not None and reviewer not in approval.others:
            problems["reviewer"] = _NOBODY
        note_is = note_problem(note, required=False)
        if note_is is not None:
            problems["note"] = note_is
        if problems:
            form = Form(fields, None, said(problems, language))
            return _page(request, user, session, place, version, form)
        ask(session, version, by=user.name, reviewer=reviewer, note=note)
        audit.record(session, user, "article.review_asked", version.audit_subject)
    return RedirectResponse(f"{place.address}/history/{number}/review?done=sent", 303)


@router.post("/decision")
def decision(request: Request, user: Editor, place: Place, number: Number, sent: Sent) -> Response:
    """Approve a version or ask for changes; where somebody else did meanwhile, show that."""
    fields, language = typed(sent), staff_language(request, user)
    with site_of(request).database.transaction() as session:
        lock(session, place.topic.slug)
        version = existing_version(session, place, number)
        open_review = approval_of(request, session, version).standing.open
        is_as_shown = open_review is not None and str(open_review.id) == fields.get("review")
        if not is_as_shown or user.name == version.author:
            form = Form(fields, None)
            return _page(request, user, session, place, version, form, has_changed=True)
        chosen: Decision = "approved" if fields.get("decision") == "approved" else "changes"
        comment = fields.get("comment", "")
        problem = note_problem(comment, required=False)
        if chosen == "changes" and not comment:
            problem = _NO_COMMENT
        if problem is not None:
            form = Form(fields, None, said({"comment": problem}, language))
            return _page(request, user, session, place, version, form)
        was_scheduled = version.publish_at is not None
        decide(session, version, by=user.name, decision=chosen, comment=comment)
        audit.record(session, user, _AUDITED[chosen], version.audit_subject)
        if was_scheduled and version.publish_at is None:
            audit.record(session, user, "article.unscheduled", version.audit_subject)
    return RedirectResponse(f"{place.address}/history/{number}/review?done={chosen}", 303)


def _page(
    request: Request,
    user: SignedIn,
    session: Session,
    place: TextPlace,
    version: TranslationVersion,
    form: Form,
    *,
    has_changed: bool = False,
) -> Response:
    site, reader = site_of(request), staff_language(request, user)
    before = readers_had(session, version)
    text = text_of(version)
    approval = approval_of(request, session, version)
    return staff_page(
        request,
        user,
        "review.html",
        status=409 if has_changed else form.status,
        **common(request, user, place),
        version=version,
        form=form,
        approval=approval,
        reviewers=[(name, name) for name in approval.others],
        changes=difference(text_of(before) if before else None, text),
        preview=preview(session, site, place.topic.slug, place.language, text, reader),
        has_changed=has_changed,
        done=request.query_params.get("done"),
    )
