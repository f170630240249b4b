"""What search engines are told: /sitemap.xml and /robots.txt (https://www.sitemaps.org/)."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from knowledge.addresses import ARTICLES, CENTRES, GUIDES
from knowledge.guides.all_guides import ALL_GUIDES
from knowledge.models import TranslationVersion
from language.languages import Language
from web.access import public
from web.place import Place
from web.site import site_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

_NOT_FOR_SEARCH_ENGINES = ("/api/", "/account", "/admin", "/desk", "/sign-in", "/*/search")


@router.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """List the front pages, the lists, the centres, the guides and every published article."""
    site = site_of(request)
    readable: dict[str, list[Language]] = defaultdict(list)
    with site.database.transaction() as session:
        rows = session.execute(
            select(TranslationVersion.topic, TranslationVersion.language)
            .where(TranslationVersion.state == "published")
            .order_by(TranslationVersion.topic)
        )
        for topic, language in rows:
            readable[topic].append(cast("Language", language))
    lists = ("", ARTICLES, CENTRES, GUIDES, *(GUIDES + guide.slug for guide in ALL_GUIDES))
    places = [Place(site.public_url, "en", path) for path in lists]
    places += [
        Place(site.public_url, "en", ARTICLES + topic, languages)
        for topic, languages in readable.items()
    ]
    content = site.pages.html("sitemap.xml", "en", places=places)
    return Response(content, media_type="application/xml")


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """Say which pages are not for search engines, and where the list of the others is."""
    lines = [f"Disallow: {path}" for path in _NOT_FOR_SEARCH_ENGINES]
    where = f"Sitemap: {site_of(request).public_url}/sitemap.xml"
    return PlainTextResponse("\n".join(["User-agent: *", *lines, "", where, ""]))
