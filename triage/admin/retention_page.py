"""How long the cases of each shelf are kept: the page on which an admin decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from triage.desk.desk import page
from triage.desk.words import Words
from triage.models import InMailbox
from triage.privacy.remains import in_mailbox, remains
from triage.privacy.retention import (
    LEAST_DAYS,
    MOST_DAYS,
    UNDECIDED,
    Period,
    Periods,
    expired_counts,
    overdue_counts,
    periods,
    save,
)
from triage.shelves import FOLDERS, Shelf
from web import audit
from web.access import requires
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language

Reader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]
Admin = Annotated[SignedIn, Depends(requires("admin"))]

Step = Literal["write", "sure"]
"""Whether the periods are being written, or an admin is asked whether they are sure."""


@dataclass(frozen=True)
class PeriodForm:
    """What was typed of one shelf, kept as it is so that it can be shown again."""

    days: str = ""
    open_days: str = ""
    in_mailbox: InMailbox = "keep"

    @property
    def problems(self) -> list[str]:
        """The names of the fields that hold no number of days, or one that is out of bounds."""
        typed = {"days": self.days, "open_days": self.open_days}
        return [name for name, text in typed.items() if text and _days(text) is None]

    @property
    def period(self) -> Period:
        """What it says; of fields with problems nothing."""
        return Period(_days(self.days), _days(self.open_days), self.in_mailbox)


Forms = dict[Shelf, PeriodForm]


async def _sent_form(request: Request) -> FormData:
    return await request.form()


router = APIRouter(prefix="/admin/retention", include_in_schema=False)


@router.get("/")
def show(request: Request, user: Reader, done: Literal["saved"] | None = None) -> Response:
    """Show the periods, and what they mean for the cases of today."""
    with site_of(request).database.transaction() as session:
        chosen = periods(session)
    forms = {shelf: _form_of(period) for shelf, period in chosen.items()}
    return _page(request, user, forms, "write", done=done)


@router.post("/")
def decide(
    request: Request, user: Admin, sent: Annotated[FormData, Depends(_sent_form)]
) -> Response:
    """Take new periods; first say what they do, and write them down when they come again."""
    forms = _forms_in(sent)
    if any(form.problems for form in forms.values()):
        return _page(request, user, forms, "write", status=422)
    if "back" in sent:
        return _page(request, user, forms, "write")
    chosen = {shelf: form.period for shelf, form in forms.items()}
    if "sure" not in sent:
        return _page(request, user, forms, "sure")
    with site_of(request).database.transaction() as session:
        for shelf in save(session, chosen, user.name):
            audit.record(session, user, "retention.decided", f"shelf:{shelf}")
    return RedirectResponse("/admin/retention/?done=saved", 303)


def _page(
    request: Request,
    user: SignedIn,
    forms: Forms,
    step: Step,
    *,
    status: int = 200,
    done: str | None = None,
) -> Response:
    words = Words(staff_language(request, user))
    wanted: Periods = {shelf: form.period for shelf, form in forms.items()}
    with site_of(request).database.transaction() as session:
        before = periods(session)
        context = {
            "expired": expired_counts(session, wanted),
            "overdue": overdue_counts(session, before),
            "remains": remains(session),
            "in_mailbox": in_mailbox(session),
        }
    return page(
        request,
        user,
        "retention.html" if step == "write" else "retention_sure.html",
        status=status,
        forms=forms,
        before=before,
        wanted=wanted,
        changed=[shelf for shelf in FOLDERS if wanted[shelf] != before[shelf]],
        undecided_names=[words.listing(shelf) for shelf in FOLDERS if before[shelf].days is None],
        done=done,
        least=LEAST_DAYS,
        most=MOST_DAYS,
        may_decide=user.role == "admin",
        **context,
    )


def _form_of(period: Period) -> PeriodForm:
    return PeriodForm(
        "" if period.days is None else str(period.days),
        "" if period.open_days is None else str(period.open_days),
        period.in_mailbox,
    )


def _forms_in(sent: FormData) -> Forms:
    return {
        shelf: PeriodForm(
            _text(sent, f"{shelf}-days"),
            _text(sent, f"{shelf}-open_days"),
            "delete" if _text(sent, f"{shelf}-in_mailbox") == "delete" else UNDECIDED.in_mailbox,
        )
        for shelf in FOLDERS
    }


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value.strip()[:20] if isinstance(value, str) else ""


def _days(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) if LEAST_DAYS <= int(text) <= MOST_DAYS else None
