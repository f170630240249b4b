"""The page of the open questions grouped by meaning, on which a group is decided about at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.roles import Editor, Reader
from knowledge.catalogue import Catalogue
from knowledge.search import Search
from language.languages import Language, is_language
from learning import messages, settling
from learning.admin.asked import Asked, AskedFor, asked_page
from learning.admin.choosing import catalogue_of, is_label, sections
from learning.errors import MovedMeanwhileError, TakenTextError
from learning.labels import name_of
from learning.question_groups import Group, QuestionGroups
from learning.settling import key_of, settlements
from understanding.examples import FAQ, OUT_OF_SCOPE
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language
from web.translations import Translatable, later

PAGE_LENGTH = 20

_GROUPS = "/admin/questions/groups"


class Decision(BaseModel):
    """What is decided about a group.

    Attributes:
        action: add: make training messages of them. edit: the same, after editing them. leave:
            do not put them up again.
        question: The ids of the ticked questions.
        label: What they are about.
        language: Of the training messages.
        asked_in_language: Of what the bot said to them; empty where that is not known.
    """

    action: Literal["add", "edit", "not_for_us", "leave"]
    question: list[int] = Field(default=[], max_length=2_000)
    label: str = Field(default="", max_length=80)
    language: str = Field(default="", max_length=2)
    asked_in_language: str = Field(default="", max_length=2)


@dataclass(frozen=True)
class _State:
    """What the page says beside the groups.

    Attributes:
        refused: A decision that was not carried out.
        problem: What is wrong with it.
        taken: Which of its texts stands elsewhere already, if that is the problem.
        done: What has just been done.
        count: With how many questions.
    """

    refused: Decision | None = None
    problem: str = ""
    taken: TakenTextError | None = None
    done: str = ""
    count: int = 0


def routes(search: Search, groups: QuestionGroups) -> APIRouter:
    """Return the routes of this page.

    Args:
        search: Finds the topic that is put forward for a group.
        groups: Groups questions.
    """
    router = APIRouter(prefix=_GROUPS, include_in_schema=False)

    def page(request: Request, user: SignedIn, asked: Asked, state: _State) -> Response:
        with site_of(request).database.transaction() as session:
            settled = settlements(session)
            found = asked.find(session)
        still_open = [one for one in found if key_of(one.text, one.language) not in settled]
        grouping = groups.group(still_open)
        pages = max(1, -(-len(grouping.groups) // PAGE_LENGTH))
        shown = min(asked.page, pages)
        on_page = grouping.groups[(shown - 1) * PAGE_LENGTH : shown * PAGE_LENGTH]
        with site_of(request).database.transaction() as session:
            nearest = [_nearest(session, search, group) for group in on_page]
        return asked_page(
            request,
            user,
            "question_groups.html",
            asked,
            status=422 if state.refused else 200,
            groups=list(zip(on_page, nearest, strict=True)),
            grouping=grouping,
            by_meaning=groups.go_by_meaning,
            open_count=len(still_open),
            settled_count=len(found) - len(still_open),
            sections=sections(catalogue_of(request)),
            state=state,
            name_of=name_of,
            shown=shown,
            pages=pages,
        )

    @router.get("")
    def question_groups(
        request: Request,
        user: Reader,
        asked: AskedFor,
        done: Literal["", "added", "left"] = "",
        count: Annotated[int, Query(ge=0, le=10_000)] = 0,
    ) -> Response:
        """Show what is still open, grouped by meaning; first what was asked most often."""
        return page(request, user, asked, _State(done=done, count=count))

    @router.post("")
    def decide(
        request: Request, user: Editor, asked: AskedFor, decision: Annotated[Decision, Form()]
    ) -> Response:
        """Make the ticked questions of a group training messages, or leave them as they are."""

        def again(problem: Translatable, taken: TakenTextError | None = None) -> Response:
            said = problem.in_language(staff_language(request, user))
            return page(request, user, asked, _State(decision, said, taken))

        if decision.action == "not_for_us":
            decision.label = OUT_OF_SCOPE
        problem = _problem(decision, catalogue_of(request))
        if problem is not None:
            return again(problem)
        if decision.action == "edit":
            return RedirectResponse(_editing(decision), 303)
        try:
            with site_of(request).database.transaction() as session:
                count = _carry_out(session, user, decision)
        except TakenTextError as error:
            return again(_TAKEN, error)
        except MovedMeanwhileError:
            return again(_MEANWHILE)
        done = "left" if decision.action == "leave" else "added"
        return RedirectResponse(f"{_GROUPS}?{asked.query(done=done, count=count)}", 303)

    return router


_TAKEN = later("This text stands under another topic; untick it, or move it from there:")
_MEANWHILE = later("Somebody else decided about one of them at the same moment. Look again.")


def _problem(decision: Decision, known: Catalogue) -> Translatable | None:
    if not decision.question:
        return later("Tick at least one question.")
    if decision.action == "leave":
        return None
    if not is_label(decision.label, known):
        return later("Choose the topic that the questions are about.")
    if not is_language(decision.language):
        return later("Choose the language of the questions.")
    return None


def _editing(decision: Decision) -> str:
    """Return the address of the form on which the questions are edited before they are added."""
    fields: list[tuple[str, str | int]] = [("question", one) for one in decision.question]
    fields.append(("asked_in_language", decision.asked_in_language))
    return f"/admin/messages/{decision.language}/{name_of(decision.label)}?{urlencode(fields)}#add"


def _carry_out(session: Session, user: SignedIn, decision: Decision) -> int:
    """Settle the questions of a decision; returns how many there are.

    Raises:
        TakenTextError: One stands under another label.
        MovedMeanwhileError: Somebody else decided at the same moment.
    """
    turns = settling.questions(session, decision.question)
    for turn in turns:
        message = None
        if decision.action == "leave":
            audit.record(session, user, "question.left", f"message:{turn.id}")
        elif is_language(decision.language):
            language: Language = decision.language
            for added in messages.add(session, language, decision.label, [turn.text], user.name):
                audit.record(session, user, "training_message.added", added.audit_subject)
            message = messages.standing(session, language, turn.text)
        settling.settle(session, turn, decision.asked_in_language, message, user.name)
    return len(turns)


def _nearest(session: Session, search: Search, group: Group) -> str:
    """Return the label of the topic that fits a group best; empty where none fits."""
    language: Language = group.language if is_language(group.language) else "da"
    hits = search.find(session, group.questions[0].text, language, 1)
    return f"{FAQ}{hits[0].topic}" if hits else ""
