"""The pages of the guides: public, without JavaScript, nothing kept; the address holds the answers."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from knowledge import centres
from knowledge.addresses import GUIDES, article_path, guide_path
from knowledge.guides import words
from knowledge.guides.all_guides import ALL_GUIDES, guide_of
from knowledge.guides.deadlines import Today
from knowledge.guides.guide import Guide
from knowledge.guides.questions import Answers
from knowledge.guides.which_centre import WhichCentre, the_one_centre
from knowledge.pages.fragments import weekdays
from knowledge.pages.guide_form import Answered, progress
from knowledge.rows import all_facts
from knowledge.situations import NOT_KNOWN, Situation, centre_word
from knowledge.translations import published_titles
from language.languages import Language
from web.access import public
from web.dates import day, today
from web.place import Place
from web.site import site_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])


@router.get("/{language}/" + GUIDES)
def guides(request: Request, language: Language) -> Response:
    """List the guides."""
    site = site_of(request)
    return site.pages.response(
        "guides.html",
        language,
        place=Place(site.public_url, language, GUIDES),
        guides=[
            (
                one.slug,
                words.guide_title(one.slug, language),
                words.guide_purpose(one.slug, language),
            )
            for one in ALL_GUIDES
        ],
    )


@router.get("/{language}/" + GUIDES + "{slug}")
def guide(request: Request, language: Language, slug: str) -> Response:
    """Ask a guide's questions stage by stage, then show what to do."""
    site, found = site_of(request), guide_of(slug)
    if found is None:
        raise HTTPException(404)
    with site.database.transaction() as session:
        now = Today(today(), all_facts(session))

        def check_place(name: str) -> None:
            the_one_centre(session, name, now.day)

        state = progress(found, request.query_params, now, check_place)
        answers: Answers = {one.question.name: one.answer for one in state.answered}
        centre = _centre(session, answers, now) if state.stage is None else None
        situation = _situation(found, answers, centre) if state.stage is None else NOT_KNOWN
        return site.pages.response(
            "guide.html",
            language,
            place=Place(site.public_url, language, GUIDES + slug, query=state.query),
            guide=found,
            state=state,
            title=words.guide_title(slug, language),
            purpose=words.guide_purpose(slug, language),
            words=words,
            now=now,
            said=partial(_said, language=language),
            titles=published_titles(session, language),
            address=partial(article_path, language=language, situation=situation),
            form_path=guide_path("form-04063", language, situation),
            centre=centre,
            municipalities=centres.municipalities(session) if state.stage is not None else [],
            weekdays=weekdays(language),
        )


def _centre(session: Session, answers: Answers, now: Today) -> WhichCentre | None:
    place = answers.get("municipality")
    return the_one_centre(session, str(place), now.day) if place else None


def _situation(found: Guide, answers: Answers, centre: WhichCentre | None) -> Situation:
    """Return the person's situation, with the centre that was found by their municipality."""
    situation = found.situation(answers)
    if centre is None or centre.serving is None:
        return situation
    return {**situation, "centre": centre_word(centre.serving.slug)}


def _said(one: Answered, language: Language) -> str:
    """Return an answer in words."""
    if one.question.kind == "choice":
        return words.choice(one.question, str(one.answer), language)
    return one.answer if isinstance(one.answer, str) else day(one.answer, language)
