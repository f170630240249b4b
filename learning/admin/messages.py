"""The pages of the training messages: how many there are, searching, adding, moving, removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.roles import Editor, Reader
from knowledge.catalogue import Catalogue, catalogue
from language.languages import LANGUAGES, Language
from learning import messages, settling
from learning.admin.adding import MOST_LINES, Adding, Findings, add, look
from learning.admin.choosing import Section, catalogue_of, is_label, sections
from learning.admin.words import Words
from learning.errors import LearningError, MovedMeanwhileError
from learning.labels import label_of, labels, name_of
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page
from web.translations import Translatable, later

FEW = 10
"""Fewer messages than this teach the bot little: a topic that has them stands out."""

MOST_FOUND = 200

_MESSAGES = "/admin/messages"

Name = Annotated[str, Path(pattern=r"^[a-z0-9_-]+$", max_length=80)]
Done = Literal["", "topic_made", "added", "moved", "removed", "brought_back"]

router = APIRouter(prefix=_MESSAGES, include_in_schema=False)


class Prefilled(BaseModel):
    """What stands in the form for adding when the page is opened, and what has just been done.

    Attributes:
        question: The ids of questions of people whose texts are to be edited and added.
        asked_in_language: Of what the bot said to them.
        message: A text to be edited and added.
        done: What has just been done.
        count: With how many messages.
    """

    question: list[int] = Field(default=[], max_length=2_000)
    asked_in_language: str = Field(default="", max_length=2)
    message: str = Field(default="", max_length=2_000)
    done: Done = ""
    count: int = Field(default=0, ge=0, le=10_000)


class Change(BaseModel):
    """What is to be done with messages that are there.

    Attributes:
        action: What.
        message: The ids of the ticked messages.
        label: Where they are moved to.
    """

    action: Literal["move", "remove", "bring_back"]
    message: list[int] = Field(default=[], max_length=2_000)
    label: str = Field(default="", max_length=80)


_DONE: Mapping[str, Done] = {"move": "moved", "remove": "removed", "bring_back": "brought_back"}


@dataclass(frozen=True)
class _State:
    """What the page of a label says beside its messages.

    Attributes:
        adding: What stands in the form for adding.
        findings: Why that was not added.
        refused: A change that was not carried out.
        problem: What is wrong with it; None where nothing is.
        done: What has just been done.
        count: With how many messages.
        status: The status code of the page.
    """

    adding: Adding
    findings: Findings = field(default_factory=Findings)
    refused: Change | None = None
    problem: Translatable | None = None
    done: Done = ""
    count: int = 0
    status: int = 200


@router.get("/")
def overview(
    request: Request,
    user: Reader,
    text: Annotated[str, Query(max_length=200)] = "",
    in_language: Language | Literal[""] = "",
    selection: Literal["", "few"] = "",
) -> Response:
    """Show how many messages each topic has in each language, or those that contain a text."""
    wanted = text.strip()
    with site_of(request).database.transaction() as session:
        counts = messages.counts(session)
        known = catalogue(session)
        found, count = (
            messages.find(session, wanted, in_language or None, MOST_FOUND) if wanted else ([], 0)
        )
    shown = (in_language,) if in_language else LANGUAGES
    return staff_page(
        request,
        user,
        "training_messages.html",
        words=Words(staff_language(request, user), known),
        sections=_sections(known, counts, shown, only_few=selection == "few"),
        counts=counts,
        shown_languages=shown,
        total=sum(counts.values()),
        few=FEW,
        found=found,
        found_count=count,
        most_found=MOST_FOUND,
        text=wanted,
        in_language=in_language,
        selection=selection,
        name_of=name_of,
    )


@router.get("/new")
def of_new_topic(
    _user: Editor,
    topic: Annotated[str, Query(pattern=r"^[a-z0-9-]+$", max_length=80)],
    message: Annotated[str, Query(max_length=2_000)] = "",
    language: Language = "da",
) -> Response:
    """Lead on from the page of a new topic to its messages, with the one that it began with."""
    query = urlencode({"message": message, "done": "topic_made"})
    return RedirectResponse(f"{_address(language, label_of(topic))}?{query}#add", 303)


@router.get("/{in_language}/{name}")
def of_label(
    request: Request,
    user: Reader,
    in_language: Language,
    name: Name,
    prefilled: Annotated[Prefilled, Query()],
) -> Response:
    """Show the messages of one topic in one language."""
    with site_of(request).database.transaction() as session:
        turns = settling.questions(session, prefilled.question)
    texts = [*(turn.text for turn in turns), *filter(None, [prefilled.message])]
    adding = Adding(
        typed="\n".join(map(messages.as_message, texts)),
        question=[turn.id for turn in turns],
        asked_in_language=prefilled.asked_in_language,
    )
    state = _State(adding, done=prefilled.done, count=prefilled.count)
    return _page(request, user, in_language, label_of(name), state)


@router.post("/{in_language}/{name}/add")
def add_messages(
    request: Request,
    user: Editor,
    in_language: Language,
    name: Name,
    adding: Annotated[Adding, Form()],
) -> Response:
    """Add messages, one a line; nothing is added where one of them needs a look."""
    label = label_of(name)
    if not is_label(label, catalogue_of(request)):
        raise HTTPException(404)
    try:
        with site_of(request).database.transaction() as session:
            findings = look(session, in_language, label, adding)
            added = add(session, user, in_language, label, adding) if findings.is_empty else []
    except LearningError:
        findings, added = Findings(_MEANWHILE), []
    if not findings.is_empty:
        return _page(request, user, in_language, label, _State(adding, findings, status=422))
    return _back(in_language, label, "added", len(added))


@router.post("/{in_language}/{name}/change")
def change(
    request: Request,
    user: Editor,
    in_language: Language,
    name: Name,
    wanted: Annotated[Change, Form()],
) -> Response:
    """Move the ticked messages to another topic, remove them, or bring them back."""
    label = label_of(name)
    problem = _problem(wanted, label, catalogue_of(request))
    if problem is not None:
        state = _State(Adding(), refused=wanted, problem=problem, status=422)
        return _page(request, user, in_language, label, state)
    is_removed = wanted.action == "bring_back"
    try:
        with site_of(request).database.transaction() as session:
            rows = messages.chosen(session, wanted.message, label, in_language, removed=is_removed)
            match wanted.action:
                case "move":
                    messages.move(session, rows, wanted.label)
                case "remove":
                    messages.remove(session, rows, user.name)
                case "bring_back":
                    messages.bring_back(session, rows)
            action = f"training_message.{_DONE[wanted.action]}"
            for row in rows:
                audit.record(session, user, action, row.audit_subject)
    except MovedMeanwhileError:
        state = _State(Adding(), refused=wanted, problem=_MEANWHILE, status=409)
        return _page(request, user, in_language, label, state)
    return _back(in_language, label, _DONE[wanted.action], len(rows))


_MEANWHILE = later(
    "Somebody else has added, moved or removed one of them meanwhile. Nothing was changed; "
    "look at how it is now, and decide again."
)


def _problem(wanted: Change, label: str, known: Catalogue) -> Translatable | None:
    if not wanted.message:
        return later("Tick at least one message.")
    if wanted.action == "move" and not is_label(wanted.label, known):
        return later("Choose the topic to which the messages belong.")
    if wanted.action == "move" and wanted.label == label:
        return later("They stand under this topic already; choose another one.")
    return None


def _page(
    request: Request, user: SignedIn, language: Language, label: str, state: _State
) -> Response:
    with site_of(request).database.transaction() as session:
        rows = messages.messages_of(session, label, language)
        counts = messages.counts(session)
        known = catalogue(session)
    if not rows and not is_label(label, known):
        raise HTTPException(404)
    reader = staff_language(request, user)
    return staff_page(
        request,
        user,
        "messages_of_label.html",
        status=state.status,
        words=Words(reader, known),
        label=label,
        text_language=language,
        there=[row for row in rows if row.removed_at is None],
        removed=[row for row in rows if row.removed_at is not None],
        counts=counts,
        few=FEW,
        most_lines=MOST_LINES,
        sections=sections(known),
        state=state,
        adding=state.adding,
        findings=state.findings,
        in_words=lambda said: said.in_language(reader),
        ticked=state.refused.message if state.refused else [],
        target=state.refused.label if state.refused else "",
        address=_address(language, label),
        name_of=name_of,
        can_add=is_label(label, known),
        editable=user.role == "admin",
    )


def _address(language: str, label: str) -> str:
    return f"{_MESSAGES}/{language}/{name_of(label)}"


def _back(language: Language, label: str, done: Done, count: int) -> Response:
    return RedirectResponse(f"{_address(language, label)}?done={done}&count={count}", 303)


def _sections(
    known: Catalogue,
    counts: Mapping[tuple[str, str], int],
    shown: Sequence[Language],
    *,
    only_few: bool,
) -> list[Section]:
    """Return the labels of the table, those of topics that are no more among the last ones."""
    *queues, rest = sections(known)
    gone = sorted({label for label, _ in counts} - set(labels(known)))

    def has_few(label: str) -> bool:
        return any(counts.get((label, language), 0) < FEW for language in shown)

    return [
        Section(section.queue, [one for one in section.labels if not only_few or has_few(one)])
        for section in (*queues, Section(None, [*rest.labels, *gone]))
    ]
