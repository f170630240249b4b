"""The rules that admins write: the list, and the form in which one is tried before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from triage.admin.rule_form import (
    MOST_POSITION,
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    RuleForm,
    form_of,
    new_form,
    revision_in,
    sent_form,
    was_tried,
)
from triage.deciding.admin_rules.phases import PHASES, TARGETS
from triage.deciding.admin_rules.rule_book import (
    USE_DAYS,
    all_rows,
    remove,
    row_of,
    rule_in,
    save,
    uses,
)
from triage.deciding.admin_rules.traits import FIELDS
from triage.deciding.admin_rules.trying import DAYS, Trial, try_on_past_mail
from triage.desk.desk import RowId, page
from triage.errors import RuleChangedError, RuleNameTakenError, UnknownRuleError
from triage.models import MailRule
from triage.reference import reference
from web import audit
from web.access import requires
from web.sessions import SignedIn
from web.site import site_of
from web.translations import Translatable, later

_RULES = "/admin/rules/"

Reader = Annotated[SignedIn, Depends(requires("team_leader", "admin"))]
Admin = Annotated[SignedIn, Depends(requires("admin"))]
Done = Literal["added", "changed", "removed"]
State = Literal["writing", "tried", "not_as_tried", "changed_meanwhile", "gone", "not_removed"]
"""How far the form has come; or why it was not saved: it is not what was tried, somebody else has
changed or removed the rule. Or why the rule was not removed: somebody else has changed it."""

_STATUS: Mapping[State, int] = {
    "writing": 200,
    "tried": 200,
    "not_as_tried": 422,
    "changed_meanwhile": 409,
    "gone": 409,
    "not_removed": 409,
}


async def _sent_form(request: Request) -> FormData:
    return await request.form()


Sent = Annotated[FormData, Depends(_sent_form)]

router = APIRouter(prefix="/admin/rules", include_in_schema=False)


@router.get("/")
def show(request: Request, user: Reader, done: Done | None = None) -> Response:
    """Show all rules in their order, and how much each is used."""
    with site_of(request).database.transaction() as session:
        rows, used = all_rows(session), uses(session)
    return page(
        request,
        user,
        "rules.html",
        before=[row for row in rows if row.phase == "before"],
        after=[row for row in rows if row.phase != "before"],
        conditions={row.id: rule_in(row).conditions for row in rows},
        uses=used,
        days=USE_DAYS,
        done=done,
        may_write=user.role == "admin",
    )


@router.get("/new")
def write(request: Request, user: Admin) -> Response:
    """Show an empty form."""
    with site_of(request).database.transaction() as session:
        form = new_form([row.position for row in all_rows(session)])
    return _page(request, user, None, form)


@router.post("/new")
def add(request: Request, user: Admin, sent: Sent) -> Response:
    """Try a new rule, or save it as it was tried."""
    return _take(request, user, None, sent)


@router.get("/{rule_id}")
def edit(request: Request, user: Admin, rule_id: RowId) -> Response:
    """Show a rule in its form."""
    with site_of(request).database.transaction() as session:
        form = form_of(_row(session, rule_id))
    return _page(request, user, rule_id, form)


@router.post("/{rule_id}")
def change(request: Request, user: Admin, rule_id: RowId, sent: Sent) -> Response:
    """Try a changed rule, or save it as it was tried."""
    return _take(request, user, rule_id, sent)


@router.post("/{rule_id}/remove")
def take_away(request: Request, user: Admin, rule_id: RowId, sent: Sent) -> Response:
    """Remove a rule for good."""
    try:
        with site_of(request).database.transaction() as session:
            remove(session, rule_id, revision_in(sent_form(sent)))
            audit.record(session, user, "rule.removed", f"rule:{rule_id}")
    except UnknownRuleError:
        return RedirectResponse(_RULES, 303)
    except RuleChangedError:
        with site_of(request).database.transaction() as session:
            form = form_of(_row(session, rule_id))
        return _page(request, user, rule_id, form, state="not_removed")
    return RedirectResponse(f"{_RULES}?done=removed", 303)


def _row(session: Session, rule_id: int) -> MailRule:
    try:
        return row_of(session, rule_id)
    except UnknownRuleError as error:
        raise HTTPException(404) from error


def _take(request: Request, user: SignedIn, rule_id: int | None, sent: FormData) -> Response:
    """Take a form that was sent: save it if this very form was tried, else try it now."""
    form = sent_form(sent)
    problems = form.problems()
    if problems:
        return _page(request, user, rule_id, form, problems=problems)
    if "save" not in sent:
        return _page(request, user, rule_id, form, state="tried")
    if not was_tried(sent, _digest(request, user, rule_id, form)):
        return _page(request, user, rule_id, form, state="not_as_tried")
    return _save(request, user, rule_id, form)


def _save(request: Request, user: SignedIn, rule_id: int | None, form: RuleForm) -> Response:
    try:
        with site_of(request).database.transaction() as session:
            saved = save(session, form.draft(rule_id), revision_in(form), user.name)
            done: Done = "added" if rule_id is None else "changed"
            audit.record(session, user, f"rule.{done}", f"rule:{saved}")
    except RuleNameTakenError:
        taken = {"name": later("Another rule has this name; choose another one.")}
        return _page(request, user, rule_id, form, problems=taken)
    except UnknownRuleError:
        return _page(request, user, None, replace(form, revision="0"), state="gone")
    except RuleChangedError:
        return _changed_meanwhile(request, user, rule_id, form)
    return RedirectResponse(f"{_RULES}?done={done}", 303)


def _changed_meanwhile(
    request: Request, user: SignedIn, rule_id: int | None, form: RuleForm
) -> Response:
    """Give the form back as it was typed; saved again, it takes the place of what they wrote."""
    with site_of(request).database.transaction() as session:
        theirs = _row(session, rule_id or 0)
    newer = replace(form, revision=str(theirs.revision))
    return _page(request, user, rule_id, newer, state="changed_meanwhile")


def _page(
    request: Request,
    user: SignedIn,
    rule_id: int | None,
    form: RuleForm,
    *,
    problems: Mapping[str, Translatable] | None = None,
    state: State = "writing",
) -> Response:
    trial = _trial(request, user, rule_id, form) if state in {"tried", "not_as_tried"} else None
    return page(
        request,
        user,
        "rule.html",
        status=422 if problems else _STATUS[state],
        rule_id=rule_id,
        form=form,
        problems=problems or {},
        state=state,
        trial=trial,
        digest=_digest(request, user, rule_id, form) if trial else "",
        days=DAYS,
        fields=FIELDS,
        phases=PHASES,
        targets=TARGETS,
        lengths={"name": NAME_CHARACTERS, "note": NOTE_CHARACTERS, "position": MOST_POSITION},
        reference=reference,
    )


def _trial(request: Request, user: SignedIn, rule_id: int | None, form: RuleForm) -> Trial:
    """Try the rule; that somebody has seen the subjects of past mail is written down."""
    database = site_of(request).database
    with database.reading() as session:
        trial = try_on_past_mail(session, form.draft(rule_id))
    with database.transaction() as session:
        for mail in trial.shown:
            audit.record(session, user, "rule.tried", f"case:{mail.case_id}")
    return trial


def _digest(request: Request, user: SignedIn, rule_id: int | None, form: RuleForm) -> str:
    key = site_of(request).settings.session_key.get_secret_value()
    return form.digest(key, user.user_id, rule_id)
