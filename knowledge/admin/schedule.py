"""The page on which an admin sets when a draft is published by itself, or takes that back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.approval import approval_of, put_off_review, reason_problems
from knowledge.admin.forms import Fields, Form, Sent, said, typed
from knowledge.admin.previews import preview
from knowledge.admin.roles import Editor
from knowledge.admin.texts import Number, Place, TextPlace, common, existing_version, lock_offered
from knowledge.differences import difference
from knowledge.errors import PastTimeError
from knowledge.models import TranslationVersion
from knowledge.translations import (
    can_be_scheduled,
    lock,
    published,
    schedule,
    text_of,
    unschedule,
)
from web import audit
from web.dates import ZONE, today
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page
from web.translations import Translatable, later

_TIME = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")

_Problems = dict[str, Translatable]

router = APIRouter(
    prefix="/admin/articles/{topic}/{language}/history/{number}", include_in_schema=False
)


@router.get("/schedule")
def ask(request: Request, user: Editor, place: Place, number: Number) -> Response:
    """Show what a version changes for readers, and ask when they are to get it."""
    with site_of(request).database.transaction() as session:
        version = existing_version(session, place, number)
        fields = _fields(version.publish_at) | approval_of(request, session, version).fields
        return _page(request, user, session, place, version, Form(fields, None))


@router.post("/schedule")
def set_time(request: Request, user: Editor, place: Place, number: Number, sent: Sent) -> Response:
    """Set the time; where somebody else decided meanwhile, show that and ask again."""
    fields, language = typed(sent), staff_language(request, user)
    moment, problems = _moment(fields)
    with site_of(request).database.transaction() as session:
        lock_offered(session, place)
        version = existing_version(session, place, number)
        has_changed = sent.get("set_before", "") != _stamp(version.publish_at)
        if has_changed or not can_be_scheduled(session, version):
            return _page(
                request, user, session, place, version, Form(fields, None), has_changed=True
            )
        approval = approval_of(request, session, version)
        problems |= reason_problems(approval, fields)
        if moment is not None and not problems:
            try:
                schedule(session, version, moment, user.name)
            except PastTimeError:
                problems = {"day": _PAST}
        if problems:
            form = Form(fields, None, said(problems, language))
            return _page(request, user, session, place, version, form)
        put_off_review(session, user, version, approval, fields)
        audit.record(session, user, "article.scheduled", version.audit_subject)
    return RedirectResponse(f"{place.address}/history/{number}?done=schedule", 303)


@router.post("/unschedule")
def take_back(request: Request, user: Editor, place: Place, number: Number) -> Response:
    """Leave it to a person when the version is published."""
    with site_of(request).database.transaction() as session:
        lock(session, place.topic.slug)
        version = existing_version(session, place, number)
        if version.publish_at is None:  # published in this moment, or taken back by somebody else
            return RedirectResponse(f"{place.address}/history/{number}", 303)
        unschedule(version)
        audit.record(session, user, "article.unscheduled", version.audit_subject)
    return RedirectResponse(f"{place.address}/history/{number}?done=unschedule", 303)


_NO_DAY = later("Write a date that exists, such as 2026-11-23.")
_NO_TIME = later("Write hour and minute, such as 08:00.")
_LEFT_OUT = later(
    "Clocks are put forward in this hour, so this time does not exist; choose another."
)
_PAST = later("Choose a time that is still to come, or publish the draft now.")


def _moment(fields: Fields) -> tuple[datetime | None, _Problems]:
    """Return the time that was typed, or what is wrong, by field.

    An hour that there is twice, when clocks are put back, is the first of the two.
    """
    problems: _Problems = {}
    day = _day(fields.get("day", ""))
    if day is None:
        problems["day"] = _NO_DAY
    elif day < today():
        problems["day"] = _PAST
    found = _TIME.fullmatch(fields.get("time", ""))
    if found is None:
        problems["time"] = _NO_TIME
    if problems or day is None or found is None:
        return None, problems
    typed_time = datetime.combine(day, time(int(found[1]), int(found[2])), ZONE)
    moment = typed_time.astimezone(UTC)
    if moment.astimezone(ZONE).replace(tzinfo=None) != typed_time.replace(tzinfo=None):
        return None, {"time": _LEFT_OUT}
    return moment, {}


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _fields(moment: datetime | None) -> Fields:
    if moment is None:
        return {}
    there = moment.astimezone(ZONE)
    return {"day": there.date().isoformat(), "time": there.strftime("%H:%M")}


def _stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


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
    shown = published(session, place.topic.slug, place.language)
    text = text_of(version)
    return staff_page(
        request,
        user,
        "schedule.html",
        status=409 if has_changed else form.status,
        **common(request, user, place),
        version=version,
        form=form,
        approval=approval_of(request, session, version),
        set_before=_stamp(version.publish_at),
        readers_get=shown,
        changes=difference(text_of(shown) if shown else None, text),
        warnings=preview(session, site, place.topic.slug, place.language, text, reader).warnings,
        possible=can_be_scheduled(session, version),
        has_changed=has_changed,
    )
