"""The public pages of articles, search, centres and guides; they work without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from knowledge import centres, situation_words
from knowledge.addresses import ARTICLES, CENTRES, SEARCH, article_path, guide_path, situation_query
from knowledge.answers import topics_with_translation
from knowledge.former_names import former_names_in
from knowledge.guides.all_guides import all_guide_titles, guides_to
from knowledge.guides.which_centre import which_centre
from knowledge.pages import guide_routes, sitemap
from knowledge.pages.fragments import weekdays
from knowledge.pages.reading import reading
from knowledge.register import registered_centres
from knowledge.search import MOST_CHARACTERS, Hit, Search
from knowledge.situations import (
    NOT_KNOWN,
    Situation,
    centre_slug,
    dimension_of,
    situation_from,
    situation_of,
    value_of,
)
from knowledge.themes import themes
from language.languages import NAMES, Language
from web.access import public
from web.dates import today
from web.place import Place
from web.site import site_of

_MOST_HITS = 10
_LONGEST_NAME = 60


def routes(search: Search) -> APIRouter:
    """Return the routes.

    Args:
        search: Finds articles.
    """
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])
    router.include_router(sitemap.router)
    router.include_router(guide_routes.router)

    @router.get("/{language}/" + ARTICLES)
    def articles(request: Request, language: Language) -> Response:
        site = site_of(request)
        with site.database.transaction() as session:
            found = themes(session, language)
        place = Place(site.public_url, language, ARTICLES)
        return site.pages.response(
            "articles.html",
            language,
            place=place,
            themes=found,
            guides=all_guide_titles(language),
            guide_address=partial(guide_path, language=language),
        )

    @router.get("/{language}/" + ARTICLES + "{topic}")
    def article(request: Request, language: Language, topic: str) -> Response:
        site = site_of(request)
        with site.database.transaction() as session:
            names = centres.centre_names(session)
            chosen = _without_unknown_centre(situation_from(request.query_params), names)
            found = reading(session, topic, language, chosen)
        if found is None:
            raise HTTPException(404)
        place = Place(
            site.public_url,
            language,
            ARTICLES + topic,
            readable_in=found.languages,
            instead=ARTICLES,
            query=situation_query(chosen),
        )
        return site.pages.response(
            "article.html",
            language,
            place=place,
            article=found,
            chosen=chosen,
            situation_words=situation_words,
            value_of=value_of,
            centres=names,
            for_whom=partial(
                situation_words.for_whom, language=language, centres=names, named=found.centres
            ),
            names=lambda codes: [NAMES[code] for code in codes],
            guides=guides_to(topic, language),
            guide_address=partial(guide_path, language=language, situation=chosen),
        )

    @router.get("/{language}/" + SEARCH)
    def search_page(request: Request, language: Language, q: str = "") -> Response:
        site = site_of(request)
        asked = " ".join(q.split())[:MOST_CHARACTERS]
        with site.database.transaction() as session:
            hits = search.find(session, asked, language, _MOST_HITS)
            # Nothing found is no dead end: everything there is can be looked through.
            all_themes = [] if hits else themes(session, language)
            readable = topics_with_translation(session, language)
            names = centres.centre_names(session)
        place = Place(site.public_url, language, SEARCH, query=_query("q", asked))
        return site.pages.response(
            "search.html",
            language,
            place=place,
            asked=asked,
            hits=hits,
            former_names=former_names_in(asked),
            readable=readable,
            themes=all_themes,
            address=lambda hit: article_path(hit.topic, language, _where_it_holds(hit)),
            for_whom=partial(situation_words.for_whom, language=language, centres=names),
        )

    @router.get("/{language}/" + CENTRES)
    def centres_page(request: Request, language: Language, municipality: str = "") -> Response:
        site = site_of(request)
        asked = " ".join(municipality.split())[:_LONGEST_NAME]
        with site.database.transaction() as session:
            found = which_centre(session, asked, today())
            place = Place(site.public_url, language, CENTRES, query=_query("municipality", asked))
            return site.pages.response(
                "centres.html",
                language,
                place=place,
                found=found,
                centres=registered_centres(session, today()),
                municipalities=centres.municipalities(session),
                weekdays=weekdays(language),
            )

    return router


def _without_unknown_centre(situation: Situation, names: Mapping[str, str]) -> Situation:
    return {d: word for d, word in situation.items() if d != "centre" or centre_slug(word) in names}


def _where_it_holds(hit: Hit) -> Situation:
    """Return the centre for whose people alone a passage holds: others are not shown it."""
    named = [word for word in hit.only or () if dimension_of(word) == "centre"]
    return situation_of(named) if len(named) == 1 else NOT_KNOWN


def _query(name: str, value: str) -> str:
    return f"?{urlencode({name: value})}" if value else ""
