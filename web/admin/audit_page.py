"""The page of the audit log: who did what to which thing, and when.

Looking at the log is not recorded: it holds nothing but names of staff and numbers of things, two
roles alone may see it, and a line for each page turned would bury the lines about people's mail.
An export is recorded, since it leaves the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from web import audit, users
from web.access import requires
from web.admin.words import Words
from web.audit import Chosen
from web.dates import ZONE
from web.models import AuditEntry
from web.sessions import SignedIn
from web.site import Site, site_of
from web.spreadsheets import spreadsheet
from web.staff import staff_language, staff_page

PAGE_LENGTH = 50

_BLOCK = 1000
"""So many entries of an export are read at a time."""

_YEARS = range(2000, 3000)
_NOBODY = "nobody"

Reader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]


class Search(BaseModel):
    """What was typed into the form, kept as it is so that it can be shown again.

    Attributes:
        before: On which page one is: only entries older than this one.
    """

    user: str = Field("", pattern=r"^([0-9]{1,9}|nobody)?$")
    action: str = Field("", max_length=64)
    subject: str = Field("", max_length=128)
    since: str = Field("", max_length=40)
    until: str = Field("", max_length=40)
    before: int | None = Field(None, ge=1, le=2**31 - 1)

    def problems(self) -> set[str]:
        """Return which fields cannot be understood."""
        typed = {"since": self.since, "until": self.until}
        return {name for name, text in typed.items() if text and _day(text) is None}

    def chosen(self, subjects: frozenset[str]) -> Chosen:
        """Return which entries are asked for.

        Args:
            subjects: What the typed subject stands for; empty where none was typed.
        """
        return Chosen(
            user_id=int(self.user) if self.user.isdigit() else None,
            nobody=self.user == _NOBODY,
            action=self.action or None,
            subjects=subjects or None,
            since=_day(self.since),
            until=_day(self.until),
        )

    def query(self, before: int | None = None) -> str:
        """Return what stands behind the `?` in the address of one page of this search."""
        fields = self.model_dump(exclude_defaults=True, exclude={"before"})
        return urlencode(fields if before is None else fields | {"before": before})


Asked = Annotated[Search, Query()]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


Subjects = Callable[[Session, str], frozenset[str]]
"""Gives what a typed reference stands for: the case, and the mail before it was one; another text
alone."""


def routes(subjects_of: Subjects) -> APIRouter:
    """Return the routes of this page.

    Args:
        subjects_of: See `Subjects`; an empty text is never given to it.
    """
    router = APIRouter(prefix="/admin/audit", include_in_schema=False)

    @router.get("/")
    def show(request: Request, user: Reader, search: Asked) -> Response:
        problems = search.problems()
        words = Words(staff_language(request, user))
        with site_of(request).database.transaction() as session:
            found: list[AuditEntry] = []
            if not problems:
                found = audit.entries(
                    session,
                    search.chosen(_subjects(session, search, subjects_of)),
                    before_id=search.before,
                    limit=PAGE_LENGTH + 1,
                )
            accounts = users.all_users(session)
            actions = sorted(audit.actions(session), key=words.action)
        return staff_page(
            request,
            user,
            "audit.html",
            status=422 if problems else 200,
            words=words,
            search=search,
            problems=problems,
            entries=found[:PAGE_LENGTH],
            older=found[PAGE_LENGTH - 1].id if len(found) > PAGE_LENGTH else None,
            accounts=accounts,
            names={f"user:{account.id}": account.name for account in accounts},
            actions=actions,
        )

    @router.get("/audit.csv")
    def export(request: Request, user: Reader, search: Asked) -> Response:
        if search.problems():
            return show(request, user, search)
        site = site_of(request)
        with site.database.transaction() as session:
            audit.record(session, user, "audit.exported", "audit")
            chosen = search.chosen(_subjects(session, search, subjects_of))
        words = Words(staff_language(request, user))
        return spreadsheet("audit.csv", words.columns, _rows(site, chosen, words))

    return router


def _subjects(session: Session, search: Search, subjects_of: Subjects) -> frozenset[str]:
    typed = search.subject.strip()
    return (
        subjects_of(session, typed)
        if typed.isprintable() and typed
        else frozenset(filter(None, [typed]))
    )


def _rows(site: Site, chosen: Chosen, words: Words) -> Iterator[list[str]]:
    before_id = None
    while True:
        with site.database.transaction() as session:
            block = audit.entries(session, chosen, before_id=before_id, limit=_BLOCK)
        for entry in block:
            yield _cells(entry, words)
        if len(block) < _BLOCK:
            return
        before_id = block[-1].id


def _cells(entry: AuditEntry, words: Words) -> list[str]:
    at = entry.at.astimezone(ZONE).isoformat(sep=" ", timespec="seconds")
    return [at, entry.user_name or "", words.action(entry.action), entry.action, entry.subject]
