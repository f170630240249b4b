"""What is set of each queue at each centre: the list of it, and the form on which an admin sets it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from triage.admin.queue_form import QueueForm, form_in, form_of
from triage.admin.queue_words import QueueWords
from triage.desk.desk import page
from triage.errors import FolderTakenError, SettingChangedError
from triage.models import Notification
from triage.queues.forwarding import is_paused
from triage.queues.settings import EVERYWHERE, Place, place, places, resume_forwarding, save
from triage.shelves import Shelf
from understanding.queues import QUEUES
from web import audit
from web.access import requires
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

Reader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]
Admin = Annotated[SignedIn, Depends(requires("admin"))]

Done = Literal["saved", "unchanged", "resumed"]

_ALL = "all"
"""In addresses of pages, for what holds at all centres."""


async def _sent_form(request: Request) -> FormData:
    return await request.form()


def routes(own_addresses: frozenset[str], inboxes: frozenset[str]) -> APIRouter:
    """Return the routes.

    Args:
        own_addresses: The addresses that the ICS itself sends from, in lower case.
        inboxes: The inboxes of all mailboxes.
    """
    router = APIRouter(prefix="/admin/queues", include_in_schema=False)

    @router.get("/")
    def show(request: Request, user: Reader, done: Done | None = None) -> Response:
        with site_of(request).database.transaction() as session:
            names = site_of(request).centre_names(session)
            found = places(session, names)
            paused = {
                (one.shelf, one.centre): _is_paused(session, one)
                for one in found
                if one.in_force.forward_to
            }
        return page(
            request,
            user,
            "queues.html",
            shelves=[
                (shelf, list(group)) for shelf, group in groupby(found, lambda one: one.shelf)
            ],
            names=names,
            paused=paused,
            done=done,
            queues=QUEUES,
            may_set=user.role == "admin",
            texts=QueueWords(staff_language(request, user)),
        )

    @router.get("/{shelf}/{centre}")
    def edit(request: Request, user: Admin, shelf: Shelf, centre: str) -> Response:
        with site_of(request).database.transaction() as session:
            slug = _centre(request, session, centre)
            return _form_page(request, user, session, form_of(place(session, shelf, slug)))

    @router.post("/{shelf}/{centre}")
    def keep(
        request: Request,
        user: Admin,
        shelf: Shelf,
        centre: str,
        sent: Annotated[FormData, Depends(_sent_form)],
    ) -> Response:
        with site_of(request).database.transaction() as session:
            slug = _centre(request, session, centre)
            before = place(session, shelf, slug)
        form = form_in(sent, before, own_addresses, inboxes)
        problems: dict[str, Any] = dict(form.problems)
        changed_meanwhile = False
        try:
            if not problems:
                with site_of(request).database.transaction() as session:
                    revision = _revision(form)
                    changed = save(session, shelf, slug, form.chosen, revision, user.name)
                    if changed:
                        audit.record(session, user, "queue.set", f"queue:{shelf}:{centre}")
                return _back("saved" if changed else "unchanged")
        except FolderTakenError:
            problems["folder"] = "folder_taken"
        except SettingChangedError:
            changed_meanwhile = True
        with site_of(request).database.transaction() as session:
            again = QueueForm(place(session, shelf, slug), form.values, problems, form.chosen)
            return _form_page(request, user, session, again, changed_meanwhile=changed_meanwhile)

    @router.post("/{shelf}/{centre}/forward-again")
    def forward_again(request: Request, user: Admin, shelf: Shelf, centre: str) -> Response:
        with site_of(request).database.transaction() as session:
            slug = _centre(request, session, centre)
            # The address may be that of the queue, which is then forwarded to again everywhere.
            own = place(session, shelf, slug).chosen.forward_to is not None
            if place(session, shelf, slug).in_force.forward_to:
                resume_forwarding(session, shelf, slug if own else EVERYWHERE, user.name)
                audit.record(session, user, "queue.forwarded_again", f"queue:{shelf}:{centre}")
        return _back("resumed")

    return router


def _form_page(
    request: Request,
    user: SignedIn,
    session: Session,
    form: QueueForm,
    *,
    changed_meanwhile: bool = False,
) -> Response:
    one = form.place
    status = 409 if changed_meanwhile else 422 if form.problems else 200
    return page(
        request,
        user,
        "queue_form.html",
        status=status,
        form=form,
        place=one,
        centre=one.centre or _ALL,
        centre_name=_name(site_of(request).centre_names(session), one.centre),
        is_paused=_is_paused(session, one),
        last=_last_notification(session, one),
        changed_meanwhile=changed_meanwhile,
        texts=QueueWords(staff_language(request, user)),
    )


def _centre(request: Request, session: Session, given: str) -> str:
    """The centre of an address; 404 where there is none, and nothing is set of it."""
    if given == _ALL:
        return EVERYWHERE
    known = {one.centre for one in places(session, site_of(request).centre_names(session))}
    if given not in known:
        raise HTTPException(404)
    return given


def _name(names: Mapping[str, str], centre: str) -> str:
    return names.get(centre, centre)


def _revision(form: QueueForm) -> int:
    typed = form.values.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def _is_paused(session: Session, one: Place) -> bool:
    address = one.in_force.forward_to
    return bool(address) and is_paused(session, one.shelf, one.centre, address)


def _last_notification(session: Session, one: Place) -> Notification | None:
    return session.scalars(
        select(Notification)
        .where(
            Notification.shelf == one.shelf,
            Notification.centre == one.centre if one.centre else Notification.centre.is_(None),
        )
        .order_by(Notification.id.desc())
        .limit(1)
    ).one_or_none()


def _back(done: Done) -> Response:
    return RedirectResponse(f"/admin/queues/?done={done}", 303)
