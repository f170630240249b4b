"""The page on which two languages of an article are edited beside each other, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge import editing
from knowledge.admin.forms import Fields, Sent
from knowledge.admin.presence import other_editors
from knowledge.admin.previews import breaches
from knowledge.admin.roles import Editor as Admin
from knowledge.admin.texts import (
    Conflict,
    Draft,
    Place,
    TextPlace,
    common,
    conflict_with,
    draft_in,
    save_draft,
    version_in,
)
from knowledge.aligning import PART_KEYS, PartKey, Parts, changed_parts, joined, part_at, parts
from knowledge.articles import READINGS, Text
from knowledge.catalogue import Topic
from knowledge.differences import Line, line_difference
from knowledge.editing import Editor
from knowledge.errors import EditConflictError
from knowledge.models import Article, TranslationVersion
from knowledge.translations import behind, latest, lock, newest_danish, renders, text_of
from language.languages import LANGUAGES, Language
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

_DANISH: Language = "da"
_BOTH = "both"

Other = Annotated[Language, Query()]

router = APIRouter(
    prefix="/admin/articles/{topic}/{language}/side-by-side", include_in_schema=False
)


@dataclass(frozen=True)
class _Typed:
    """What stands in the fields of one language.

    Attributes:
        draft: The text as a whole, and what it rests on.
        parts: The text part by part.
    """

    draft: Draft
    parts: Parts


@dataclass(frozen=True)
class _Problem:
    """A rule that a part breaks.

    Attributes:
        line: The line within the part; None in the title.
        message: What is wrong and what to do.
    """

    line: int | None
    message: str


@dataclass(frozen=True)
class _Side:
    """One of the two languages, as it is shown.

    Attributes:
        language: Which one.
        typed: What stands in its fields.
        newest: Its newest version; None where there is none.
        is_unsaved: Whether its fields hold something that is not saved.
        others: Who else is editing it.
        problems: The rules that it breaks, by part or `title`.
        conflict: What somebody else saved meanwhile.
    """

    language: Language
    typed: _Typed
    newest: TranslationVersion | None
    is_unsaved: bool
    others: Sequence[Editor]
    problems: Mapping[str, Sequence[_Problem]] = field(default_factory=dict)
    conflict: Conflict | None = None


@dataclass(frozen=True)
class _Since:
    """What became of the Danish text since a translation was made.

    Attributes:
        rendered: The Danish version that the translation renders; None where none is known.
        is_behind: Whether a newer Danish text is there.
        title: What changed in the title.
        parts: What changed in the parts that did.
    """

    rendered: TranslationVersion | None
    is_behind: bool
    title: Sequence[Line] = ()
    parts: Mapping[PartKey, Sequence[Line]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Outcome:
    """What came of a form.

    Attributes:
        status: The status code of the page; 409 and 422 where nothing was saved.
        saved: The languages that were saved.
        cancelled: Those of which a draft is no longer published by itself.
        problems: The rules that a language breaks, by part or `title`.
    """

    status: int = 200
    saved: Sequence[Language] = ()
    cancelled: Sequence[Language] = ()
    problems: Mapping[Language, Mapping[str, Sequence[_Problem]]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Walk:
    """The languages that do not render the newest Danish text, and which come before and after.

    Attributes:
        behind: All of them.
        previous: The one before the language on the page; None where no other is behind.
        next: The one after it.
    """

    behind: Sequence[Language]
    previous: Language | None
    next: Language | None


@router.get("")
def show(request: Request, user: Admin, place: Place, other: Other = _DANISH) -> Response:
    """Show two languages; Danish stands on the left, beside the language that is edited."""
    if place.language in {other, _DANISH}:
        return RedirectResponse(_address(place.topic, *_pair(place.language, other)), 303)
    with site_of(request).database.transaction() as session:
        if session.get(Article, place.topic.slug) is None:
            return RedirectResponse(f"/admin/articles/{place.topic.slug}", 303)
        editing.note(session, user.user_id, place.topic.slug, place.language)
        sides = [
            _side(session, user, TextPlace(place.topic, one), None)
            for one in (other, place.language)
        ]
        query = request.query_params
        saved, cancelled = (
            [one for one in LANGUAGES if one in query.getlist(name)]
            for name in ("saved", "cancelled")
        )
        return _page(
            request, user, session, place, sides, _Outcome(saved=saved, cancelled=cancelled)
        )


def _pair(language: Language, other: Language) -> tuple[Language, Language]:
    """Return two different languages, of which Danish is the second."""
    if language == other:
        return ("en" if language == _DANISH else language), _DANISH
    return other, language


def _address(topic: Topic, language: Language, other: Language) -> str:
    return f"/admin/articles/{topic.slug}/{language}/side-by-side?other={other}"


@router.post("")
def save(
    request: Request, user: Admin, place: Place, sent: Sent, other: Other = _DANISH
) -> Response:
    """Save one language, or what was changed in both; what is not saved stays in its fields."""
    if other == place.language:
        return RedirectResponse(_address(place.topic, *_pair(place.language, other)), 303)
    database, reader = site_of(request).database, staff_language(request, user)
    typed = {one: _typed(sent, one) for one in (other, place.language)}
    with database.transaction() as session:
        if session.get(Article, place.topic.slug) is None:
            return RedirectResponse(f"/admin/articles/{place.topic.slug}", 303)
        unsaved = [one for one in typed if _is_unsaved(session, place.topic, one, typed[one])]
        wanted = _wanted(session, place, other, sent.get("save"), unsaved)
    problems = {one: _problems(typed[one], reader) for one in wanted}
    if any(problems.values()):
        return _with_typed(request, user, place, typed, _Outcome(422, problems=problems))
    try:
        with database.transaction() as session:
            cancelled = _save(session, user, place, typed, wanted)
    except EditConflictError:
        return _with_typed(request, user, place, typed, _Outcome(409))
    left = {one: typed[one] if one in unsaved and one not in wanted else None for one in typed}
    if any(left.values()):
        return _with_typed(request, user, place, left, _Outcome(200, wanted, cancelled))
    saved = "".join(f"&saved={one}" for one in wanted)
    gone = "".join(f"&cancelled={one}" for one in cancelled)
    return RedirectResponse(
        f"{_address(place.topic, place.language, other)}&done=true{saved}{gone}", 303
    )


def _typed(sent: Fields, language: Language) -> _Typed:
    prefix = f"{language}."
    fields = {
        name.removeprefix(prefix): value.replace("\r\n", "\n").replace("\r", "\n")
        for name, value in sent.items()
        if name.startswith(prefix)
    }
    found = {key: fields.get(key, "") for key in PART_KEYS}
    return _Typed(draft_in(fields | {"body": joined(found)}), found)


def _stored(version: TranslationVersion | None) -> _Typed:
    if version is None:
        return _Typed(Draft(Text("", READINGS[0], ""), None), {})
    return _Typed(Draft(text_of(version), version.id), parts(version.body))


def _is_unsaved(session: Session, topic: Topic, language: Language, typed: _Typed) -> bool:
    """Return whether a text was changed; empty lines that no reader sees are no change."""
    base = version_in(session, TextPlace(topic, language), typed.draft.based_on)
    before = _stored(base)
    return typed.draft.text != replace(before.draft.text, body=joined(before.parts))


def _wanted(
    session: Session,
    place: TextPlace,
    other: Language,
    asked: str | None,
    unsaved: Sequence[Language],
) -> list[Language]:
    """Return which languages are to be saved.

    A translation that is saved with its own button is saved as it is, too: it then renders the
    Danish text beside it.
    """
    if asked == place.language and other == _DANISH:
        danish = newest_danish(session, place.topic.slug)
        newest = latest(session, place.topic.slug, place.language)
        if danish is not None and (newest is None or not renders(session, newest, danish)):
            return [place.language]
    return [one for one in unsaved if asked in {one, _BOTH}]


def _problems(typed: _Typed, reader: Language) -> dict[str, list[_Problem]]:
    found: dict[str, list[_Problem]] = {}
    for breach in breaches(typed.draft.text, reader):
        if breach.line is None:
            found.setdefault("title", []).append(_Problem(None, breach.message))
        else:
            key, line = part_at(typed.parts, breach.line)
            found.setdefault(key, []).append(_Problem(line, breach.message))
    return found


def _save(
    session: Session,
    user: SignedIn,
    place: TextPlace,
    typed: Mapping[Language, _Typed],
    wanted: Sequence[Language],
) -> list[Language]:
    """Save texts; returns the languages of drafts that are no longer published by themselves.

    Raises:
        EditConflictError: Somebody else saved one of them meanwhile; then none is saved.
    """
    lock(session, place.topic.slug)
    cancelled = []
    for language in wanted:
        there = TextPlace(place.topic, language)
        rendered = None if language == _DANISH else _rendered(session, there, typed, wanted)
        draft = replace(typed[language].draft, translated_from=rendered)
        if save_draft(session, user, there, draft, "saved"):
            cancelled.append(language)
    return cancelled


def _rendered(
    session: Session,
    place: TextPlace,
    typed: Mapping[Language, _Typed],
    wanted: Sequence[Language],
) -> int | None:
    """Return the id of the Danish version that a translation renders: the one beside it.

    Beside another language it still renders what it rendered before.
    """
    if _DANISH not in typed:
        before = latest(session, place.topic.slug, place.language)
        return before.translated_from_id if before else None
    danish = newest_danish(session, place.topic.slug)
    if _DANISH not in wanted:
        beside = TextPlace(place.topic, _DANISH)
        seen = version_in(session, beside, typed[_DANISH].draft.based_on)
        if seen is not None and seen.state != "withdrawn":
            return seen.id
    return danish.id if danish else None


def _with_typed(
    request: Request,
    user: SignedIn,
    place: TextPlace,
    typed: Mapping[Language, _Typed | None],
    outcome: _Outcome,
) -> Response:
    """Show what was typed, and of a language of which nothing is left to save what is there."""
    with site_of(request).database.transaction() as session:
        sides = []
        for language, one in typed.items():
            side = _side(session, user, TextPlace(place.topic, language), one)
            sides.append(replace(side, problems=outcome.problems.get(language, {})))
        return _page(request, user, session, place, sides, outcome)


def _side(session: Session, user: SignedIn, place: TextPlace, typed: _Typed | None) -> _Side:
    topic, language = place.topic.slug, place.language
    newest = latest(session, topic, language)
    conflict = None
    if typed is not None and newest is not None and typed.draft.based_on != newest.id:
        conflict = conflict_with(session, place, typed.draft, newest)
        typed = replace(typed, draft=replace(typed.draft, based_on=newest.id))
    return _Side(
        language,
        typed or _stored(newest),
        newest,
        is_unsaved=typed is not None,
        others=other_editors(session, user, topic, language),
        conflict=conflict,
    )


def _since(session: Session, topic: Topic, sides: Sequence[_Side]) -> _Since | None:
    """Return what became of the Danish text on the left since the text on the right was made."""
    left, right = sides
    danish = newest_danish(session, topic.slug)
    if left.language != _DANISH or right.newest is None or danish is None:
        return None
    rendered = session.get(TranslationVersion, right.newest.translated_from_id or 0)
    if rendered is None or renders(session, right.newest, danish):
        return _Since(rendered, is_behind=rendered is None)
    return _Since(
        rendered,
        is_behind=True,
        title=line_difference([rendered.title], [danish.title]),
        parts=changed_parts(parts(rendered.body), parts(danish.body)),
    )


def _walk(session: Session, place: TextPlace) -> _Walk:
    found = behind(session, place.topic.slug)
    here = LANGUAGES.index(place.language)
    around = [*LANGUAGES[here + 1 :], *LANGUAGES[:here]]
    others = [one for one in around if one in found]
    return _Walk(found, others[-1] if len(others) > 1 else None, others[0] if others else None)


def _page(
    request: Request,
    user: SignedIn,
    session: Session,
    place: TextPlace,
    sides: Sequence[_Side],
    outcome: _Outcome,
) -> Response:
    since = _since(session, place.topic, sides)
    there = {key for side in sides for key, text in side.typed.parts.items() if text.strip()}
    there |= {*since.parts} if since else set()
    return staff_page(
        request,
        user,
        "side_by_side.html",
        status=outcome.status,
        **common(request, user, place),
        sides=sides,
        keys=[key for key in PART_KEYS if key in there or key == "lead"],
        since=since,
        walk=_walk(session, place),
        readings=READINGS,
        outcome=outcome,
        done="done" in request.query_params,
    )
