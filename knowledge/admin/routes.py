"""All pages of the knowledge together."""

from __future__ import annotations

from fastapi import APIRouter

from knowledge.admin import articles, centres, facts, schedule, texts

router = APIRouter(include_in_schema=False)
for _pages in (articles, schedule, texts, facts, centres):
    router.include_router(_pages.router)
